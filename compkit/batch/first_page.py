"""Whose reports a batch makes first, so that there is a page to read while the others are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compkit.batch.folder.results import ReportResult
from compkit.batch.planning import Report


class FirstPage:
    """One person's reports, or where all are one person's, those of one offer.

    Parameters
    ----------
    reports : sequence of Report
        The batch's.
    """

    def __init__(self, reports: Sequence[Report]) -> None:
        first = next((report.person for report in reports if report.person), None)
        about_somebody = [at for at, report in enumerate(reports) if report.person]
        own = [at for at in about_somebody if reports[at].person is first]
        if own == about_somebody:
            entry = next((reports[at].entry for at in own if reports[at].entry), None)
            own = [at for at in own if reports[at].entry is entry]
        self._own = own
        # The page about the person leads to those about their offers.
        self._by_interest = sorted(self._own, key=lambda at: reports[at].entry is not None)
        self._n_all, self._is_told = len(reports), False

    def order(self, wanted: Sequence[int]) -> list[int]:
        """Return positions of reports in the order in which to make them."""
        own = set(self._own)
        return sorted(wanted, key=lambda at: at not in own)

    def page(self, results: Mapping[int, ReportResult]) -> str | None:
        """Return the page to read, relative to the reports' folder: once, when all of them are done and others are not.

        Parameters
        ----------
        results : mapping of int to ReportResult
            What is done, by position.
        """
        if self._is_told or len(results) == self._n_all or not all(at in results for at in self._own):
            return None
        self._is_told = True
        return next((page for at in self._by_interest if (page := results[at].html)), None)
