"""An offer compared with the current job."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from compkit.analysis import Evaluation
from compkit.decision import Decision
from compkit.offers import STAYING
from compkit.pay import FLAT, LeftBehind, Valuation, present_job_terms, valuation
from compkit.report.decision.page import other_order
from compkit.report.show.blocks import Notes, Table, build_table, in_usd
from compkit.report.show.text import LEAST, count, joined, usd


def present_job_table(evaluation: Evaluation, decision: Decision | None = None) -> Table | Notes:
    """Offer beside the current job by year, and what moving forfeits.

    With the decision, a note says how the two relate to it.
    """
    staying, behind = evaluation.present_job, evaluation.left_behind
    if staying is None or behind is None:
        return Notes("Against staying", ["You entered no current job."])
    stay = staying.by_year["total"][0]
    move = evaluation.years["total"].to_numpy()
    frame = pd.DataFrame({"year": [f"Year {k + 1}" for k in range(len(move))], "move": move, "stay": stay})
    frame.loc[len(frame)] = {"year": "All years", "move": move.sum(), "stay": stay.sum()}
    frame["difference"] = frame["move"] - frame["stay"]
    columns = {"year": "Employment year", **in_usd(move="This offer", stay="Staying", difference="Difference")}
    related = _beside_the_decision(evaluation, frame["difference"].iloc[-1], decision) if decision else None
    notes = (_result_of_moving(evaluation, staying, behind), related, *behind.notes)
    return build_table("Against staying in the current job (USD)", columns, frame, *notes, is_last_row_total=True)


def _beside_the_decision(evaluation: Evaluation, difference: float, decision: Decision) -> str:
    if abs(difference) < LEAST:
        return ""
    ahead, behind = (evaluation.offer.id, STAYING) if difference > 0 else (STAYING, evaluation.offer.id)
    return other_order(decision, ahead, behind, evaluation.assumptions.n_years, "before tax, {} pays more")


def _result_of_moving(evaluation: Evaluation, staying: Valuation, behind: LeftBehind) -> str:
    """Describe what moving gains over the years, and how forfeited pay counts."""
    n_years = evaluation.assumptions.n_years
    gain = float(evaluation.years["total"].sum() - staying.by_year["total"].sum()) - behind.repayment_owed
    paid_back = f", after the {usd(behind.repayment_owed)} you pay back" if behind.repayment_owed else ""
    result = f"{usd(abs(gain))} {'more' if gain > 0 else 'less'} than" if abs(gain) >= LEAST else "the same as"
    said = f"Over {count(n_years, 'year')} before tax, moving pays {result} staying{paid_back}."
    if evaluation.offer.candidate_type == "internal":
        return f"{said} Staying alone counts the stock that you hold and take along."
    flat = valuation(
        present_job_terms(evaluation.candidate.current, evaluation.offer.start_date),  # type: ignore[arg-type]
        replace(evaluation.assumptions, growth=FLAT),
    )
    stock = min(behind.unvested_equity, float(flat.by_year["equity"].sum()))
    bonus = min(behind.next_bonus, float(flat.by_year["bonus"].sum()))
    counted = [f"{usd(stock)} of unvested stock"] if stock >= LEAST else []
    counted += [f"a bonus of {usd(bonus)}"] if bonus >= LEAST else []
    if counted:
        said += f" Stock and bonus you'd forfeit are already counted, as pay for staying: {joined(counted)}."
    later = behind.unvested_equity + behind.next_bonus - stock - bonus
    return said + (
        f" {usd(later)} more that you'd forfeit would come only after these years." if later >= LEAST else ""
    )
