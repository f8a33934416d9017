"""Which reports a batch makes first, so that the user soon has a page to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compkit.batch.folder.results import ReportResult
from compkit.batch.planning import Report


class FirstPage:
    """The first person's reports or, if all are one person's, those of one offer."""

    def __init__(self, reports: Sequence[Report]) -> None:
        first = next((report.person for report in reports if report.person), None)
        about_somebody = [at for at, report in enumerate(reports) if report.person]
        first_ones = [at for at in about_somebody if reports[at].person is first]
        if first_ones == about_somebody:
            entry = next((reports[at].entry for at in first_ones if reports[at].entry), None)
            first_ones = [at for at in first_ones if reports[at].entry is entry]
        self._first_ones = first_ones
        # The page about the person links to those about their offers.
        self._by_interest = sorted(self._first_ones, key=lambda at: reports[at].entry is not None)
        self._n_all, self._is_shown = len(reports), False

    def order(self, positions: Sequence[int]) -> list[int]:
        """Positions of reports in the order in which to make them."""
        first_ones = set(self._first_ones)
        return sorted(positions, key=lambda at: at not in first_ones)

    def page(self, results: Mapping[int, ReportResult]) -> str | None:
        """Page to read, once: when all first reports are done and others are not.

        Parameters
        ----------
        results : mapping of int to ReportResult
            Finished reports by position.

        Returns
        -------
        str or None
            Path from the reports' folder.
        """
        if self._is_shown or len(results) == self._n_all or not all(at in results for at in self._first_ones):
            return None
        self._is_shown = True
        return next((page for at in self._by_interest if (page := results[at].html)), None)
