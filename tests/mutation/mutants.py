"""Change the calculation at random, one change at a time, and see whether a test fails.

    .venv/bin/python tests/mutation/mutants.py          # the next 40 mutants
    .venv/bin/python tests/mutation/mutants.py --again  # those that survived, after tests were added
    .venv/bin/python tests/mutation/mutants.py --table  # what the sittings found
    .venv/bin/python tests/mutation/mutants.py --seed 3 # another random order, with a session of its own

A mutant runs against the test files that `tests_by_module.toml` lists for its module and the module's own doctests,
then against those of its package under `last`, up to the first failure. Run `make test` first: a test that fails anyway
would kill every mutant. Results go to `session-SEED.jsonl` beside this file; a sitting goes on where the last one
stopped. A mutant lives in a forked process and never on disk, so stopping a sitting leaves no wrong formula behind.
Linux and macOS only.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import textwrap
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
SEED = 17
SITTING = 40
LAST = ("tests/mutation/", "tests/explanation/")
CPU_SECONDS, MEMORY_BYTES = 300, 6 * 2**30

SWAPPED_OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.USub: ast.UAdd,
    ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
_PAIRS = [("min", "max"), ("minimum", "maximum"), ("any", "all"), ("floor", "ceil"), ("idxmin", "idxmax")]
SWAPPED_NAMES = {**dict(_PAIRS), **{second: first for first, second in _PAIRS}}
# Types and decorators (`frozen=True`) decide no figure.
SKIPPED_FIELDS = {"annotation", "returns", "decorator_list"}


@dataclass
class Change:
    """One change of one node of a module's syntax tree; `index` is the place in a field that is a list."""

    function: str
    line: int
    node: ast.AST
    field: str
    new: Any
    index: int | None = None

    def apply(self) -> tuple[str, str]:
        """Change the tree; give the node's source before and after."""
        before = ast.unparse(self.node)
        if self.index is None:
            setattr(self.node, self.field, self.new)
        else:
            getattr(self.node, self.field)[self.index] = self.new
        return before, ast.unparse(ast.fix_missing_locations(self.node))


def changes_of_node(node: ast.AST, function: str) -> Iterator[Change]:
    """Every change of this node itself, not of those in it."""
    line = getattr(node, "lineno", 0)
    for field, value in ast.iter_fields(node):
        if type(value) in SWAPPED_OPERATORS:
            yield Change(function, line, node, field, SWAPPED_OPERATORS[type(value)]())
        for index, item in enumerate(value if isinstance(value, list) else []):
            if type(item) in SWAPPED_OPERATORS:
                at = getattr(item, "lineno", line)
                yield Change(function, at, node, field, SWAPPED_OPERATORS[type(item)](), index)
            elif isinstance(item, ast.Expr) and isinstance(item.value, ast.Call):
                yield Change(function, item.lineno, node, field, ast.Pass(), index)
    match changed_field(node):
        case (field, new):
            yield Change(function, line, node, field, new)
        case (field, new, index):
            yield Change(function, new.lineno, node, field, new, index)


def changed_field(node: ast.AST) -> tuple[str, Any] | tuple[str, Any, int] | None:
    """Turn a condition round, change a number or swap a name: the field, its new value, its place in a list."""
    match node:
        case ast.If() | ast.While() | ast.IfExp():
            return "test", ast.UnaryOp(ast.Not(), node.test)
        case ast.comprehension(ifs=[test, *_]):
            return "ifs", ast.copy_location(ast.UnaryOp(ast.Not(), test), test), 0
        case ast.UnaryOp(op=ast.Not()):
            return "operand", ast.UnaryOp(ast.Not(), node.operand)
        case ast.Constant(value=bool(value)):
            return "value", not value
        case ast.Constant(value=int(value)):
            return "value", value + 1
        case ast.Constant(value=float(value)):
            return "value", value * 1.1 if value else 1.0
        case ast.Name(id=name) if name in SWAPPED_NAMES:
            return "id", SWAPPED_NAMES[name]
        case ast.Attribute(attr=name) if name in SWAPPED_NAMES:
            return "attr", SWAPPED_NAMES[name]
    return None


def changes(node: ast.AST, function: str = "") -> Iterator[Change]:
    """Every change below `node`, in the order of the source."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    yield from changes_of_node(node, function)
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and field not in SKIPPED_FIELDS:
                yield from changes(child, function)


@dataclass(frozen=True)
class Mutant:
    """One change of one module, named so that a change elsewhere in the module keeps its name and its turn."""

    module: str
    number: int
    line: int
    name: str

    def turn(self, seed: int) -> str:
        """Return what mutants are sorted by: random, but the same every time."""
        return hashlib.sha256(f"{seed} {self.name}".encode()).hexdigest()


def module_path(module: str) -> Path:
    """Find the file of the module "pay/value"."""
    return ROOT / "compkit" / f"{module}.py"


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    source = module_path(module).read_text(encoding="utf-8")
    seen: Counter[str] = Counter()
    for number, change in enumerate(changes(ast.parse(source))):
        old = getattr(change.node, change.field)
        kept = list(old) if isinstance(old, list) else old
        before, after = change.apply()
        setattr(change.node, change.field, kept)
        before, after = (textwrap.shorten(text, 160) for text in (before, after))
        name = f"{module} {change.function}: {before} -> {after}"
        seen[name] += 1
        yield Mutant(module, number, change.line, f"{name} #{seen[name]}")


def mutated_code(mutant: Mutant) -> Any:
    """Compile the module with this one change."""
    path = module_path(mutant.module)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    list(changes(tree))[mutant.number].apply()
    return compile(ast.fix_missing_locations(tree), str(path), "exec")


class MutantFinder:
    """Imports the mutant in place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = f"compkit.{mutant.module.replace('/', '.')}"
        self.path = str(module_path(mutant.module))
        self.code = mutated_code(mutant)

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Find the mutated module only."""
        if name != self.name:
            return None
        loader = importlib.machinery.SourceFileLoader(name, self.path)
        loader.get_code = lambda _: self.code  # type: ignore[method-assign]
        return importlib.util.spec_from_file_location(name, self.path, loader=loader)


class FirstFailure:
    """A pytest plugin that remembers the first test that failed."""

    test = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failed test."""
        self.test = self.test or (report.nodeid if report.failed else "")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that can't be imported."""
        self.test = self.test or (report.nodeid if report.failed else "")


