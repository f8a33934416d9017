"""Synthetic files of pay, in the shapes that people bring: nobody's pay, drawn from a seed, and marked as synthetic.

Real companies and places are named, because aliases and places are looked up by name. Small by default; the benchmarks
write large ones. What a file says in the places where a person's name would be is `SYNTHETIC`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from plain_xlsx import write_xlsx

SYNTHETIC: Final = "SYNTHETIC"
SEED: Final = 20261130
PREMIUM: Final = 0.05
"""How much higher log pay is with the mark, at the same level, in what is drawn."""
_STEP_OF_LEVEL: Final = 0.15
_CHUNK: Final = 50_000


class _City(NamedTuple):
    city: str
    state: str
    county: str
    metro: str
    dma: int


CITIES: Final = (
    _City("Seattle", "WA", "King", "Seattle-Tacoma-Bellevue, WA", 819),
    _City("San Francisco", "CA", "San Francisco", "San Francisco-Oakland-Fremont, CA", 807),
    _City("Austin", "TX", "Travis", "Austin-Round Rock-San Marcos, TX", 635),
    _City("New York", "NY", "New York", "New York-Newark-Jersey City, NY-NJ", 501),
    _City("Boston", "MA", "Suffolk", "Boston-Cambridge-Newton, MA-NH", 506),
)
ABROAD: Final = ("London, EN, United Kingdom", "Bengaluru, KA, India")
COMPANIES: Final = ("Amazon", "Google", "Microsoft", "Facebook", "Apple")
_LEVELS_FYI: Final = (
    "timestamp company level title totalyearlycompensation location yearsofexperience yearsatcompany tag basesalary "
    "stockgrantvalue bonus gender otherdetails cityid dmaid rowNumber Masters_Degree Bachelors_Degree Doctorate_Degree "
    "Highschool Some_College Race_Asian Race_White Race_Two_Or_More Race_Black Race_Hispanic Race Education"
)
_LCA: Final = (
    "CASE_NUMBER CASE_STATUS RECEIVED_DATE DECISION_DATE ORIGINAL_CERT_DATE VISA_CLASS JOB_TITLE SOC_CODE SOC_TITLE "
    "FULL_TIME_POSITION BEGIN_DATE END_DATE TOTAL_WORKER_POSITIONS NEW_EMPLOYMENT CONTINUED_EMPLOYMENT "
    "CHANGE_PREVIOUS_EMPLOYMENT NEW_CONCURRENT_EMPLOYMENT CHANGE_EMPLOYER AMENDED_PETITION EMPLOYER_NAME "
    "TRADE_NAME_DBA EMPLOYER_ADDRESS1 EMPLOYER_ADDRESS2 EMPLOYER_CITY EMPLOYER_STATE EMPLOYER_POSTAL_CODE "
    "EMPLOYER_COUNTRY EMPLOYER_PROVINCE EMPLOYER_PHONE EMPLOYER_PHONE_EXT NAICS_CODE EMPLOYER_POC_LAST_NAME "
    "EMPLOYER_POC_FIRST_NAME EMPLOYER_POC_MIDDLE_NAME EMPLOYER_POC_JOB_TITLE EMPLOYER_POC_ADDRESS1 "
    "EMPLOYER_POC_ADDRESS2 EMPLOYER_POC_CITY EMPLOYER_POC_STATE EMPLOYER_POC_POSTAL_CODE EMPLOYER_POC_COUNTRY "
    "EMPLOYER_POC_PROVINCE EMPLOYER_POC_PHONE EMPLOYER_POC_PHONE_EXT EMPLOYER_POC_EMAIL AGENT_REPRESENTING_EMPLOYER "
    "AGENT_ATTORNEY_LAST_NAME AGENT_ATTORNEY_FIRST_NAME AGENT_ATTORNEY_MIDDLE_NAME AGENT_ATTORNEY_ADDRESS1 "
    "AGENT_ATTORNEY_ADDRESS2 AGENT_ATTORNEY_CITY AGENT_ATTORNEY_STATE AGENT_ATTORNEY_POSTAL_CODE "
    "AGENT_ATTORNEY_COUNTRY AGENT_ATTORNEY_PROVINCE AGENT_ATTORNEY_PHONE AGENT_ATTORNEY_PHONE_EXT "
    "AGENT_ATTORNEY_EMAIL_ADDRESS LAWFIRM_NAME_BUSINESS_NAME STATE_OF_HIGHEST_COURT NAME_OF_HIGHEST_STATE_COURT "
    "WORKSITE_WORKERS SECONDARY_ENTITY SECONDARY_ENTITY_BUSINESS_NAME WORKSITE_ADDRESS1 WORKSITE_ADDRESS2 "
    "WORKSITE_CITY WORKSITE_COUNTY WORKSITE_STATE WORKSITE_POSTAL_CODE WAGE_RATE_OF_PAY_FROM WAGE_RATE_OF_PAY_TO "
    "WAGE_UNIT_OF_PAY PREVAILING_WAGE PW_UNIT_OF_PAY PW_TRACKING_NUMBER PW_WAGE_LEVEL PW_OES_YEAR PW_OTHER_SOURCE "
    "PW_OTHER_YEAR PW_SURVEY_PUBLISHER PW_SURVEY_NAME TOTAL_WORKSITE_LOCATIONS AGREE_TO_LC_STATEMENT H-1B_DEPENDENT "
    "WILLFUL_VIOLATOR SUPPORT_H1B STATUTORY_BASIS APPENDIX_A_ATTACHED PUBLIC_DISCLOSURE PREPARER_LAST_NAME "
    "PREPARER_FIRST_NAME PREPARER_MIDDLE_INITIAL PREPARER_BUSINESS_NAME PREPARER_EMAIL"
)
LEVELS_FYI_COLUMNS: Final = _LEVELS_FYI.split()
LCA_COLUMNS: Final = _LCA.split()
"""Of the fiscal years 2020 to 2023; two columns with employers' tax numbers came later."""


