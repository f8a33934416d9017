"""Notebooks that once differed, and more awkward ones, give in forked processes what ordinary kernels give.

Both ways run side by side, all of them at once; each test looks at one notebook's outputs.
"""

from __future__ import annotations

import json
import os
import sys
import venv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from forked_notebooks import Executed, comparable, executed, unwatched_by_pytest, write_cells
from jupyter_client.kernelspec import KernelSpec
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from compkit.batch.checking import check_reports
from compkit.engine import driver
from compkit.engine.engine import installed_imports, is_our_kernel
from compkit.engine.limits import why_no_forks

pytestmark = pytest.mark.skipif(bool(why_no_forks()), reason="forked notebooks need Linux; run these tests there")

N_ORDINARY_AT_A_TIME = 2

INSTALLED = {
    "looks_about": """
import sys
from IPython import get_ipython as asked
try: FOUND = type(get_ipython()).__name__
except NameError: FOUND = "none"
SEEN = FOUND, type(asked()).__name__, "IPKernelApp" in asked().config, sys.stdout.encoding, sys.stdout.isatty(), sys.argv[1]
def say(text, file=sys.stdout): print(text, file=file, flush=True)
""",
    "shows_itself": "from IPython.display import HTML, display\ndisplay(HTML('<b>loaded</b>')); print('hello')",
    "warns": "import warnings\nwarnings.warn('old', FutureWarning)",
    "starts_a_thread": "import threading, time\nTHREAD = threading.Thread(target=time.sleep, args=(1000,), daemon=True)\nTHREAD.start()",
    "sets_a_variable": "import os\nos.environ['SET_AT_IMPORT'] = 'yes'",
    "ends_the_process": "import os\nos._exit(7)",
    "cannot_be_imported": "raise RuntimeError('not here')",
    "listens": "VALUES = []\nget_ipython().events.register('post_run_cell', lambda result: VALUES.append(result.result))",
}
"""Modules as people install them, by what they do when they are imported."""

FLOOD = (
    "for number in range({0}): display(number)\n# %%\nfor number in range({0}): print(number, flush=True)\n# %%\n'on'"
)

