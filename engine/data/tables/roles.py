"""Which columns of numbers are targets, and which are covariates."""

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
    """What the columns of numbers are for, each a position among them.

    Attributes:
        layout: How the table holds its series.
        targets: Columns to forecast; in the wide layout, one per item.
        past: Covariates known up to the last observation.
        known: Covariates known into the future.
        inferred_from_future: Whether the known covariates were told by their values after the targets' end.
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
    """Decide what the columns of numbers are for.

    Args:
        names: Their names.
        values: Shape (columns, rows), sorted by item and time.
        starts: The first row of each item.
        has_id: Whether a column names the items.
        options: What the caller said.
    """
    every = range(len(names))
    if not has_id and options.layout == Layout.WIDE:
        chosen = _positions(names, options.target_columns)
        return Roles(Layout.WIDE, tuple(every) if chosen is None else chosen, (), (), False)
    targets = _positions(names, options.target_columns)
    past = _positions(names, options.past_covariate_columns)
    known = _positions(names, options.known_covariate_columns)
    said = any(given is not None for given in (targets, past, known))
    inferred_from_future = False
    if known is None:
        free = _without(every, targets or (), past or ())
        known = _continuing(values, starts, free, targets)
        inferred_from_future = bool(known)
    rest = _without(every, past or (), known)
    named = _targets_by_name([names[p] for p in rest])
    if targets is None:
        targets = tuple(rest[p] for p in named) if named else tuple(rest)
    past = tuple(_without(every, targets, known)) if past is None else past
    if has_id:
        layout = Layout.LONG
    elif (
        options.layout == Layout.SINGLE or said or named or inferred_from_future or len(names) == 1
    ):
        layout = Layout.SINGLE
    else:
        return Roles(Layout.WIDE, tuple(every), (), (), False)
    return Roles(layout, targets, past, known, inferred_from_future)


def _positions(names: Sequence[str], chosen: tuple[str, ...] | None) -> tuple[int, ...] | None:
    return None if chosen is None else tuple(names.index(name) for name in chosen)


def _without(every: Iterable[int], *taken: Iterable[int]) -> list[int]:
    gone = set(chain(*taken))
    return [position for position in every if position not in gone]


def _targets_by_name(names: Sequence[str]) -> tuple[int, ...]:
    """Targets that go by well-known names: prices, or one column called "target" or so."""
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
    """Columns whose values go on where the others have ended.

    Every column must do one or the other in nine of ten items; in a table of one item, those
    that go on must be complete and the others end together, not long before.
    """
    columns = free + list(targets or ())
    if len(columns) < 2 or values.shape[1] == 0:
        return ()
    ends = np.array([_last_observed(values[p], starts) for p in columns])
    last = ends.max(axis=0)
    going_on = (ends == last).mean(axis=1) >= 0.9
    ending = (ends < last).mean(axis=1) >= 0.9
    if not going_on.any() or not ending.any() or not (going_on | ending).all():
        return ()
    if len(starts) == 1 and targets is None:
        rows = values.shape[1]
        together = len(np.unique(ends[ending])) == 1 and (ends[ending].max() + 1) * 3 >= rows * 2
        complete = not np.isnan(values[np.array(columns)[going_on]]).any()
        if not (together and complete):
            return ()
    return tuple(p for p, goes in zip(columns, going_on, strict=True) if goes and p in free)


def _last_observed(column: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each item, the last row that has a value, or -1."""
    rows = np.where(np.isnan(column), -1, np.arange(len(column)))
    return np.asarray(np.maximum.reduceat(rows, starts))
