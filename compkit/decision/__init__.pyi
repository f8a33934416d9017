from .amounts import Amounts as Amounts
from .loading import NextJob as NextJob, load_decision as load_decision, load_onboarding as load_onboarding
from .next_step import NextStep as NextStep
from .person import Decision as Decision, Round as Round, person_decision as person_decision
from .rule import (
    BASE as BASE,
    LEAVING_SOON as LEAVING_SOON,
    NO_BONUS as NO_BONUS,
    NO_REFRESHERS as NO_REFRESHERS,
    SLOWEST_SCHEDULE as SLOWEST_SCHEDULE,
    STAYING_LONG as STAYING_LONG,
    STOCK_DOWN as STOCK_DOWN,
    STRESSES as STRESSES,
    CaseLead as CaseLead,
    Choice as Choice,
    MissingFact as MissingFact,
    Preference as Preference,
    Ruling as Ruling,
    case_leads as case_leads,
    decide as decide,
)
from .ties import Tie as Tie
