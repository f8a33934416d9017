"""What holds for every derivation, checked apart from the code that makes it: sums, files and tables read anew."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from compkit.explanation.derivation import Assumption, Derivation, TableRow, TypedField
from compkit.explanation.figures import ExplainedOffer
from compkit.negotiation.meso import TOLERANCE
from compkit.prices.simulation import SimulationSettings, simulated_totals

DATA = Path(__file__).resolve().parents[1] / "data"


def brackets(of: Sequence[float]) -> float:
    """Return what brackets take of an income, slice by slice."""
    income, starts, rates = of[0], of[1::2], of[2::2]
    ends = [*starts[1:], math.inf]
    return sum(rate * max(0.0, min(income, end) - start) for start, end, rate in zip(starts, ends, rates, strict=True))


def mean_discount(of: Sequence[float]) -> float:
    rate, first, last = of
    worth = [(1 + rate) ** (-month / 12) for month in range(int(first), int(last) + 1)]
    return sum(worth) / len(worth)


BY_HAND: Mapping[str, Callable[[Sequence[float]], float]] = {
    "same": lambda of: sum(of),
    "sum": sum,
    "difference": lambda of: of[0] - sum(of[1:]),
    "product": lambda of: float(np.prod(of)),
    "product_down": lambda of: of[0] * of[1] - (of[0] * of[1] + 1e-6) % of[2] + 1e-6,
    "product_up": lambda of: of[0] * of[1] + (1e-6 - of[0] * of[1]) % of[2] - 1e-6,
    "product_nearest": lambda of: of[2] * math.floor(of[0] * of[1] / of[2] + 0.5 + 1e-9),
    "quotient": lambda of: of[0] / of[1],
    "power": lambda of: math.exp(math.log(of[0]) * of[1]) if of[0] > 0 else 0.0 ** of[1],
    "compound": lambda of: math.exp(math.log1p(of[0]) * of[1]),
    "mean": lambda of: sum(of) / len(of),
    "above": lambda of: of[0] - sum(of[1:]) if of[0] > sum(of[1:]) else 0.0,
    "minimum": lambda of: sorted(of)[0],
    "maximum": lambda of: sorted(of)[-1],
    "whole": lambda of: of[0] - of[0] % 1,
    "rounded": lambda of: float(f"{of[0]:.{int(of[1])}f}"),
    "phased_in": lambda of: round(max(0.0, min(1.0, (of[0] - of[1]) / of[2])), 4),
    "steps": lambda of: float(max(0, -((of[1] - of[0]) // of[2]))),
    "brackets": brackets,
    "discount": mean_discount,
}


def check_arithmetic(root: Derivation) -> None:
    """Fail unless each inner node is what its operation makes of its parts, and each leaf names an origin."""
    for node in root.walk():
        if not node.operation:
            assert node.origin is not None, node.name
            assert not node.parts, node.name
        elif node.operation in BY_HAND:
            values = [part.value for part in node.parts]
            size = (
                max(abs(value) for value in values) if node.operation in ("sum", "difference", "above", "mean") else 0
            )
            slack = max(1e-9 * abs(node.value), 1e-12 * size, 1e-5 if node.unit.startswith("USD") else 0.0)
            assert abs(BY_HAND[node.operation](values) - node.value) <= slack, (node.name, node.value, values)
        else:
            assert node.operation in METHODS, node.operation
        assert node.name
        assert math.isfinite(node.value), node.name


def check_leaves(root: Derivation, file: Path, offer_id: str, others: Sequence[str] = ()) -> None:
    """Fail unless each leaf's value stands where it says: in the YAML file, or in the table's CSV."""
    written = document(file, file.stat().st_mtime_ns)
    for node in root.walk():
        origin = node.origin
        # Figures of one offer share most of their leaves: each is looked up once.
        told = (repr(origin), node.value, node.note, node.operation)
        if told in _CHECKED:
            continue
        _CHECKED.add(told)
        if isinstance(origin, TypedField):
            assert origin.file == str(file), node.name
            check_field(node, origin, written, [offer_id, *others])
        elif isinstance(origin, TableRow):
            check_row(node, origin)
        elif isinstance(origin, Assumption):
            assert origin.reason, node.name


_CHECKED: set[tuple[str, float, str, str]] = set()


@cache
def document(file: Path, _changed: int) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def check_field(node: Derivation, origin: TypedField, written: Mapping[str, Any], ids: Sequence[str]) -> None:
    """Fail unless a field of the file holds the value, or is left out as the leaf says."""
    kind, _, name = origin.where.partition(" ")
    part: Any = written
    if kind == "offer":
        assert name.strip("'") in ids, node.name
        part = next(offer for offer in written["offers"] if offer["id"] == name.strip("'"))
    elif kind == "candidate":
        part = written["candidates"][name.strip("'")] if name else written["candidate"]
    for step in origin.field.replace("[", ".[").split("."):
        if part is None:
            break
        if step.startswith("["):
            part = part[int(step[1:-1])] if int(step[1:-1]) < len(part) else None
        else:
            part = part.get(step)
    assert (part is None) == origin.is_left_out, (node.name, origin)
    if isinstance(part, int | float) and not isinstance(part, bool) and not node.note:
        assert node.value == float(part), (node.name, origin)


@cache
def rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def is_cell(cell: str, value: object) -> bool:
    """Return whether a cell of a CSV file holds a value."""
    return float(cell) == value if isinstance(value, float) and cell else cell == str(value)


def check_row(node: Derivation, origin: TableRow) -> None:
    """Fail unless the rows of the table add up to the value, or, where that is what is said, there is none."""
    found = [
        row
        for row in rows(origin.table)
        if all(
            any(is_cell(row[column], each) for each in (value if isinstance(value, tuple) else (value,)))
            for column, value in origin.key.items()
        )
    ]
    if origin.is_absent:
        if origin.table == "place_taxes":  # only cities are meant: every place has its state
            found = [row for row in found if "-" in row["jurisdiction"]]
        assert not found, origin
        return
    assert found, origin
    assert {row["source_id"] for row in found} >= {origin.source_id}
    cells = [row[origin.column] for row in found]
    numbers = [float(cell) for cell in cells if cell.replace(".", "", 1).lstrip("-").isdigit()]
    if not node.operation and not node.note and len(numbers) == len(cells):
        assert math.isclose(node.value, sum(numbers), rel_tol=1e-12), (node.name, origin)
    if "status" in found[0]:
        assert (origin.status == "unverified") == any(row["status"] == "unverified" for row in found), origin


def check_methods(root: Derivation, explained: ExplainedOffer) -> None:
    """Fail unless what is no arithmetic comes out again from the inputs that its node names."""
    for node in root.walk():
        if node.operation in METHODS:
            METHODS[node.operation](node, explained)


def check_search(node: Derivation, _explained: ExplainedOffer) -> None:
    """Fail unless a search has found what makes its first part the second, but for a miss that it tells."""
    found, sought = (part.value for part in node.parts)
    assert math.isclose(found - sought, float(node.arguments["miss"]), rel_tol=1e-6, abs_tol=1e-5)
    assert abs(found - sought) <= max(1e-7 * abs(sought), 1e-3), node.name


def _stock_alone(explained: ExplainedOffer, volatility: float, paths: float, seed: float) -> Any:
    """Draw totals of an offer's stock [USD]."""
    evaluation = explained.evaluation
    given, pay = evaluation.assumptions, evaluation.pay
    bare = pay.terms.assign(
        base_salary=0.0, annual_bonus=0.0, **{name: 0.0 for name in pay.terms if name.startswith("sign_on_y")}
    )
    grants = pay.grants[~pay.grants["is_cash"].to_numpy(dtype=bool)]
    drawn = SimulationSettings([evaluation.offer.company.strip().casefold()], [volatility], int(paths), int(seed))
    return simulated_totals(type(pay)(bare, grants, pay.schedules), given.growth, given.n_years, drawn)[0].sum(axis=0)


