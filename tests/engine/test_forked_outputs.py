"""Forked notebooks give what ordinary kernels give, output for output, and nothing that one does reaches the next.

Where they cannot be equal is said in `compkit.engine.engine`, and the tests at the end show it.
"""

from __future__ import annotations

import ast
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forked_notebooks import Executed, comparable, executed, unwatched_by_pytest, write_cells
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from waiting import run_with_limits

from compkit.engine.limits import why_no_forks
from compkit.reference import notebook_directory

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(bool(why_no_forks()), reason="forked notebooks need Linux; run these tests there")

SHOWN = r"""
import asyncio, decimal, json, random, sys, threading
import numpy as np, pandas as pd
from IPython.display import HTML, JSON, SVG, Javascript, Latex, Markdown, Math, clear_output, display
print("a"); sys.stdout.flush(); print("b", file=sys.stderr); display(HTML("<b>x</b>")); print("c"); "result"
# %%
display({"text/plain": "raw", "application/json": {"a": [1]}}, raw=True, metadata={"application/json": {"m": 1}})
# %%
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'/>"), Latex("$x$"), JSON({"a": 1}), Markdown("*x*"), Javascript("1"))
# %%
class Custom:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "C", "application/x-own+json": {"k": 1}}, {"application/x-own+json": {"m": 2}}
Custom()
# %%
handle = display("first", display_id="one"); display("other", display_id="two")
# %%
handle.update(HTML("<i>second</i>"), metadata={"x": 1}); display("again", display_id="one")
# %%
print("gone"); clear_output(); print("stays")
# %%
print("gone"); clear_output(wait=True); display("stays")
# %%
In[2][:8], 1 in Out, _
# %%
%history -n 1-2
# %%
type(get_ipython()).__name__, __name__, sys.modules["__main__"].__dict__ is globals(), sys.displayhook is not None
# %%
pd.set_option("display.precision", 2); np.set_printoptions(precision=2); decimal.getcontext().prec = 5
display(pd.DataFrame({"a": [1.23456], "b": ["é 漢 🎉"]}))
# %%
np.array([1.23456]), decimal.Decimal(1) / 3
# %%
random.seed(1); np.random.seed(1); random.random(), np.random.rand(2), np.random.default_rng(3).random()
# %%
pd.DataFrame({"a": [1.5]}).style.set_uuid("x").format("{:.1f}")
# %%
import matplotlib
matplotlib.rcParams["figure.figsize"] = (2, 1)
import matplotlib.pyplot as plt
plt.plot([1, 2])
# %%
import matplotlib.units
sorted(map(str, matplotlib.units.registry)), plt.get_fignums(), sorted(pd.plotting._core._backends)
# %%
pd.Series([1.0, 2.0], pd.date_range("2026-01-01", periods=2)).plot()
# %%
sorted(map(str, matplotlib.units.registry)), plt.get_fignums(), sorted(pd.plotting._core._backends)
# %%
for number in range(3):
    plt.figure(); plt.plot([number, 2]); plt.show(); print(number)
# %%
%matplotlib inline
%config InlineBackend.figure_formats = ["svg", "png"]
matplotlib.rcParams["svg.hashsalt"] = "same"
plt.plot([3, 1]); plt.savefig("kept.svg", metadata={"Date": None})
matplotlib.rcParams["lines.linewidth"], matplotlib.get_backend()
# %%
import ipywidgets
slider = ipywidgets.IntSlider(value=3); box = ipywidgets.Output()
slider
# %%
slider.value = 5
with box: print("inside"); display(HTML("too"))
box
# %%
@ipywidgets.interact(x=(0, 3))
def shown(x=1): print("x is", x)
# %%
ipywidgets.VBox([ipywidgets.Label("a"), slider])
# %%
%precision 3
1 / 3
# %%
async def said(): await asyncio.sleep(0.01); print("in the background"); return 5
task = asyncio.create_task(said()); print("made")
# %%
print("nothing awaited")
# %%
await task, asyncio.get_running_loop().is_running()
# %%
gate = threading.Event()
def late(): gate.wait(); print("from an earlier cell's thread")
thread = threading.Thread(target=late); thread.start(); print("begun")
# %%
gate.set(); thread.join(); print("on")
# %%
threads = [threading.Thread(target=print, args=("one thread",)) for _ in range(3)]
for thread in threads: thread.start(); thread.join()
# %%
%%writefile beside_me.py
VALUE = 7
# %%
import beside_me; beside_me.VALUE
# %%
%%capture caught
print("caught"); 3
# %%
caught.stdout, sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.name, sys.__stdout__.fileno()
"""

