"""Kinds of pay data: the columns by which each is known, what they mean, and which of its rows are no pay."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Reason = tuple[str, str]
"""Why a row is set aside, and the SQL condition."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pay data.

    Parameters
    ----------
    name : str
        As `--as` takes it.
    headings : mapping of str to sequence of str
        Our name of each column, and the headings it has, folded as by `folded`.
    required : frozenset of str
        Columns by which it is known.
    values : mapping of str to str
        SQL for columns of an observation, from our names of its columns, which are texts.
    set_aside : sequence of Reason
        In the order in which they are asked.
    place : sequence of str
        SQL for the worksite's city or whole place, county, state and ZIP code.
    identity : str
        SQL for what makes two rows the same one in any file; by default all that is kept of it.
    terms : str
        What its source lets you do with it.
    constants : mapping of str to str
        Texts of columns that are the same in all rows.
    notes : mapping of str to str
        Columns that are the same in all rows and stand above or below the table: regular expressions, of which the
        first group counts.
    """

    name: str
    headings: Mapping[str, Sequence[str]]
    required: frozenset[str]
    values: Mapping[str, str]
    set_aside: Sequence[Reason]
    terms: str
    place: tuple[str, str, str, str] = ("place", "NULL", "NULL", "NULL")
    identity: str = "NULL"
    constants: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def columns(self, headings: Sequence[str]) -> dict[str, int] | None:
        """Position of each of its columns among a file's headings; None if one that is required is missing."""
        position: dict[str, int] = {}
        for at, heading in enumerate(folded(one) for one in headings):
            position.setdefault(heading, at)
            position.setdefault(heading.removesuffix("_1"), at)
        found = {
            ours: next(position[one] for one in theirs if one in position)
            for ours, theirs in self.headings.items()
            if any(one in position for one in theirs)
        }
        return found if self.required <= set(found) else None


def folded(heading: str) -> str:
    """Take case, spaces and signs from a heading.

    >>> folded("Annual median wage(2)"), folded(" Job Title ")
    ('annual_median_wage_2', 'job_title')
    """
    return re.sub(r"[^a-z0-9]+", "_", heading.casefold()).strip("_")


LEAST_PAY, MOST_PAY = 5_000, 10_000_000
"""Pay outside of these, in USD a year, is a slip or is in another unit."""
_UNITS = {
    1: ("year", "yearly", "annual", "annually", "yr", "y"),
    2080: ("hour", "hourly", "hr", "h"), 52: ("week", "weekly", "wk"),
    26: ("bi_weekly", "biweekly", "bi weekly", "bi-weekly", "bw"),
    24: ("semi_monthly", "semimonthly", "semi-monthly", "semi monthly"),
    12: ("month", "monthly", "mth"),
}  # fmt: skip
"""Spellings of units of pay, by periods in a year; the most frequent first, as each row is held against them."""
_PER_YEAR = " ".join(f"WHEN {name!r} THEN {periods}" for periods, names in _UNITS.items() for name in names)
_ISO = "'%Y-%m-%d', '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S'"
_US = "'%m/%d/%y', '%m/%d/%Y', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%d-%b-%y', '%d-%b-%Y'"
"""Two digits of a year come first: four would take "19" for the year 19."""
_EUROPEAN = _US.replace("%m/%d", "%d/%m")
MACROS: Final = (
    # Most cells need no trimming and no replacing, which take longer than asking. IN and a list would be a join.
    "CREATE OR REPLACE TEMP MACRO trimmed(cell) AS"
    " CASE WHEN starts_with(cell, ' ') OR ends_with(cell, ' ') THEN trim(cell) ELSE cell END",
    "CREATE OR REPLACE TEMP MACRO said(cell) AS CASE WHEN length(trimmed(cell)) > 4 THEN trimmed(cell)"
    " WHEN contains('||NA|N/A|NAN|NULL|NONE|', '|' || upper(trimmed(cell)) || '|') THEN NULL ELSE trimmed(cell) END",
    "CREATE OR REPLACE TEMP MACRO single_spaced(text) AS"
    " CASE WHEN contains(text, '  ') THEN regexp_replace(text, ' +', ' ', 'g') ELSE text END",
    "CREATE OR REPLACE TEMP MACRO number(cell) AS CASE WHEN cell <> '' AND NOT contains(cell, '_')"
    " AND NOT contains(lower(cell), 'n') THEN"  # inf and nan
    " coalesce(TRY_CAST(cell AS DOUBLE), TRY_CAST(replace(replace(cell, '$', ''), ',', '') AS DOUBLE)) END",
    f"CREATE OR REPLACE TEMP MACRO per_year(unit) AS CASE lower(trim(unit)) {_PER_YEAR} END",
    f"CREATE OR REPLACE TEMP MACRO us_day(cell) AS CAST(try_strptime(trim(cell), [{_ISO}, {_US}]) AS DATE)",
    f"CREATE OR REPLACE TEMP MACRO european_day(cell) AS CAST(try_strptime(trim(cell), [{_EUROPEAN}]) AS DATE)",
    "CREATE OR REPLACE TEMP MACRO epoch_day(cell) AS CASE WHEN number(cell) BETWEEN 0 AND 1e13 THEN"
    " CAST(make_timestamp(CAST(number(cell) * 1000 AS BIGINT)) AS DATE) END",
)
"""What the kinds' SQL calls: text, numbers, periods of pay in a year, and days."""


