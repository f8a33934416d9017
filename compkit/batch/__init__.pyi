from .checking import CheckResult as CheckResult, check_reports as check_reports
from .folder.figures import csv_text as csv_text
from .folder.results import BatchRun as BatchRun, ReportResult as ReportResult, report_subject as report_subject
from .kit import FilledFolder as FilledFolder, copy_kit as copy_kit, fill_notebooks as fill_notebooks
from .ledger.changes import (
    ChangedFigure as ChangedFigure,
    ReportChange as ReportChange,
    RunChanges as RunChanges,
    Value as Value,
    run_changes as run_changes,
)
from .notebooks import PAY_STORE as PAY_STORE, find_notebooks as find_notebooks
from .parameters import parameter_from_text as parameter_from_text
from .publish.files import write_atomically as write_atomically, write_folder as write_folder
from .publish.interruptions import ENDING_SIGNALS as ENDING_SIGNALS
from .run.jobs import (
    DEFAULT_MEMORY_LIMIT_BYTES as DEFAULT_MEMORY_LIMIT_BYTES,
    DEFAULT_TIMEOUT_SECONDS as DEFAULT_TIMEOUT_SECONDS,
    RunOptions as RunOptions,
)
from .running import RunCallbacks as RunCallbacks, run_reports as run_reports
from .store.store_address import StoreAddress as StoreAddress, parse_output as parse_output
