from .client import InProcessManager as InProcessManager
from .driver import CannotForkError as CannotForkError, Forked as Forked, ForkServer as ForkServer
from .processes import (
    RUNTIME_FOLDER_VARIABLE as RUNTIME_FOLDER_VARIABLE,
    kill_descendants as kill_descendants,
    kill_tree as kill_tree,
    worker_environment as worker_environment,
)
from .tasks import Ending as Ending, Task as Task, Tell as Tell
