"""The kit's notebooks: where they are, their names, and what each is run for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from compkit.batch.notebook_files import notebook_source
from compkit.batch.parameters import Parameter, notebook_parameters
from compkit.errors import UnknownChoiceError
from compkit.reference import notebook_directory

DEFAULT_NOTEBOOKS = (
    "offer_evaluation",
    "location_analysis",
    "ai_ml_premiums",
    "negotiation_plan",
    "offer_comparison",
    "hiring_process",
    "onboarding_plan",
    "guide_audit",
    "market_intelligence",
)
"""Of these, `plan_reports` leaves out what doesn't fit: premiums for other roles, and pay data where none is given."""

START_NOTEBOOK = "start"
"""Leads to the others in JupyterLab; it is no report."""

CLASS_NOTEBOOK = "workshop_debrief"
"""Is about a class, not about offers, so the start has no card for it."""

PAY_STORE = "store"
"""The parameter with the file of a store of pay data."""

Kind = Literal["offer", "person", "free"]


@dataclass(frozen=True)
class Notebook:
    """A notebook of the kit, not yet run."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name without suffix, as `--notebook` takes it."""
        return self.path.stem

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Its parameters, by name."""
        return notebook_parameters(self.path)

    @property
    def kind(self) -> Kind:
        """Whether it runs for each offer, for each person with all their offers, or once."""
        if "offer_id" in self.parameters:
            return "offer"
        return "person" if "offers_file" in self.parameters else "free"

    @cached_property
    def sees_other_offers(self) -> bool:
        """Whether it compares an offer with the candidate's others, according to its metadata."""
        return bool(notebook_source(self.path).metadata.get("compkit", {}).get("other_offers", False))

    @cached_property
    def is_private(self) -> bool:
        """Whether it shows what no employer may read, according to its metadata: other offers, limits, plans."""
        return bool(notebook_source(self.path).metadata.get("compkit", {}).get("private", False))

    @cached_property
    def is_for_ai_ml(self) -> bool:
        """Whether it says something only of roles in AI or machine learning, according to its metadata."""
        return bool(notebook_source(self.path).metadata.get("compkit", {}).get("ai_ml", False))

    @property
    def reads_pay_data(self) -> bool:
        """Whether it is about a store of pay data."""
        return PAY_STORE in self.parameters

    @cached_property
    def title(self) -> str:
        """Its first heading, else its name."""
        for cell in notebook_source(self.path).cells:
            if cell.cell_type == "markdown":
                for line in cell.source.splitlines():
                    if line.startswith("# "):
                        return str(line[2:].strip())
        return self.name.replace("_", " ")


def find_notebooks(names: Sequence[str] | None, folder: Path | None = None) -> list[Notebook]:
    """Find notebooks by name, each once, in the order given; the default ones if None.

    Raises
    ------
    UnknownChoiceError
        If there is none of a name; the message lists all names.
    """
    folder = folder or notebook_directory()
    there = {path.stem: path for path in sorted(folder.glob("*.ipynb")) if path.stem != START_NOTEBOOK}
    chosen = list(dict.fromkeys(DEFAULT_NOTEBOOKS if names is None else names))
    for name in chosen:
        if name not in there:
            raise UnknownChoiceError("notebook", name, list(there))
    return [Notebook(there[name]) for name in chosen]
