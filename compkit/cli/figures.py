"""Commands that print market positions, scores, premiums and the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from compkit.analysis import Evaluation
from compkit.cli.options import (
    files_argument,
    json_option,
    load_offers_with_warnings,
    pay_store_option,
    print_json,
    today_option,
)
from compkit.cli.terminal import echo_table, harmless
from compkit.market import MATRICES, guide_audit, with_reported_pay
from compkit.pay import Assumptions
from compkit.reference import load_tables, records
from compkit.report import (
    MEASURE_NAMES,
    percent,
    reported_json,
    reported_tables,
    rule_message,
    score_in_words,
    standing,
    usd,
    yardstick_name,
)


@click.command("market")
@files_argument
@pay_store_option
@today_option
@json_option
def market_command(files: tuple[str, ...], store: Path | None, today: dt.date, *, as_json: bool) -> None:
    """Compare each part of each offer with its range: below, within or above."""
    evaluations = _evaluations(files, today, store)
    if as_json:
        print_json({"offers": [_market(evaluation) for evaluation in evaluations]})
        return
    for evaluation in evaluations:
        click.echo(f"{evaluation.offer.id}:")
        rows = records(evaluation.market)
        reasons = {row["reason"] for row in rows}
        if len(reasons) == 1 and "" not in reasons:
            click.echo(f"  nothing to compare it with: {reasons.pop()}")
        else:
            beside = records(evaluation.market_beside)
            order = {row["component"]: at for at, row in enumerate(rows)}
            shown = sorted([*rows, *beside], key=lambda row: order[row["component"]])
            echo_table((_market_row(row, evaluation.report_date) for row in shown), left=(0, 2, 3))
        for block in reported_tables(evaluation):
            click.echo()
            for line in repr(block).splitlines():
                click.echo(f"  {harmless(line)}")


def _market_row(row: Mapping[str, Any], today: dt.date) -> tuple[str, ...]:
    held = yardstick_name(row, today) if row["source"] else ""
    ends = "" if row["low"] is None or row["high"] is None else f"{usd(row['low'])} to {usd(row['high'])}: "
    return MEASURE_NAMES[row["component"]], usd(row["value"]), row["reason"] or standing(row), ends + held


def _market(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "id": evaluation.offer.id,
        "components": {row["component"]: _position(row) for row in records(evaluation.market)},
        "beside": [{"component": row["component"]} | _position(row) for row in records(evaluation.market_beside)],
        "company_type": {row["component"]: _position(row) for row in records(evaluation.company_type)},
        **reported_json(evaluation),
    }


_MARKET_COLUMNS = ("value", "low", "high", "penetration", "compa_ratio", "verdict", "source", "detail", "as_of", "n",
                   "reason")  # fmt: skip


def _position(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value := row[name], dt.date) else value for name in _MARKET_COLUMNS}


@click.command("score")
@files_argument
@pay_store_option
@today_option
@json_option
def score_command(files: tuple[str, ...], store: Path | None, today: dt.date, *, as_json: bool) -> None:
    """Score each offer's risk and decision; list warnings and deal breakers."""
    evaluations = _evaluations(files, today, store)
    results = [_scores(evaluation) for evaluation in evaluations]
    if as_json:
        print_json({"offers": results})
        return
    for evaluation, result in zip(evaluations, results, strict=True):
        click.echo(f"{evaluation.offer.id}:")
        for matrix in MATRICES:
            click.echo(f"  {matrix}: {score_in_words(evaluation.score(matrix))}")
        for kind in ("deal_breakers", "warnings"):
            for message in result[kind]:
                click.echo(f"  {kind.removesuffix('s').replace('_', ' ')}: {message}")


def _scores(evaluation: Evaluation) -> dict[str, Any]:
    scores = {matrix: evaluation.score(matrix) for matrix in MATRICES}
    fired = evaluation.fired_rules
    return {
        "id": evaluation.offer.id,
        **{
            name: {
                "score": score.score,
                "verdict": score.verdict,
                "flips": [
                    {"kind": flip.kind, "factor": flip.factor, "needed": flip.needed, "new_verdict": flip.new_verdict}
                    for flip in evaluation.flips(name)
                ],
            }
            for name, score in scores.items()
        },
        "missing": [factor for score in scores.values() for factor in score.missing],
        "warnings": [rule_message(rule) for rule in fired if rule.kind == "warning"],
        "deal_breakers": [rule_message(rule) for rule in fired if rule.kind == "deal_breaker"],
        "rules": [rule.rule_id for rule in fired],
    }


@click.command("premium")
@files_argument
@json_option
def premium_command(files: tuple[str, ...], *, as_json: bool) -> None:
    """Show the AI/ML premiums that apply to each offer, and the band with the location's premium."""
    tables, today = load_tables(), dt.date.today()
    offers = load_offers_with_warnings(files, tables)
    evaluations = [Evaluation(entry, tables, Assumptions(), today) for entry in offers]
    if as_json:
        print_json({"offers": [_premiums(evaluation) for evaluation in evaluations]})
        return
    for evaluation in evaluations:
        premiums = evaluation.premiums
        click.echo(
            f"{evaluation.offer.id}: {premiums.reason or 'alternatives, never added up; the location is the base case'}"
        )
        rows = [
            (row["basis"], row["name"], f"{percent(row['low'])} to {percent(row['high'])}",
             f"band {usd(row['adjusted_low'])} to {usd(row['adjusted_high'])}")
            for row in records(premiums.rows)
        ]  # fmt: skip
        echo_table(rows, left=range(4))


def _premiums(evaluation: Evaluation) -> dict[str, Any]:
    premiums = evaluation.premiums
    adjusted = premiums.adjusted
    return {
        "id": evaluation.offer.id,
        "premiums": [
            {"basis": row["basis"], "name": row["name"], "low": float(row["low"]), "high": float(row["high"])}
            for row in records(premiums.rows)
        ],
        "adjusted": {"low": adjusted[0], "high": adjusted[1]} if adjusted else {"low": None, "high": None},
        "reason": premiums.reason or None,
    }


@click.command("audit")
@json_option
def audit_command(*, as_json: bool) -> None:
    """Check the guide's figures and list those that don't add up."""
    findings = guide_audit(load_tables())
    if as_json:
        print_json({"findings": [asdict(finding) for finding in findings]})
        return
    for finding in findings:
        if finding.agrees:
            continue
        pair = [
            value if isinstance(value, str) else usd(value) if finding.unit == "USD" else percent(value, 2)
            for value in (finding.published, finding.computed)
        ]
        click.echo(
            f"{finding.id} ({finding.kind})\n  published: {pair[0]}\n  computed:  {pair[1]}\n  why: {finding.why}"
        )
    agreeing = sum(finding.agrees for finding in findings)
    click.echo(f"\n{len(findings) - agreeing} findings differ; {agreeing} further figures agree.")


def _evaluations(files: tuple[str, ...], today: dt.date, store: Path | None) -> list[Evaluation]:
    tables = load_tables()
    offers = with_reported_pay(load_offers_with_warnings(files, tables), tables, today, store)
    return [Evaluation(entry, tables, Assumptions(), today) for entry in offers]
