from .decision import PersonalDecision as PersonalDecision
from .evaluation import Explanation as Explanation, OfferEvaluation as OfferEvaluation
from .offer import Offer as Offer
from .offer_list import OfferList as OfferList, read_offers as read_offers
from .pair import Pair as Pair
from .worth import Worth as Worth
