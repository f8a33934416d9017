from .letter_texts import load_letter_texts as load_letter_texts
from .processes import CompanyProcess as CompanyProcess
from .status import (
    TableStatus as TableStatus,
    TaxStatus as TaxStatus,
    table_status as table_status,
    tax_status as tax_status,
)
from .tables import (
    Source as Source,
    Tables as Tables,
    data_directory as data_directory,
    load_tables as load_tables,
    notebook_directory as notebook_directory,
    records as records,
)