def reports(n: int = 500, seed: int = SEED, n_companies: int = 40) -> pd.DataFrame:
    """Self-reported pay as the store keeps it, a row a person.

    Companies are as uneven as in real exports, marked rows are more frequent at higher levels, and log pay is linear:
    `PREMIUM` for the mark, a step for each level, a company's and a city's own part, experience, tenure, and noise.
    """
    rng = np.random.default_rng(seed)
    company = rng.choice(n_companies, n, p=_falling(n_companies))
    city = rng.choice(len(CITIES), n, p=_falling(len(CITIES)))
    level, experience = rng.integers(3, 8, n), rng.integers(0, 20, n).astype(float)
    tenure = np.floor(experience * rng.random(n))
    is_marked = rng.random(n) < 0.02 * (level - 1)
    log_total = (
        11.2 + _STEP_OF_LEVEL * level + rng.normal(0, 0.2, n_companies)[company] + 0.1 * (len(CITIES) - city)
        + 0.02 * experience - 0.0004 * experience**2 - 0.004 * tenure + PREMIUM * is_marked + rng.normal(0, 0.2, n)
    )  # fmt: skip
    total = np.round(np.exp(log_total), -3)
    base = np.minimum(np.round(0.7 * total, -3), 160_000.0)
    names = np.array([*COMPANIES, *(f"Synthetic {k}" for k in range(len(COMPANIES), n_companies))], dtype=object)
    days = np.datetime64("2018-01-01") + rng.integers(0, 4 * 365, n).astype("timedelta64[D]")
    is_abroad = rng.random(n) < 0.1
    title = rng.choice(["Software Engineer", "Product Manager"], n, p=[0.8, 0.2])
    return pd.DataFrame(
        {
            "company": names[company], "level": [f"L{number}" for number in level],
            "level_folded": [f"l{number}" for number in level], "title": title,
            "metro": [None if abroad else CITIES[k].metro for k, abroad in zip(city, is_abroad, strict=True)],
            "region": [None if abroad else CITIES[k].state for k, abroad in zip(city, is_abroad, strict=True)],
            "country": np.where(is_abroad, "United Kingdom", "US"), "day": days.astype("datetime64[s]"),
            "tenure": tenure, "experience": experience,
            "tag": np.where(is_marked, "ML / AI", rng.choice(["Full Stack", "API Development (Back-End)"], n)),
            "base": base, "stock": np.round(0.8 * (total - base)),
            "bonus": np.round(0.2 * (total - base)), "total": total, "city": city, "is_abroad": is_abroad,
        }
    )  # fmt: skip


