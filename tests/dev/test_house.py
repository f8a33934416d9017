"""The house: which way imports lead, what it depends on, what its names are, what stays out of the repository."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from functools import cache
from inspect import ismodule
from pathlib import Path
from typing import Any

import pytest
import yaml
from waiting import MAX_WAIT_SECONDS

import compkit
from compkit.model.fields import TypedInput

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "compkit").rglob("*.py"))
MAX_LINES = 400
FROM = re.compile(r"^\s*from (compkit[\w.]*) import (\([^)]*\)|.*)$", re.MULTILINE)
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "core"}
HEAVY = {"pandas", "matplotlib"}
LOCK_ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)")
# Written in parts, so that this file does not find itself.
KEPT_OUT = {
    "a path of the machine that built it": re.compile(r"(?<![\w.~-])/(?:wo" + r"rk|ro" + r"ot)/"),
    "a package index": re.compile(
        r"(?:index" + r"-url|trusted" + r"-host|find" + r"-links|files\.pythonhost" + r"ed|pypi\.o" + r"rg/simple)"
    ),
}


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this environment's Python in the checkout."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=MAX_WAIT_SECONDS
    )


def names_and_ranges(requirements: list[str]) -> dict[str, str]:
    """Return the version range by package name, from such as `numpy>=2.2`."""
    found = {}
    for requirement in requirements:
        name, version = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(.*)", requirement.strip()).groups()  # type: ignore[union-attr]
        found[re.sub(r"[-_.]+", "-", name).lower()] = version.replace(" ", "")
    return found


def test_imports_lead_down_only() -> None:
    """The contract of pyproject.toml."""
    done = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


def test_packages_are_imported_by_their_public_names() -> None:
    """`from compkit.pay import cash_flow`, never past the package; each name of its `__init__.pyi` is there."""
    packages = {folder.parent.name for folder in (ROOT / "compkit").glob("*/__init__.pyi")}
    past = []
    for module in MODULES:
        others = packages - {module.relative_to(ROOT / "compkit").parts[0]}
        for name in FROM.findall(module.read_text(encoding="utf-8")):
            past += [f"{module}: {name[0]}"] if name[0].count(".") > 1 and name[0].split(".")[1] in others else []
    assert past == []
    for package in packages:
        public = importlib.import_module(f"compkit.{package}")
        assert [name for name in public.__all__ if not hasattr(public, name)] == []
        assert [name for name in public.__all__ if ismodule(getattr(public, name))] == []


@pytest.mark.parametrize("benchmark", sorted((ROOT / "benchmarks").glob("*.py")), ids=lambda path: path.name)
def test_a_benchmark_imports_what_there_is(benchmark: Path) -> None:
    """They are run by hand, so nothing else would notice a name that moved."""
    for module, names in FROM.findall(benchmark.read_text(encoding="utf-8")):
        there = importlib.import_module(module)
        assert [name for name in re.findall(r"\w+", names) if not hasattr(there, name)] == [], module


def test_environment_names_what_pyproject_names() -> None:
    """Names are the same on conda-forge; python and pip are the environment's own."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    plain = [item for item in environment["dependencies"] if isinstance(item, str)]
    from_pip = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert from_pip == [["-e ."]]
    conda = names_and_ranges(plain)
    assert conda.pop("python") == project()["project"]["requires-python"]
    assert conda.pop("pip", None) is not None, "the pip section needs pip"
    assert conda == names_and_ranges(project()["project"]["dependencies"])


_WHAT_TESTS_NEED = {"app", "dev", "distributed", "paydata", "pdf"}
LOCKS = {"requirements.lock": _WHAT_TESTS_NEED, "requirements-crosscheck.lock": _WHAT_TESTS_NEED | {"crosscheck"}}
"""Which optional dependencies each lock pins beside the others; `dev` takes in those that tests need."""


def lock_entries(lock: str) -> dict[str, list[str]]:
    """Return the hashes of each pinned package by name; a line that is neither is an error."""
    entries: dict[str, list[str]] = {}
    name = ""
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        pinned = LOCK_ENTRY.match(line)
        if pinned:
            name = re.sub(r"[-_.]+", "-", pinned["name"]).lower()
            entries.setdefault(name, [])
        else:
            assert text.startswith("--hash=sha256:"), f"neither a pin nor a hash: {text}"
        entries[name] += re.findall(r"--hash=sha256:[0-9a-f]{64}", line)
    return entries


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_pins_every_dependency_with_hashes(lock: str) -> None:
    entries = lock_entries(lock)
    optional = project()["project"]["optional-dependencies"]
    assert set(optional) == set.union(*LOCKS.values())
    wanted = set(
        names_and_ranges(project()["project"]["dependencies"] + [r for extra in LOCKS[lock] for r in optional[extra]])
    )
    assert sorted(wanted - set(entries) - {"compkit"}) == []
    assert [name for name, hashes in entries.items() if not hashes] == []


def test_the_lock_of_policyengine_pins_it_with_hashes() -> None:
    """It is apart from the others because it cannot share their environment."""
    wanted = names_and_ranges(project()["dependency-groups"]["crosscheck-policyengine"])
    entries = lock_entries("requirements-crosscheck-policyengine.lock")
    assert sorted(set(wanted) - set(entries)) == []
    assert [name for name, hashes in entries.items() if not hashes] == []


def test_what_both_locks_pin_is_the_same() -> None:
    """Our figures are the same in either environment."""
    ours, beside = ((ROOT / lock).read_text(encoding="utf-8").splitlines() for lock in LOCKS)
    assert sorted(set(ours) - set(beside)) == []


