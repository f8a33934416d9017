"""Pay of an offer along named paths of its share price."""

from __future__ import annotations

from itertools import pairwise

from compkit.analysis import Evaluation
from compkit.pay import Growth
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR
from compkit.prices import ScenarioPath, scenario_paths, scenario_totals
from compkit.report.offer.equity_tables import no_stock_reason
from compkit.report.show.blocks import Heading, Table, build_table, in_usd
from compkit.report.show.text import capitalized, count, percent

RECRUITERS_SHEET = "recruiter's sheet"
_SAME = 5e-6  # the table's ratios have six decimals


def scenarios_table(evaluation: Evaluation) -> Table | None:
    """Pay by year on each named share-price path; None if no pay depends on a price."""
    if no_stock_reason(evaluation):
        return None
    n_years = evaluation.assumptions.n_years
    years = [f"Year {year}" for year in range(1, n_years + 1)]
    rows = []
    for name, path in _paths(evaluation).items():
        totals = scenario_totals(evaluation.pay, path, n_years)[0]
        end = float(path.ratio(MONTHS_A_YEAR * n_years))
        rows.append((f"{name}: {path_words(path)}", end, *totals, float(totals.sum())))
    columns: dict[str, Heading] = {
        "name": "If the share price goes like this",
        "end": ("It ends at", "percent"),
        **in_usd({year: year for year in years}, total="All years"),
    }
    note = (
        f"The percentages after a year, and at the end of {count(n_years, 'year')}, are of today's price. Between the "
        "years named a path goes straight. The paths of Amazon and Meta are those of their own shares from the end of "
        "2021, not verified."
    )
    return build_table("Named paths of the share price (USD)", columns, rows, note)


def _paths(evaluation: Evaluation) -> dict[str, ScenarioPath]:
    """Paths by displayed name; the recruiter's growth is the quoted one, if any."""
    paths = {}
    for name, path in scenario_paths(evaluation.tables).items():
        if name != RECRUITERS_SHEET:
            paths[capitalized(name)] = path
            continue
        quoted = evaluation.offer.quoted
        if quoted and quoted.growth_rate is not None:
            growth = Growth(quoted.growth_rate, quoted.growth_convention)
            paths["The recruiter's growth"] = _path_of(growth)
    return paths


def _path_of(growth: Growth) -> ScenarioPath:
    """Growth as a path: the price at the end of each month."""
    months = range(MONTHS_A_YEAR * MAX_YEARS + 1)
    return ScenarioPath(RECRUITERS_SHEET, months, growth.price(months).tolist())


def path_words(path: ScenarioPath) -> str:
    """Describe a path: its yearly rate, or its level after each year with a change.

    >>> path_words(ScenarioPath("a", (0, 12, 24), (1.0, 1.05, 1.1025)))
    '5% up a year'
    >>> path_words(ScenarioPath("b", (0, 12, 13, 24), (1.0, 1.0, 0.8, 0.8)))
    '20% down a year, in yearly steps'
    >>> path_words(ScenarioPath("c", (0, 12, 24, 36), (1.0, 0.5, 0.75, 0.75)))
    '50% after year 1, 75% after 2'
    """
    n_years = max(path.months) // MONTHS_A_YEAR
    ends = [float(ratio) for ratio in path.ratio([MONTHS_A_YEAR * year for year in range(n_years + 1)])]
    starts = path.ratio([MONTHS_A_YEAR * year + 1 for year in range(n_years)])
    if max(path.ratios) - min(path.ratios) < _SAME:
        return "as today"
    is_stepped = all(abs(start - end) < _SAME for start, end in zip(starts, ends[1:], strict=True))
    given = ends[1:] if is_stepped else ends
    rates = [after / before - 1 for before, after in pairwise(given) if before]
    if rates and max(rates) - min(rates) < _SAME:
        way = f"{percent(abs(rates[0]), 1)} {'up' if rates[0] > 0 else 'down'} a year"
        return f"{way}, in yearly steps" if is_stepped else way
    told: list[str] = []
    before = 1.0
    for month in path.months:
        ratio = float(path.ratio(month))
        if abs(ratio - before) >= _SAME and month % MONTHS_A_YEAR == 0:
            told.append(f"{percent(ratio)} after {'' if told else 'year '}{month // MONTHS_A_YEAR}")
        before = ratio
    return ", ".join(told)
