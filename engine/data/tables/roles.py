"""Decide which number columns are targets and which are covariates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from engine.data.description import Layout
from engine.data.options import ReadOptions

_PRICES = ("open", "high", "low", "close")
_TARGET_NAMES = frozenset({"target", "y", "value", "sales", "demand", "quantity", "units_sold"})


@dataclass(frozen=True, slots=True)
class Roles:
    """The use of each number column, identified by its index among them.

    Attributes:
        layout: Arrangement of the series in the table.
        targets: Columns to forecast; in the wide layout, one per item.
        past: Covariates known up to the last observation.
        known: Covariates known into the future.
        inferred_from_future: Whether the known covariates were inferred because their values
            continue after those of the targets.
    """

    layout: Layout
    targets: tuple[int, ...]
    past: tuple[int, ...]
    known: tuple[int, ...]
    inferred_from_future: bool


def decide_roles(
    names: Sequence[str],
    values: NDArray[np.float64],
    starts: NDArray[np.int64],
    has_id: bool,
    options: ReadOptions,
) -> Roles:
    """Decide the use of each number column.

    Args:
        names: Names of the number columns.
        values: Shape (columns, rows), sorted by item and time.
        starts: First row of each item.
        has_id: Whether the table has an id column.
        options: Roles that the caller specified; the rest is inferred.
    """
    every = range(len(names))
    if not has_id and options.layout == Layout.WIDE:
        chosen = _positions(names, options.target_columns)
        return Roles(Layout.WIDE, tuple(every) if chosen is None else chosen, (), (), False)
    targets = _positions(names, options.target_columns)
    past = _positions(names, options.past_covariate_columns)
    known = _positions(names, options.known_covariate_columns)
    specified = any(given is not None for given in (targets, past, known))
    inferred = False
    if known is None:
        free = _without(every, targets or (), past or ())
        known = _continuing(values, starts, free, targets)
        inferred = bool(known)
    rest = _without(every, past or (), known)
    named = _targets_by_name([names[p] for p in rest])
    if targets is None:
        targets = tuple(rest[p] for p in named) if named else tuple(rest)
    past = tuple(_without(every, targets, known)) if past is None else past
    if has_id:
        layout = Layout.LONG
    elif options.layout == Layout.SINGLE or specified or named or inferred or len(names) == 1:
        layout = Layout.SINGLE
    else:
        return Roles(Layout.WIDE, tuple(every), (), (), False)
    return Roles(layout, targets, past, known, inferred)


def _positions(names: Sequence[str], chosen: tuple[str, ...] | None) -> tuple[int, ...] | None:
    return None if chosen is None else tuple(names.index(name) for name in chosen)


def _without(every: Iterable[int], *used: Iterable[int]) -> list[int]:
    excluded = set(chain(*used))
    return [position for position in every if position not in excluded]


def _targets_by_name(names: Sequence[str]) -> tuple[int, ...]:
    """Find targets by well-known names: four prices, or one column such as "target"."""
    plain = [name.lower().strip() for name in names]
    if set(_PRICES) <= set(plain):
        return tuple(plain.index(price) for price in _PRICES)
    found = [position for position, name in enumerate(plain) if name in _TARGET_NAMES]
    return tuple(found) if len(found) == 1 and len(names) > 1 else ()


def _continuing(
    values: NDArray[np.float64],
    starts: NDArray[np.int64],
    free: list[int],
    targets: tuple[int, ...] | None,
) -> tuple[int, ...]:
    """Find the columns whose values continue after the others end.

    Each column must either continue or end early in 90 % of the items. In a table of one item,
    continuing columns must be complete, and the others must end together in the last third.
    """
    columns = free + list(targets or ())
    if len(columns) < 2 or values.shape[1] == 0:
        return ()
    ends = np.array([last_observed(np.isnan(values[p]), starts) for p in columns])
    last = ends.max(axis=0)
    continuing = (ends == last).mean(axis=1) >= 0.9
    ending_early = (ends < last).mean(axis=1) >= 0.9
    if not continuing.any() or not ending_early.any() or not (continuing | ending_early).all():
        return ()
    if len(starts) == 1 and targets is None:
        rows = values.shape[1]
        early_ends = ends[ending_early]
        together = len(np.unique(early_ends)) == 1 and (early_ends.max() + 1) * 3 >= rows * 2
        complete = not np.isnan(values[np.array(columns)[continuing]]).any()
        if not (together and complete):
            return ()
    return tuple(p for p, found in zip(columns, continuing, strict=True) if found and p in free)


def last_observed(missing: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the last row with a value for each item, or -1.

    Args:
        missing: Shape (rows,), whether the value is missing.
        starts: Shape (items,), the first row of each item.
    """
    rows = np.where(missing, -1, np.arange(len(missing)))
    return np.asarray(np.maximum.reduceat(rows, starts))
