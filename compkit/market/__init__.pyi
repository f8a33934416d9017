from .audit import Finding as Finding, guide_audit as guide_audit, worked_offers as worked_offers
from .bands import (
    BANDS_BY_TYPE as BANDS_BY_TYPE,
    GuideLevel as GuideLevel,
    guide_band as guide_band,
    guide_level as guide_level,
    levels_elsewhere as levels_elsewhere,
)
from .intelligence import (
    PAY_SAMPLE as PAY_SAMPLE,
    MarketIntelligence as MarketIntelligence,
    load_market_intelligence as load_market_intelligence,
)
from .market import (
    BELOW_MARKET_SHARE as BELOW_MARKET_SHARE,
    company_type_positions as company_type_positions,
    further_positions as further_positions,
    market_positions as market_positions,
    range_verdict as range_verdict,
    share_below_market as share_below_market,
)
from .pay_store import PayStore as PayStore, pay_store_for as pay_store_for, with_reported_pay as with_reported_pay
from .premium import Premiums as Premiums, ai_ml_premiums as ai_ml_premiums
from .reality import (
    BandCheck as BandCheck,
    FiledBase as FiledBase,
    ReportedPay as ReportedPay,
    check_bands as check_bands,
)
from .reported import reported_pay as reported_pay
from .scoring import (
    MATRICES as MATRICES,
    FiredRule as FiredRule,
    Flip as Flip,
    Matrix as Matrix,
    Score as Score,
    fired_rules as fired_rules,
    flips as flips,
    matrix_score as matrix_score,
    signals as signals,
)
from .yardsticks import (
    GUIDE as GUIDE,
    KIND_NAMES as KIND_NAMES,
    POSTING as POSTING,
    REPORTED as REPORTED,
    RESEARCH as RESEARCH,
    STORE_POSTING as STORE_POSTING,
    Yardstick as Yardstick,
    is_recent as is_recent,
    posted_job as posted_job,
    posting_doubt as posting_doubt,
    reported_circle as reported_circle,
    yardsticks as yardsticks,
)