CASES = {
    "wide tables": """
import pandas as pd, numpy as np
wide = pd.DataFrame(np.arange(56).reshape(2, 28), columns=[f"part{n:02d}" for n in range(28)]); wide
# %%
print(wide)
# %%
pd.DataFrame({f"a column with a long name {n}": [2.5] * 3 for n in range(11)})
# %%
pd.DataFrame({"text": ["z" * 150]}), pd.DataFrame({"n": range(80)})
""",
    "options": """
import pandas as pd, numpy as np
pd.describe_option(_print_desc=False)
# %%
np.get_printoptions(), np.geterr(), pd.get_option("display.max_columns"), pd.get_option("display.width")
# %%
pd.set_option("display.max_rows", 6); np.set_printoptions(precision=3)
pd.DataFrame({"n": range(50)})
# %%
np.array([2 / 3]), pd.get_option("display.max_rows")
# %%
import matplotlib.pyplot as plt
dict(plt.rcParams), plt.get_backend(), plt.isinteractive()
""",
    "options, magic first": """
%matplotlib inline
import matplotlib.pyplot as plt, pandas as pd
dict(plt.rcParams), plt.get_backend(), plt.isinteractive(), pd.get_option("display.max_columns")
# %%
%load_ext autoreload
%autoreload 2
plt.plot([1, 3])
""",
    "progress bars": """
import tqdm, tqdm.auto, tqdm.notebook
tqdm.auto.tqdm.__mro__[1].__module__
# %%
for _ in tqdm.auto.tqdm(range(3), bar_format="{desc}{n_fmt}/{total_fmt}", desc="auto"): pass
# %%
for _ in tqdm.tqdm(range(3), bar_format="{desc}{n_fmt}/{total_fmt}", desc="plain", mininterval=0): pass
""",
    "rich": """
import rich, rich.table
from rich.console import Console
rich.get_console().is_jupyter, Console().is_jupyter, Console().width, Console().is_terminal, Console().color_system
# %%
table = rich.table.Table("a", "b"); table.add_row("1", "[bold]two[/bold]"); rich.print(table); table
# %%
from rich import pretty; pretty.install()
{"a": [1, 2], "b": "text"}
""",
    "output widgets": """
import ipywidgets as w
from IPython.display import HTML, clear_output, display
box = w.Output(); box
# %%
with box: print("kept")
# %%
with box: display(HTML("<i>shown</i>")); print("and more")
# %%
@box.capture()
def say(): print("captured")
say()
# %%
len(box.outputs), [kind["output_type"] for kind in box.outputs]
# %%
with box: 1 / 0
# %%
box.append_stdout("appended"); box.append_display_data(HTML("x"))
# %%
[kind["output_type"] for kind in box.outputs]
# %%
other = w.Output()
with other:
    print("gone"); clear_output(); print("stays")
    with box: print("inner")
    print("outer")
print("outside"); other
# %%
with other: clear_output(wait=True); print("anew")
# %%
other.outputs, box.outputs[-1]["output_type"]
# %%
box.clear_output()
# %%
box.outputs
""",
    "widgets that answer": """
import ipywidgets as w
from IPython.display import display
box = w.Output(); display(box); seen = []
box.observe(lambda change: (seen.append(len(change["new"])), print("a word of no cell")), "outputs")
# %%
with box: print("one"); display(w.IntSlider(value=4))
# %%
box.append_stdout("more"); slider = w.IntSlider(value=5); slider
# %%
slider.value = 8; seen, len(box.outputs)
# %%
def react(change):
    with box: print("now", change["new"])
slider.observe(react, "value"); slider.value = 9
# %%
box.outputs[-1]
""",
    "flood": FLOOD.format(400),  # more, and an ordinary kernel's socket drops some on a slow machine
    "tasks between cells": """
import asyncio
log = []
async def step():
    for number in range(20): await asyncio.sleep(0); log.append(number)
task = asyncio.create_task(step()); len(log)
# %%
1 + 1
# %%
2 + 2
# %%
len(log), task.done()
# %%
async def numbers():
    for number in range(3): await asyncio.sleep(0.001); yield number
[number async for number in numbers()], await asyncio.gather(asyncio.sleep(0, "a"), asyncio.sleep(0, "b"))
# %%
asyncio.run(step())
# %%
async with asyncio.timeout(5): print("inside")
# %%
late = asyncio.get_running_loop().call_later(0, print, "called"); await asyncio.sleep(0.05); print("after")
# %%
task = asyncio.create_task(asyncio.sleep(60)); task.cancel()
await task
""",
    "what modules find at import": """
import looks_about; looks_about.SEEN
# %%
looks_about.say("by a stream of the import's")
import time; time.sleep(2)
""",
    "what modules do at import": """
import shows_itself
# %%
import warns
# %%
import starts_a_thread; starts_a_thread.THREAD.is_alive()
# %%
import os, sets_a_variable; os.environ["SET_AT_IMPORT"]
# %%
import cannot_be_imported
""",
    "modules that listen": "import listens\n# %%\n5\n# %%\nlistens.VALUES",
    "arguments": """
import argparse, os, sys
os.path.basename(sys.argv[0]), sys.argv[1], sys.argv[2].endswith(".json"), sys.argv[3:]
# %%
parser = argparse.ArgumentParser(); parser.add_argument("--rate", default=1)
known, others = parser.parse_known_args(); parser.prog, known, len(others)
# %%
parser.error("so a notebook ends")
""",
    "questions": """
input("a name?")
# %%
import getpass; getpass.getpass("a word?")
# %%
import sys; sys.stdin.read()
# %%
breakpoint()
# %%
import pdb; pdb.set_trace()
# %%
import pdb; pdb.Pdb.__mro__[0].__module__, pdb.set_trace.__module__
# %%
import code; code.interact(banner="", exitmsg="")
""",
    "displays updated": """
from IPython.display import clear_output, display, update_display
first = display("one", display_id="x"); second = display("two", display_id=True)
# %%
first.update("three"); second.update("four"); update_display("nobody's", display_id="y")
# %%
display("five", display_id="x"); clear_output(); first.update("six")
# %%
display("seven", display_id="x"); clear_output(wait=True); first.update("eight"); print("last")
""",
    "threads": """
import threading
from concurrent.futures import ThreadPoolExecutor
from IPython.display import display
def work(n): print("thread", n); display(n); return n
with ThreadPoolExecutor(1) as pool: print(list(pool.map(work, range(3))))
# %%
def fail(): 1 / 0
thread = threading.Thread(target=fail, name="failing"); thread.start(); thread.join()
# %%
local = threading.local(); local.value = 1
# %%
local.value, threading.current_thread() is threading.main_thread(), threading.current_thread().name
# %%
import contextvars
variable = contextvars.ContextVar("variable"); variable.set(3)
# %%
variable.get()
""",
    "processes": """
import multiprocessing, os, subprocess, sys, time
reader, writer = os.pipe()
pid = os.fork()
if pid == 0: os.write(writer, b"from a child"); os._exit(3)
os.read(reader, 100), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
# %%
with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(abs, [-1, -2, 3]))
# %%
subprocess.run(["echo", "straight to the descriptor"], check=True).returncode, time.sleep(2)
# %%
subprocess.run([sys.executable, "-c", "import sys; print(sys.stdin.read() == '', sys.stdout.isatty())"], capture_output=True, text=True).stdout
# %%
subprocess.run("exit 3", shell=True, check=True)
""",
    "signals": """
import os, signal, time
def ring(*_): raise TimeoutError("rung")
signal.signal(signal.SIGALRM, ring); signal.setitimer(signal.ITIMER_REAL, 0.05)
time.sleep(5)
# %%
os.kill(os.getpid(), signal.SIGINT); time.sleep(5)
# %%
caught = []; signal.signal(signal.SIGUSR1, lambda *_: caught.append(1)); os.kill(os.getpid(), signal.SIGUSR1); caught
# %%
signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGPIPE)
""",
    "warnings": """
import warnings
def old(): warnings.warn("old", DeprecationWarning, stacklevel=2)
old(); old()
# %%
for _ in range(3): warnings.warn("again")
# %%
with warnings.catch_warnings():
    warnings.simplefilter("error"); warnings.warn("raised")
# %%
import numpy as np, pandas as pd
np.array([1.0]) / 0, np.float64(1) / 0
# %%
warnings.simplefilter("ignore"); warnings.warn("not seen"); warnings.showwarning.__module__
# %%
warnings.warn("by a category", FutureWarning); eval("1 is 1")
""",
    "colors in errors": r"""
raise ValueError("\x1b[31mred\x1b[0m and\nplain <b>")
# %%
error = KeyError("noted"); error.add_note("a note"); raise error
# %%
class Own(Exception):
    def _render_traceback_(self): return ["as", "it likes"]
raise Own
# %%
exec("def broken(:")
# %%
(lambda: eval("1 / 0"))()
# %%
%xmode Minimal
1 / 0
# %%
%xmode Verbose
def inner(number): return 1 / number
inner(0)
# %%
%xmode Context
import json; json.loads("{")
""",
    "magics": """
%%html
<b>first</b>
# %%
import os, tempfile; os.chdir(tempfile.mkdtemp())
# %%
%%javascript
element.text("x")
# %%
%%writefile said.py
import sys; print("said", __name__, sys.argv); VALUE = 6
# %%
%run said.py --loud
# %%
VALUE
# %%
%%bash
echo from bash; pwd | wc -l
# %%
%%capture kept
print("kept"); 5
# %%
kept.stdout, kept.outputs
# %%
%env OWN=3
# %%
!echo $OWN
# %%
%alias twice echo %s %s
# %%
twice a b
# %%
%who int
# %%
%pinfo2 nothing_there
# %%
%no_such_magic
# %%
%%no_such_cell_magic
# %%
len?
# %%
%%timeit -n1 -r1 -q
pass
""",
    "much at once": """
print("x" * 2_000_000)
# %%
list(range(3000))
# %%
{"a": "b" * 300_000}
# %%
from IPython.display import HTML, Image; HTML("<p>" + "y" * 500_000 + "</p>")
# %%
for number in range(3000): print("line", number)
""",
    "streams": r"""
import io, logging, sys
sys.stdout.encoding, sys.stdout.isatty(), sys.stdout.name, sys.stdout.errors, sys.stdout.fileno() > 2, sys.stderr.isatty()
# %%
logging.getLogger("own").warning("by the last resort"); logging.getLogger().handlers
# %%
handler = logging.StreamHandler(); logging.getLogger("own").addHandler(handler); logging.getLogger("own").error("by a handler")
# %%
import contextlib
with contextlib.redirect_stdout(io.StringIO()) as kept: print("aside")
kept.getvalue()
# %%
print("a\rb"); print("no end", end=""); sys.stdout.write("ok\n"); print("é 漢 🎉", file=sys.stderr)
# %%
sys.stdout.buffer
# %%
import faulthandler; faulthandler.is_enabled()
""",
    "names and places": """
import sys, os, inspect, builtins
__name__, sorted(name for name in globals() if not name.startswith("_i")), sys.modules["__main__"].__name__
# %%
def shown(a, b=1): "its text"; return a
class Shown: pass
inspect.getsource(shown), inspect.getmodule(shown).__name__, inspect.getmodule(shown.__code__), Shown.__module__, inspect.getsource(Shown)
# %%
"display" in dir(builtins), "get_ipython" in dir(builtins), exit.__class__.__name__, quit
# %%
import pickle, dataclasses
@dataclasses.dataclass
class Point: x: int = 0
pickle.loads(pickle.dumps(Point(3)))
# %%
get_ipython().config.IPKernelApp.keys(), type(get_ipython().kernel.comm_manager).__name__, get_ipython().parent_header["msg_type"] if hasattr(get_ipython(), "parent_header") else None
# %%
_, __, _2[0] if isinstance(_2, tuple) else _2, In[1][:10], len(Out)
""",
    "styles and plots": """
import pandas as pd, numpy as np
frame = pd.DataFrame({"a": [1, 2], "b": [3.5, None]}); frame.style.highlight_max()
# %%
frame.info()
# %%
frame.plot(title="plotted")
# %%
import matplotlib.pyplot as plt
figure, axes = plt.subplots(figsize=(2, 1)); axes.plot([1, 2]); figure
# %%
plt.close("all"); plt.figure(figsize=(1, 1)); plt.get_fignums()
# %%
plt.get_fignums()
# %%
object(), frame.groupby("a")
""",
    "ends with text": "print('before')\n# %%\nraise SystemExit('enough')",
}
"""Cells of notebooks; all run with `allow_errors` but those that begin with `ends`."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder where notebooks run; modules are installed for all Python processes that start there."""
    folder, installed = tmp_path_factory.mktemp("place"), tmp_path_factory.mktemp("own") / "site-packages"
    installed.mkdir()
    for name, source in INSTALLED.items():
        (installed / f"{name}.py").write_text(source, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, unwatched_by_pytest():
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(installed), os.environ.get("PYTHONPATH")])))
        patch.syspath_prepend(str(installed))
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def both(place: Path) -> dict[str, tuple[Executed, Executed]]:
    """Run every notebook by papermill and by its engine compkit; return what both gave."""
    paths = {name: write_cells(place / f"{name}.ipynb", cells) for name, cells in CASES.items()}

    def run(name: str, engine: str | None) -> Executed:
        return executed(paths[name], engine, cwd=None, allow_errors=not name.startswith("ends"))

    with ThreadPoolExecutor(N_ORDINARY_AT_A_TIME) as pool:
        ordinary = pool.map(lambda name: run(name, None), CASES)
        forked = [run(name, "compkit") for name in CASES]
        return dict(zip(CASES, zip(ordinary, forked, strict=True), strict=True))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.long
