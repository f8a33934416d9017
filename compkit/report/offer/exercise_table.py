"""Table of what exercising options costs in tax."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from compkit.analysis import Evaluation, exercise_years
from compkit.report.show.blocks import Heading, Table, build_table, in_usd
from compkit.tax import ASK_AN_ADVISER, PROJECTED, tax_tables

_KINDS = {"iso": "ISO", "nso": "NSO", "unknown": "kind not known"}


def exercise_table(evaluation: Evaluation) -> Table | None:
    """Tax on exercising all vested options in each year, as a range; None if there is no spread to tax."""
    frame = exercise_years(evaluation, tax_tables(evaluation.tables))
    if frame.empty:
        return None
    several = len(set(frame["option"])) > 1
    frame["when"] = [
        f"Year {row.year}{f', grant {row.option}' if several else ''} ({_KINDS[str(row.kind)]})"
        for row in frame.itertuples()
    ]
    columns: dict[str, Heading] = {
        "when": "By the end of",
        **in_usd(low="Tax at least", high="Tax at most", spread="Spread", exercise_cost="Cost to exercise"),
        "vested_options": ("Vested", "number"),
    }
    return build_table("Tax on exercising options (USD)", columns, frame, *_notes(frame))


def _notes(frame: pd.DataFrame) -> Iterator[str]:
    kinds = set(frame["kind"])
    yield (
        "Added to that year's tax if you exercise all options vested by then, at today's fair value, and keep the "
        "shares to the year's end. The spread is the fair value less the strike."
    )
    if "nso" in kinds:
        yield "Nonqualified options (NSO): the spread is wages, taxed and withheld like a bonus."
    if "iso" in kinds:
        yield "Incentive options (ISO): nothing without the alternative minimum tax (AMT), at most the federal AMT."
    if "unknown" in kinds:
        yield "Enter `kind` to narrow the range: from an ISO without the AMT to the costlier of ISO and NSO."
    if kinds - {"nso"}:
        yield ASK_AN_ADVISER
    if (frame["status"] == PROJECTED).any():
        yield "The tax of later years is projected."
