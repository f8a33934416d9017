from .agreements import (
    Agreement as Agreement,
    parse_agreements as parse_agreements,
    parse_post_settlement as parse_post_settlement,
)
from .case import (
    Case as Case,
    Issue as Issue,
    Option as Option,
    Package as Package,
    Pair as Pair,
    Side as Side,
    package_points as package_points,
)
from .case_file import CASE_SCHEMA as CASE_SCHEMA, ROLES as ROLES
from .case_writer import case_yaml as case_yaml
from .class_file import (
    CASE_FILE as CASE_FILE,
    CLASS_FILE as CLASS_FILE,
    ClassRecord as ClassRecord,
    load_class_record as load_class_record,
)
from .class_plan import (
    MAX_SEATS as MAX_SEATS,
    MIN_SEATS as MIN_SEATS,
    SECRET_BYTES as SECRET_BYTES,
    ClassPlan as ClassPlan,
    plan_class as plan_class,
    secret_from_text as secret_from_text,
)
from .debrief import (
    MIN_FOR_Z as MIN_FOR_Z,
    Debrief as Debrief,
    PairResult as PairResult,
    SecondResult as SecondResult,
    debrief_class as debrief_class,
    load_debrief as load_debrief,
)
from .earlier import (
    ClassSummary as ClassSummary,
    EarlierClasses as EarlierClasses,
    compare_classes as compare_classes,
    summarize_class as summarize_class,
)
from .exercises.exercise import EXERCISES as EXERCISES, Exercise as Exercise, build_exercise as build_exercise
from .exercises.given import Given as Given
from .exercises.question import (
    ChoiceQuestion as ChoiceQuestion,
    Feedback as Feedback,
    NumberQuestion as NumberQuestion,
    Question as Question,
    TextQuestion as TextQuestion,
)
from .feelings import (
    MIN_ANSWERS as MIN_ANSWERS,
    Feeling as Feeling,
    class_feelings as class_feelings,
)
from .first_offers import (
    MIN_FOR_CORRELATION as MIN_FOR_CORRELATION,
    FirstOffer as FirstOffer,
    RankLink as RankLink,
    first_offers as first_offers,
    offer_link as offer_link,
    rank_link as rank_link,
)
from .forms import (
    AGREEMENTS_FILE as AGREEMENTS_FILE,
    ANSWERS_FILE as ANSWERS_FILE,
    FIRST_OFFERS_FILE as FIRST_OFFERS_FILE,
    FORM_FILES as FORM_FILES,
    FORM_START as FORM_START,
    MARKS as MARKS,
    MARKS_FILE as MARKS_FILE,
    OFFER_START as OFFER_START,
    POST_SETTLEMENT_FILE as POST_SETTLEMENT_FILE,
    QUESTIONS as QUESTIONS,
    blank_forms as blank_forms,
)
from .grading import (
    WEIGHTS as WEIGHTS,
    GradeProposal as GradeProposal,
    play_points as play_points,
    propose_grades as propose_grades,
)
from .live_export import is_blank_form as is_blank_form, live_forms as live_forms
from .loading import load_case as load_case, read_text as read_text
from .opponents.game import (
    MAX_TURNS as MAX_TURNS,
    MIN_TURNS as MIN_TURNS,
    Game as Game,
    Move as Move,
)
from .opponents.opponent import Opponent as Opponent, play_game as play_game
from .opponents.packages import Packages as Packages
from .opponents.phrases import PHRASES as PHRASES, last_phrase as last_phrase
from .opponents.practice import (
    DEFAULT_TURNS as DEFAULT_TURNS,
    Practice as Practice,
    practice_case as practice_case,
)
from .opponents.review import LostTurn as LostTurn, Review as Review, review_game as review_game
from .opponents.strategies import (
    STRATEGIES as STRATEGIES,
    Strategy as Strategy,
    conceded as conceded,
    target_by_time as target_by_time,
)
from .optional_forms import parse_first_offers as parse_first_offers, parse_numbers as parse_numbers
from .outcomes import Outcomes as Outcomes, Pairs as Pairs
from .played_class import PlayedClass as PlayedClass, load_played_class as load_played_class
from .reseated_forms import course_form as course_form, reseated_form as reseated_form
from .scenario import Scenario as Scenario
from .scoring import LEVELS as LEVELS, CaseLevel as CaseLevel
from .seating import Seating as Seating, changed_roles as changed_roles, reseat as reseat
from .solutions import POINTS as POINTS, Analysis as Analysis, analyze_case as analyze_case
