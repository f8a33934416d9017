from .agreements import (
    FORM_START as FORM_START,
    Agreement as Agreement,
    PlayedClass as PlayedClass,
    load_played_class as load_played_class,
    parse_agreements as parse_agreements,
)
from .case import (
    Case as Case,
    Issue as Issue,
    Option as Option,
    Pair as Pair,
    Side as Side,
)
from .case_file import CASE_SCHEMA as CASE_SCHEMA, ROLES as ROLES
from .case_writer import case_yaml as case_yaml
from .class_file import ClassRecord as ClassRecord, load_class_record as load_class_record
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
    debrief_class as debrief_class,
)
from .loading import load_case as load_case
from .opponents.game import (
    MAX_TURNS as MAX_TURNS,
    MIN_TURNS as MIN_TURNS,
    Game as Game,
    Move as Move,
)
from .opponents.opponent import Opponent as Opponent, play_game as play_game
from .opponents.packages import Package as Package, Packages as Packages, package_points as package_points
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
from .outcomes import Outcomes as Outcomes, Pairs as Pairs
from .reseated_forms import course_form as course_form, reseated_form as reseated_form
from .scenario import Scenario as Scenario
from .scoring import LEVELS as LEVELS, CaseLevel as CaseLevel
from .seating import Seating as Seating, changed_roles as changed_roles, reseat as reseat
from .solutions import POINTS as POINTS, Analysis as Analysis, analyze_case as analyze_case
