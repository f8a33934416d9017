"""Tables of a negotiation plan: walk-away, alternatives, packages, steps, levers, leverage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compkit.negotiation import (
    HOME_DEDUCTIONS,
    LEVERS,
    MOST_TO_MATCH,
    PACKAGES,
    SPOUSE_WAGES,
    Counter,
    Difference,
    NegotiationPlan,
    package_named,
)
from compkit.report.decision.text import offer_names
from compkit.report.show.blocks import Heading, Notes, Table, build_table, in_usd, of_kind
from compkit.report.show.text import (
    LEAST,
    MEASURE_NAMES,
    UNKNOWN,
    capitalized,
    count,
    days_in_words,
    joined,
    month_and_year,
    usd,
)

SHORT_NAMES = {"base_salary": "Base", "rsu_4yr": "Stock", "sign_on_y1": "Sign-on 1", "sign_on_y2": "Sign-on 2"}
PART_NAMES = {
    "current_total": "Current job, a year",
    "cost_of_living_adjustment": "Cost of living",
    "risk_premium": "Risk of a move",
    "growth_value": "Room to grow",
    HOME_DEDUCTIONS: "Your home's deductions",
    SPOUSE_WAGES: "Your spouse's wages",
    "walk_away": "Walk-away",
}
PACKAGE_NAMES = {
    "offered": "As offered",
    "equity": "More stock",
    "cash": "More cash",
    "salary": "More salary",
    "sign-on": "More sign-on",
    "balanced": "Balanced",
    "largest": "The most the ranges allow",
}
SOURCE_NAMES = {
    "posting": "the posted range",
    "research": "your own research",
    "reported": "reported pay",
    "guide": "the guide's band",
    "flexibility": "how far employers like this go, by the guide",
    "offer": "no room",
    "assumed": "an assumption",
    "rival": "what your other offer pays",
}
_PACKAGE_COLUMNS = in_usd({lever: SHORT_NAMES[lever] for lever in LEVERS}, total="Four years")
STATUS_NAMES = {"staying": "Staying", "written": "Written offer", "verbal": "Verbal offer", "in-process": "In process",
                "unknown": "Status unknown"}  # fmt: skip


def walk_away_table(plan: NegotiationPlan) -> Table | Notes:
    """Walk-away amount by the guide, line by line."""
    found = plan.walk_away
    if found.amount is None:
        return Notes("Walk-away", list(found.notes))
    frame = found.table.assign(
        name=[PART_NAMES[name] for name in found.table["name"]],
        how=[capitalized(reason) for reason in found.table["reason"]],
    )
    columns = {"name": "Part", **in_usd(amount="USD a year"), "how": "Where it comes from"}
    note = (
        "By the guide, which adds three amounts to what you have. Each counts once: prices don't count again "
        "below, and risk is priced nowhere else."
    )
    if SPOUSE_WAGES in set(found.table["name"]):
        note += " Your spouse's wages are added to it, since the guide's sum has one earner."
    if HOME_DEDUCTIONS in set(found.table["name"]):
        note += " What the deductions of your home save is added, too; the location report compares housing itself."
    return build_table("Your walk-away, by the guide (USD a year)", columns, frame, note, is_last_row_total=True)


def floors_table(plan: NegotiationPlan) -> Table:
    """Every amount that matters, before tax: a year, in total, and as a package."""
    zone, walk = plan.zopa, plan.walk_away
    rows: list[tuple[str, float | None]] = [
        ("Walk-away, by the guide", walk.amount),
        ("Staying, payment by payment", walk.cash_flow_here),
        ("Best alternative (reservation value)", zone.reservation),
        ("Stop line: don't sign below it", plan.stop_line.yearly if plan.stop_line else None),
        ("The offer as it stands", zone.offered),
        ("Your target", zone.aspired),
        ("The most the ranges allow", zone.high),
    ]
    sums = (
        "A year",
        count(plan.evaluation.assumptions.n_years, "year"),
        "As a package",
    )
    return build_table(
        "What is too little, what is enough (USD)",
        ["In pay a year, all of it counted", *of_kind("usd", dict(zip(sums, sums, strict=True))).values()],
        [(what, *_terms(plan, amount)) for what, amount in rows if amount is not None],
        *_floor_notes(plan),
    )


def _terms(plan: NegotiationPlan, amount: float) -> tuple[float, ...]:
    n_years = plan.evaluation.assumptions.n_years
    return amount, n_years * amount, max(0.0, plan.package_total_for(amount))


def _floor_notes(plan: NegotiationPlan) -> list[str]:
    said = [
        "Before tax.",
        "As a package: what salary, stock and sign-on must add up to for it, the rest of the pay being as offered.",
    ]
    if plan.zopa.is_empty:
        said.append("Even the most the ranges allow is below your best alternative: there is nothing to agree on.")
    elif plan.stop_line and plan.stop_line.yearly > plan.zopa.offered:
        said.append("The offer as it stands is below your stop line.")
    if plan.walk_away.cash_flow_here is None:
        said.append("Enter your current job (candidate.current) to see what staying is worth.")
    return said


def why_they_differ_table(plan: NegotiationPlan) -> Table | Notes:
    """Causes of the difference between the guide's walk-away and the value of staying."""
    walk = plan.walk_away
    if walk.amount is None or walk.cash_flow_here is None:
        return Notes("Why the two differ", ["Enter your current job (candidate.current) to compare the two."])
    gap = walk.amount - walk.cash_flow_here
    causes = [cause for cause in walk.differences_here if abs(cause.amount) >= LEAST]
    if not causes:
        return Notes("Why the two differ", ["They don't: both come to the same amount."])
    rows = [*((_cause_in_words(cause), cause.amount) for cause in causes), ("The guide's walk-away less staying", gap)]
    return build_table("Why the two differ (USD a year)", ["Why", ("USD a year", "usd")], rows, is_last_row_total=True)


