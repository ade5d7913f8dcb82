"""The limits of differences between forecasts.

A difference is given in standard deviations of the series (see `agreement.units_of`).
"""

import numpy as np
from numpy.typing import NDArray

RELATIVE = 1e-4
"""Limit of a difference; a smaller one does not matter in any use of a forecast."""

ROUNDING = 1e-6
"""The least rounding error of float32; a smaller difference proves nothing."""

BEYOND_ROUNDING = 10.0
"""Times eager's own error above which a difference is more than rounding."""

AS_WRONG_AS_EAGER = 3.0
"""Times eager's own error that compiled may differ from eager where eager is far from float64.

torch's own test of compiled code, `torch._dynamo.utils.same`, uses 2 to 3.
"""

GUIDE_ABSOLUTE = 1e-2
GUIDE_ABSOLUTE_EXTREME = 0.1
GUIDE_RELATIVE = 0.05
"""Limits of the compile guide: MAE < 1e-2, on extreme series < 0.1, or below 5 % of the level."""

DEVIATIONS = "standard deviations"
"""The unit of differences."""

Values = NDArray[np.float64]


def rounding_by_item(eager_errors: Values) -> Values:
    """Return the difference that rounding explains, shape (items,).

    Args:
        eager_errors: Largest |eager - float64| of every item, shape (items,).
    """
    return BEYOND_ROUNDING * np.maximum(eager_errors, ROUNDING)


def typical_error(eager_errors: Values) -> float:
    """Return the median of the errors that are finite, the lower of two; 0 if none is.

    The error of one short forecast is chance: it may be near 0 where the format rounds to 0.01.
    """
    finite = eager_errors[np.isfinite(eager_errors)]
    return float(np.quantile(finite, 0.5, method="lower")) if len(finite) else 0.0


def limit_by_item(eager_errors: Values) -> Values:
    """Return the limit of the difference, shape (items,).

    Args:
        eager_errors: Largest |eager - float64| of every item, shape (items,).
    """
    return np.maximum(RELATIVE, AS_WRONG_AS_EAGER * eager_errors)