def _pay(cell: str, per_year: str = "1") -> tuple[Reason, ...]:
    amount = f"number({cell}) * {per_year}"
    return (
        ("no pay", f"said({cell}) IS NULL"),
        ("the pay is not a number", f"NOT coalesce(isfinite(number({cell})), false)"),
        ("the pay is negative", f"number({cell}) < 0"),
        ("no pay", f"number({cell}) = 0"),
        (f"under ${LEAST_PAY:,} a year", f"{amount} < {LEAST_PAY}"),
        (f"over ${MOST_PAY:,} a year", f"{amount} > {MOST_PAY}"),
    )


def _unit(cell: str, unit: str) -> tuple[Reason, ...]:
    return (
        ("the unit of pay is not known", f"said({unit}) IS NULL OR per_year({unit}) IS NULL"),
        _contradiction(cell, unit),
    )


def _contradiction(cell: str, unit: str) -> Reason:
    return (
        "the unit and the amount contradict each other",
        f"per_year({unit}) > 1 AND number({cell}) BETWEEN 20000 AND 2000000"
        f" AND number({cell}) * per_year({unit}) > 1000000",
    )


def _day(cell: str, reads: str = "us_day") -> Reason:
    return ("the date can't be read", f"said({cell}) IS NOT NULL AND {reads}({cell}) IS NULL")


_COMPANY: Reason = ("no company", "said(company) IS NULL")

LEVELS_FYI = Kind(
    "levels-fyi",
    {
        "company": ["company"], "title": ["title"], "total": ["totalyearlycompensation"], "place": ["location"],
        "experience": ["yearsofexperience"], "tenure": ["yearsatcompany"], "level": ["level"], "day": ["timestamp"],
        "tag": ["tag"], "base": ["basesalary"], "stock": ["stockgrantvalue"], "bonus": ["bonus"],
        "area": ["dmaid"],
    },
    frozenset({"company", "title", "total", "place", "experience", "tenure"}),
    {
        "company": "said(company)", "level": "said(level)", "title": "single_spaced(said(title))", "day": "us_day(day)",
        "tenure": "number(tenure)", "experience": "number(experience)", "tag": "said(tag)",
        "area": "CASE WHEN coalesce(number(area), 1) <> 0 THEN said(area) END",  # 0 lies abroad
        "base": "nullif(number(base), 0)",
        # Base alone beside a larger total: stock and bonus were not told.
        "stock": "CASE WHEN number(base) > 0 AND (number(stock) > 0 OR number(bonus) > 0"
        " OR number(total) <= number(base)) THEN number(stock) END",
        "total": "number(total)",
    },
    (_COMPANY, *_pay("total"), _day("day")),
    "Self-reports that levels.fyi publishes to look up; it forbids copies of its data, so keep yours to yourself.",
    # Who sends a form twice does so within a second.
    identity="CASE WHEN contains(day, ':') THEN concat_ws(chr(31), trim(day), said(company), said(level), said(title),"
    " said(place), number(total), number(base), number(stock), number(bonus), number(tenure), number(experience),"
    " said(tag)) END",
)  # fmt: skip

