from .employment import employment_year_tax as employment_year_tax
from .equity import (
    ASK_AN_ADVISER as ASK_AN_ADVISER,
    EQUITY_NOT_MODELED as EQUITY_NOT_MODELED,
    EQUITY_TAXED as EQUITY_TAXED,
    OPTION_KINDS as OPTION_KINDS,
    alternative_minimum_tax as alternative_minimum_tax,
    exercise_tax as exercise_tax,
)
from .finances import Finances as Finances
from .household import (
    JOINT as JOINT,
    OFFICIAL as OFFICIAL,
    PROJECTED as PROJECTED,
    household_tax as household_tax,
    taxed_places as taxed_places,
    untaxed_place as untaxed_place,
)
from .indexing import Basis as Basis, Rounding as Rounding
from .jobs import (
    Job as Job,
    Residence as Residence,
    Stays as Stays,
    YearLaw as YearLaw,
    employers as employers,
)
from .moves import Move as Move, grant_share as grant_share
from .offer_finances import finances_of_pay as finances_of_pay, finances_with as finances_with
from .part_year import (
    PartYearError as PartYearError,
    jurisdictions_of as jurisdictions_of,
    unknown_parts as unknown_parts,
    unverified_parts as unverified_parts,
)
from .projections import Projection as Projection, projections as projections
from .returns import (
    DEDUCTIONS as DEDUCTIONS,
    FEDERAL as FEDERAL,
    FINANCE_COLUMNS as FINANCE_COLUMNS,
    RESULT_COLUMNS as RESULT_COLUMNS,
    Deduction as Deduction,
    TaxCase as TaxCase,
    TaxOptions as TaxOptions,
    taxes_of_case as taxes_of_case,
)
from .savings_limits import above_limits as above_limits
from .schedules import (
    BRACKETS as BRACKETS,
    FILING_STATUSES as FILING_STATUSES,
    Law as Law,
    TaxTables as TaxTables,
    bracket_tax as bracket_tax,
    tax_tables as tax_tables,
)
from .two_states import (
    Taxing as Taxing,
    TwoStatesError as TwoStatesError,
    UntaxedPlaceError as UntaxedPlaceError,
    office_question as office_question,
    taxing_states as taxing_states,
    uncounted_taxes as uncounted_taxes,
)
from .vocabulary import AMOUNT as AMOUNT, parameter_words as parameter_words
from .withholding import (
    SUPPLEMENTAL as SUPPLEMENTAL,
    cash_plan as cash_plan,
    has_flat_rate as has_flat_rate,
    last_year as last_year,
    plan_year as plan_year,
    whole_calendar_years as whole_calendar_years,
)
