"""Our measured premium against pyfixest's, on synthetic reports of pay: `make crosscheck`, before tax.

Compared with and without level: the coefficient to 1e-7, the clustered standard error to one part in a million, the
rows left after those alone in a cell, and the companies. pyfixest scales a variance for small samples by default.
linearmodels does not, so pyfixest is told not to; the last column says what its default gives. It is in the extra
`crosscheck`; this module also loads without it, because pytest looks into every one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from compkit.paydata import ai_ml_premium

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SIZES = {500: 40, 5_000: 200, 62_642: 1_500}
"""Rows and companies."""
TOLERANCE, RELATIVE_TOLERANCE = 1e-7, 1e-6


def theirs(frame: pd.DataFrame, effects: str) -> dict[str, float]:
    """Return pyfixest's figures for the rows that the premium is about."""
    import pyfixest

    used = frame[(frame["title"] == "Software Engineer") & (frame["country"] == "US")]
    used = used.assign(
        log_total=np.log(used["total"]), mark=(used["tag"] == "ML / AI").astype(float), year=used["day"].dt.year,
        cell=used["company"] + "|" + used["level_folded"], experience_squared=used["experience"] ** 2,
    )  # fmt: skip
    formula = f"log_total ~ mark + experience + experience_squared + tenure | {effects} + metro + year"
    fit, by_default = (
        pyfixest.feols(formula, used, vcov={"CRV1": "company"}, ssc=rule, fixef_rm="singleton")
        for rule in (pyfixest.ssc(k_adj=False, G_adj=False), pyfixest.ssc())
    )
    return {
        "coefficient": fit.coef()["mark"], "se": fit.se()["mark"], "n_used": fit._N,
        "clusters": fit._data["company"].nunique(), "default_se": by_default.se()["mark"],
    }  # fmt: skip


def main() -> int:
    """Compare, print; return 1 if anything differs."""
    from synthetic_pay import reports

    rows = []
    for n, n_companies in SIZES.items():
        frame = reports(n, n_companies=n_companies)
        premium = ai_ml_premium(frame)
        for name, effects in (("with_level", "cell"), ("without_level", "company")):
            ours, other = getattr(premium, name), theirs(frame, effects)
            is_equal = (
                abs(ours.coefficient - other["coefficient"]) <= TOLERANCE
                and abs(ours.se / other["se"] - 1) <= RELATIVE_TOLERANCE
                and (ours.n_used, ours.clusters) == (other["n_used"], other["clusters"])
            )
            rows.append({"rows": n, "model": name, "ours": ours.coefficient, "se": ours.se, "used": ours.n_used,
                         "their difference": other["coefficient"] - ours.coefficient,
                         "of se": other["se"] / ours.se - 1, "equal": is_equal,
                         "their default se": other["default_se"]})  # fmt: skip
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    return int(not table["equal"].all())


if __name__ == "__main__":
    sys.exit(main())