def run_child(mutant: Mutant, files: list[str], to_parent: int) -> None:
    """Run the tests in this process, quietly, and send the name of the first that failed."""
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    sys.meta_path.insert(0, MutantFinder(mutant))
    failure = FirstFailure()
    # Plain: to rewrite its asserts, pytest would load the module itself, which is among the files, without the change.
    status = pytest.main(
        ["-x", "--assert=plain", "-p", "no:cacheprovider", "-m", "not long", *files], plugins=[failure]
    )
    os.write(to_parent, failure.test.encode())
    os._exit(status)


def load_unmutated() -> None:
    """Load the libraries and what of compkit imports no package that is mutated; the forks have it for nothing."""
    for name in ("hypothesis", "jsonschema", "matplotlib.pyplot", "scipy.optimize", "compkit.offers.loading"):
        importlib.import_module(name)
    importlib.import_module("compkit.reference.tables").load_tables()


def run(mutant: Mutant, files: list[str]) -> dict[str, Any]:
    """Run a mutant's tests in a fork of this process."""
    began = time.monotonic()
    from_child, to_parent = os.pipe()
    child = os.fork()
    if not child:
        run_child(mutant, files, to_parent)
    os.close(to_parent)
    try:
        with os.fdopen(from_child, encoding="utf-8") as answer:
            test = answer.read()
        _, status = os.waitpid(child, 0)
    except BaseException:
        os.killpg(child, signal.SIGKILL)
        raise
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 2) and code != -signal.SIGXCPU:
        sys.exit(f"{mutant.name}: pytest ended with {code}; are these right? {' '.join(files)}")
    outcome = {0: "survived", -signal.SIGXCPU: "timed out"}.get(code, "killed")
    seconds = round(time.monotonic() - began, 1)
    return {"name": mutant.name, "line": mutant.line, "outcome": outcome, "test": test, "seconds": seconds}


def read_session(path: Path) -> dict[str, dict[str, Any]]:
    """Read the last result of each mutant."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {found["name"]: found for found in map(json.loads, lines)}


def print_table(session: dict[str, dict[str, Any]]) -> None:
    """Print how many mutants of each package were killed, then those that survived."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for name, found in session.items():
        for row in (name.partition("/")[0], "all"):
            outcomes[row][found["outcome"]] += 1
            outcomes[row]["last"] += found["test"].startswith(LAST)
    for row, counts in sorted(outcomes.items(), key=lambda item: (item[0] == "all", item)):
        n_mutants = counts["killed"] + counts["survived"] + counts["timed out"]
        print(f"{row:12} {n_mutants:4} mutants {n_mutants - counts['survived']:4} killed", end="")
        print(f", {counts['last']} of them by reports or explanations alone", end="")
        print(f", {counts['timed out']} by the time limit" if counts["timed out"] else "")
    for name, found in session.items():
        if found["outcome"] == "survived":
            print(f"line {found['line']:3}  {name}")


def main() -> None:
    """Run a sitting, or those again that survived."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--again", action="store_true", help="run those again that survived")
    parser.add_argument("--table", action="store_true", help="print what the sittings found")
    parser.add_argument("--seed", type=int, default=SEED, help="the random order (default: %(default)s)")
    parser.add_argument("-n", type=int, default=SITTING, help="mutants a sitting (default: %(default)s)")
    asked = parser.parse_args()
    by_package = tomllib.loads(Path(__file__).with_name("tests_by_module.toml").read_text(encoding="utf-8"))
    last = by_package.pop("last")
    files = {
        f"{package}/{module}": [
            str(module_path(f"{package}/{module}")),
            *(str(TESTS / name) for name in [*names, *last[package]]),
        ]
        for package, modules in by_package.items()
        for module, names in modules.items()
    }
    path = Path(__file__).with_name(f"session-{asked.seed}.jsonl")
    done = read_session(path)
    found = sorted((one for module in files for one in mutants(module)), key=lambda one: one.turn(asked.seed))
    turn = [one for one in found if one.name not in done][: asked.n]
    if asked.again:
        turn = [one for one in found if done.get(one.name, {}).get("outcome") == "survived"]
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    load_unmutated()
    with path.open("a", encoding="utf-8") as session:
        for mutant in [] if asked.table else turn:
            result = run(mutant, files[mutant.module])
            print(json.dumps(result), file=session, flush=True)
            told = f"{result['outcome']:9} {result['seconds']:6}s {mutant.line:4} {mutant.name}  {result['test']}"
            print(told, flush=True)
    print_table(read_session(path))


if __name__ == "__main__":
    main()
