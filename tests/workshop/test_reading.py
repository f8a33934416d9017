"""Reading cases: our YAML with every fault at once, Genius XML by its own rule, and XML that means harm."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from genius_files import CANDIDATE, DOMAIN, RECRUITER, write_domain

from compkit.errors import InputError
from compkit.workshop import Case, load_case

CASE = """\
schema: compkit/case@1
title: Two issues
roles:
  candidate: {reservation: 35, alternative: Stay in the current job}
  recruiter: {reservation: -20}
issues:
  - name: Base salary
    weights: {candidate: 3}
    options:
      - {name: "$170,000", candidate: 0, recruiter: 40}
      - {name: "$180,000", candidate: 20, recruiter: 0}
  - name: Start
    options: [{name: 2027, candidate: 10, recruiter: 10}]
"""


def read(folder: Path, text: str) -> Case:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return load_case(str(path))


def faults_of(read_it: object, *arguments: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_it(*arguments)  # type: ignore[operator]
    return [f"{Path(fault.file).name}{str(fault).removeprefix(fault.file)}" for fault in caught.value.faults]


def test_our_format(tmp_path: Path) -> None:
    case = read(tmp_path, CASE)
    assert case.limits == (35, -20)
    assert [side.name for side in case.sides] == ["candidate", "recruiter"]
    assert [side.alternative for side in case.sides] == ["Stay in the current job", None]
    assert [option.utilities for option in case.issues[0].options] == [(0, 40), (60, 0)]
    assert case.issues[1].options[0].name == "2027"


def test_every_fault_of_our_format_at_once(tmp_path: Path) -> None:
    text = (
        CASE.replace("reservation: 35, ", "")
        .replace("candidate: 0, recruiter: 40", "candidate: 12.5, recruter: 40")
        .replace('"$180,000", candidate: 20', '"$170,000", candidate: 20,000')
        .replace("name: Start", "name: base salary")
        .replace("{candidate: 3}", "{candidate: -3}")
    )
    assert faults_of(read, tmp_path, text) == [
        "case.yaml: issues[0].options[1].candidate 20,000 needs quotes or no comma. Did you mean 20000?",
        "case.yaml: roles.candidate.reservation is missing. Add it.",
        "case.yaml: issues[0].weights.candidate must not be negative, got -3.",
        "case.yaml: issues[0].options[0].candidate must be a whole number, got 12.5.",
        "case.yaml: issues[0].options[0].recruiter is missing. Add it.",
        "case.yaml: issues[0].options[0].recruter is not a known field. Did you mean 'recruiter'?",
        "case.yaml: issues[1].name is 'base salary', as in issues[0]. Give it another name.",
        "case.yaml: issues[0].options[1].name is '$170,000', as in issues[0].options[0]. Give it another name.",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty. Start it with `schema: compkit/case@1`."),
        ("- 1\n", "must be a group of fields, got a list. Start it with `schema: compkit/case@1`."),
        ("a: *b\n", "is not valid YAML"),
        (CASE.replace("case@1", "case@2"), "schema must be one of compkit/case@1, got 'compkit/case@2'"),
    ],
)
def test_a_file_that_is_no_case(tmp_path: Path, text: str, message: str) -> None:
    (fault,) = faults_of(read, tmp_path, text)
    assert message in fault


def test_genius_by_its_own_rule(tmp_path: Path) -> None:
    """Weights 1.5 and 0.5 of 2, pay 0.5 and 2 of 2, place 9 and 3 of 9; the recruiter's place is worth nothing."""
    case = load_case(*write_domain(tmp_path))
    pay, place = case.issues
    quarter, half = Fraction(1, 4), Fraction(1, 2)
    assert [option.utilities for option in pay.options] == [
        (3 * quarter * quarter, half),
        (3 * quarter, half * quarter),
    ]
    assert [option.utilities for option in place.options] == [(quarter, 0), (quarter / 3, 0)]
    assert case.limits == (quarter, 0)
    (note,) = case.notes
    assert note.endswith("recruiter.xml: no reservation value is given, so it is 0.")