_LCA_WAGE = "number(wage) * per_year(unit)"
LCA = Kind(
    "lca",
    {
        "case_number": ["case_number", "lca_case_number", "case_no"],
        "status": ["case_status", "status", "approval_status"],
        "company": ["employer_name", "lca_case_employer_name", "name"],
        "title": ["job_title", "lca_case_job_title"],
        "wage": ["wage_rate_of_pay_from", "wage_rate_of_pay", "lca_case_wage_rate_from", "wage_rate_1"],
        "wage_to": ["wage_rate_of_pay_to", "lca_case_wage_rate_to"],
        "unit": ["wage_unit_of_pay", "lca_case_wage_rate_unit", "rate_per_1"],
        "city": ["worksite_city", "lca_case_workloc1_city"], "county": ["worksite_county"],
        "state": ["worksite_state", "lca_case_workloc1_state"], "zip": ["worksite_postal_code"],
        "day": ["decision_date"], "full_time": ["full_time_position", "full_time_pos"],
        "new": ["new_employment"], "continued": ["continued_employment"],
    },
    frozenset({"case_number", "status", "company", "title", "wage", "unit", "city", "state"}),
    {
        "company": "said(company)", "title": "single_spaced(said(title))", "day": "us_day(day)", "base": _LCA_WAGE,
        "low": f"CASE WHEN number(wage_to) > number(wage) THEN {_LCA_WAGE} END",
        "high": "CASE WHEN number(wage_to) > number(wage) THEN number(wage_to) * per_year(unit) END",
        "is_continuation": "coalesce(number(continued), 0) > 0 AND coalesce(number(new), 0) = 0",
    },
    (
        _COMPANY,
        ("not certified", "NOT starts_with(upper(coalesce(said(status), '')), 'CERTIFIED')"),
        ("part-time", "upper(coalesce(said(full_time), 'Y')) IN ('N', 'NO')"),
        *_unit("wage", "unit"), *_pay("wage", "per_year(unit)"), _day("day"),
    ),
    "Public: US Department of Labor, disclosure data. A filing is no hire, and its wage is the base that was offered.",
    ("city", "county", "state", "zip"),
    identity="upper(said(case_number))",
)  # fmt: skip

H1B = Kind(
    "h1b",
    {
        "company": ["employer"], "title": ["job_title", "jobtitle"], "wage": ["base_salary", "wage"],
        "city": ["city"], "county": ["county"], "state": ["state"], "day": ["submit_date"], "status": ["case_status"],
    },
    frozenset({"company", "title", "wage", "city", "state"}),
    {"company": "said(company)", "title": "single_spaced(said(title))", "day": "us_day(day)", "base": "number(wage)"},
    (
        _COMPANY,
        ("not certified", "said(status) IS NOT NULL AND NOT starts_with(upper(said(status)), 'CERTIFIED')"),
        *_pay("wage"), _day("day"),
    ),
    "Copied from the Labor Department's public data; its filings have more than these columns, so prefer them.",
    ("city", "county", "state", "NULL"),
)  # fmt: skip

_LOW, _HIGH = "number(low) * per_year(unit)", "number(high) * per_year(unit)"
POSTINGS = Kind(
    "postings",
    {
        "company": ["company_name", "company"], "title": ["title", "job_title"], "low": ["min_salary"],
        "high": ["max_salary"], "unit": ["pay_period"], "place": ["location"], "day": ["listed_time"],
        "first_day": ["original_listed_time"], "zip": ["zip_code"], "currency": ["currency"], "id": ["job_id"],
        "time": ["work_type", "formatted_work_type"],
    },
    frozenset({"company", "title", "low", "high", "unit", "place"}),
    {
        "company": "said(company)", "title": "single_spaced(said(title))", "low": _LOW, "high": _HIGH,
        "day": "epoch_day(coalesce(said(day), first_day))",
    },
    (
        _COMPANY,
        ("not in US dollars", "upper(coalesce(said(currency), 'USD')) <> 'USD'"),
        ("part-time", "upper(coalesce(said(time), '')) IN ('PART_TIME', 'PART-TIME')"),
        *_unit("low", "unit"), *_pay("low", "per_year(unit)"), *_pay("high", "per_year(unit)"),
        ("the range ends below its start", "number(high) < number(low)"),
        _day("coalesce(said(day), first_day)", "epoch_day"),
    ),
    "Copied from a job site; the range is the employer's own, what the site lets you do with it is in its terms.",
    ("place", "NULL", "NULL", "zip"),
    identity="said(id)",
)  # fmt: skip

_PERCENTILES = {
    "p10": ("10th_percentile", "a_pct10"), "p25": ("25th_percentile", "a_pct25"), "p50": ("median", "a_median"),
    "p75": ("75th_percentile", "a_pct75"), "p90": ("90th_percentile", "a_pct90"),
}  # fmt: skip
"""Headings of the agency's pages and of its downloads."""
_SOC = "coalesce(said(occupation), regexp_extract(name, '[(]([0-9]{6})[)]\\s*$', 1))"
OEWS = Kind(
    "oews",
    {
        "name": ["occupation_soc_code"], "occupation": ["occ_code"], "title": ["occ_title"], "area": ["area_title"],
        "period": ["period"], "top": [],
        **{ours: [f"annual_{theirs}_wage_2", f"annual_{theirs}_wage", download]
           for ours, (theirs, download) in _PERCENTILES.items()},
    },
    frozenset(_PERCENTILES),
    {
        "occupation": f"CASE WHEN length({_SOC}) = 6 THEN left({_SOC}, 2) || '-' || right({_SOC}, 4) ELSE {_SOC} END",
        "title": "coalesce(said(title), trim(regexp_replace(name, '[(][0-9]{6}[)]\\s*$', '')))", "area": "said(area)",
        "period": "said(period)", **{name: f"number({name})" for name in _PERCENTILES},
        "at_least": "CASE WHEN number(p10) IS NOT NULL AND number(p90) IS NULL THEN number(top) END",
    },
    (
        ("no occupation", f"coalesce({_SOC}, '') = ''"),
        ("no yearly wage", f"coalesce({', '.join(f'number({name})' for name in _PERCENTILES)}) IS NULL"),
    ),
    "Public: US Bureau of Labor Statistics. A survey of employers: base pay with bonus left out, by occupation.",
    ("area", "NULL", "NULL", "NULL"),
    identity=f"concat_ws(chr(31), {_SOC}, lower(said(area)), lower(said(period)))",
    notes={
        "area": r"^\W*Area:\s*([^,\n]+)", "period": r"^\W*Period:\s*([^,\n]+)",
        "top": r"equal to or greater than \$[\d.,]+ per hour or \$([\d,]+) per year",
    },
)  # fmt: skip

