"""The files of a class: a brief for each role, sheets for everyone, the form, and what the teacher alone keeps."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compkit.report.page.pdf import report_pdf
from compkit.report.show.templating import template_environment
from compkit.report.show.text import joined
from compkit.report.workshop.analysis_text import package_in_words, summary_blocks, utility
from compkit.workshop import FORM_START, CaseLevel, ClassPlan, Scenario, analyze_case, case_yaml

CLASS_SCHEMA = "compkit/class@1"
FORM_FILE = "agreements.csv"
SECRET_FILE = "teacher/secret.txt"  # noqa: S105
LEVEL_TEXTS: Mapping[CaseLevel, str] = {
    "distributive": "Distributive: on every issue one side's gain is the other's loss. Only who gets how much differs.",
    "logrolling": "Logrolling: the sides care about different issues. Trading them beats meeting in the middle.",
    "hidden-interests": "Hidden interests: on one issue both want the same, and only those who ask find out.",
    "no-deal": "No deal: no agreement suits both sides. Walking away is the right result.",
}
QUESTIONS = (
    "What happens without a deal, and how many points is that worth? Below it you walk away.",
    "What result would you be proud of? Write down a number of points before you start.",
    "Which issues matter most to you, and which could you give up?",
    "What might matter most to the other side? What makes you think so?",
    "What will you ask to find out? Write three questions.",
    "Who makes the first offer? If it's you: what is it, and what is your reason?",
)
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
    names = [issue.name for issue in plan.case.issues]
    n_columns = max(len(issue.options) for issue in plan.case.issues)
    sheets = {
        f"{side.name}/brief": _page("brief", brief=role_brief(plan, number), n_columns=n_columns)
        for number, side in enumerate(plan.case.sides)
    }
    sheets["everyone/preparation"] = _page("preparation", name=plan.name, issues=names, questions=QUESTIONS)
    sheets["everyone/score-sheet"] = _page("score", name=plan.name, issues=names)
    pages = {
        **sheets,
        "everyone/pairs": _page("pairs", name=plan.name, seating=plan.seating),
        "teacher/answers": _answers(plan),
    }
    texts = {f"{path}.html": page for path, page in pages.items()} | {
        FORM_FILE: agreement_form(plan),
        "teacher/case.yaml": case_yaml(plan.case),
        "teacher/class.json": json.dumps(_class_values(plan), indent=2, ensure_ascii=False) + "\n",
        SECRET_FILE: plan.secret.hex() + "\n",
    }
    files = {path: text.encode() for path, text in texts.items()}
    if with_pdf:
        files |= {f"{path}.pdf": report_pdf(page) for path, page in sheets.items()}
    return files


def _page(template: str, **values: Any) -> str:
    environment = template_environment("compkit.report.workshop", "templates")
    return environment.get_template(f"{template}.html.j2").render(values)


def _answers(plan: ClassPlan) -> str:
    found = analyze_case(plan.case)
    frontier = [(*map(utility, pair), package_in_words(found, pair)) for pair in found.pareto]
    return _page(
        "answers", plan=plan, level_text=LEVEL_TEXTS[plan.level], blocks=summary_blocks(found), frontier=frontier
    )


def agreement_form(plan: ClassPlan) -> str:
    """CSV with a row for each pair, to fill in what it agreed: an option under each issue, or no in `agreed`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*FORM_START, *(issue.name for issue in plan.case.issues)])
    blank = [""] * (1 + len(plan.case.issues))
    writer.writerows([number, *pair, *blank] for number, pair in enumerate(plan.seating.pairs, start=1))
    return text.getvalue()


def _class_values(plan: ClassPlan) -> dict[str, Any]:
    return {
        "schema": CLASS_SCHEMA,
        "case": plan.name,
        "level": plan.level,
        "seed": plan.seed,
        "n_seats": plan.seating.n_seats,
        "pairs": [{"candidate": candidate, "recruiter": recruiter} for candidate, recruiter in plan.seating.pairs],
        "observer": plan.seating.observer,
    }