def check_simulation(node: Derivation, explained: ExplainedOffer) -> None:
    """Fail unless the percentiles of stock alone come out, drawn anew with the volatility, paths and seed named."""
    if node.arguments["of"] in ("p_a_beats_b", "pays_most"):
        assert 0 <= node.value <= 1
        return
    drawn: dict[tuple[float, ...], Any] = vars(explained).setdefault("drawn_by_tests", {})  # once for all figures
    key = tuple(part.value for part in node.parts[1:])
    if key not in drawn:
        drawn[key] = _stock_alone(explained, *key)
    totals = drawn[key]
    name = node.arguments["of"]
    again = totals.mean() if name == "mean" else np.percentile(totals, int(name.removeprefix("p")))
    assert math.isclose(node.value, float(again), rel_tol=1e-9, abs_tol=1e-5), node.name


def check_packages(node: Derivation, _explained: ExplainedOffer) -> None:
    """Fail unless an amount lies between its limits, and the ask's sum between the target and the most."""
    if node.arguments["package"] == "nearest":
        assert node.parts[0].value <= node.value <= node.parts[1].value
        return
    low, high, _ = (part.value for part in node.parts)
    assert low - 1e-6 <= node.value <= high + 1e-6, node.name


METHODS: Mapping[str, Callable[[Derivation, ExplainedOffer], None]] = {
    "search": check_search,
    "simulation": check_simulation,
    "packages": check_packages,
}


def check_package_total(total: Derivation) -> None:
    """Fail unless a package adds up to the target that its amounts name, but for the solver's tolerance."""
    for node in total.walk():
        if node.operation == "packages" and node.arguments["package"] != "nearest":
            target = node.parts[2].value
            assert abs(total.value / target - 1) <= TOLERANCE + 1e-9, total.name