PAUSES_SECONDS = (0.6, 3.0, 15.0)
"""How long to wait until an ordinary kernel has taken in what comes by file descriptor, which it does a little later."""
STREAMS = r"""
import getpass, logging, multiprocessing, os, subprocess, sys, time, warnings
def arrived(): time.sleep(PAUSE)
print("before"); subprocess.run(["echo", "child"]); arrived(); print("between"); os.system("echo out; echo err >&2"); arrived(); print("after")
# %%
print("before"); os.write(1, b"one\n"); arrived(); print("mid"); os.write(2, b"two\n"); arrived(); print("end")
# %%
!echo out; sleep PAUSE; echo err >&2; sleep PAUSE
# %%
kept = !echo kept
kept, _exit_code
# %%
%%bash
echo out; sleep PAUSE
echo err >&2; sleep PAUSE
echo out again
# %%
fork = multiprocessing.get_context("fork")
def work(number): print("child", number); sys.stderr.write("child's error\n")
process = fork.Process(target=work, args=(1,)); process.start(); process.join(); arrived(); print("ended", process.exitcode)
# %%
%%writefile spawned.py
def work(number): print("spawned", number, flush=True)
# %%
import spawned
process = multiprocessing.get_context("spawn").Process(target=spawned.work, args=(2,))
process.start(); process.join(); arrived(); print("ended", process.exitcode)
# %%
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
with ProcessPoolExecutor(2, mp_context=fork) as pool: print(list(pool.map(abs, [-1, -2])))
with ThreadPoolExecutor(1) as pool: list(pool.map(print, ["p", "p"]))
# %%
pid = os.fork()
if pid == 0: print("by os.fork", flush=True); os._exit(0)
os.waitpid(pid, 0); arrived(); print("parent")
# %%
warnings.warn("careful"); logging.warning("not sure"); logging.getLogger("x.y").error("wrong"); logging.info("not seen")
# %%
logging.basicConfig(level="INFO", force=True); logging.info("seen")
# %%
import traceback
try: 1 / 0
except ZeroDivisionError: traceback.print_exc()
# %%
sys.stdout.write("no end of line"); sys.stdout.writelines(["a", "b"]); print("\r10%\r20%", end=""); print("\rdone")
# %%
print("x" * 20_000_000)
# %%
for number in range(20_000): print("line", number)
# %%
"z" * 1_000_000
# %%
subprocess.run("cat; echo to-out; echo to-err >&2", shell=True, capture_output=True)
"""

ERRORS = r"""
1 / 0
# %%
def inner(x): return undefined + x
inner(1)
# %%
x = (1
# %%
raise SystemExit
# %%
class NoText:
    def __repr__(self): raise ValueError("no text")
NoText()
# %%
class NoPage:
    def _repr_html_(self): raise ValueError("no page")
NoPage()
# %%
import sys
usual = sys.displayhook
def hook(value): raise RuntimeError("hook")
sys.displayhook = hook
5
# %%
sys.displayhook = usual
7
# %%
input("say")
# %%
import getpass; getpass.getpass()
# %%
raise ExceptionGroup("several", [ValueError(1), TypeError(2)])
# %%
try: 1 / 0
except ZeroDivisionError as error: raise KeyError("x") from error
# %%
async def failing(): 1 / 0
await failing()
# %%
%nomagic
# %%
!exit 3
# %%
_exit_code
# %%
%%bash
exit 4
# %%
import no_such_module
# %%
assert 1 == 2, "no"
# %%
raise KeyboardInterrupt
# %%
display("half a character: \ud83d")
# %%
print("reached"); sys.exit(3)
"""

ENDS = {
    "an error": "print('before')\ndef f(x): return 1 / x\nf(0)\n# %%\nprint('never')",
    "a syntax error": "x = (\n# %%\nprint('never')",
    "sys.exit": "import sys; print('a'); sys.exit()\n# %%\nprint('never')",
    "an interrupt": "raise KeyboardInterrupt\n# %%\nprint('never')",
    "an expected error": "1\n# %% raises-exception\n1 / 0\n# %%\nprint('on')",
}

FILES = r"""
import atexit, gzip, logging, os, tempfile, threading, time, zipfile
atexit.register(lambda: open("registered.txt", "w").write("registered"))
text = open("unclosed.txt", "w"); text.write("text"); raw = open("unclosed.bin", "wb"); raw.write(b"123")
packed = gzip.open("unclosed.gz", "wt"); packed.write("hello"); temporary = tempfile.TemporaryDirectory(dir=".")
archive = zipfile.ZipFile("unclosed.zip", "w"); archive.writestr("a", "b")
class Last:
    def __del__(self): open("deleted.txt", "w").write("deleted")
last = Last()
# %%
def late(): time.sleep(0.3); open("thread.txt", "w").write("from a thread that was still at work")
threading.Thread(target=late).start()
logging.basicConfig(filename="log.txt", level="INFO", force=True); logging.info("logged")
"""