def _cause_in_words(cause: Difference) -> str:
    if cause.name in PART_NAMES:
        return f"{PART_NAMES[cause.name]}: {cause.reason}"
    return capitalized(cause.reason)


def job_of(plan: NegotiationPlan, offer_id: str) -> str:
    """Name another offer of the person within a sentence."""
    return offer_names(one.evaluation.entry for one in (plan.analysis, *plan.others))[offer_id]


def alternatives_table(plan: NegotiationPlan) -> Table | Notes:
    """Alternatives to this offer, best first."""
    found = plan.alternatives
    if not found.all:
        told = "Enter your current job (candidate.current), and other offers as you get them."
        return Notes("What else you could do", [told])
    frame = found.table.assign(
        what=[STATUS_NAMES[status] if status == "staying" else job_of(plan, offer_id)
              for offer_id, status in zip(found.table["id"], found.table["status"], strict=True)],
        standing=[STATUS_NAMES[status] for status in found.table["status"]],
    )  # fmt: skip
    columns: dict[str, Heading] = {
        "what": "Instead of this offer",
        "standing": "How certain",
        "level_pay": ("Worth here", "usd"),
        "value": ("Counts as", "usd"),
        "reason": "How",
    }
    return build_table(
        "What else you could do (USD a year)",
        columns,
        frame,
        "Worth here: the pay a year, in even months, that buys as much in this offer's place.",
        "Only a written offer, or staying, sets your stop line.",
        *(f"Not counted: {job_of(plan, offer_id)}, {why}." for offer_id, why in found.left_out.items()),
    )


def why_no_ask(plan: NegotiationPlan) -> str:
    """Explain in a sentence why a plan asks for no pay."""
    if plan.zopa.is_empty:
        return "No pay within the ranges is worth as much as your best alternative."
    if not plan.meets_stop_line(plan.ask):
        return "What your target asks for is below your stop line."
    return "The ranges leave no room in pay above what is offered."


