"""Which offers a notebook is about, where its parameters leave that open."""

from __future__ import annotations

from pathlib import Path

from compkit.market import PAY_SAMPLE
from compkit.offers import load_offers, people_of, superseded_ids
from compkit.paydata import OWN_STORE
from compkit.reference import data_directory

_OWN_FILES = tuple(f"offers.{suffix}" for suffix in ("yaml", "yml", "xlsx", "csv", "json"))
_SAMPLE = Path("offers/sample.yaml")
_OWN_STORES = (Path(OWN_STORE), Path("..") / OWN_STORE)


def my_offers_file(offers_file: str | None = None) -> str:
    """Path of the offers file; if None, `offers.yaml` or another `offers` file in the current folder, else the sample.

    >>> my_offers_file("offers/mine.yaml")
    'offers/mine.yaml'
    """
    if offers_file is not None:
        return offers_file
    # A copy of the kit has its own sample, one folder up.
    kit = Path("../data") / _SAMPLE
    nearby = [*map(Path, _OWN_FILES), kit]
    return next((path.as_posix() for path in nearby if path.is_file()), str(data_directory() / _SAMPLE))


def my_offer(offers_file: str | None, offer_id: str | None, *, ai_ml: bool = False) -> tuple[str, str]:
    """Offers file and id; an id of None is the first offer that no later round replaces.

    Parameters
    ----------
    offers_file : str or None
        As in `my_offers_file`.
    offer_id : str or None
    ai_ml : bool, optional
        Whether an offer for AI or machine-learning work goes before the others.

    Examples
    --------
    >>> my_offer("data/offers/sample.yaml", None)
    ('data/offers/sample.yaml', 'amazon-l6-seattle-after')
    """
    file = my_offers_file(offers_file)
    if offer_id is not None:
        return file, offer_id
    offers = load_offers(file)
    earlier = superseded_ids(list(offers))
    standing = [entry.offer for entry in offers if entry.offer.id not in earlier]
    return file, sorted(standing, key=lambda offer: ai_ml and not offer.role.ai_ml)[0].id


def my_person(offers_file: str | None, candidate: str | None) -> tuple[str, str | None]:
    """Offers file and person; if both are None and the file has several people, the first.

    >>> my_person("data/offers/sample.yaml", "lee")
    ('data/offers/sample.yaml', 'lee')
    """
    file = my_offers_file(offers_file)
    if offers_file is not None or candidate is not None:
        return file, candidate
    people = people_of(load_offers(file))
    return file, (people[0].candidate_id or people[0].name) if len(people) > 1 else None


def my_pay_store(store: str | None = None) -> str:
    """Path of the store of pay data; if None, `paydata.duckdb` in the current folder or the one above, else the sample.

    >>> my_pay_store("reports.duckdb")
    'reports.duckdb'
    """
    if store is not None:
        return store
    return next((path.as_posix() for path in _OWN_STORES if path.is_file()), PAY_SAMPLE)
