"""Classes that play in oTree: bots at every seat, and browsers at a server that is killed in the middle."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_class import Postgres, Seat, Server, needs_otree, needs_postgres, otree, postgres, visited
from live_projects import HOSTILE, planted_values, seating_of, write_project

pytestmark = [pytest.mark.long, needs_otree]


@pytest.mark.parametrize("n_seats", [2, 3, 30, 300])
def test_bots_play_every_seat(n_seats: int, tmp_path: Path) -> None:
    """Bots check their own pages; a third of the pairs agrees, walks away, or lets the time run out."""
    project = write_project(tmp_path / "project", n_seats)
    assert "Bots completed session" in otree(project, "test", "workshop", "--export=out")
    rows = list(csv.DictReader((project / "out" / "workshop_custom.csv").open(encoding="utf-8")))
    seats = {int(row["seat"]): row for row in rows if row["kind"] == "seat"}
    assert sorted(seats) == list(range(1, n_seats + 1))
    for pair, (candidate, recruiter) in seating_of(n_seats).numbered.items():
        both = [seats[candidate], seats[recruiter]]
        assert [row["role"] for row in both] == ["candidate", "recruiter"]
        assert {(row["pair"], row["status"]) for row in both} == {(str(pair), "yes" if pair % 3 == 0 else "no")}
        assert all(row["Base salary"] == ("$180,000" if pair % 3 == 0 else "") for row in both)
    offers = [row for row in rows if row["kind"] == "offer"]
    assert len(offers) == 3 * (n_seats // 2)
    assert {row["role"] for row in offers[:3]} <= {"candidate", "recruiter"}
    if n_seats % 2:
        assert (seats[(n_seats + 1) // 2]["role"], seats[(n_seats + 1) // 2]["status"]) == ("observer", "")


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
    rows = list(csv.DictReader(io.StringIO(server.export())))
    told = {row["seat"]: (row["status"], row["outcome"], row["Base salary"]) for row in rows if row["kind"] == "seat"}
    assert told["5"] == ("yes", "7", "$180,000")
    assert told["1"] == ("disputed", "7", "$180,000")
    assert told["2"] == told["4"] == ("absent", "", "")
    assert [row["number"] for row in rows if row["kind"] == "offer"] == ["1", "2", "3"]
    report = visited(f"{server.url}/AdminReport/{session}", server.teacher()).text
    assert "disputed" in report
    assert {value for side in (0, 1) for value in planted_values(side) if value in report} == set()
