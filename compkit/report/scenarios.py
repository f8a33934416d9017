"""What an offer pays if its share price takes a named path."""

from __future__ import annotations

import pandas as pd

from compkit.evaluation import Evaluation
from compkit.price_paths import scenario_paths, scenario_totals
from compkit.report.blocks import Column, Notes, Table
from compkit.report.equity_tables import no_stock_reason, pay_of
from compkit.report.text import count


def scenarios_table(evaluation: Evaluation) -> Table | Notes:
    """Return what each year pays on each named path of the share price, the present price being the start."""
    reason = no_stock_reason(evaluation)
    if reason:
        return Notes("No paths of a share price", [reason], "left-out")
    n_years = evaluation.assumptions.n_years
    years = [f"Year {year}" for year in range(1, n_years + 1)]
    rows = []
    for name, path in scenario_paths(evaluation.tables).items():
        totals = scenario_totals(pay_of(evaluation), path, n_years)[0]
        end = float(path.ratio(12 * n_years))
        rows.append(
            {
                "name": name.capitalize(),
                "end": end,
                "total": float(totals.sum()),
                **dict(zip(years, totals, strict=True)),
            }
        )
    columns = [
        Column("name", "If the share price goes like this"),
        Column("end", "It ends at", "percent"),
        *(Column(year, year, "usd") for year in years),
        Column("total", "All years", "usd"),
    ]
    note = (
        f"It ends at: of today's price, after {count(n_years, 'year')}. Between the given months a path goes straight; "
        "the paths of Amazon and Meta are those of their own shares from the end of 2021, not verified."
    )
    return Table(pd.DataFrame(rows), columns, "Named paths of the share price (USD)", note)
