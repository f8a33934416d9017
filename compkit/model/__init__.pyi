from .benefits import MAX_REPAYMENT_MONTHS as MAX_REPAYMENT_MONTHS, Benefits as Benefits, Clawback as Clawback
from .candidate import (
    Candidate as Candidate,
    CurrentJob as CurrentJob,
    FilingStatus as FilingStatus,
    Reference as Reference,
)
from .date_parsing import parse_date as parse_date
from .equity import (
    EVEN_VESTING as EVEN_VESTING,
    NO_REFRESHERS as NO_REFRESHERS,
    Grant as Grant,
    GrowthConvention as GrowthConvention,
    Refresher as Refresher,
    RefresherPlan as RefresherPlan,
    RefresherPractice as RefresherPractice,
    VestingSchedule as VestingSchedule,
    even_schedules as even_schedules,
)
from .fields import (
    CURRENCY_KEY as CURRENCY_KEY,
    LIST_NAME_KEY as LIST_NAME_KEY,
    MAX_TEXT as MAX_TEXT,
    RATE_SUFFIXES as RATE_SUFFIXES,
    RESERVED_IDS as RESERVED_IDS,
    YEARLY_FIELDS as YEARLY_FIELDS,
    CalendarDate as CalendarDate,
    Identifier as Identifier,
    Label as Label,
    Listed as Listed,
    NumberInput as NumberInput,
    OneOf as OneOf,
    Text as Text,
    TypedInput as TypedInput,
    UsdRate as UsdRate,
    is_identifier as is_identifier,
    is_in_currency as is_in_currency,
)
from .household import (
    MOST_CHILDREN as MOST_CHILDREN,
    OLDEST as OLDEST,
    YOUNGEST as YOUNGEST,
    HouseholdFacts as HouseholdFacts,
)
from .moments import END_OF_DAY as END_OF_DAY, in_zone as in_zone, parse_moment as parse_moment
from .negotiation import (
    MarketMeasure as MarketMeasure,
    MarketObservation as MarketObservation,
    Negotiation as Negotiation,
    PackageAmounts as PackageAmounts,
    Quoted as Quoted,
    Signals as Signals,
)
from .number_parsing import (
    MAX_NUMBER_TEXT as MAX_NUMBER_TEXT,
    USD as USD,
    Kind as Kind,
    ParseError as ParseError,
    WrittenNumber as WrittenNumber,
    is_range as is_range,
    parse_number as parse_number,
    parse_rate as parse_rate,
    plain_digits as plain_digits,
)
from .offer import (
    AMAZON as AMAZON,
    AMAZON_VESTING as AMAZON_VESTING,
    MAX_SIGN_ON_YEARS as MAX_SIGN_ON_YEARS,
    REMOTE as REMOTE,
    Offer as Offer,
    Role as Role,
    Scores as Scores,
)
from .place_names import (
    ELSEWHERE as ELSEWHERE,
    STATE_CODES as STATE_CODES,
    PlaceNames as PlaceNames,
    read_notes as read_notes,
    read_place as read_place,
    unknown_place as unknown_place,
)
from .process import (
    ASSUMED_TIME as ASSUMED_TIME,
    Deadline as Deadline,
    Heard as Heard,
    HiringProcess as HiringProcess,
    KnownTimes as KnownTimes,
    known_times as known_times,
)
from .reported import (
    Filings as Filings,
    PaySummary as PaySummary,
    Percentiles as Percentiles,
    PostedRange as PostedRange,
    PublishedWage as PublishedWage,
    Reported as Reported,
    WageFloor as WageFloor,
    Widening as Widening,
)
from .startup import Startup as Startup, StockOption as StockOption
from .vesting import (
    MAX_MONTHS_ACCRUED as MAX_MONTHS_ACCRUED,
    REST as REST,
    OwnSchedule as OwnSchedule,
    VestingRule as VestingRule,
    fractions_of as fractions_of,
    months_on_vest_days as months_on_vest_days,
    own_tranches as own_tranches,
    schedule_name as schedule_name,
)
