"""The files of a class: a brief for each role, sheets for everyone, the form, and what the teacher alone keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from compkit.report.page.pdf import report_pdf
from compkit.report.show.templating import rendered
from compkit.report.show.text import joined
from compkit.report.workshop.analysis_text import package_in_words, summary_blocks, utility
from compkit.report.workshop.lesson import (
    CONSENT,
    DISCUSSION,
    FEELINGS,
    LEVEL_TEXTS,
    MISTAKES,
    OBSERVED,
    PREPARATION,
    RULES,
    STEPS,
    TALLIES,
    TIMETABLES,
    timetable,
)
from compkit.workshop import (
    CASE_FILE,
    CLASS_FILE,
    ROLES,
    ClassPlan,
    ClassRecord,
    Scenario,
    analyze_case,
    blank_forms,
    case_yaml,
    course_form,
)

SECRET_FILE = "teacher/secret.txt"  # noqa: S105
COURSE_FILE = "course.csv"
PAIRS_PAGE = "everyone/pairs"
_page = partial(rendered, "compkit.report.workshop")
_STORIES = {
    "candidate": "{company} wants you as its {title} ({level}) in {location}. You like the team and the work. "
    "A recruiter has called to go through the offer with you.",
    "recruiter": "You recruit for {company}. The hiring manager needs a {title} ({level}) for {location}, and wants "
    "this candidate. You have called to go through the offer.",
}


@dataclass(frozen=True, slots=True)
class BriefIssue:
    """An issue with one side's points."""

    name: str
    options: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a role's page is made from, and nothing of the other side's."""

    name: str
    role: str
    story: str
    issues: tuple[BriefIssue, ...]
    limit: int
    alternative: str
    priorities: str


def role_brief(plan: ClassPlan, side: int) -> Brief:
    """Brief of one side, 0 or 1."""
    own = plan.case.sides[side]
    issues = tuple(
        BriefIssue(issue.name, tuple((option.name, int(option.utilities[side])) for option in issue.options))
        for issue in plan.case.issues
    )
    return Brief(
        plan.name, own.name, _story(own.name, plan.scenario), issues, int(own.limit), own.alternative or "",
        _priorities(issues),
    )  # fmt: skip


def _story(role: str, scenario: Scenario) -> str:
    return _STORIES[role].format(
        company=scenario.company, title=scenario.title, level=scenario.level, location=scenario.location
    )


def _priorities(issues: tuple[BriefIssue, ...]) -> str:
    def swing(issue: BriefIssue) -> int:
        points = [points for _, points in issue.options]
        return max(points) - min(points)

    order = sorted(issues, key=swing, reverse=True)
    most = joined([f"{issue.name} ({swing(issue)} points from worst to best)" for issue in order[:2]])
    return f"Most is at stake for you in {most}, least in {order[-1].name} ({swing(order[-1])})."


def class_files(plan: ClassPlan, *, with_pdf: bool) -> dict[str, bytes]:
    """Contents of a class's folder by path; the same plan gives the same bytes.

    Parameters
    ----------
    plan : ClassPlan
    with_pdf : bool
        Whether pages to print come as PDF too.

    Raises
    ------
    InputError
        If PDFs are asked for and WeasyPrint is missing.
    """
    texts = {
        **blank_forms(plan.case, plan.seating),
        CASE_FILE: case_yaml(plan.case),
        SECRET_FILE: plan.secret.hex() + "\n",
    }
    files = _printed({**_sheets(plan), **_slides(plan.name), "teacher/plan": _plan(plan)}, with_pdf=with_pdf)
    files |= _printed({"teacher/answers": _answers(plan)}, with_pdf=False)
    files |= {path: text.encode() for path, text in texts.items()}
    return files | seating_files(ClassRecord.of(plan), with_pdf=with_pdf)


def seating_files(record: ClassRecord, course: str = "", *, with_pdf: bool) -> dict[str, bytes]:
    """Contents, by path, of a class's files that depend on who negotiates with whom, other than forms by pair.

    Parameters
    ----------
    record : ClassRecord
    course : str
        The course form so far, if a teacher may have filled it in.
    with_pdf : bool
        Whether the list of pairs comes as PDF too.

    Raises
    ------
    InputError
        If PDFs are asked for and WeasyPrint is missing, or the course form can't be read.
    """
    seating = record.seating
    rows = [
        (seat, ROLES[side], pair[1 - side], number)
        for number, pair in seating.numbered.items()
        for side, seat in enumerate(pair)
    ] + ([(seating.observer, "observer", "", "")] if seating.observer else [])
    page = _page("pairs", name=record.name, rows=sorted(rows), observer=seating.observer)
    files = {COURSE_FILE: course_form(record, course, COURSE_FILE).encode(), CLASS_FILE: record.as_json().encode()}
    return files | _printed({PAIRS_PAGE: page}, with_pdf=with_pdf)


def _printed(pages: Mapping[str, str], *, with_pdf: bool) -> dict[str, bytes]:
    files = {f"{path}.html": page.encode() for path, page in pages.items()}
    return files | ({f"{path}.pdf": report_pdf(page) for path, page in pages.items()} if with_pdf else {})


def _sheets(plan: ClassPlan) -> dict[str, str]:
    """Pages that students get, each one printed page."""
    issues = [issue.name for issue in plan.case.issues]
    n_columns = max(len(issue.options) for issue in plan.case.issues)
    briefs = {
        f"{side.name}/brief": _page("brief", brief=role_brief(plan, number), n_columns=n_columns)
        for number, side in enumerate(plan.case.sides)
    }
    return briefs | {
        "everyone/preparation": _page("preparation", name=plan.name, issues=issues, questions=PREPARATION),
        "everyone/score-sheet": _page("score", name=plan.name, issues=issues, feelings=FEELINGS),
        "everyone/rules": _page("rules", name=plan.name, rules=RULES, consent=CONSENT),
        "everyone/observation": _page(
            "observation", name=plan.name, issues=issues, tallies=TALLIES, questions=OBSERVED
        ),
    }


def _slides(name: str) -> dict[str, str]:
    return {
        f"slides/{length}-minutes": _page(
            "slides", name=name, times=timetable(length), steps=STEPS, rules=RULES, consent=CONSENT,
            feelings=FEELINGS, is_sent_before=length < max(TIMETABLES),
        )
        for length in TIMETABLES
    }  # fmt: skip


def _plan(plan: ClassPlan) -> str:
    times = {length: timetable(length) for length in TIMETABLES}
    rows = [
        (step, ["\u2013".join(map(str, times[length][name])) if name in times[length] else "" for length in times])
        for name, step in STEPS.items()
    ]
    return _page(
        "plan", name=plan.name, level_text=LEVEL_TEXTS[plan.level], n_seats=plan.planned.n_seats,
        n_pairs=len(plan.planned.pairs), lengths=list(times), timetable=rows, rules=RULES, consent=CONSENT,
        mistakes=MISTAKES, discussion=DISCUSSION[plan.level],
    )  # fmt: skip


def _answers(plan: ClassPlan) -> str:
    found = analyze_case(plan.case)
    frontier = [(*map(utility, pair), package_in_words(found, pair)) for pair in found.pareto]
    return _page(
        "answers", plan=plan, level_text=LEVEL_TEXTS[plan.level], blocks=summary_blocks(found), frontier=frontier
    )