@pytest.fixture(scope="module", autouse=True)
def unwatched() -> Iterator[None]:
    """Start the fork server without pytest's mark."""
    with unwatched_by_pytest():
        yield


def both(text: str, folder: Path, **options: object) -> tuple[Executed, Executed]:
    """Run cells by papermill and by its engine compkit, each in a folder of its own with the same files in it."""
    results = []
    for name, engine in (("ordinary", None), ("forked", "compkit")):
        path = write_cells(folder / name / "notebook.ipynb", text)
        results.append(executed(path, engine, **options))
    return results[0], results[1]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("name", sorted(path.stem for path in notebook_directory().glob("*.ipynb")))
@pytest.mark.long
def test_the_kits_notebooks_are_equal(name: str) -> None:
    path = notebook_directory() / f"{name}.ipynb"
    ordinary, forked = executed(path, None), executed(path, "compkit")
    assert ordinary.error is None
    assert comparable(forked) == comparable(ordinary)
    assert any(cell.get("outputs") for cell in forked.notebook.cells)


def assert_equal_cell_by_cell(given: list[Any], wanted: list[Any]) -> None:
    for cell, expected in zip(given[0], wanted[0], strict=True):
        assert cell == expected
    assert given == wanted


def test_awkward_cells_are_equal(tmp_path: Path) -> None:
    ordinary, forked = both(SHOWN, tmp_path)
    assert ordinary.error is None
    assert_equal_cell_by_cell(comparable(forked), comparable(ordinary))


@pytest.mark.long
def test_streams_are_equal(tmp_path: Path) -> None:
    for pause in PAUSES_SECONDS:
        ordinary, forked = both(STREAMS.replace("PAUSE", str(pause)), tmp_path / str(pause))
        assert ordinary.error is None
        given, wanted = (comparable(result, are_streams_in_order=False) for result in (forked, ordinary))
        if given == wanted:
            break
    assert_equal_cell_by_cell(given, wanted)


@pytest.mark.long
def test_errors_are_equal_to_the_last_frame(tmp_path: Path) -> None:
    ordinary, forked = both(ERRORS, tmp_path, allow_errors=True)
    assert_equal_cell_by_cell(comparable(forked), comparable(ordinary))
    assert "reached\n" in forked.text(-1)  # in both a warning of IPython may stand beside it


@pytest.mark.parametrize("how", sorted(ENDS))
@pytest.mark.long
def test_ends_are_equal(how: str, tmp_path: Path) -> None:
    ordinary, forked = both(ENDS[how], tmp_path)
    assert comparable(forked) == comparable(ordinary)
    assert any(output.output_type == "error" for cell in forked.notebook.cells for output in cell.get("outputs", ()))


DEATHS = {
    "os._exit(3)": "ended by itself with code 3.",
    "os.kill(os.getpid(), 9)": "was killed by SIGKILL; it may have run out of memory.",
    "os.abort()": "was killed by SIGABRT; it may have run out of memory.",
}


@pytest.mark.parametrize("how", DEATHS)
def test_a_process_that_dies_is_a_dead_kernel(how: str, tmp_path: Path) -> None:
    text = f"import os; print('kept')\n# %%\n{how}\n# %%\nprint('never')"
    forked = executed(write_cells(tmp_path / "x.ipynb", text), "compkit")
    assert isinstance(forked.error, DeadKernelError)
    assert str(forked.error) == f"Kernel died: cell 2: its process {DEATHS[how]}"
    assert [cell.execution_count for cell in forked.notebook.cells] == [1, None, None]
    assert forked.text(0) == "kept\n"


def test_exit_ends_the_kernel_after_its_cell(tmp_path: Path) -> None:
    # In an ordinary kernel it does so 0.1 s later: how many quick cells still run is chance.
    early = executed(write_cells(tmp_path / "early.ipynb", "print('a'); exit()\n# %%\nprint('never')"), "compkit")
    assert isinstance(early.error, DeadKernelError)
    assert (early.text(0), early.text(1)) == ("a\n", "")
    late = executed(write_cells(tmp_path / "late.ipynb", "1\n# %%\nprint('a'); exit()"), "compkit")
    assert (late.error, late.text(1)) == (None, "a\n")


