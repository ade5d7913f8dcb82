"""Clean the rows of a table: drop unreadable and repeated ones, and sort them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.base.errors import UserError
from engine.base.escaping import quoted
from engine.base.findings import Severity
from engine.base.wording import counted, have
from engine.data.frequency import DAY
from engine.data.parsing.timestamps import NAT
from engine.data.tables.collector import MAX_LOCATIONS, FindingCollector, it_or_they, lines
from engine.data.tables.table import LineNumbers, Table


def choose_day_or_month_first(
    stamps: dict[bool, NDArray[np.int64]], european: bool, findings: FindingCollector
) -> tuple[bool, NDArray[np.int64]]:
    """Choose between day-first and month-first for dates such as 01/02/2020.

    Args:
        stamps: Timestamps of all rows, by whether dates are day-first.
        european: Whether the decimal mark or the delimiter suggests a day-first country.
        findings: Receives a finding if both orders are valid.

    Returns:
        Whether dates are day-first, and the timestamps.
    """
    if len(stamps) == 1:
        return next(iter(stamps.items()))
    unread = {order: int((parsed == NAT).sum()) for order, parsed in stamps.items()}
    if unread[True] != unread[False]:
        order = unread[True] < unread[False]
        return order, stamps[order]
    evenness = {order: _evenness(parsed) for order, parsed in stamps.items()}
    order = european if evenness[True] == evenness[False] else evenness[True] > evenness[False]
    if (stamps[True] != stamps[False]).any():
        findings.add(
            Severity.WARNING,
            "Every date is valid both day-first and month-first.",
            f"The dates are read {'day' if order else 'month'}-first.",
            f"If that is wrong, specify that the {'month' if order else 'day'} comes first.",
        )
    return order, stamps[order]


def _evenness(stamps: NDArray[np.int64]) -> float:
    """Return the share of neighbouring rows with the most common distance."""
    steps = np.diff(stamps)
    if not len(steps):
        return 1.0
    # Months differ in length by up to three days.
    coarse = np.where(np.abs(steps) > 27 * DAY, steps // (32 * DAY), steps)
    return float(np.unique(coarse, return_counts=True)[1].max() / len(steps))


def drop_blank_tail(table: Table) -> None:
    """Drop blank lines at the end of a file without timestamps and ids."""
    if table.stamps is None and not table.items:
        filled = np.flatnonzero(~np.isnan(table.values).all(axis=0))
        if len(filled) and filled[-1] + 1 < len(table.row_index):
            table.select(np.arange(filled[-1] + 1))


def drop_unreadable_rows(
    table: Table, has_id: bool, line_numbers: LineNumbers, findings: FindingCollector
) -> None:
    """Drop rows without a timestamp or an id.

    Raises:
        UserError: No row is left.
    """
    if not len(table.row_index):
        raise UserError(
            f"No line of {findings.source} has the expected number of fields.",
            "Specify the delimiter, and look for extra ones in the lines.",
        )
    if table.stamps is not None:
        _drop(table, table.stamps == NAT, "readable timestamp", line_numbers, findings)
    if has_id and "" in table.items:
        _drop(table, table.codes == table.items.index(""), "id", line_numbers, findings)


def _drop(
    table: Table,
    bad: NDArray[np.bool_],
    lack: str,
    line_numbers: LineNumbers,
    findings: FindingCollector,
) -> None:
    count = int(bad.sum())
    if count == len(bad):
        raise UserError(
            f"No row of {findings.source} has {'an' if lack == 'id' else 'a'} {lack}.",
            "Check the delimiter, the roles of the columns, and the timestamp format.",
        )
    if count:
        findings.add(
            Severity.WARNING,
            f"{counted(count, 'row')} {have(count)} no {lack}.",
            f"{it_or_they(count)} left out.",
            "Fill in or correct these cells, or delete the rows.",
            where=lines(line_numbers.of_rows(table.row_index[bad][:MAX_LOCATIONS])),
        )
        table.select(~bad)


def sort_rows(table: Table, findings: FindingCollector) -> None:
    """Sort rows by item, in order of appearance, and by time."""
    if (table.codes[1:] < table.codes[:-1]).any():
        # Short integers are sorted much faster.
        codes = table.codes.astype(np.uint16) if len(table.items) < 1 << 16 else table.codes
        table.select(np.argsort(codes, kind="stable"))
    if table.stamps is None:
        return
    backwards = (table.stamps[1:] < table.stamps[:-1]) & (table.codes[1:] == table.codes[:-1])
    if not backwards.any():
        return
    unsorted = np.unique(table.codes[1:][backwards])
    table.select(np.lexsort((table.stamps, table.codes)))
    names = item_names(table, unsorted)
    described = describe_items(names, len(unsorted), findings)
    findings.add(
        Severity.ADVICE,
        f"The rows of {described} are not sorted by time.",
        "The rows are sorted when the data is read.",
        where=names,
    )


def drop_duplicates(table: Table, line_numbers: LineNumbers, findings: FindingCollector) -> None:
    """Keep only the last of an item's rows with the same timestamp.

    Raises:
        UserError: Most rows would be dropped.
    """
    if table.stamps is None:
        return
    same = np.zeros(len(table.stamps), bool)
    same[:-1] = (table.stamps[1:] == table.stamps[:-1]) & (table.codes[1:] == table.codes[:-1])
    if not same.any():
        return
    dropped = np.sort(table.row_index[same])
    count = len(dropped)
    if count * 2 > len(same):
        raise UserError(
            f"Most rows of {findings.source} have the timestamp of another row of the same item.",
            "Specify the id column. If several columns together identify an item, join them into "
            "one.",
        )
    findings.add(
        Severity.WARNING,
        f"{counted(count, 'row')} {have(count)} the timestamp of a later row of the same item.",
        "The last row of each timestamp is kept.",
        "If several columns together identify an item, join them into one id column.",
        where=lines(line_numbers.of_rows(dropped[:MAX_LOCATIONS])),
    )
    table.select(~same)


def drop_infinite_values(
    table: Table, names: Sequence[str], line_numbers: LineNumbers, findings: FindingCollector
) -> None:
    """Replace infinite values by missing ones."""
    for name, column in zip(names, table.values, strict=True):
        infinite = np.isinf(column)
        count = int(infinite.sum())
        if not count:
            continue
        findings.add(
            Severity.WARNING,
            f"Column {quoted(name)} contains {counted(count, 'infinite value')}.",
            f"{it_or_they(count)} read as missing.",
            subject=name,
            where=lines(line_numbers.of_rows(table.row_index[infinite][:MAX_LOCATIONS])),
        )
        column[infinite] = np.nan


def item_names(table: Table, codes: NDArray[np.integer]) -> list[str]:
    """Return the first few ids of some items; none for a table without an id column."""
    return [table.items[code] for code in codes[:MAX_LOCATIONS].tolist()] if table.items else []


def describe_items(names: list[str], count: int, findings: FindingCollector) -> str:
    """Describe some items in words, or the source if it has no ids."""
    return counted(count, "item") if names else findings.source