def packages_table(plan: NegotiationPlan) -> Table | Notes:
    """First-ask packages, beside the offer and the most the ranges allow."""
    if not plan.has_ask:
        return Notes("What to ask for", [why_no_ask(plan)])
    counter = plan.first_counter
    shown = [plan.offered, *(package for package in counter.packages if package.name != "largest"), plan.largest]
    rows = [
        (PACKAGE_NAMES[each.name], *each.amounts, each.total, each.total - counter.offered.total,
         counter.raised_worth_of(each))
        for each in shown
    ]  # fmt: skip
    columns = {"name": "Package", **_PACKAGE_COLUMNS, **in_usd(more="More", worth="Worth more")}
    caption = "What to ask for: packages that add up to the same (USD)"
    return build_table(caption, columns, rows, *_package_notes(plan))


def _package_notes(plan: NegotiationPlan) -> list[str]:
    counter = plan.first_counter
    said = [
        "More: than offered. Worth more: the same, each payment by when it comes and how sure you are to stay; "
        "before tax."
    ]
    if bonus := plan.evaluation.offer.target_bonus_in_year(1):
        said.append(f"The target bonus, {usd(bonus)} a year as offered, is left out of every total.")
    if plan.match is not None:
        rival = job_of(plan, plan.match.id)
        said.append(
            f"To match {rival}, packages go beyond the guide's bands, to at most {MOST_TO_MATCH} times what is offered."
        )
    if counter.rankings_differ:
        best = PACKAGE_NAMES[counter.by_worth[0]].lower()
        said.append(
            f"The packages add up to the same total, but they aren't worth the same to you: {best} is worth most."
        )
    if not counter.is_reachable:
        said.append(f"The ranges do not allow what you aim for: {usd(counter.shortfall)} is missing.")
    elif len(counter.packages) < len(PACKAGES):
        left = "choice: there is one package" if len(counter.packages) == 1 else "third package"
        said.append(f"The ranges leave no {left} of this total that moves 3% of it to another part.")
    return [*said, *_flags_in_words(counter)]


def _flags_in_words(counter: Counter) -> list[str]:
    """Remarks on the packages, each once with the parts that it concerns."""
    found = parts_by_remark(flag for package in counter.packages for flag in package.flags)
    return [f"{capitalized(remark)}: {joined(parts)}." for remark, parts in found.items()]


def parts_by_remark(flags: Iterable[str]) -> dict[str, list[str]]:
    """Names of the parts by remark, from the flags of packages."""
    found: dict[str, dict[str, None]] = {}
    for flag in flags:
        lever, _, remark = flag.partition(": ")
        found.setdefault(remark, {})[MEASURE_NAMES[lever].lower()] = None
    return {remark: list(parts) for remark, parts in found.items()}


def steps_table(plan: NegotiationPlan) -> Table | Notes:
    """Asks in order, with how hard each part is to get."""
    if not plan.has_ask:
        return Notes("In which order", ["With no ask for pay, there is no order."])
    rows = []
    n_steps = len(plan.concessions.steps)
    for number, step in enumerate(plan.concessions.steps, start=1):
        package = package_named(plan.settings.package, step.packages)
        hard = plan.hardness(package)
        changed = [lever for lever in LEVERS if hard[lever] != "unchanged"]
        rows.append(
            (f"{number}. {_step_name(number, n_steps)}", *package.amounts, package.total,
             _hardness_in_words({lever: hard[lever] for lever in changed}))
        )  # fmt: skip
    columns = {"step": "Step", **_PACKAGE_COLUMNS, "hard": "How hard to give"}
    said = ["Inside, at the edge of, or beyond its range: nobody has figures for the odds of a yes."]
    said += [sentences([plan.concessions.reason])] if plan.concessions.reason else []
    said.append(plan.concessions.warning or "After the last step comes the closing line, and behind it the stop line.")
    return build_table("In which order to ask (USD)", columns, rows, *said)


def _step_name(number: int, n_steps: int) -> str:
    if number == 1:
        return "The ask"
    return "The fallback" if number == n_steps else "A smaller ask"


def _hardness_in_words(verdicts: dict[str, str]) -> str:
    if not verdicts:
        return "as offered"
    by_verdict: dict[str, list[str]] = {}
    for lever, verdict in verdicts.items():
        by_verdict.setdefault(verdict, []).append(MEASURE_NAMES[lever].lower())
    if len(by_verdict) == 1:
        return f"all {next(iter(by_verdict))}"
    return "; ".join(f"{joined(names)} {verdict}" for verdict, names in by_verdict.items())