PREVAILING_WAGE = Kind(
    "prevailing-wage",
    {
        "place": ["state_county"], "level_1": ["i"], "level_2": ["ii"], "level_3": ["iii"], "level_4": ["iv"],
        "occupation": ["occupation"], "period": ["period"],
    },
    frozenset({"place", "level_1", "level_4"}),
    {
        "occupation": "said(occupation)", "period": "said(period)",
        "area": "split_part(place, '|', 2) || ', ' || split_part(place, '|', 1)",
        **{f"level_{level}": f"number(level_{level}) * 2080" for level in (1, 2, 3, 4)},
    },
    (
        ("no occupation: give it under values in --map, such as `occupation: 11-3021`", "said(occupation) IS NULL"),
        *_pay("level_1", "2080"), *_pay("level_4", "2080"),
    ),
    "Public: US Department of Labor, by the hour and county. A floor for visas, and no pay that anyone gets.",
    ("NULL", "split_part(place, '|', 2)", "split_part(place, '|', 1)", "NULL"),
    identity="concat_ws(chr(31), said(occupation), lower(place), lower(said(period)))",
)  # fmt: skip

_PERIODS_OF_OWN = "CASE WHEN said(total) IS NULL THEN coalesce(per_year(unit), 1) ELSE 1 END"
_ANY_DAY = "CASE WHEN date_order = 'dmy' THEN european_day(day) ELSE us_day(day) END"
GENERIC = Kind(
    "csv",
    {name: [name] for name in ("company", "level", "title", "place", "day", "tenure", "experience", "tag", "base",
                               "stock", "total", "unit", "currency", "date_order")},
    frozenset({"company"}),
    {
        "company": "said(company)", "level": "said(level)", "title": "single_spaced(said(title))", "day": _ANY_DAY,
        "tenure": "number(tenure)", "experience": "number(experience)", "tag": "said(tag)",
        "base": "number(base) * coalesce(per_year(unit), 1)", "stock": "number(stock)", "total": "number(total)",
    },
    (
        _COMPANY,
        ("not in US dollars", "upper(coalesce(said(currency), 'USD')) <> 'USD'"),
        ("the unit of pay is not known", "said(unit) IS NOT NULL AND per_year(unit) IS NULL"),
        _contradiction("base", "unit"),
        *_pay("coalesce(said(total), said(base))", _PERIODS_OF_OWN),
        (
            "the date could be two: give date_order, mdy or dmy, under values in --map",
            "date_order IS NULL AND contains(day, '/')",
        ),
        ("the date can't be read", f"said(day) IS NOT NULL AND {_ANY_DAY} IS NULL"),
    ),
    "Your own: what you may do with it, you know.",
)  # fmt: skip

KINDS: Final = {kind.name: kind for kind in (LEVELS_FYI, LCA, H1B, POSTINGS, OEWS, PREVAILING_WAGE, GENERIC)}
FILED: Final = (LCA.name, H1B.name)
"""Visa filings: copies of one origin, the fuller first."""


def kind_of(headings: Sequence[str]) -> Kind | None:
    """Kind whose columns a file has."""
    return next((kind for kind in KINDS.values() if kind is not GENERIC and kind.columns(headings) is not None), None)


def unknown_columns(headings: Sequence[str]) -> str:
    """Say why a file with these columns is no pay data that is known."""
    names = {folded(one) for one in headings}
    if "prevailing_wage" in names:
        return (
            "has the prevailing wage, which is no pay that was offered, and no other."
            " Load the Labor Department's own disclosure file."
        )
    shown = ", ".join(one.strip() or "(blank)" for one in headings[:12]) + (", ..." if len(headings) > 12 else "")
    return f"has no columns of a known kind of pay data. Its columns: {shown}. Name yours with --map."
