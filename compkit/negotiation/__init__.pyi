from .batna import (
    STAYING as STAYING,
    Alternative as Alternative,
    Alternatives as Alternatives,
    Zopa as Zopa,
    alternatives as alternatives,
    is_same_job as is_same_job,
)
from .call_script import REPLIES as REPLIES, CallScript as CallScript, call_replies as call_replies
from .claim_checks import ClaimError as ClaimError, check_claims as check_claims
from .concessions import (
    DEFAULT_STEPS as DEFAULT_STEPS,
    ConcessionPlan as ConcessionPlan,
    check_steps as check_steps,
)
from .equal_pay import (
    household_with as household_with,
    price_ratio as price_ratio,
    share_prices as share_prices,
)
from .letter_facts import build_letter_facts as build_letter_facts
from .letters import (
    LETTER_KINDS as LETTER_KINDS,
    PACKAGE_KINDS as PACKAGE_KINDS,
    TONES as TONES,
    Letter as Letter,
    LetterKind as LetterKind,
    LetterRequest as LetterRequest,
    MissingFact as MissingFact,
    Tone as Tone,
    asks_for_package as asks_for_package,
    is_rushed as is_rushed,
    letter as letter,
)
from .lever_values import lever_worth as lever_worth
from .leverage import hardness as hardness
from .limits import (
    LEVER_WEIGHTS as LEVER_WEIGHTS,
    LEVERS as LEVERS,
    OTHER_COMPANY as OTHER_COMPANY,
    YEARS_OF_A_PACKAGE as YEARS_OF_A_PACKAGE,
    Limit as Limit,
    lever_limits as lever_limits,
    offered_total as offered_total,
)
from .match import MOST_TO_MATCH as MOST_TO_MATCH
from .meso import PARTS as PARTS, USUAL_PARTS as USUAL_PARTS
from .packages import (
    DEFAULT_PENETRATION as DEFAULT_PENETRATION,
    EQUAL_ON as EQUAL_ON,
    MOST_OF_TWO_PARTS as MOST_OF_TWO_PARTS,
    Counter as Counter,
    EqualOn as EqualOn,
    Package as Package,
    default_target as default_target,
    halfway as halfway,
    largest_package as largest_package,
    package_named as package_named,
    settle_target as settle_target,
    target_faults as target_faults,
)
from .plan import (
    NegotiationPlan as NegotiationPlan,
    load_negotiation_plan as load_negotiation_plan,
    negotiation_plan as negotiation_plan,
)
from .plan_settings import PACKAGES as PACKAGES, PlanSettings as PlanSettings
from .walk_away import (
    COST_OF_LIVING as COST_OF_LIVING,
    GROWTH as GROWTH,
    HOME_DEDUCTIONS as HOME_DEDUCTIONS,
    HOUSEHOLD_PARTS as HOUSEHOLD_PARTS,
    RISK as RISK,
    SPOUSE_WAGES as SPOUSE_WAGES,
    Difference as Difference,
    Part as Part,
    WalkAway as WalkAway,
)
from .wording import (
    full_day as full_day,
    joined as joined,
    money as money,
    month_and_year as month_and_year,
    named_day as named_day,
)
from .worked_example import worked_negotiation as worked_negotiation