def limits_table(plan: NegotiationPlan) -> Table:
    """Limit of each part of pay, and what another dollar of it is worth."""
    frame = plan.levers.assign(
        name=[MEASURE_NAMES[lever] for lever in plan.levers["lever"]],
        limit=[_limit_in_words(plan, lever) for lever in plan.levers["lever"]],
    )
    columns: dict[str, Heading] = {
        "name": "Part, in the order to ask",
        **in_usd(offered="Offered", high="Up to"),
        "limit": "By",
        **of_kind("ratio", worth_of_dollar="A dollar more is worth", worth_of_dollar_after_tax="After tax"),
    }
    said = ["A dollar more of salary is paid every year; one of stock once, when it vests.",
            "Worth counts the years of this report, discounted, and how sure you are to stay."]  # fmt: skip
    if plan.why_not_after_tax:
        said.append(f"After tax is not known: {plan.why_not_after_tax}")
    return build_table("How far each part can move (USD)", columns, frame, *said)


def deciders_table(plan: NegotiationPlan) -> Table:
    """Who decides on each part of pay, when to ask, and what it costs the employer."""
    frame = plan.levers.assign(name=[MEASURE_NAMES[lever] for lever in plan.levers["lever"]])
    columns = {"name": "Part", "decided_by": "Who decides", "ask_when": "When to ask"}
    columns["employer_cost"] = "What it costs them"
    note = "As reported for Amazon and similar employers; not verified."
    return build_table("Who decides, and when to ask", columns, frame, note)


def _limit_in_words(plan: NegotiationPlan, lever: str) -> str:
    limit = plan.limits[lever]
    said = SOURCE_NAMES[limit.source]
    if limit.source in ("posting", "research", "reported", "guide") and limit.as_of is not None:
        said += f" of {month_and_year(limit.as_of)}"
    if limit.n is not None and limit.source in ("research", "reported"):
        said += f" (n = {limit.n})"
    if limit.is_assumed and limit.source != "assumed":
        said += ", assumed"
    return said


def other_levers_table(plan: NegotiationPlan) -> Table | Notes:
    """Other things to ask for besides pay, and their worth."""
    found = plan.other_levers
    if not found:
        return Notes("What else to ask for", ["Nothing in your file or the guide puts an amount on anything else."])
    rows = [
        (
            value.title,
            value.amount,
            capitalized(value.basis)
            + (f" (the guide says at least {usd(value.claim_low)})" if value.claim_low else ""),
        )
        for value in found
    ]  # fmt: skip
    note = "An amount below zero is what it costs you."
    return build_table(
        "What else to ask for", ["Other than pay", ("Worth (USD)", "usd"), "Where it comes from"], rows, note
    )


def leverage_table(plan: NegotiationPlan) -> Table:
    """Four kinds of leverage with their evidence, and what would raise them."""
    rows = [
        (
            each.kind.capitalize(),
            each.word,
            sentences(each.evidence) or "Nothing in your file.",
            sentences([*each.questions, *each.raised_by]) or UNKNOWN,
        )
        for each in plan.leverage
    ]
    headings = ["Leverage", "How much", "What supports it", "What to ask, what would raise it"]
    note = "None, some or strong, by what your file says: leverage you can't show is none."
    return build_table("What speaks for you", headings, rows, note)


def sentences(parts: Sequence[str]) -> str:
    """Remarks as sentences, with dates in words.

    >>> sentences(["by 2026-12-18", "who asks?"])
    'By December 18, 2026. Who asks?'
    """
    said = [days_in_words(capitalized(part)) for part in parts if part]
    return " ".join(text if text[-1] in ".?!" else f"{text}." for text in said)


def strongest(plan: NegotiationPlan) -> list[str]:
    """Kinds of leverage with the highest score; empty if none scores."""
    best = max(each.score for each in plan.leverage)
    return [str(each.kind) for each in plan.leverage if best and each.score == best]
