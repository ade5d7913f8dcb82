"""Assemble series from the columns of a table."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.base.errors import UserError
from engine.base.findings import Severity
from engine.base.wording import counted, have
from engine.data.description import Layout
from engine.data.series import Series
from engine.data.tables.collector import MAX_LOCATIONS, FindingCollector, it_or_they
from engine.data.tables.grid import Grid
from engine.data.tables.roles import Roles, last_observed

_MIN_VALUES = 3
_NONE = np.empty((0, 0))


def assemble_series(
    grid: Grid, roles: Roles, items: Sequence[str], names: Sequence[str], findings: FindingCollector
) -> tuple[Series, ...]:
    """Split a grid into series.

    Args:
        grid: Values of all items.
        roles: Use of each number column.
        items: Id of each item of the grid.
        names: Name of each number column.
        findings: Receives the short and empty items.

    Raises:
        UserError: No item has any values.
    """
    stamps = None if grid.stamps is None else grid.stamps.view("datetime64[ns]")
    if roles.layout is Layout.WIDE:
        series = [
            Series(names[p], grid.values[p : p + 1], stamps, grid.frequency) for p in roles.targets
        ]
        return drop_empty_series(series, _observed_columns(grid, roles), findings)
    series = _long_series(grid, stamps, roles, items)
    return drop_empty_series(series, _observed_items(grid, roles), findings)


def _long_series(
    grid: Grid, stamps: NDArray[np.datetime64] | None, roles: Roles, items: Sequence[str]
) -> list[Series]:
    targets = _rows(grid.values, roles.targets)
    past, known = _rows(grid.values, roles.past), _rows(grid.values, roles.known)
    starts = grid.starts.tolist()
    ends = _observed_ends(grid, targets, bool(roles.known))
    series = []
    for position, item in enumerate(items):
        start, end, stop = starts[position], ends[position], starts[position + 1]
        series.append(
            Series(
                item,
                targets[:, start:end],
                None if stamps is None else stamps[start:end],
                grid.own_frequencies.get(position, grid.frequency),
                past[:, start:end] if roles.past else _NONE,
                known[:, start:stop] if roles.known else _NONE,
            )
        )
    return series


def _rows(values: NDArray[np.float64], positions: tuple[int, ...]) -> NDArray[np.float64]:
    if positions == tuple(range(len(values))):
        return values
    return values[list(positions)]


def _observed_ends(grid: Grid, targets: NDArray[np.float64], has_future: bool) -> list[int]:
    """Return the end of each history: the known future starts there."""
    if not has_future:
        return list(grid.starts[1:].tolist())
    ends = last_observed(np.asarray(np.isnan(targets).all(axis=0)), grid.starts[:-1]) + 1
    return list(np.maximum(ends, grid.starts[:-1]).tolist())


def _observed_columns(grid: Grid, roles: Roles) -> list[int]:
    return [int((~np.isnan(grid.values[p])).sum()) for p in roles.targets]


def _observed_items(grid: Grid, roles: Roles) -> list[int]:
    observed = np.zeros(grid.values.shape[1], bool)
    for position in roles.targets:
        observed |= ~np.isnan(grid.values[position])
    return list(np.add.reduceat(observed.astype(np.int64), grid.starts[:-1]).tolist())


def drop_empty_series(
    series: list[Series], observed: list[int], findings: FindingCollector
) -> tuple[Series, ...]:
    """Drop series without values, and report short ones.

    Args:
        series: The series.
        observed: Number of values of each series.
        findings: Receives the ids of empty and short series.

    Raises:
        UserError: No series has any values.
    """
    empty = [one.item_id for one, count in zip(series, observed, strict=True) if count == 0]
    short = [
        one.item_id for one, count in zip(series, observed, strict=True) if 0 < count < _MIN_VALUES
    ]
    if len(empty) == len(series):
        raise UserError(
            f"No item of {findings.source} has any values.",
            "Check the target columns and the decimal mark.",
        )
    if empty:
        findings.add(
            Severity.WARNING,
            f"{counted(len(empty), 'item')} {have(len(empty))} no values.",
            f"{it_or_they(len(empty))} left out.",
            where=empty[:MAX_LOCATIONS],
        )
    if short:
        findings.add(
            Severity.WARNING,
            f"{counted(len(short), 'item')} {have(len(short))} fewer than {_MIN_VALUES} values.",
            remedy="Add history: a forecast from so few values is little more than a guess.",
            where=short[:MAX_LOCATIONS],
        )
    if not empty:
        return tuple(series)
    return tuple(one for one, count in zip(series, observed, strict=True) if count)
