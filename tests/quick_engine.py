"""A test engine that runs no notebook but does what workers promise: files whole, the outcome last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from sample_notebooks import write_notebook

from compkit.batch.publish.files import private_folder, write_atomically
from compkit.batch.run.jobs import OUTCOME_FILE, Job, Outcome, Recorded

PARAMETERS = 'offers_file: str = ""\noffer_id: str = ""\nreport_date: str = ""\ngrowth_rate: float = 0.0'


@dataclass
class QuickEngine:
    """Stands in the place of `pool.outcomes`.

    Parameters
    ----------
    finished : Path, optional
        A file that gains a line, offer, notebook and key, for each report that is finished.
    failing : set of str
        Titles of reports that fail.
    before : callable, optional
        Called with each job before it is done.
    """

    finished: Path | None = None
    failing: set[str] = field(default_factory=set)
    before: Callable[[Job], object] | None = None
    jobs: list[Job] = field(default_factory=list)

    def outcomes(self, jobs: Iterable[Job], _n_workers: int, **_: object) -> Iterator[tuple[int, Outcome]]:
        """Yield the outcome of each job, one after the other."""
        for position, job in enumerate(jobs):
            self.jobs.append(job)
            if self.before is not None:
                self.before(job)
            yield position, self.outcome(job)

    def outcome(self, job: Job) -> Outcome:
        """Write what a worker would: the page has the offer and the key, the figures have the salary."""
        if job.title in self.failing:
            return Outcome("cell 2: ValueError: no", 0.5, "notebook", key=job.key)
        folder = private_folder(Path(job.folder))
        for name, text in job.documents.items():
            write_atomically(folder / name, text)
        stem = Path(job.notebook_path).stem
        held = [offer for text in job.documents.values() for offer in json.loads(text)["offers"]]
        salary = held[0]["base_salary"] if held else 0.0
        files = {}
        for ending in (".html", ".ipynb", *((".pdf",) if job.with_pdf else ())):
            data = f"{job.title} {job.key} {ending}".encode()
            write_atomically(folder / f"{stem}{ending}", data)
            files[f"{stem}{ending}"] = hashlib.sha256(data).hexdigest()
        row = {"figure": f"{stem} salary", "value": salary, "unit": "USD", "source_ids": "offer", "as_of": ""}
        recorded = Recorded([row], {f"{stem}_salary": salary, "n_warnings": len(stem)})
        outcome = Outcome(None, 1.25, recorded=recorded, files=files, key=job.key)
        write_atomically(folder / OUTCOME_FILE, json.dumps(outcome.to_json()))
        if self.finished is not None:
            with self.finished.open("a", encoding="utf-8") as file:
                file.write(f"{job.parameters.get('offer_id')} {stem} {job.key}\n")
        return outcome


def use(engine: QuickEngine, monkeypatch: pytest.MonkeyPatch) -> QuickEngine:
    """Run batches in an engine; return it."""
    monkeypatch.setattr("compkit.batch.run.runners.outcomes", engine.outcomes)
    monkeypatch.setattr("compkit.batch.running.refuse_missing_weasyprint", lambda: None)  # it makes its own PDFs
    return engine


def write_kit(folder: Path) -> Path:
    """Write a notebook of each kind: about an offer, an offer among others, a person, none."""
    write_notebook(folder / "each.ipynb", PARAMETERS, "offer_id")
    seeing = write_notebook(folder / "seeing.ipynb", PARAMETERS, "offer_id")
    document = json.loads(seeing.read_text(encoding="utf-8"))
    document["metadata"]["compkit"] = {"other_offers": True}
    seeing.write_text(json.dumps(document), encoding="utf-8")
    write_notebook(folder / "whole.ipynb", 'offers_file: str = ""', "offers_file")
    write_notebook(folder / "free.ipynb", "only: bool = True", "only")
    return folder


def write_offers(path: Path, salaries: dict[str, float], **envelope: Any) -> Path:
    """Write an offers file with an offer for each id; `id@candidate` names its candidate."""
    offers = []
    for given, salary in salaries.items():
        offer_id, _, whose = given.partition("@")
        offer = {"id": offer_id, "company": offer_id.title(), "level": "L6", "location": "Seattle"}
        offer |= {"base_salary": salary, "equity": [{"value": 100_000, "grant_price": 50.0}]}
        offers.append({**offer, **({"candidate": whose} if whose else {})})
    write = json.dumps if path.suffix == ".json" else yaml.safe_dump
    path.write_text(write({**envelope, "offers": offers}), encoding="utf-8")
    return path
