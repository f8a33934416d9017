"""What the employer posts for an offer's title: whether they can pay it, where the offer itself gives no posting.

Source: docs/how-the-figures-are-made.md#postings-in-a-store
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from compkit.market.job import Job, after_breaks
from compkit.market.yardsticks import MAX_AGE_MONTHS
from compkit.model import PostedRange
from compkit.paydata import folded_level, folded_title, level_names
from compkit.periods import date_after
from compkit.reference import Tables

if TYPE_CHECKING:
    import duckdb

_APART = re.compile(r"[^\w+#]+")


def posted_range(store: duckdb.DuckDBPyConnection, job: Job, tables: Tables) -> PostedRange | None:
    """Find the employer's latest posted range for a job; None if it has none for the title in the state.

    The metropolitan area comes before the rest of the state, then titles that spell the offer's level before those
    that tell none, then the latest day. Several postings of that day are one range, from the lowest start to the
    highest end. A posting from before the last 18 months, or without a date, doesn't count.
    """
    if not job.titles:
        return None
    query = """
        SELECT company, title, day, metro IS NOT DISTINCT FROM ? AND metro IS NOT NULL AS is_near, low, high
        FROM observations JOIN sources USING (source)
        WHERE kind = 'postings' AND company = ? AND region = ? AND day >= ? AND day <= ?
            AND title IS NOT NULL AND low IS NOT NULL AND high IS NOT NULL
    """
    first = date_after(job.on, -MAX_AGE_MONTHS)
    frame = store.execute(query, [job.metro, job.company, job.region, first, job.on]).df()
    frame = frame[after_breaks(frame, job.on, tables)]
    levels = {title: _level_of(title, job, tables) for title in frame["title"].unique()}
    frame["tells_level"] = frame["title"].map(levels).astype(object)
    return _latest(frame[frame["tells_level"].notna()])


def _latest(found: pd.DataFrame) -> PostedRange | None:
    for column in ("is_near", "tells_level", "day"):
        found = found[found[column] == found[column].max()]
    if found.empty:
        return None
    row = found.iloc[0]
    return PostedRange(
        low=float(found["low"].min()), high=float(found["high"].max()), n=len(found), day=row["day"].date(),
        tells_level=bool(row["tells_level"]), widened=() if row["is_near"] else ("region",),
    )  # fmt: skip


def _level_of(title: str, job: Job, tables: Tables) -> bool | None:
    """Whether a posting's title spells the offer's level, or tells none; None if it is another title or level."""
    words = _words(title)
    spellings = sorted(map(_words, job.titles), key=len, reverse=True)
    said = next((one for one in spellings if words == one or words.startswith(f"{one} ")), None)
    if said is None:
        return None
    rest = words.removeprefix(said).strip()
    # At some companies a whole title is a level: SDE III.
    names = [(text, name) for text, name in zip((words, rest), _names((words, rest), job, tables), strict=True) if name]
    if job.level is not None and any(name == job.level for _, name in names):
        return True
    is_of_another = any(name != folded_level(text) for text, name in names)
    return None if rest or is_of_another else False


def _names(texts: Sequence[str], job: Job, tables: Tables) -> list[str | None]:
    return level_names([job.company] * len(texts), texts, tables)


def _words(title: str) -> str:
    """Title in small letters without signs, so that `Engineer, L6` is `engineer l6`."""
    return folded_title(_APART.sub(" ", title))