def test_both_are_equal(name: str, both: dict[str, tuple[Executed, Executed]]) -> None:
    ordinary, forked = both[name]
    given, wanted = comparable(forked), comparable(ordinary)
    for cell, expected in zip(given[0], wanted[0], strict=True):
        assert cell == expected
    assert given == wanted
    assert any(cell.get("outputs") for cell in forked.notebook.cells)


@pytest.mark.long
def test_a_forked_notebook_loses_nothing_of_a_flood(place: Path) -> None:
    forked = executed(write_cells(place / "whole flood.ipynb", FLOOD.format(3000)), "compkit")
    numbers = list(map(str, range(3000)))
    assert [output["data"]["text/plain"] for output in forked.cell(0).outputs] == numbers
    assert (forked.text(1).split(), forked.text(2)) == (numbers, "'on'")


@pytest.mark.long
def test_a_kernel_of_another_environment_is_an_ordinary_one(
    place: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    venv.create(place / "other", symlinks=True)  # its Python is a link to the one below ours
    site = next((place / "other" / "lib").glob("python*/site-packages"))
    (site / "ours.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    (site / "only_there.py").write_text("VALUE = 'only there'")
    python = str(place / "other" / "bin" / "python")
    spec = {"argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "Other"}
    (place / "share" / "kernels" / "other").mkdir(parents=True)
    (place / "share" / "kernels" / "other" / "kernel.json").write_text(json.dumps(spec | {"language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(place / "share"))
    path = write_cells(place / "other.ipynb", "import sys; sys.prefix\n# %%\nimport only_there; only_there.VALUE")
    forked = executed(path, "compkit", kernel_name="other")
    assert (forked.error, forked.text(0), forked.text(1)) == (None, repr(str(place / "other")), "'only there'")
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert said == ["The kernel 'other' is not this environment's Python. The notebook runs in an ordinary kernel."]


def test_our_python_is_known_by_its_folder(tmp_path: Path) -> None:
    ours = Path(sys.executable)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(ours.resolve())
    (tmp_path / "same").symlink_to(ours.parent)
    known = ["python", "python3", str(ours), str(tmp_path / "same" / ours.name)]
    others = [str(tmp_path / "bin" / "python"), str(tmp_path / "none" / "python"), "python2.7", "R"]

    def is_ours(command: str, *options: str) -> bool:
        return is_our_kernel(KernelSpec(argv=[command, *options, "-m", "ipykernel_launcher", "-f", "x"]))

    assert [command for command in known if not is_ours(command)] == []
    assert [command for command in others if is_ours(command)] == []
    assert not is_ours("python", "-I")


@pytest.mark.long
def test_an_exception_without_a_traceback_is_named(place: Path) -> None:
    text = (
        "class Stop(Exception):\n    def _render_traceback_(self): pass\nprint('kept')\n# %%\nraise Stop\n# %%\n'never'"
    )
    path = write_cells(place / "stop.ipynb", text)
    ordinary, forked = executed(path, None), executed(path, "compkit")
    assert isinstance(ordinary.error, nbformat.ValidationError)
    assert isinstance(forked.error, nbformat.ValidationError)
    assert str(forked.error) == "cell 2: Stop gives no traceback, and so no notebook can show it."
    assert [forked.text(position) for position in range(3)] == ["kept\n", "", ""]


@pytest.mark.long
def test_a_module_that_ends_the_process_harms_only_its_notebook(place: Path) -> None:
    ending = executed(write_cells(place / "ending.ipynb", "print('kept')\n# %%\nimport ends_the_process"), "compkit")
    assert isinstance(ending.error, DeadKernelError)
    assert str(ending.error) == "Kernel died: cell 2: its process ended by itself with code 7."
    assert ending.text(0) == "kept\n"
    assert executed(write_cells(place / "after.ipynb", "'well'"), "compkit").text(0) == "'well'"


ENDLESS = """
import inspect, sys
sys.setrecursionlimit(300)
n_asked, usual = 0, inspect.ismodule
def counted(value):
    global n_asked
    n_asked += 1
    return usual(value)
# %%
def deeper(n): return deeper(n + 1)
inspect.ismodule = counted; deeper(0)
# %%
inspect.ismodule = usual; n_asked
"""


@pytest.mark.long
def test_a_recursion_without_end_looks_at_no_more_modules(place: Path) -> None:
    # A traceback asks of each frame which of all modules is its own, and a fork server has thousands.
    path = write_cells(place / "endless.ipynb", ENDLESS)
    ordinary, forked = (executed(path, engine, allow_errors=True) for engine in (None, "compkit"))
    (given,), (wanted,) = (result.cell(-2).outputs for result in (forked, ordinary))
    assert (given.ename, given.evalue) == (wanted.ename, wanted.evalue)
    assert 0 < len(wanted.traceback) - len(given.traceback) < 80
    assert set(given.traceback[1:]) <= set(wanted.traceback[1:])
    assert int(forked.text(-1)) <= 2 * int(ordinary.text(-1))


@pytest.mark.long
def test_one_fork_server_takes_in_what_notebooks_import(place: Path) -> None:
    held = []
    for name in ("openpyxl", "bs4", "tabulate", "flask", "sqlite3.dbapi2", "looks_about"):
        cells = f"%load_ext autoreload\nimport sys; was_there = {name!r} in sys.modules\n# %%\n%%time\nimport {name}\n# %%\nwas_there"
        forked = executed(write_cells(place / "grow.ipynb", cells), "compkit")
        assert (forked.error, forked.text(2)) == (None, str("." not in name))  # Python's own are quick
        servers = [
            process for process in psutil.Process().children() if "compkit.engine.fork_server" in str(process.cmdline())
        ]
        held.append(sum(process.memory_full_info().pss for process in servers))
        assert len(servers) <= driver.MAX_SHARED
    assert max(held) < 500e6


def test_at_most_two_fork_servers_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    class Server:
        is_alive, is_idle = True, True

        def wait_until_ready(self) -> None:
            """Be ready."""

        def end(self) -> None:
            self.is_alive = False

    monkeypatch.setattr(driver, "ForkServer", Server)
    monkeypatch.setattr(driver, "_shared", {})

    def server(setting: str) -> Any:
        monkeypatch.setenv("PYTHONOPTIMIZE", setting)
        return driver.shared_fork_server()

    first, second = server("1"), server("2")
    assert server("1") is first
    third = server("3")
    assert [first.is_alive, second.is_alive, third.is_alive] == [True, False, True]
    first.is_idle = False
    fourth = server("4")
    assert [first.is_alive, third.is_alive, fourth.is_alive] == [True, False, True]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("%matplotlib inline\nimport psutil", ["psutil"]),
        ("!ls\nimport psutil\n%load_ext x", ["psutil"]),
        ("%%time\nimport psutil", ["psutil"]),
        ("\n%%capture kept\n%time 1\nimport psutil", ["psutil"]),
        ("psutil?\nfiles = !ls\nimport psutil", ["psutil"]),
        ("%%bash\nimport psutil", []),
        ("import psutil\nx = (", []),
    ],
)
def test_imports_are_found_beside_magics(source: str, names: Sequence[str]) -> None:
    assert installed_imports(new_notebook(cells=[new_code_cell(source)])) == names


@pytest.mark.long
def test_check_does_not_report_what_is_chance(place: Path) -> None:
    cells = """
object(), open
# %%
import tempfile; tempfile.mkdtemp()
# %%
import warnings; warnings.warn("careful")
# %%
import pandas as pd; pd.DataFrame({"a": [1, 2]}).style.highlight_max()
# %%
import uuid; uuid.uuid4(), uuid.uuid4().hex
"""
    (place / "checked").mkdir()
    forked = executed(write_cells(place / "chance.ipynb", cells), "compkit")
    nbformat.write(forked.notebook, str(place / "checked" / "chance.ipynb"))
    nbformat.write(forked.notebook, str(place / "checked" / "changed.ipynb"))
    changed = (
        (place / "checked" / "changed.ipynb")
        .read_text(encoding="utf-8")
        .replace("UserWarning: careful", "UserWarning: else")
    )
    (place / "checked" / "changed.ipynb").write_text(changed, encoding="utf-8")
    found = {result.path: (result.status, result.cell) for result in check_reports(place / "checked", 2)}
    assert found == {"chance.ipynb": ("ok", None), "changed.ipynb": ("changed", 3)}
