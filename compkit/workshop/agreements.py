"""What the pairs of a class agreed, and agreed after the debrief: every fault of a form at once, by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compkit.errors import Fault, unknown_choice
from compkit.offers import quote
from compkit.workshop.case import Case, Package, Pair, package_points
from compkit.workshop.case_file import ROLES
from compkit.workshop.forms import FORM_START, Form, Row, whole_number

Status = Literal["deal", "no deal", "absent"]
Seats = tuple[int, int]
_PLAYED: Mapping[str, Status] = {"no": "no deal", "absent": "absent"}
_AFTERWARDS: Mapping[str, Status] = {"no": "no deal"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one pair wrote on the form.

    Parameters
    ----------
    pair : int
    seats : pair of int
        The candidate's and the recruiter's.
    status : {'deal', 'no deal', 'absent'}
    package : tuple of int
        Number of each issue's option; empty without a deal.
    """

    pair: int
    seats: Seats
    status: Status
    package: Package = ()


def parse_agreements(text: str, file: str, case: Case, pairs: Mapping[int, Seats]) -> tuple[Agreement, ...]:
    """Agreements of a class from its form, in the order of the pairs.

    Parameters
    ----------
    text : str
        CSV, with commas or semicolons.
    file : str
        Its name, for messages.
    case : Case
    pairs : mapping of int to pair of int
        Seats of each pair.

    Raises
    ------
    InputError
        With every fault.
    """
    reader = _Reader(Form(text, file, _columns(case)), case, pairs, _PLAYED)
    for row in reader.form.rows():
        reader.read(row)
    reader.name_missing()
    reader.form.refuse_faults()
    return tuple(reader.found[pair][1] for pair in sorted(reader.found))


def parse_post_settlement(
    text: str, file: str, case: Case, pairs: Mapping[int, Seats], agreements: Sequence[Agreement]
) -> dict[int, Agreement]:
    """Second agreements by pair; a row that nobody filled in is not there.

    Parameters
    ----------
    text, file, case, pairs
        As for `parse_agreements`.
    agreements : sequence of Agreement
        The first ones: a second one must be no worse for either side.

    Raises
    ------
    InputError
        With every fault.
    """
    reader = _Reader(Form(text, file, _columns(case)), case, pairs, _AFTERWARDS)
    first = {one.pair: one for one in agreements}
    filled = ["agreed", *(issue.name for issue in case.issues)]
    for row in reader.form.rows():
        if row.is_blank(filled):
            continue
        second = reader.read(row)
        if second and second.pair in first:
            _refuse_worse(reader.form, row.line, case, first[second.pair], second)
    reader.form.refuse_faults()
    return {pair: reader.found[pair][1] for pair in sorted(reader.found)}


def agreed_points(case: Case, agreement: Agreement) -> Pair:
    """Both sides' points; without a deal, what their alternatives are worth."""
    return package_points(case, agreement.package) if agreement.status == "deal" else case.limits


def _refuse_worse(form: Form, line: int, case: Case, first: Agreement, second: Agreement) -> None:
    if first.status == "absent":
        form.add_fault(line, "", f"is filled in, but pair {first.pair} was absent. Clear the row.")
    elif second.status == "deal":
        before, after = agreed_points(case, first), agreed_points(case, second)
        worse = [role for role, old, new in zip(ROLES, before, after, strict=True) if new < old]
        if worse:
            than = "no deal" if first.status == "no deal" else "the first agreement"
            rule = f"is worse than {than} for the {' and the '.join(worse)}. Ask pair {first.pair}, or clear the row."
            form.add_fault(line, "", rule)


def _columns(case: Case) -> list[str]:
    return [*FORM_START, *(issue.name for issue in case.issues)]


class _Reader:
    """The rows read so far.

    Parameters
    ----------
    form : Form
    case : Case
    pairs : mapping of int to pair of int
    without_terms : mapping of str to str
        What may stand under `agreed` without options, and what it means.
    """

    def __init__(self, form: Form, case: Case, pairs: Mapping[int, Seats], without_terms: Mapping[str, Status]) -> None:
        self.form, self.case, self.pairs, self.without_terms = form, case, pairs, without_terms
        self.found: dict[int, tuple[int, Agreement]] = {}
        self._named: set[int | None] = set()
        self._lines: dict[int | None, int] = {}  # of each seat
        self._pair_of = {seat: number for number, seats in pairs.items() for seat in seats}

    def read(self, row: Row) -> Agreement | None:
        """Read a row; None if it has a fault."""
        n_before = len(self.form.faults)
        number = whole_number(row["pair"])
        if number not in self.pairs:
            rule = f"must be the number of a pair, got {quote(row['pair'])}."
            self.form.add_fault(row.line, "pair", rule)
        is_again = number in self._named
        self._named.add(number)
        self._check_seats(row, number)
        status, package = self._terms(row)
        if is_again:
            self._compare(row.line, number, status, package)
        if len(self.form.faults) > n_before or number is None:
            return None
        agreement = Agreement(number, self.pairs[number], status, package)
        self.found[number] = row.line, agreement
        return agreement

    def name_missing(self) -> None:
        """Add a fault for each pair without a row."""
        for number, (candidate, recruiter) in self.pairs.items():
            if number not in self._named:
                rule = f"has no row for pair {number} (seats {candidate} and {recruiter}). Add it."
                self.form.faults.append(Fault(self.form.file, "", "", rule))

    def _check_seats(self, row: Row, number: int | None) -> None:
        for side, role in enumerate(ROLES):
            field = f"{role}_seat"
            seat = whole_number(row[field])
            earlier = self._lines.setdefault(seat, row.line)
            rule = ""
            if seat is None or seat not in self._pair_of:
                rule = f"must be a seat that has a partner, got {quote(row[field])}."
            elif earlier != row.line:
                rule = f"is seat {seat}, which line {earlier} has too. Keep one."
            elif number is not None and number in self.pairs and seat != (own := self.pairs[number][side]):
                rule = f"must be {own} for pair {number}, got {seat}, of pair {self._pair_of[seat]}."
            if rule:
                self.form.add_fault(row.line, field, rule)

    def _compare(self, line: int, number: int | None, status: Status, package: Package) -> None:
        if number not in self.found:
            return
        first, other = self.found[number]
        issues = zip(self.case.issues, package, other.package, strict=False)
        differing = [issue.name for issue, mine, others in issues if mine != others]
        if status != other.status or differing:
            about = ", ".join(differing) or "whether there is a deal"
            self.form.add_fault(
                line, "", f"disagrees with line {first} on {about}. Ask pair {number}, and keep one row."
            )

    def _terms(self, row: Row) -> tuple[Status, Package]:
        """Status and options; none for a row with faults."""
        agreed, words = row["agreed"].casefold(), self.without_terms
        filled = [issue.name for issue in self.case.issues if row[issue.name]]
        if agreed not in ("", "yes", *words):
            self.form.add_fault(row.line, "agreed", unknown_choice(row["agreed"], ("yes", *words)))
        if agreed in words:
            if filled:
                rule = f"is {agreed}, but {', '.join(filled)} is filled in. Write yes, or clear the options."
                self.form.add_fault(row.line, "agreed", rule)
            return words[agreed], ()
        otherwise = f"write {' or '.join(words)} under agreed"
        if not filled and not agreed:
            self.form.add_fault(row.line, "", f"is blank. Fill it in, or {otherwise}.")
            return "deal", ()
        return "deal", self.form.package(row, self.case.issues, otherwise) or ()
