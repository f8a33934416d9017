"""One person's decision, as a notebook user sees it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cached_property

import pandas as pd

from compkit.api.display import text_html
from compkit.decision import BASE, Decision
from compkit.report import (
    CAUTION,
    decision_notes,
    decision_questions,
    decision_sentence,
    next_step_in_words,
    preference_sentence,
)


@dataclass(frozen=True, repr=False)
class PersonalDecision:
    """Which choice leads on pay, how firmly, and what to do next.

    Examples
    --------
    >>> import compkit as ck
    >>> ck.read_offers("data/offers/sample.yaml").decision("kim", date="2026-12-01")
    On pay, Amazon L7 in New York leads by about $74,000 a year after tax, in every case tried.
    Ask Casey Invented at Amazon for more, by January 4, 2027.
    """

    _found: Decision

    @property
    def state(self) -> str:
        """alone, unknown, even, clear, leans, or staying where keeping the current job leads.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").decision("robin", date="2026-12-01").state
        'leans'
        """
        return self._found.state

    @property
    def leader(self) -> str | None:
        """Id of the choice that leads, or None.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").decision("robin", date="2026-12-01").leader
        'google-l5-boomerang'
        """
        return self._found.leader

    @property
    def margin(self) -> float | None:
        """The first choice's pay less the second's, after tax and prices [USD a year]; None if alone.

        >>> import compkit as ck
        >>> round(ck.read_offers("data/offers/sample.yaml").decision("robin", date="2026-12-01").margin)
        25945
        """
        return self._found.ruling.margin

    @property
    def flips_if(self) -> str | None:
        """The first stress case in which another choice leads, or None.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").decision("robin", date="2026-12-01").flips_if
        'staying 4 years'
        """
        flip = self._found.ruling.flip
        return flip.case if flip else None

    @cached_property
    def sentence(self) -> str:
        """The decision in one or two sentences.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").decision("kim", date="2026-12-01", stay=4).sentence
        'On pay, Amazon L7 in New York leads by about $107,000 a year after tax, in every case tried.'
        """
        return " ".join(filter(None, (decision_sentence(self._found), preference_sentence(self._found))))

    @cached_property
    def next_step(self) -> str:
        """What to do next, with whom and by when.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").decision("lee", date="2026-12-01").next_step
        'Ask Frankie Notreal at Meta for more, by December 23, 2026.'
        """
        return next_step_in_words(self._found)

    @property
    def questions(self) -> list[str]:
        """What to find out; none of it changes the order.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").decision("robin", date="2026-12-01").questions
        ['Google L5 in Seattle: Ask for more time to decide.']
        """
        return decision_questions(self._found)

    @property
    def notes(self) -> list[str]:
        """What the figures assume, and what they leave out.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").decision("robin", date="2026-12-01").notes[0]
        "Counted over 2 years, your expected stay, with stock at today's price."
        """
        return decision_notes(self._found)

    @property
    def to_tie(self) -> pd.DataFrame:
        """What each offer behind the leader would need, each alone, to leave as much: by id.

        base_salary [USD a year], stock [USD], growth of its share price [fraction a year]; empty without a leader.

        >>> import compkit as ck
        >>> needed = ck.read_offers("data/offers/sample.yaml").decision("robin", date="2026-12-01").to_tie
        >>> round(needed.loc["amazon-l6-seattle-after", "base_salary"])
        41800
        """
        columns = ["id", "base_salary", "stock", "growth"]
        return pd.DataFrame(map(astuple, self._found.ties), columns=columns).set_index("id").astype(float)

    def to_frame(self) -> pd.DataFrame:
        """Frame of the ranked choices by id, the most a year first.

        status; net, in the base case, and a column for each stress case; before_tax, paper [USD a year].

        >>> import compkit as ck
        >>> frame = ck.read_offers("data/offers/sample.yaml").decision("robin", date="2026-12-01").to_frame()
        >>> frame.loc["google-l5-boomerang", ["net", "before_tax"]].round().astype(int).to_dict()
        {'net': 251147, 'before_tax': 362300}
        """
        tried = [one.case for one in self._found.cases if one.case != BASE]
        rows = {}
        for name in self._found.ruling.order:
            amounts = self._found.amounts[name]
            net = {"net": amounts.net[BASE], **{case: amounts.net.get(case, amounts.net[BASE]) for case in tried}}
            status = self._found.status_in_words(name)
            rows[name] = {"status": status, **net, "before_tax": amounts.before_tax, "paper": amounts.paper}
        columns = ["status", "net", *tried, "before_tax", "paper"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("id")

    def __repr__(self) -> str:
        return "\n".join(filter(None, (self.sentence, self.next_step)))

    def _repr_html_(self) -> str:
        return text_html("\n".join([repr(self), *self.notes, CAUTION]))
