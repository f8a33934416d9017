"""Exercises: the right answer is accepted as people type it, and every likely mistake gets its own explanation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from statistics import median

import pytest
from hand_checked import rows
from hypothesis import given, strategies as st
from laws import examples

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.workshop import (
    EXERCISES,
    ChoiceQuestion,
    Exercise,
    NumberQuestion,
    Question,
    TextQuestion,
    build_exercise,
)
from compkit.workshop.exercises.question import share

SEEDS = st.integers(0, 10**9)
each_exercise = pytest.mark.parametrize("name", EXERCISES)


@pytest.mark.parametrize(
    "row", rows("exercises"), ids=lambda row: f"{row['exercise']} {row['question']} {row['answer']}"
)
def test_seed_1_by_hand(row: dict[str, str]) -> None:
    feedback = build_exercise(row["exercise"], 1).question(row["question"]).check(row["answer"])
    assert row["reply"] in feedback.text
    assert feedback.is_right is (row["reply"] == "Right")


def test_every_question_with_a_number_is_worked_out_by_hand() -> None:
    by_hand = {(row["exercise"], row["question"]) for row in rows("exercises") if row["reply"] == "Right"}
    asked = {
        (name, key)
        for name in EXERCISES
        for key, question in build_exercise(name, 1).questions.items()
        if isinstance(question, NumberQuestion)
    }
    assert asked <= by_hand


@pytest.mark.parametrize(
    "typed", ["$322,000", "322,000", "322000", "322K", "$322k", " 322 000 ", "USD 322,000", "0.322M"]
)
def test_an_amount_as_people_type_it(typed: str) -> None:
    assert build_exercise("offer_arithmetic", 1).question("year-one").check(typed).is_right


@pytest.mark.parametrize("typed", ["25%", "25", "0.25", ".25", "2/8", " 1 / 4 ", "25 percent"])
def test_a_share_as_people_type_it(typed: str) -> None:
    assert build_exercise("reading_a_market", 1).question("percentile").check(typed).is_right


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type an answer first."),
        ("lots", "Must be a number, got 'lots'."),
        ("322.000", "322.000 could be 322 or 322000."),
    ],
)
def test_what_is_no_answer_is_no_try(typed: str, said: str) -> None:
    feedback = build_exercise("offer_arithmetic", 1).question("year-one").check(typed)
    assert feedback.is_right is None
    assert feedback.text.startswith(said)


def replies(question: Question) -> Iterator[tuple[str, str]]:
    """Yield planted wrong answers as typed, with their explanation."""
    if isinstance(question, NumberQuestion):
        for one in question.mistakes:
            middle = (one.span.low + one.span.high) / 2
            yield (f"{middle:.6f}%" if question.kind == "rate" else f"{middle:.2f}"), one.why
    elif isinstance(question, ChoiceQuestion):
        yield from question.why_not.items()


@each_exercise
@given(seed=SEEDS)
@examples(16)
def test_whatever_the_seed_each_mistake_has_its_own_explanation(name: str, seed: int) -> None:
    exercise = build_exercise(name, seed)
    assert 4 <= len(exercise.questions) <= 6
    for question in exercise.questions.values():
        assert question.is_sound
        whys = [why for _, why in replies(question)]
        assert len(whys) == len(set(whys)) or isinstance(question, TextQuestion)
        if isinstance(question, NumberQuestion):
            assert len(question.mistakes) >= 3
            for one in question.mistakes:
                middle = (one.span.low + one.span.high) / 2
                typed = f"{100 * middle:.6f}%" if question.kind == "rate" else f"{middle:.2f}"
                assert question.check(typed).text == one.why
                assert question.check(typed).is_right is False
            assert question.check(question.solution.split(" to ")[-1]).is_right
        elif isinstance(question, ChoiceQuestion):
            assert len(question.options) == 4
            assert {option: question.check(option).text for option in question.why_not} == dict(question.why_not)
            assert question.check(question.right).is_right


@each_exercise
@given(seed=SEEDS)
@examples(8)
def test_no_reply_to_a_wrong_answer_gives_the_solution_away(name: str, seed: int) -> None:
    for question in build_exercise(name, seed).questions.values():
        if isinstance(question, NumberQuestion) and " to " not in question.solution:
            number = re.compile(rf"(?<![\d,.]){re.escape(question.solution)}(?![\d,%]|\.\d)")
            said = [question.text, question.hint, *(one.why for one in question.mistakes)]
            assert [text for text in said if number.search(text)] == []


@each_exercise
def test_the_same_seed_gives_the_same_numbers_and_another_others(name: str) -> None:
    def shown(seed: int) -> str:
        return str(build_exercise(name, seed).given)

    assert shown(7) == shown(7)
    assert len({shown(seed) for seed in range(5)}) == 5


@pytest.mark.parametrize("seed", [-1, 10**9 + 1, 1.5, True and "1"])
def test_a_wrong_seed_is_refused(seed: object) -> None:
    with pytest.raises(OutOfRangeError):
        build_exercise("packages", seed)  # type: ignore[arg-type]


def test_wrong_names_are_refused() -> None:
    with pytest.raises(UnknownChoiceError):
        build_exercise("offer_arithmetik")
    with pytest.raises(UnknownChoiceError):
        build_exercise("packages").question("point")


# Right answers, worked out again from nothing but the tables that a student reads


def number(text: str) -> int:
    found = re.search(r"\$([\d,]+)(K?)", text)
    assert found is not None
    return int(found[1].replace(",", "")) * (1_000 if found[2] else 1)


def solved(exercise: Exercise, answers: dict[str, float]) -> None:
    wrong = {key: value for key, value in answers.items() if not exercise.question(key).check(f"{value:.4f}").is_right}
    assert wrong == {}


@given(seed=SEEDS)
@examples(16)
def test_offer_arithmetic_from_its_tables(seed: int) -> None:
    exercise = build_exercise("offer_arithmetic", seed)
    offer, vesting = exercise.given
    base, stock, first, second = (number(value) for _, value in offer.rows)
    vests = {int(when.split()[1]): int(part[:-1]) * stock // 100 for when, part in vesting.rows}
    years = [sum(vest for month, vest in vests.items() if 12 * y < month <= 12 * y + 12) for y in range(4)]
    totals = [base + first + years[0], base + second + years[1], base + years[2], base + years[3]]
    left = sum(vest for month, vest in vests.items() if month <= 18)
    solved(exercise, {
        "year-one": totals[0], "year-two": totals[1], "year-three": totals[2], "leaving": left,
        "average": sum(totals) / 4,
    })  # fmt: skip
    why = exercise.question("why")
    assert isinstance(why, ChoiceQuestion)
    assert f"${abs(first - second):,}" in why.right
    assert ("lower" in why.right) is (first > second)
    assert f"${years[1] - years[0]:,} more" in why.right


@given(seed=SEEDS)
@examples(16)
def test_reading_a_market_from_its_tables(seed: int) -> None:
    exercise = build_exercise("reading_a_market", seed)
    offer, levels, reports = exercise.given
    same = {(company, level) for company, level, at_amazon in levels.rows if at_amazon == "L6"} | {("Amazon", "L6")}
    pays = [number(pay) for company, level, pay in reports.rows if (company, level) in same]
    base, pay = number(offer.rows[0][1]), number(offer.rows[1][1])
    low, high = (number(end) for end in offer.rows[2][1].split(" to "))
    solved(exercise, {
        "count": len(pays), "median": median(pays), "percentile": sum(one <= pay for one in pays) / len(pays),
        "band": (base - low) / (high - low),
    })  # fmt: skip


@given(seed=SEEDS)
@examples(16)
def test_walk_away_from_its_tables(seed: int) -> None:
    exercise = build_exercise("walk_away", seed)
    facts, taxes = exercise.given
    offered, current, other, _, taste = (number(value) for _, value in facts.rows)
    nets = {number(gross): (number(home), number(away)) for gross, home, away in taxes.rows}
    assert nets[current][0] > nets[other][1]
    limit = nets[current][0] - taste
    solved(exercise, {
        "after-tax": nets[current][0], "limit": limit,
        "before-tax": min(gross for gross, (_, away) in nets.items() if away >= limit),
        "gain": nets[offered][1] - limit,
    })  # fmt: skip
    assert limit < nets[offered][1] < nets[current][0]


@given(seed=SEEDS)
@examples(16)
def test_packages_from_their_tables(seed: int) -> None:
    """Every agreement is looked at."""
    exercise = build_exercise("packages", seed)
    points, packages = exercise.given
    limits = [int(found) for found in re.findall(r"\d+", points.note)]
    issues = [[(int(a), int(b)) for _, _, a, b in points.rows[at : at + 3]] for at in (0, 3, 6)]
    everything = [(sum(a for a, _ in one), sum(b for _, b in one)) for one in product(*issues)]
    by_option = {option: (int(a), int(b)) for _, option, a, b in points.rows}
    worth = {
        name: tuple(sum(by_option[option][side] for option in options) for side in (0, 1))
        for name, *options in packages.rows
    }

    def is_best(pair: tuple[int, ...]) -> bool:
        beaten = any(one != pair and one[0] >= pair[0] and one[1] >= pair[1] for one in everything)
        return not beaten and pair[0] >= limits[0] and pair[1] >= limits[1]

    (trade,) = (name for name, pair in worth.items() if is_best(pair))
    assert exercise.question("frontier").check(f"Package {trade}").is_right
    (middle,) = (name for name, *options in packages.rows if options == [row[1] for row in points.rows[1::3]])
    assert f"package {middle} " in exercise.question("points").text
    joint = max(a + b for a, b in everything if a >= limits[0] and b >= limits[1])
    solved(exercise, {
        "points": worth[middle][0], "keeps": worth[trade][1] - limits[1],
        "trade": sum(worth[trade]) - sum(worth[middle]), "largest": joint - sum(limits),
    })  # fmt: skip


# The letter

GOOD = {
    "formal": (
        "Dear Avery,\n\nThank you for the offer; I am excited about the role. Based on the posted range of $225,000 to "
        "$265,000 and my work on shipping costs, I would like to ask for a base salary of $258,000. I am happy to talk "
        "whenever suits you.\n\nBest regards,\nSam"
    ),
    "short": (
        "Hi Avery, thanks so much, I really enjoyed meeting everyone. My last team of nine cut shipping costs by a "
        "tenth, just what you need. Could we move the base from $237,000 to 250K? "
        "I look forward to starting in 4 weeks. Best, Sam"
    ),
    "dash": (
        "Hi Avery, I appreciate the offer of $237,000 and would love to join. Your posting says $225k–$265k. Given "
        "what I led in my last project, would you consider $262,500? Please call me on Tuesday, December 8, 2026."
    ),
    "busy": (
        "Hi Avery, I know you must be busy, so only this: I am eager to work with the team, and I have received your "
        "offer with thanks. My experience with nine people is at least as broad as the posting asks for, and my skills "
        "are in demand. Could you make a better offer, with a base salary of $249,500? I can confirm the start date "
        "once we agree, or I would be glad to call you at 3 pm."
    ),
    "market": (
        "Dear Avery,\nI'd love to join. Compared with what other companies publish for this level, and with the range "
        "in your own posting, the upper part seems right for someone who cut costs by 10%. I'd like to propose "
        "$260,000 for the base. The stock and the sign-on are fine as they are.\nThank you, Sam"
    ),
}
START = (
    "Hi Avery, thank you for the offer. Your posting gives a range up to a level that I think fits my results well. "
)
BAD = {
    "Thank you, Avery. Your posting's range fits my results. Could you do $250,000?": "at least 30 words",
    START + "Could you raise the base salary a bit? I'd be glad to talk about it by phone.": "Name one number",
    START + "Could you raise the base salary to $300,000? I'd be glad to talk about it.": "of the posted range",
    START + "Could you raise the base salary to $230,000? I'd be glad to talk about it.": "of the posted range",
    START + "Could you raise the base salary to $250,000 or $245,000? I'd be glad to talk by phone.": "Make one ask",
    START + "Could you raise the base salary to $250,000 and add a signing bonus? Glad to talk.": "Make one ask",
    "Hi Avery, thank you for the offer, I am so excited about it. Could you please raise the base salary to $250,000? "
    "It would mean very much to me, and I would sign at once.": "Give a reason",
    "Hi Avery. Your posting gives a range, and my results put me in the upper part of it without any doubt at all. "
    "Raise the base salary to $250,000. I expect a reply this week by phone.": "Say that you want the job",
    START + "I was disappointed by the number. Could you raise the base salary to $250,000?": "words that blame",
    START + "I'm sorry to ask, but could you raise the base salary to $250,000? Glad to talk.": "Don't apologize",
    START + "Could you raise the base salary to $250,000? Otherwise I will decline, to be honest.": "ultimatum",
    START + "I won't accept less: could you raise the base salary to $250,000? Glad to talk.": "ultimatum",
    START + "I have another offer. Could you raise the base salary to $250,000? Glad to talk.": "no other offer",
    START + "Two companies have offered me more. Could you do $250,000 as a base salary?": "no other offer",
    START + "Northgate Freight pays more. Could you raise the base salary to $250,000?": "no other offer",
    START + "I am interviewing with another company. Could you raise the base salary to $250,000?": "no other offer",
    START + "I've got two written offers. Could you raise the base salary to $250,000? Glad to talk.": "no other offer",
    START + "I wouldn't go below a certain number. Could you raise the base salary to $250,000?": "how little",
    START + "Could you raise the base salary to $250,000? The least I would accept is near that.": "how little",
    START + "I currently earn well. Could you raise the base salary to $250,000? Glad to talk.": "what you earn now",
    START + "My rent goes up. Could you raise the base salary to $250,000? Glad to talk.": "need the money",
    START + "Could you raise the base salary to $250,000? " + "I would be glad to talk. " * 40: "under 200 words",
}  # fmt: skip


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_good_letter_is_right(text: str) -> None:
    assert build_exercise("counter_letter", 1).question("letter").check(text).text.startswith("Right.")


@pytest.mark.parametrize(("text", "said"), BAD.items(), ids=BAD.values())
def test_a_bad_letter_is_told_its_own_fault_and_no_other(text: str, said: str) -> None:
    feedback = build_exercise("counter_letter", 1).question("letter").check(text)
    assert feedback.is_right is False
    (line,) = feedback.text.splitlines()
    assert said in line


@pytest.mark.parametrize("tone", ["warm", "plain", "firm"])
def test_the_kits_own_counter_letters_only_ask_for_another_job_and_for_more(tone: str) -> None:
    text = (Path(__file__).parents[1] / "golden_letters" / f"counter-{tone}.txt").read_text(encoding="utf-8")
    lines = build_exercise("counter_letter", 1).question("letter").check(text).text.splitlines()
    assert [line.split(",")[0] for line in lines] == ["Ask for more than the $237", "Make one ask"]


def test_every_rule_has_a_letter_that_breaks_it() -> None:
    question = build_exercise("counter_letter", 1).question("letter")
    assert isinstance(question, TextQuestion)
    assert {question.check(text).text for text in BAD} == {rule.why for rule in question.rules}


def test_a_share_has_a_decimal_only_if_it_needs_one() -> None:
    assert [share(value) for value in (0.05, 0.125, 1.0)] == ["5%", "12.5%", "100%"]