def test_half_a_character_is_lost_and_the_rest_is_not(tmp_path: Path) -> None:
    # An ordinary kernel says nothing more after it, and papermill waits for ever.
    text = "print('\\ud83d')\n# %%\nprint('on')\n# %%\n'\\ud83d'"
    forked = executed(write_cells(tmp_path / "x.ipynb", text), "compkit")
    assert forked.error is None
    assert [forked.text(0), forked.text(1), forked.text(2)] == ["", "on\n", "'\\ud83d'"]


@pytest.mark.long
def test_a_cell_that_takes_too_long_is_a_cell_timeout(tmp_path: Path) -> None:
    path = write_cells(tmp_path / "x.ipynb", "'quick'\n# %%\nopen('hangs', 'w').close()\nwhile True: pass")
    _, forked = run_with_limits(
        lambda limit: executed(path, "compkit", execution_timeout=limit),
        lambda _: (tmp_path / "hangs").exists(),
        limits=(2.0, 20.0, 200.0),
    )
    assert isinstance(forked.error, CellTimeoutError)
    assert "while True: pass" in str(forked.error)
    assert [cell.execution_count for cell in forked.notebook.cells] == [1, None]


def test_what_is_being_published_as_a_cell_ends_is_not_lost(tmp_path: Path) -> None:
    text = """
import threading, time
session, is_publishing = get_ipython().kernel.session, threading.Event()
pack = session.pack
def pack_slowly(content):
    if threading.current_thread() is not threading.main_thread(): is_publishing.set(); time.sleep(1)
    return pack(content)
session.pack = pack_slowly
# %%
print("first"); is_publishing.wait(); print("second")
# %%
print("third")
"""
    forked = executed(write_cells(tmp_path / "x.ipynb", text), "compkit")
    assert [forked.text(1), forked.text(2)] == ["first\nsecond\n", "third\n"]


@pytest.mark.parametrize("last", ["", "1 / 0", "import sys; sys.exit(0)"])
@pytest.mark.long
def test_what_an_interpreter_does_at_its_end_is_done(last: str, tmp_path: Path) -> None:
    ordinary, forked = both(FILES + f"# %%\n{last}", tmp_path)
    assert type(forked.error) is type(ordinary.error)
    given, wanted = contents(tmp_path / "forked"), contents(tmp_path / "ordinary")
    assert set(given) == set(wanted)
    assert gzip.decompress(given.pop("unclosed.gz")) == gzip.decompress(wanted.pop("unclosed.gz")) == b"hello"
    assert len(given.pop("unclosed.zip")) == len(wanted.pop("unclosed.zip"))  # the time of writing is in it
    assert given == wanted
    assert given["unclosed.txt"] == b"text"
    assert given["thread.txt"].startswith(b"from a thread")


@pytest.mark.long
def test_an_end_that_takes_for_ever_is_cut_off(tmp_path: Path) -> None:
    text = "import atexit, time\natexit.register(time.sleep, 1000); 'whole'"
    forked = executed(write_cells(tmp_path / "x.ipynb", text), "compkit")
    assert (forked.error, forked.text(0)) == (None, "'whole'")


PLACE = """
import os, sys, helper; helper.NAME
# %%
os.path.basename(os.getcwd()), [part for part in sys.path if "site-packages" not in part], sys.flags
# %%
sorted(set(os.environ) - {"JPY_PARENT_PID", "OPENBLAS_NUM_THREADS", "PYDEVD_USE_FRAME_EVAL", "COMPKIT_FORK_SERVER"}), os.environ["GIVEN_BY_CALLER"]
# %%
import matplotlib.pyplot as plt
plt.rcParams["lines.linewidth"], plt.rcParams["figure.dpi"], plt.get_backend(), os.path.basename(plt.matplotlib.matplotlib_fname())
# %%
plt.style.use("own.mplstyle"); plt.plot([1, 2])
# %%
%run script.py
# %%
%pwd
# %%
[str(folder) for folder in _dh], os.environ["PAGER"], os.environ["TERM"]
# %%
!basename "$(pwd)"; echo $GIVEN_BY_CALLER; sleep 0.3
# %%
import gc, locale, resource, signal, threading
(locale.setlocale(locale.LC_ALL), signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM),
 signal.getsignal(signal.SIGCHLD), signal.getsignal(signal.SIGPIPE), signal.pthread_sigmask(signal.SIG_BLOCK, []))
# %%
resource.getrlimit(resource.RLIMIT_NOFILE), gc.isenabled(), gc.get_threshold(), sys.getrecursionlimit(), os.umask(0o22)
# %%
[thread.name for thread in threading.enumerate() if not thread.daemon], os.getpid() == os.getsid(0)
# %%
import warnings, logging
logging.getLogger().handlers, logging.getLogger().level
# %%
sorted(globals())
# %%
sys.stdin.closed, sys.stdin.isatty(), "__file__" in globals(), __spec__ if "__spec__" in globals() else None
# %%
%lsmagic
"""


