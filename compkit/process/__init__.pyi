from .calendar_file import (
    CalendarItem as CalendarItem,
    calendar_file as calendar_file,
    is_own_calendar as is_own_calendar,
)
from .clashes import (
    MAX_EXTENSION_DAYS as MAX_EXTENSION_DAYS,
    Clash as Clash,
    Expedite as Expedite,
    Extension as Extension,
    clashes as clashes,
    extension as extension,
    person_clashes as person_clashes,
)
from .facts import ProcessFacts as ProcessFacts, facts_of as facts_of
from .loading import load_timeline as load_timeline
from .onboarding import Onboarding as Onboarding, Reminder as Reminder, Step as Step, onboarding as onboarding
from .panel import PRINCIPLES as PRINCIPLES, Panel as Panel, is_away as is_away, reference_panel as reference_panel
from .schedule import ACTIVE as ACTIVE, Task as Task, TaskStatus as TaskStatus, Window as Window, week_of as week_of
from .signals import Reading as Reading, readings as readings
from .timeline import (
    ProcessPlan as ProcessPlan,
    Timeline as Timeline,
    plan_of as plan_of,
    process_warnings as process_warnings,
    timeline as timeline,
)