def test_genius_issues_and_weights_are_matched(tmp_path: Path) -> None:
    """By name first, then by index; weights by the profile's own index; an item may be unknown to the domain."""
    other = (
        '<utility_space><issue index="7" name=" place "><item value="office " evaluation="1e1"/>'
        '<item value="home" evaluation="5"/><item value="ship" evaluation="20"/></issue>'
        '<issue index="1" name="Pay"><item value="high" evaluation="1"/><item value="low" evaluation="4"/></issue>'
        '<weight index="7" value="1"/><weight index="1" value="3"/><discount_factor value="0.9"/>'
        '<reservation value="0.5"/></utility_space>'
    )
    case = load_case(*write_domain(tmp_path, recruiter=other))
    assert [option.utilities[1] for option in case.issues[0].options] == [Fraction(3, 4), Fraction(3, 16)]
    assert [option.utilities[1] for option in case.issues[1].options] == [Fraction(1, 16), Fraction(1, 8)]
    assert [note.split(": ", 1)[1] for note in case.notes] == [
        "the domain has no 'ship' for place, so no deal has it.",
        "the discount factor 0.9 is ignored; utilities are undiscounted.",
    ]


def test_every_fault_of_a_genius_domain_at_once(tmp_path: Path) -> None:
    candidate = CANDIDATE.replace('evaluation="2.0"', 'evaluation="1/2"').replace('index="2" value="0.5"', 'value="1"')
    recruiter = RECRUITER.replace('value="home"', 'value="hone"').replace('index="1" value="1"', 'index="1" value="-1"')
    found = faults_of(load_case, *write_domain(tmp_path, candidate=candidate, recruiter=recruiter))
    assert found == [
        "candidate.xml, issue 'pay', item 'high': evaluation must be a number such as 0.25, got '1/2'.",
        "candidate.xml, issue 'place': weight is missing. Add it.",
        "recruiter.xml, issue 'pay': weight must not be negative, got -1.",
        "recruiter.xml, issue 'place': item 'home' is missing. Add it, or rename 'hone'.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<negotiation", "<!DOCTYPE a [<!ENTITY b 'c'>]><negotiation", "declares the entity 'b'."),
        ("<negotiation", "<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///etc/passwd'>%b;]><negotiation", "the entity 'b'."),
        ("<negotiation", "<!DOCTYPE a SYSTEM 'http://localhost/a.dtd'><negotiation", "another file in its DOCTYPE."),
        ('"low"', '"&b;"', "is not valid XML: undefined entity, line 2"),
        ("</issue>", "", "is not valid XML: mismatched tag"),
        ("<issue", "<a>" * 60 + "<issue", "is nested more than 40 levels deep"),
        ("<negotiation", "<?xml version='1.0' encoding='nonsense'?><negotiation", "unknown encoding"),
        ('type="discrete"', 'type="integer"', "issue 'pay': type must be discrete, got 'integer'."),
        ('value="high"', 'value="low"', "issue 'pay': item 'low' is there twice. Remove one."),
        (DOMAIN, CANDIDATE.replace("issue", "matter"), "issue is missing. Give a domain's file first"),
        (DOMAIN, " ", "is empty."),
    ],
)
def test_xml_that_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    found = faults_of(load_case, *write_domain(tmp_path, domain=DOMAIN.replace(old, new, 1)))
    assert any(message in fault for fault in found), found


def test_numbers_that_would_take_forever_are_refused(tmp_path: Path) -> None:
    candidate = CANDIDATE.replace('evaluation="2.0"', 'evaluation="1e999999999"')
    (fault,) = faults_of(load_case, *write_domain(tmp_path, candidate=candidate))
    assert "evaluation must be a number such as 0.25" in fault


def test_files_that_do_not_go_together(tmp_path: Path) -> None:
    domain, profiles = write_domain(tmp_path)
    assert "Add --profiles A.xml B.xml, got 0 files." in faults_of(load_case, domain)[0]
    case = tmp_path / "case.yaml"
    case.write_text(CASE, encoding="utf-8")
    assert "is only for a Genius domain" in faults_of(load_case, str(case), profiles)[0]
    assert "must end in .yaml, .yml or .xml, got '.txt'." in faults_of(load_case, str(tmp_path / "case.txt"))[0]
    assert "can't be read: No such file or directory." in faults_of(load_case, str(tmp_path / "none.yaml"))[0]
    assert (
        "can't be read: it is not a file." in faults_of(load_case, str(tmp_path / "."), [])[0] or tmp_path.suffix == ""
    )
