from .letter_texts import load_letter_texts as load_letter_texts
from .processes import CompanyProcess as CompanyProcess
from .savings_limits import account_limit as account_limit, plan_limit as plan_limit
from .status import (
    WITNESSES_NEEDED as WITNESSES_NEEDED,
    TableStatus as TableStatus,
    TaxStatus as TaxStatus,
    table_status as table_status,
    tax_status as tax_status,
    tax_witnesses as tax_witnesses,
)
from .tables import (
    Source as Source,
    Tables as Tables,
    data_directory as data_directory,
    load_tables as load_tables,
    notebook_directory as notebook_directory,
    records as records,
)