def _falling(n: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Shares that fall as 1, 1/2, 1/3 and so on."""
    shares = 1 / np.arange(1, n + 1)
    return shares / shares.sum()


def levels_fyi(n: int = 500, seed: int = SEED, n_companies: int = 40) -> pd.DataFrame:
    """Give the people of `reports` in the 29 columns of a levels.fyi export; some spellings differ."""
    drawn, rng = reports(n, seed, n_companies), np.random.default_rng(seed + 1)
    us = [f"{CITIES[k].city}, {CITIES[k].state}" for k in drawn["city"]]
    abroad = rng.choice(ABROAD, n)
    frame = pd.DataFrame("NA", index=range(n), columns=list(LEVELS_FYI_COLUMNS))
    seconds = rng.integers(0, 86_400, n)
    moments = drawn["day"] + pd.to_timedelta(seconds, unit="s")
    frame["timestamp"] = [f"{at.month}/{at.day}/{at.year} {at.hour}:{at:%M:%S}" for at in moments]
    is_odd = rng.random(n) < 0.05
    frame["company"] = np.where(is_odd, drawn["company"].str.lower() + " ", drawn["company"])
    frame["level"] = np.where(is_odd, drawn["level"].str.lower(), drawn["level"])
    frame["title"] = drawn["title"]
    frame["location"] = np.where(drawn["is_abroad"], abroad, us)
    frame["dmaid"] = np.where(drawn["is_abroad"], 0, [CITIES[k].dma for k in drawn["city"]])
    frame["tag"], frame["otherdetails"], frame["rowNumber"] = drawn["tag"], SYNTHETIC, range(1, n + 1)
    numbers = {
        "totalyearlycompensation": "total", "basesalary": "base", "stockgrantvalue": "stock", "bonus": "bonus",
        "yearsofexperience": "experience", "yearsatcompany": "tenure",
    }  # fmt: skip
    for name, drawn_name in numbers.items():
        frame[name] = drawn[drawn_name].astype(int)
    return frame


def lca_rows(n: int = 200, seed: int = SEED) -> Iterator[tuple[Any, ...]]:
    """Rows of the disclosure file of labor condition applications, in `LCA_COLUMNS`; days are `date`, blanks are ""."""
    for start in range(0, n, _CHUNK):
        yield from _lca_chunk(start, min(_CHUNK, n - start), np.random.default_rng([seed, start]))


def _lca_chunk(start: int, n: int, rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    titles = ("Software Engineer", "Software Development Engineer II", "Data Scientist", "Applied Scientist, ML")
    units = (("Year", 1), ("Hour", 2080), ("Month", 12), ("Bi-Weekly", 26), ("Week", 52))
    employer = rng.choice(2_000, n, p=_falling(2_000)).tolist()
    city = [CITIES[k] for k in rng.choice(len(CITIES), n, p=_falling(len(CITIES)))]
    wage = np.round(rng.lognormal(11.8, 0.3, n), -2)
    unit = [units[k] for k in rng.choice(len(units), n, p=[0.93, 0.04, 0.01, 0.01, 0.01])]
    received = [dt.date(2019, 10, 1) + dt.timedelta(days=day) for day in rng.integers(0, 350, n).tolist()]
    is_new = (rng.random(n) < 0.5).tolist()
    names = (*(f"{name} Inc." for name in COMPANIES), *(f"{SYNTHETIC} {k} LLC" for k in range(len(COMPANIES), 2_000)))
    varied: dict[str, Iterable[Any]] = {
        "CASE_NUMBER": [f"I-200-{day:%y%j}-{start + k:06d}" for k, day in enumerate(received)],
        "CASE_STATUS": rng.choice(_LCA_STATUSES, n, p=[0.9, 0.06, 0.01, 0.03]).tolist(),
        "RECEIVED_DATE": received, "DECISION_DATE": [day + dt.timedelta(days=7) for day in received],
        "BEGIN_DATE": [day + dt.timedelta(days=90) for day in received],
        "END_DATE": [day + dt.timedelta(days=1_185) for day in received],
        "JOB_TITLE": [titles[k] for k in rng.integers(0, len(titles), n)],
        "NEW_EMPLOYMENT": [int(new) for new in is_new], "CONTINUED_EMPLOYMENT": [int(not new) for new in is_new],
        "EMPLOYER_NAME": [names[k] for k in employer],
        "WORKSITE_CITY": [one.city for one in city], "WORKSITE_STATE": [one.state for one in city],
        "WORKSITE_COUNTY": [one.county.upper() for one in city],
        "WAGE_RATE_OF_PAY_FROM": [round(pay / parts, 2) for pay, (_, parts) in zip(wage.tolist(), unit, strict=True)],
        "WAGE_UNIT_OF_PAY": [name for name, _ in unit], "PREVAILING_WAGE": np.round(0.9 * wage, 2).tolist(),
        "PW_WAGE_LEVEL": rng.choice(["I", "II", "III", "IV"], n).tolist(),
    }  # fmt: skip
    return zip(*(varied.get(name, repeat(_LCA_CONSTANTS.get(name, ""), n)) for name in LCA_COLUMNS), strict=True)


_LCA_STATUSES: Final = ("Certified", "Certified - Withdrawn", "Denied", "Withdrawn")
_LCA_CONSTANTS: Final[dict[str, Any]] = {
    "VISA_CLASS": "H-1B", "SOC_CODE": "15-1132.00", "SOC_TITLE": "Software Developers, Applications",
    "FULL_TIME_POSITION": "Y", "TOTAL_WORKER_POSITIONS": 1, "CHANGE_PREVIOUS_EMPLOYMENT": 0,
    "NEW_CONCURRENT_EMPLOYMENT": 0, "CHANGE_EMPLOYER": 0, "AMENDED_PETITION": 0, "EMPLOYER_ADDRESS1": "1 Main Street",
    "EMPLOYER_CITY": "Seattle", "EMPLOYER_STATE": "WA", "EMPLOYER_POSTAL_CODE": "98101",
    "EMPLOYER_COUNTRY": "UNITED STATES OF AMERICA", "EMPLOYER_PHONE": "+12065550100", "NAICS_CODE": "541511",
    "EMPLOYER_POC_LAST_NAME": SYNTHETIC, "EMPLOYER_POC_FIRST_NAME": SYNTHETIC, "EMPLOYER_POC_JOB_TITLE": "Manager",
    "EMPLOYER_POC_EMAIL": "synthetic@example.com", "AGENT_REPRESENTING_EMPLOYER": "Yes",
    "AGENT_ATTORNEY_LAST_NAME": SYNTHETIC, "AGENT_ATTORNEY_EMAIL_ADDRESS": "synthetic@example.com",
    "LAWFIRM_NAME_BUSINESS_NAME": f"{SYNTHETIC}, Law, LLP", "WORKSITE_WORKERS": 1, "SECONDARY_ENTITY": "No",
    "WORKSITE_ADDRESS1": "2 Main Street", "PW_UNIT_OF_PAY": "Year", "PW_OES_YEAR": "7/1/2019 - 6/30/2020",
    "TOTAL_WORKSITE_LOCATIONS": 1, "AGREE_TO_LC_STATEMENT": "Yes", "H-1B_DEPENDENT": "No", "WILLFUL_VIOLATOR": "No",
    "PUBLIC_DISCLOSURE": "Disclose Business", "PREPARER_LAST_NAME": SYNTHETIC,
}  # fmt: skip


def h1b(n: int = 100, seed: int = SEED) -> pd.DataFrame:
    """Wages of applications, in the columns that sites copy from the disclosure file."""
    rows = pd.DataFrame(lca_rows(n, seed), columns=list(LCA_COLUMNS))
    yearly = rows[rows["WAGE_UNIT_OF_PAY"] == "Year"]
    return pd.DataFrame(
        {
            "employer": yearly["EMPLOYER_NAME"].str.lower(), "job title": yearly["JOB_TITLE"].str.lower(),
            "base salary": yearly["WAGE_RATE_OF_PAY_FROM"].astype(int), "city": yearly["WORKSITE_CITY"],
            "county": yearly["WORKSITE_COUNTY"].str.title() + " County", "state": yearly["WORKSITE_STATE"],
            "submit date": [f"{day:%m/%d/%Y}" for day in yearly["RECEIVED_DATE"]],
            "start date": [f"{day:%m/%d/%Y}" for day in yearly["BEGIN_DATE"]],
            "case status": yearly["CASE_STATUS"].str.lower(), "countyID": SYNTHETIC,
        }
    )  # fmt: skip


def postings(n: int = 100, seed: int = SEED) -> pd.DataFrame:
    """Ranges of base pay from job postings: by year, hour or two weeks, days as epochs that a spreadsheet shortened."""
    rng = np.random.default_rng(seed)
    low = rng.integers(60, 200, n) * 1_000
    period = rng.choice(["YEARLY", "HOURLY", "BIWEEKLY"], n, p=[0.85, 0.14, 0.01])
    parts = pd.Series(period).map({"YEARLY": 1, "HOURLY": 2080, "BIWEEKLY": 26}).to_numpy()
    city = [CITIES[k] for k in rng.integers(0, len(CITIES), n)]
    company = rng.choice([*COMPANIES, f"{SYNTHETIC} Labs"], n)
    epochs = [f"{epoch:.5E}" for epoch in 1.7130e12 + rng.integers(0, 50, n) * 1e7]
    return pd.DataFrame(
        {
            "job_id": 3_900_000_000 + np.arange(n), "company_name": company,
            "title": rng.choice(["Software Engineer", "Senior Machine Learning Engineer"], n),
            "min_salary": np.round(low / parts, 2), "max_salary": np.round(1.4 * low / parts, 2), "pay_period": period,
            "location": [f"{one.city}, {one.state}" for one in city], "formatted_work_type": "Full-time",
            "original_listed_time": epochs, "remote_allowed": "", "application_type": "OffsiteApply", "expiry": epochs,
            "formatted_experience_level": "Mid-Senior level", "listed_time": epochs,
            "posting_domain": "synthetic.example", "work_type": "FULL_TIME", "currency": "USD",
            "compensation_type": "BASE_SALARY", "normalized_salary": 1.2 * low, "zip_code": "", "fips": "",
        }
    )  # fmt: skip


def oews(seed: int = SEED) -> str:
    """National wages by occupation: titles above the header, padded numbers, a top code, and footnotes below."""
    rng, file = np.random.default_rng(seed), io.StringIO("\ufeff")
    file.seek(1)
    rows = [
        [f"Multiple occupations for one geographical area, {SYNTHETIC}"],
        [],
        ["Area:National"],
        ["Period:May 2023"],
    ]
    rows += [[], _OEWS_COLUMNS]
    for title, code, typical in _OCCUPATIONS:
        median = typical + float(rng.integers(-5, 6) * 1_000)
        yearly = [share * median for share in (0.5, 0.7, 1.0, 1.4, 1.9)]
        hourly = ["(5)" if pay >= TOP_CODE else f"{pay / 2080:12.2f}" for pay in yearly]
        annual = ["(5)" if pay >= TOP_CODE else f"{pay:12.0f}" for pay in yearly]
        mean = [f"{1.1 * median / 2080:12.2f}", f"{1.1 * median:12.0f}"]
        employed = f"{rng.integers(1_000, 2_000_000):12d}"
        rows.append([f"{title}({code})", employed, "0.4", *mean, "0.3", *hourly, *annual])
    for row in [*rows, [], *([note] for note in _OEWS_FOOTNOTES)]:
        csv.writer(file, lineterminator="\n").writerow(row + [""] * (len(_OEWS_COLUMNS) - len(row)))
    return file.getvalue()


TOP_CODE: Final = 239_200
_OCCUPATIONS: Final = (
    ("All Occupations", "000000", 48_000), ("Software Developers", "151252", 132_000),
    ("Data Scientists", "152051", 108_000), ("Computer and Information Systems Managers", "113021", 170_000),
    ("Surgeons", "291240", 300_000),
)  # fmt: skip
_RANKS: Final = ("10th percentile", "25th percentile", "median", "75th percentile", "90th percentile")
_OEWS_COLUMNS: Final = [
    "Occupation (SOC code)", "Employment(1)", "Employment percent relative standard error(3)", "Hourly mean wage",
    "Annual mean wage(2)", "Wage percent relative standard error(3)",
    *(f"Hourly {rank} wage" for rank in _RANKS), *(f"Annual {rank} wage(2)" for rank in _RANKS),
]  # fmt: skip
_OEWS_FOOTNOTES: Final = (
    "(5)This wage is equal to or greater than $115.00 per hour or $239,200 per year.",
    f"SOC code: Standard Occupational Classification code -- {SYNTHETIC}",
)


def prevailing_wage(seed: int = SEED) -> dict[str, dict[str, float]]:
    """Hourly prevailing wages of one occupation by state and county, at four levels [USD an hour]."""
    rng = np.random.default_rng(seed)
    wages = {}
    for city in CITIES:
        lowest, step = float(rng.integers(35, 60)), float(rng.integers(8, 20))
        wages[f"{city.state}|{city.county.lower()}"] = {
            level: lowest + step * k for k, level in enumerate(("I", "II", "III", "IV"))
        }
    return wages


def write_lca(path: Path, n: int = 200, seed: int = SEED) -> None:
    """Write the disclosure file of labor condition applications, as .csv or .xlsx, a chunk at a time."""
    if path.suffix == ".xlsx":
        write_xlsx(path, LCA_COLUMNS, lca_rows(n, seed))
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(LCA_COLUMNS)
        writer.writerows(lca_rows(n, seed))


def write_all(folder: Path) -> dict[str, Path]:
    """Write a small file of each shape; paths by kind, as `compkit paydata add --as` names them."""
    paths = {
        kind: folder / f"synthetic_{kind.replace('-', '_')}.{'json' if kind == 'prevailing-wage' else 'csv'}"
        for kind in ("levels-fyi", "lca", "h1b", "postings", "oews", "prevailing-wage")
    }
    levels_fyi().to_csv(paths["levels-fyi"], index=False)
    write_lca(paths["lca"])
    h1b().to_csv(paths["h1b"], index=False)
    postings().to_csv(paths["postings"], index=False)
    paths["oews"].write_text(oews(), encoding="utf-8")
    paths["prevailing-wage"].write_text(json.dumps(prevailing_wage(), indent=1), encoding="utf-8")
    return paths


_SAMPLE_FOLDER: Final = Path(__file__).resolve().parents[1] / "data" / "pay_samples"
_REPORTED: Final = (
    "timestamp", "company", "level", "title", "totalyearlycompensation", "location", "yearsofexperience",
    "yearsatcompany", "tag", "basesalary", "stockgrantvalue", "bonus", "otherdetails",
)  # fmt: skip
_FILED: Final = (
    "CASE_NUMBER", "CASE_STATUS", "DECISION_DATE", "JOB_TITLE", "NEW_EMPLOYMENT", "CONTINUED_EMPLOYMENT",
    "EMPLOYER_NAME", "EMPLOYER_POC_LAST_NAME", "WORKSITE_CITY", "WORKSITE_COUNTY", "WORKSITE_STATE",
    "WAGE_RATE_OF_PAY_FROM", "WAGE_UNIT_OF_PAY",
)  # fmt: skip
_RAISED: Final = np.datetime64("2022-02-07")
_MANAGED: Final = CITIES[:4]


def managers(n: int = 240, seed: int = SEED) -> pd.DataFrame:
    """Engineering managers at Amazon in a levels.fyi export, from 2019 to 2023: base is capped until February 2022."""
    rng = np.random.default_rng([seed, 2])
    city = rng.choice(len(_MANAGED), n, p=[0.5, 0.25, 0.05, 0.2])
    is_senior, is_new = rng.random(n) < 0.35, rng.random(n) < 0.5
    day = np.datetime64("2019-01-01") + rng.integers(0, 5 * 365, n).astype("timedelta64[D]")
    cap = np.where(day < _RAISED, np.where(np.isin(city, (1, 3)), 185_000, 160_000), 350_000)
    base = np.minimum(np.round(rng.normal(np.where(is_senior, 205_000, 178_000), 12_000), -3), cap)
    stock = np.round(rng.lognormal(np.log(np.where(is_senior, 190_000, 85_000)), 0.3), -3)
    bonus = np.round(np.where(is_new, rng.normal(45_000, 10_000, n), 0.0), -3)
    experience = rng.integers(8, 20, n)
    frame = pd.DataFrame({"timestamp": [f"{at.month}/{at.day}/{at.year} 12:00:00" for at in pd.to_datetime(day)]})
    frame["company"], frame["level"] = "Amazon", np.where(is_senior, "L7", "L6")
    frame["title"], frame["totalyearlycompensation"] = "Software Engineering Manager", base + stock + bonus
    frame["location"] = [f"{_MANAGED[k].city}, {_MANAGED[k].state}" for k in city]
    frame["yearsofexperience"], frame["yearsatcompany"] = experience, np.where(is_new, 0, rng.integers(1, 6, n))
    frame["tag"], frame["basesalary"], frame["stockgrantvalue"], frame["bonus"] = "NA", base, stock, bonus
    frame["otherdetails"] = SYNTHETIC
    return frame


def manager_filings(n: int = 60, seed: int = SEED) -> pd.DataFrame:
    """Filings of Amazon for engineering managers, in some columns of the disclosure file."""
    rng = np.random.default_rng([seed, 3])
    city = [_MANAGED[k] for k in rng.choice(len(_MANAGED), n, p=[0.6, 0.2, 0.05, 0.15])]
    day = [dt.date(2021, 1, 1) + dt.timedelta(days=one) for one in rng.integers(0, 3 * 365, n).tolist()]
    is_new = rng.random(n) < 0.6
    wage = np.round(rng.normal(170_000, 15_000, n), -2)
    capped = [min(one, 160_000.0) if on < _RAISED.item() else one for one, on in zip(wage.tolist(), day, strict=True)]
    return pd.DataFrame(
        {
            "CASE_NUMBER": [f"I-200-{on:%y%j}-{at:06d}" for at, on in enumerate(day)], "CASE_STATUS": "Certified",
            "DECISION_DATE": day, "JOB_TITLE": "Software Development Manager", "NEW_EMPLOYMENT": is_new.astype(int),
            "CONTINUED_EMPLOYMENT": (~is_new).astype(int), "EMPLOYER_NAME": "Amazon.com Services LLC",
            "EMPLOYER_POC_LAST_NAME": SYNTHETIC, "WORKSITE_CITY": [one.city for one in city],
            "WORKSITE_COUNTY": [one.county.upper() for one in city], "WORKSITE_STATE": [one.state for one in city],
            "WAGE_RATE_OF_PAY_FROM": capped, "WAGE_UNIT_OF_PAY": "Year",
        },
        columns=list(_FILED),
    )  # fmt: skip


def write_sample(folder: Path) -> None:
    """Write the files behind the committed notebook about reported pay."""
    folder.mkdir(exist_ok=True)
    told = pd.concat([managers(), levels_fyi()])[list(_REPORTED)]
    amounts = [name for name in _REPORTED if told[name].dtype == float]
    told[amounts] = told[amounts].astype(int)
    told.to_csv(folder / "synthetic_levels_fyi.csv", index=False)
    manager_filings().to_csv(folder / "synthetic_lca.csv", index=False)
    (folder / "synthetic_oews.csv").write_text(oews(), encoding="utf-8")
    wages = json.dumps(prevailing_wage(), indent=1)
    (folder / "synthetic_prevailing_wage.json").write_text(f"{wages}\n", encoding="utf-8")
    (folder / "synthetic_prevailing_wage.yaml").write_text("values: {occupation: 11-3021}\n", encoding="utf-8")


if __name__ == "__main__":
    write_sample(_SAMPLE_FOLDER)
