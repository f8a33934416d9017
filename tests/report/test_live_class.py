"""Classes that play in oTree: bots at every seat, and browsers at a server that is killed in the middle."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_class import Postgres, Seat, Server, needs_otree, needs_postgres, otree, postgres, visited
from live_projects import HOSTILE, planted_case, planted_values, seating_of, write_project

from compkit.errors import InputError
from compkit.workshop import live_forms

pytestmark = [pytest.mark.long, needs_otree]


@pytest.mark.parametrize("n_seats", [2, 3, 30, 300])
def test_bots_play_every_seat(n_seats: int, tmp_path: Path) -> None:
    """Bots check their own pages; a third of the pairs agrees, walks away, or lets the time run out."""
    project = write_project(tmp_path / "project", n_seats)
    assert "Bots completed session" in otree(project, "test", "workshop", "--export=out")
    seating = seating_of(n_seats)
    text = (project / "out" / "workshop_custom.csv").read_text(encoding="utf-8")
    forms = live_forms(text, "export.csv", planted_case(), seating)
    agreements = list(csv.reader(io.StringIO(forms["agreements.csv"])))[1:]
    assert agreements == [
        [str(pair), *map(str, seats), *(["yes", "$180,000", "Austin"] if pair % 3 == 0 else ["no", "", ""])]
        for pair, seats in seating.numbered.items()
    ]
    offers = list(csv.reader(io.StringIO(forms["first-offers.csv"])))[1:]
    assert {tuple(offer[2:]) for offer in offers} == {("$170,000", f"Seattle {HOSTILE}")}
    answers = list(csv.reader(io.StringIO(forms["answers.csv"])))[1:]
    observers = {str(seating.observer)} - {"None"}
    assert {answer[0] for answer in answers if "" in answer} == observers
    assert [int(answer[1]) for answer in answers if answer[0] not in observers] == [
        1 + seat % 7 for seat in range(1, n_seats + 1) if seat != seating.observer
    ]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    with postgres() as found:
        yield found


@pytest.fixture
def project(cluster: Postgres, tmp_path: Path) -> Path:
    """Return a project of five seats, and an empty database."""
    found = write_project(tmp_path / "project", 5)
    otree(found, "resetdb", "--noinput", database=cluster.url)
    return found


def seated(server: Server, label: str) -> Seat:
    """Take a seat up to the wait for the other side."""
    seat = Seat(server.links()[label])
    seat.submit()
    assert seat.name == "Consent"
    assert "Tick the box" in seat.page
    seat.submit(consent="True")
    seat.submit()
    return seat


@needs_postgres
def test_a_seats_link_opens_that_seat_alone(cluster: Postgres, project: Path) -> None:
    server = Server(project, cluster.url)
    try:
        server.create_session(5)
        links = server.links()
        assert sorted(links) == [f"seat_00{seat}" for seat in range(1, 6)]
        others = links["seat_001"].replace("seat_001", "seat_002")
        bare = f"{server.url}/room/class?participant_label=seat_002&welcome_page_ok=1"
        for link in (others, bare, f"{bare}&hash="):
            refused = visited(link)
            assert refused.status_code == 404
            assert "hash" in refused.text
        assert "<strong>2</strong>" not in refused.text
        assert "You have seat 2." in Seat(links["seat_002"]).page
        assert "You have seat 2." in Seat(links["seat_002"]).page  # again, from another computer
        for path in ("demo", "sessions", "rooms", "ExportIndex", "room_with_session/class", "create_session"):
            assert visited(f"{server.url}/{path}").url.endswith("/login")
        assert visited(f"{server.url}/sessions", server.logged_in("")).url.endswith("/login")
    finally:
        server.kill()


@needs_postgres
def test_whose_partner_is_missing_is_sent_on(cluster: Postgres, project: Path) -> None:
    """Consent, brief, wait: the missing seats begin, and are sent on three times."""
    server = Server(project, cluster.url)
    try:
        session = server.create_session(5)
        waiting = seated(server, "seat_005")
        for _ in range(4):
            waiting.reload()
            assert waiting.name == "Start"
            server.advance_slowest(session)
        waiting.reload()
        assert waiting.name == "Results"
        assert "one of you was missing" in waiting.page
        forms = live_forms(server.export(), "export.csv", planted_case(), seating_of(5))
        assert forms["agreements.csv"].splitlines()[1:] == ["1,5,1,absent,,", "2,4,2,absent,,"]
    finally:
        server.kill()


@needs_postgres
def test_a_server_killed_in_mid_class_loses_no_offer(cluster: Postgres, project: Path) -> None:
    """It is killed right after a page was told of the third offer, before oTree itself would have stored it."""
    # Two answers to `load`, and two live messages for each offer: one that tells both.
    server = Server(project, cluster.url, killed_after=5)
    try:
        session = server.create_session(5)
        candidate, recruiter = seated(server, "seat_005"), seated(server, "seat_001")
        candidate.reload()
        assert (candidate.name, recruiter.name) == ("Negotiate", "Negotiate")
        assert candidate.load()["entries"] == recruiter.load()["entries"] == []
        packages = [[0, 0], [0, 1], [1, 1]]
        for number, package in enumerate(packages):
            candidate.send(kind="offer", key=f"key {number}", package=package)
            told = recruiter.receive()
            assert [entry["package"] for entry in told["entries"]] == packages[: number + 1]
        assert server.process.wait() == -9
    finally:
        server.kill()
    cluster.stop()
    cluster.start()
    server = Server(project, cluster.url)
    try:
        for seat in (candidate, recruiter):
            seat.move(server)
            assert [entry["package"] for entry in seat.load()["entries"]] == packages
        # A page that did not get the answer sends again.
        candidate.send(kind="offer", key="key 2", package=packages[2])
        assert len(candidate.receive()["entries"]) == 3
        recruiter.send(kind="message", key="key 3", text=HOSTILE)
        assert candidate.receive()["entries"][3]["text"] == HOSTILE
        recruiter.receive()
        recruiter.send(kind="accept", number=3)
        assert recruiter.receive()["package"] == [1, 1]
        assert candidate.receive()["status"] == "deal"
        finish(server, session, candidate, recruiter)
    finally:
        server.kill()


def finish(server: Server, session: str, candidate: Seat, recruiter: Seat) -> None:
    """Play to the end; no page and no live message held anything of the other side's, and the export has it all."""
    for seat, answer in ((candidate, "yes"), (recruiter, "no")):
        seat.submit()
        assert seat.name == "Agreement"
        seat.submit(confirmed=answer)
        seat.submit(felt_outcome=8, felt_self=1, felt_process=1)
        assert seat.name == "Questions"
        seat.submit(felt_outcome=7, felt_self=1, felt_process=2, felt_relationship=3)
        assert seat.name == "Results"
    assert "<strong>194620080 points</strong>" in candidate.page  # 97,310,020 + 97,310,060
    for side, seat in enumerate((candidate, recruiter)):
        everything = "".join(seat.seen)
        assert {value for value in planted_values(side) if value not in everything} == set()
        assert {value for value in planted_values(1 - side) if value in everything} == set()
        assert "<img src=x" not in "".join(text for text in seat.seen if text.lstrip().startswith("<!DOCTYPE"))
    export, case, seating = server.export(), planted_case(), seating_of(5)
    with pytest.raises(InputError, match=r"line \d+: status is disputed"):
        live_forms(export, "export.csv", case, seating)
    forms = live_forms(export.replace("disputed", "yes"), "export.csv", case, seating)
    assert forms["agreements.csv"].splitlines()[1:] == ['1,5,1,yes,"$180,000",Austin', "2,4,2,absent,,"]
    assert forms["answers.csv"].splitlines()[1:] == ["1,7,1,2,3", "2,,,,", "3,,,,", "4,,,,", "5,7,1,2,3"]
    assert forms["first-offers.csv"].splitlines()[1].startswith('1,candidate,"$170,000",')
    report = visited(f"{server.url}/AdminReport/{session}", server.teacher()).text
    assert "disputed" in report
    assert {value for side in (0, 1) for value in planted_values(side) if value in report} == set()