@pytest.mark.long
def test_places_are_equal_and_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIVEN_BY_CALLER", "as given")
    for place, width in (("one", 7), ("two", 3)):
        for way in ("ordinary", "forked"):
            folder = tmp_path / place / way
            folder.mkdir(parents=True)
            (folder / "helper.py").write_text(f"NAME = {place!r}")
            (folder / "script.py").write_text("print('script', __name__)")
            (folder / "matplotlibrc").write_text(f"lines.linewidth: {width}")
            (folder / "own.mplstyle").write_text("figure.figsize: 2, 1")
        ordinary, forked = both(PLACE, tmp_path / place)
        given, wanted = comparable(forked), comparable(ordinary)
        for cell, expected in zip(given[0], wanted[0], strict=True):
            assert json.dumps(cell).replace("forked", "ordinary") == json.dumps(expected).replace("forked", "ordinary")
        assert (forked.text(0), ordinary.error) == (repr(place), None)
        assert forked.text(3).startswith(f"({width}.0, ")


LEAVES_TRACES = """
import atexit, builtins, json, logging, os, random, socket, sys, tempfile, threading, time, warnings
import numpy as np, pandas as pd, matplotlib.pyplot as plt
builtins.trace = json.trace = os.trace = pd.trace = "left"
os.environ["TRACE"] = "left"; os.chdir("/"); os.umask(0o77); sys.path.insert(0, "/nowhere"); sys.argv.append("left")
plt.rcParams["lines.linewidth"] = 99; pd.set_option("display.precision", 1); np.set_printoptions(precision=1)
np.seterr(all="raise"); warnings.simplefilter("error"); logging.basicConfig(level="DEBUG")
plt.plot([1]); kept = open(tempfile.mktemp(), "w"); listening = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
for number in range(100): os.dup(1)
%config InlineBackend.figure_formats = ["svg"]
"""
FINDS_NONE = """
import builtins, json, os, sys, threading, warnings, logging, numpy as np, pandas as pd, matplotlib.pyplot as plt
json.dumps([
    [hasattr(place, "trace") for place in (builtins, json, os, pd)], "TRACE" in os.environ, os.getcwd() != "/",
    "/nowhere" in sys.path, "left" in sys.argv, plt.rcParams["lines.linewidth"], pd.get_option("display.precision"),
    np.get_printoptions()["precision"], np.geterr()["divide"], logging.getLogger().level, plt.get_fignums(),
    "kept" in globals(), get_ipython().execution_count, get_ipython().kernel.shell.user_ns is globals(),
])
# %%
len(os.listdir("/proc/self/fd")), sorted(thread.name for thread in threading.enumerate())
# %%
import random, uuid, tempfile
json.dumps([random.random(), np.random.rand(), np.random.default_rng().random(), str(uuid.uuid4()), tempfile.mktemp()])
"""


def test_nothing_that_one_does_is_seen_by_the_next(tmp_path: Path) -> None:
    before, traces, after = (write_cells(tmp_path / f"{name}.ipynb", text) for name, text in
                             (("before", FINDS_NONE), ("traces", LEAVES_TRACES), ("after", FINDS_NONE)))  # fmt: skip
    first, second, third = (executed(path, "compkit") for path in (before, traces, after))
    assert [first.error, second.error, third.error] == [None, None, None]
    found = json.loads(ast.literal_eval(third.text(0)))
    assert found == [[False] * 4, False, True, False, False, 1.5, 6, 8, "warn", 30, [], False, 2, True]
    assert third.text(0) == first.text(0)
    assert third.text(1) == first.text(1)
    for one, other in zip(*(json.loads(ast.literal_eval(result.text(2))) for result in (first, third)), strict=True):
        assert one != other  # chance is chance anew


@pytest.mark.long
def test_a_file_of_the_callers_folder_stands_for_no_module(tmp_path: Path) -> None:
    for name in ("random", "pandas", "compkit", "json", "selectors"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('taken from the folder')")
    write_cells(tmp_path / "inner" / "x.ipynb", "import pandas, json; 'fine'")
    code = "from papermill import execute_notebook as run; run('inner/x.ipynb', 'out.ipynb', cwd='inner', engine_name='compkit')"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}
    subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, env=environment, check=True, timeout=300)
    assert "'fine'" in (tmp_path / "out.ipynb").read_text()
