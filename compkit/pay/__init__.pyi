from .benefits import (
    benefit_lines as benefit_lines,
    paid_time_off_value as paid_time_off_value,
    stock_purchases as stock_purchases,
)
from .cashflow import (
    COMPONENTS as COMPONENTS,
    CashFlow as CashFlow,
    PayTerms as PayTerms,
    cash_flow as cash_flow,
    pay_terms as pay_terms,
    weighted_cash as weighted_cash,
    weighted_payments as weighted_payments,
    weighted_vests as weighted_vests,
)
from .grant_pricing import pricing_spread as pricing_spread
from .grants import grant_vests as grant_vests
from .leaving import (
    MAY_NOT_HOLD as MAY_NOT_HOLD,
    RepaymentLimit as RepaymentLimit,
    leaving_table as leaving_table,
    limited_owed as limited_owed,
    relocation_owed as relocation_owed,
    repayment_limits as repayment_limits,
    repayment_note as repayment_note,
    sign_on_owed as sign_on_owed,
)
from .present_job import (
    PRESENT_JOB as PRESENT_JOB,
    EarlierPay as EarlierPay,
    LeftBehind as LeftBehind,
    current_total as current_total,
    earlier_pay as earlier_pay,
    left_behind as left_behind,
    payback_month as payback_month,
    present_job_terms as present_job_terms,
)
from .refreshers import planned_refreshers as planned_refreshers
from .startup import (
    SIMPLIFICATIONS as SIMPLIFICATIONS,
    TAXES_LEFT_OUT as TAXES_LEFT_OUT,
    OptionGrant as OptionGrant,
    ShareGrant as ShareGrant,
    exit_summary as exit_summary,
    exit_table as exit_table,
    leaving_exercise as leaving_exercise,
)
from .startup_inputs import (
    StartupTerms as StartupTerms,
    option_grants as option_grants,
    repayable_relocation as repayable_relocation,
    startup_terms as startup_terms,
    uncounted_stock as uncounted_stock,
)
from .stock import FLAT as FLAT, Growth as Growth, company_key as company_key, years_of_growth as years_of_growth
from .value import Assumptions as Assumptions, Valuation as Valuation, valuation as valuation
from .vesting import FloatArray as FloatArray