def public_models() -> list[type[TypedInput]]:
    """Return every model of the offers file, wherever in compkit it is defined."""
    for module in pkgutil.walk_packages(compkit.__path__, "compkit."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[TypedInput]] = []
    waiting = list(TypedInput.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if model.__module__.startswith("compkit.") and model not in found:
            found.append(model)
    return sorted(found, key=lambda model: model.__name__)


def test_the_glossary_has_every_field() -> None:
    """By the name that it has in the file, in `backticks`."""
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    assert public_models()
    missing = sorted(
        {
            f"{model.__name__}.{field.alias or name}"
            for model in public_models()
            for name, field in model.model_fields.items()
            if f"`{field.alias or name}`" not in glossary
        }
    )
    assert missing == [], "not in GLOSSARY.md"


TERMS = (
    "range penetration", "compa-ratio", "BATNA", "reservation value", "ZOPA", "aspiration", "MESO", "RSU", "vesting",
    "refresher", "sign-on", "clawback", "present value", "guaranteed cash", "first_two_year_average", "smooth",
    "annual-step", "yardstick", "walk-away", "total compensation", "premium", "risk matrix",
)  # fmt: skip


def test_the_glossary_has_the_fields_terms() -> None:
    """Those of the field that reports use; hyphens and case set aside."""

    def plain(text: str) -> str:
        return re.sub(r"[\s_-]+", " ", text).casefold()

    glossary = plain((ROOT / "GLOSSARY.md").read_text(encoding="utf-8"))
    assert [term for term in TERMS if plain(term) not in glossary] == [], "not in GLOSSARY.md"


def test_no_module_is_too_long_or_vaguely_named() -> None:
    assert MODULES
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}
    folders = {part for path in MODULES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert folders & VAGUE_NAMES == set()


@pytest.mark.parametrize(
    "code",
    [
        "import compkit",
        "from compkit.cli import run\ntry:\n    run(['--help'])\nexcept SystemExit:\n    pass",
    ],
    ids=["import compkit", "compkit --help"],
)
def test_what_must_be_quick_loads_nothing_heavy(code: str) -> None:
    done = run("-c", f"{code}\nimport sys\nprint('loaded:', *sorted(set(sys.modules)))")
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rsplit("loaded:", 1)[1].split())
    assert "compkit" in loaded
    assert loaded & HEAVY == set()


def test_help_works_as_a_module() -> None:
    done = run("-X", "importtime", "-m", "compkit", "--help")
    assert done.returncode == 0, done.stderr
    assert "evaluate" in done.stdout
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "compkit.cli" in loaded
    assert loaded & HEAVY == set()


def test_every_public_name_is_there() -> None:
    for name in compkit.__all__:
        assert callable(getattr(compkit, name)), name
    with pytest.raises(AttributeError, match="has no attribute 'load_ofers'"):
        _ = compkit.load_ofers


def kept_files() -> list[Path]:
    """Return the files that git keeps or would keep."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in done.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("what", KEPT_OUT)
def test_the_repository_holds_nothing_of_the_machine_that_built_it(what: str) -> None:
    found = []
    for path in kept_files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in [KEPT_OUT[what].search(text)] if match]
    assert found == [], what


# Papers that are not in the repository, in parts as above; the licence says one of the words of its own.
OUTSIDE = re.compile(r"\b(?:CONT" + r"RACT|DES" + r"IGN)\b")
CITED = re.compile(r"(?<![\w./-])(?P<document>(?:docs/[\w./-]+|[A-Z]{4,})\.md)(?:#(?P<anchor>[\w-]+))?")
LINKED = re.compile(r"\]\((?P<document>[\w./-]+\.md)(?:#(?P<anchor>[\w-]+))?\)")


@cache
def anchors(page: Path) -> set[str]:
    """Return what a link to a heading of a page may end in."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def wrong_citations(text: str, folder: Path) -> list[str]:
    """Return what a text cites and nobody can look up: papers kept elsewhere, missing pages, missing headings."""
    wrong = OUTSIDE.findall(text)
    for found, base in [*((m, ROOT) for m in CITED.finditer(text)), *((m, folder) for m in LINKED.finditer(text))]:
        page = base / found["document"]
        if not page.is_file() or (found["anchor"] and found["anchor"] not in anchors(page)):
            wrong.append(found[0])
    return wrong


def test_what_is_cited_can_be_looked_up() -> None:
    found = {}
    for path in kept_files():
        if path.name != "LICENSE":
            text = path.read_bytes().decode("utf-8", errors="ignore")
            # A link of a page is seen from its folder, a citation from the checkout.
            found[str(path.relative_to(ROOT))] = wrong_citations(text, path.parent)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("Source: docs/how-the-figures-are-made.md#timing", False),
        ("Source: docs/how-the-figures-are-made.md" + "#timming", True),
        ("see docs/nowhere" + ".md", True),
        ("Source: CONT" + "RACT, Timing.", True),
        ("[the index]" + "(docs/index.md)", False),
        ("[the index]" + "(index.md)", True),
    ],
)
def test_a_wrong_citation_is_found(text: str, is_wrong: bool) -> None:  # noqa: FBT001
    assert bool(wrong_citations(text, ROOT)) == is_wrong


def test_mutants_meet_the_tests_of_every_module() -> None:
    """A module that is new or has moved is listed with its tests in tests/mutation/tests_by_module.toml."""
    by_package = tomllib.loads((ROOT / "tests/mutation/tests_by_module.toml").read_text(encoding="utf-8"))
    last = by_package.pop("last")
    for package, modules in by_package.items():
        assert set(modules) == {path.stem for path in (ROOT / "compkit" / package).glob("[!_]*.py")}, package
        named = {name.partition("::")[0] for names in (*modules.values(), last[package]) for name in names}
        assert all((ROOT / "tests" / name).is_file() for name in named), package
