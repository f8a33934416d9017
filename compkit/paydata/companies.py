"""Names of companies: one for all spellings, by data/company_aliases.csv and by taking off legal forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from cleanco.clean import custom_basename, prepare_default_terms

from compkit.reference import Tables

_LAST_WORD = re.compile(r"(\S+)\W*$")
_WORD_START = re.compile(r"(?<![^\W_])(?<!\w\w['.])[^\W\d_]")  # not the s of `Macy's`, nor the c of `.com`


def company_names(typed: Sequence[str], tables: Tables) -> list[str]:
    """One name for all spellings of a company.

    Two spellings get one name only if the table says so, or if they are equal without their legal form, case and
    repeated spaces; never because they are similar.

    Parameters
    ----------
    typed : sequence of str
        As files spell them: `AMAZON WEB SERVICES, INC.`
    tables : Tables

    Returns
    -------
    list of str
        The table's name; for other companies the typed one with capital initials.

    Examples
    --------
    >>> from compkit.reference import load_tables
    >>> company_names(["amazon.com services llc", "Facebook, Inc.", "EIGEN  LABS INC"], load_tables())
    ['Amazon', 'Meta', 'Eigen Labs']
    """
    known = tables.derived(_known_names)
    return [_company_name(name, known) for name in typed]


def _company_name(typed: str, known: Mapping[str, str]) -> str:
    plain = _folded(typed)
    while True:
        name = known.get(_letters(plain))
        if name is not None:
            return name
        shorter = _without_legal_form(plain)
        if not shorter or shorter == plain:
            return _WORD_START.sub(lambda found: found[0].upper(), plain)
        plain = shorter


def _known_names(tables: Tables) -> dict[str, str]:
    """Company by the letters and digits of each name; aliases come before the names of companies.csv."""
    rows = tables.rows("company_aliases")
    names = [str(row["company"]) for row in [*tables.rows("companies"), *rows]]
    return {_letters(_folded(name)): name for name in names} | {
        _letters(_folded(str(row["alias"]))): str(row["company"]) for row in rows
    }


def _folded(text: str) -> str:
    """Text in small letters with single spaces, also after a comma."""
    return " ".join(unicodedata.normalize("NFC", text.casefold()).replace(",", ", ").split())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.replace("&", " and ")))


def _without_legal_form(name: str) -> str:
    """Name without the last legal form, or as it is."""
    last = _LAST_WORD.search(name)
    terms = _legal_forms().get(_plain_word(last[1]), []) if last else []
    if not terms:
        return name
    n_words = len(custom_basename(name, terms).split())
    return " ".join(name.split()[:n_words]).rstrip(
        " ,;&-"
    )  # not as cleanco ends it, without the bracket of `(Americas)`


@cache
def _legal_forms() -> dict[str, list[tuple[int, list[str]]]]:
    """Legal forms, as cleanco lists them, by last word: trying all 300 on each name takes a minute a million."""
    forms: dict[str, list[tuple[int, list[str]]]] = {}
    for length, words in prepare_default_terms():
        forms.setdefault(words[-1], []).append((length, words))
    return forms


def _plain_word(word: str) -> str:
    return word.replace(".", "").replace(",", "").replace("-", "")
