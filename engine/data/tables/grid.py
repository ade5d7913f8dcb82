"""Build the time axis of each item: infer its frequency, and fill its gaps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.base.findings import Severity
from engine.base.wording import are, counted, have
from engine.data.frequency import Frequency, infer_frequency, parse_frequency
from engine.data.tables.cleaning import describe_items, item_names
from engine.data.tables.collector import FindingCollector
from engine.data.tables.table import Table


@dataclass(frozen=True, slots=True)
class Grid:
    """The values of all items on their time axes, one item after another.

    Attributes:
        values: Shape (number columns, steps).
        stamps: Shape (steps,), nanoseconds since the epoch; None without timestamps.
        starts: Shape (items + 1,): item i has the steps from starts[i] to starts[i + 1].
        frequency: Alias of the frequency of most items.
        own_frequencies: Aliases of the items that do not fit it, by the index of the item.
    """

    values: NDArray[np.float64]
    stamps: NDArray[np.int64] | None
    starts: NDArray[np.int64]
    frequency: str | None
    own_frequencies: dict[int, str | None]


def item_starts(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the first row of each item in sorted rows."""
    return np.flatnonzero(np.diff(codes, prepend=codes[0] - 1))


def make_grid(table: Table, shift: int, frequency: str | None, findings: FindingCollector) -> Grid:
    """Infer the frequency of a sorted table and fill its gaps.

    Args:
        table: Rows sorted by item and time, without repeated timestamps.
        shift: Nanoseconds from the stamps, in UTC, to local time.
        frequency: Alias that the caller specified, or None.
        findings: Receives gaps and irregular items.
    """
    starts = item_starts(table.codes)
    bounds = np.append(starts, len(table.codes))
    if table.stamps is None:
        return Grid(table.values, None, bounds, None, {})
    local = table.stamps + shift if shift else table.stamps
    steps = np.diff(local)
    within = np.ones(len(steps), bool)
    within[starts[1:] - 1] = False
    inside = steps[within]
    common = parse_frequency(frequency) if frequency else infer_frequency(local, inside)
    if common is None or common.is_every(inside):
        alias = common.alias if common else None
        return Grid(table.values, table.stamps, bounds, alias, {})
    return _fill_gaps(table, shift, common, frequency is not None, findings)


def _fill_gaps(
    table: Table, shift: int, common: Frequency, given: bool, findings: FindingCollector
) -> Grid:
    """Move the rows to the slots of a common frequency, except in items that do not fit it."""
    assert table.stamps is not None  # noqa: S101
    local = table.stamps + shift
    starts = item_starts(table.codes)
    lengths = np.diff(starts, append=len(local))
    item = np.repeat(np.arange(len(starts)), lengths)
    first = local[starts][item]
    slots = common.slots(first, local)
    misses = np.abs(common.advance(first, slots) - local) > common.tolerance
    misses[1:] |= (np.diff(slots) < 1) & (np.diff(item) == 0)
    spans = slots[starts + lengths - 1] + 1
    misfits = np.zeros(len(starts), bool)
    misfits[item[misses]] = True
    misfits |= spans > 2 * lengths
    spans = np.where(misfits, lengths, spans)
    own_frequencies = _own_frequencies(local, starts, lengths, misfits, None if given else common)
    codes = table.codes[starts]
    regular = _regular_misfits(local, starts, lengths, own_frequencies)
    _report_irregular(table, codes[misfits & ~regular], common, findings)
    aliases = {alias for item, alias in own_frequencies.items() if alias and regular[item]}
    _report_own_frequencies(table, codes[regular], common, aliases, findings)
    gaps = spans - lengths
    new_bounds = np.append(0, np.cumsum(spans))
    if not gaps.any():
        return Grid(table.values, table.stamps, new_bounds, common.alias, own_frequencies)
    _report_gaps(table, codes[gaps > 0], int(gaps.sum()), common, findings)
    inner = np.arange(len(local)) - starts[item]
    position = new_bounds[item] + np.where(misfits[item], inner, slots)
    values = np.full((len(table.values), new_bounds[-1]), np.nan)
    values[:, position] = table.values
    new_item = np.repeat(np.arange(len(starts)), spans)
    new_slots = np.arange(new_bounds[-1]) - new_bounds[new_item]
    stamps = common.advance(local[starts][new_item], new_slots) - shift
    stamps[position] = table.stamps
    return Grid(values, stamps, new_bounds, common.alias, own_frequencies)


def _own_frequencies(
    local: NDArray[np.int64],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    misfits: NDArray[np.bool_],
    common: Frequency | None,
) -> dict[int, str | None]:
    """Infer the frequencies at which misfits are continued."""
    if common is None:
        return {}
    aliases: dict[int, str | None] = {}
    for item in np.flatnonzero(misfits).tolist():
        stamps = local[starts[item] : starts[item] + lengths[item]]
        own = infer_frequency(stamps, np.diff(stamps))
        aliases[item] = own.alias if own else common.alias
    return aliases


def _regular_misfits(
    local: NDArray[np.int64],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    own_frequencies: dict[int, str | None],
) -> NDArray[np.bool_]:
    """Find the misfits that fit their own frequency without a gap."""
    regular = np.zeros(len(starts), bool)
    for item, alias in own_frequencies.items():
        if alias is not None and lengths[item] > 2:
            own = parse_frequency(alias)
            stamps = local[starts[item] : starts[item] + lengths[item]]
            expected = own.advance(np.full_like(stamps, stamps[0]), np.arange(len(stamps)))
            regular[item] = bool((np.abs(expected - stamps) <= own.tolerance).all())
    return regular


def _report_own_frequencies(
    table: Table,
    codes: NDArray[np.int32],
    common: Frequency,
    own: set[str],
    findings: FindingCollector,
) -> None:
    if not len(codes):
        return
    others = ", ".join(map(repr, sorted(own)))
    findings.add(
        Severity.ADVICE,
        f"{counted(len(codes), 'item')} {have(len(codes))} a frequency other than "
        f"{common.alias!r}: {others}.",
        "Each item is forecast at its own frequency.",
        where=item_names(table, codes),
    )


def _report_irregular(
    table: Table, codes: NDArray[np.int32], common: Frequency, findings: FindingCollector
) -> None:
    if not len(codes):
        return
    names = item_names(table, codes)
    described = describe_items(names, len(codes), findings)
    findings.add(
        Severity.WARNING,
        f"The timestamps of {described} are irregular: they do not fit the frequency "
        f"{common.alias!r}.",
        "The timestamps are unchanged, and forecasts continue at the typical step.",
        "Resample the data to one frequency, or specify the frequency.",
        where=names,
    )


def _report_gaps(
    table: Table,
    codes: NDArray[np.int32],
    count: int,
    common: Frequency,
    findings: FindingCollector,
) -> None:
    names = item_names(table, codes)
    of_items = f" of {counted(len(codes), 'item')}" if names else ""
    findings.add(
        Severity.ADVICE,
        f"{counted(count, 'timestamp')}{of_items} {are(count)} missing at the "
        f"frequency {common.alias!r}.",
        "The gaps are filled with missing values.",
        where=names,
    )
