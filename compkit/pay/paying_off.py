"""When a move has paid off, whenever after it the new job is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from compkit.errors import OutOfRangeError

# Sums of twelfths differ from the whole by less than this [USD].
ROUNDING_TOLERANCE = 1e-6


def months_until_paid_off(offer_kept: ArrayLike, staying_total: ArrayLike, left_behind: float) -> int | None:
    """Return the month from which on the move has paid off, whenever after it the new job is left.

    It is the first month m such that at m, and at every later month of the horizon,
    offer_kept - left_behind >= staying_total. A lead that is lost again before the horizon ends does not count.

    Parameters
    ----------
    offer_kept : array_like, shape (n_months,)
        What the new job has brought if left at the end of each month: `kept` of `leaving_table` [USD].
    staying_total : array_like, shape (n_months,)
        All that the present job would have paid from the start date to the end of each month, vests and bonus
        included: a running sum [USD].
    left_behind : float
        What the move costs at once: the repayment owed to the present employer; not the vests and the bonus given up,
        which are in `staying_total` [USD].

    Returns
    -------
    int or None
        A month, 1 and up; None if the move lies behind at the end of the horizon, however far ahead it was before.

    Examples
    --------
    >>> months_until_paid_off([9.0, 22.0, 28.0, 44.0, 60.0], [10.0, 20.0, 30.0, 40.0, 50.0], 0.0)
    4
    """
    kept, staying = np.asarray(offer_kept, dtype=float), np.asarray(staying_total, dtype=float)
    if kept.shape != staying.shape:
        raise OutOfRangeError("staying_total", f"have as many months as offer_kept, {kept.size}", staying.size)
    behind = np.flatnonzero(kept - left_behind - staying < -ROUNDING_TOLERANCE)
    first = int(behind[-1]) + 1 if behind.size else 0
    return first + 1 if first < kept.size else None
