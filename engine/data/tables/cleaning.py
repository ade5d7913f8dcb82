"""Rows of a table put into order: readable, sorted, each timestamp once, finite."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.base.errors import UserError
from engine.base.findings import Severity
from engine.base.wording import counted, have
from engine.data.parsing.timestamps import NAT
from engine.data.tables.collector import FEW, FindingCollector, lines
from engine.data.tables.table import LineNumbers, Table


def choose_day_or_month_first(
    stamps: dict[bool, NDArray[np.int64]], european: bool, findings: FindingCollector
) -> tuple[bool, NDArray[np.int64]]:
    """Choose the reading of dates such as 01/02/2020 that suits all of them.

    Args:
        stamps: The timestamps of all rows, by whether the day was taken to come first.
        european: Whether the file's other marks are those of a day-first country.
        findings: Receives a finding if both readings suit.
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
            "Every date can be read with the day first and with the month first.",
            f"The {'day' if order else 'month'} was taken to come first.",
            f"If that is wrong, say that the {'month' if order else 'day'} comes first.",
        )
    return order, stamps[order]


def _evenness(stamps: NDArray[np.int64]) -> float:
    """The share of neighbouring rows that are the most common distance apart."""
    steps = np.diff(stamps)
    if not len(steps):
        return 1.0
    # Months differ in length by up to three days.
    day = 86_400 * 10**9
    coarse = np.where(np.abs(steps) > 27 * day, steps // (32 * day), steps)
    return float(np.unique(coarse, return_counts=True)[1].max() / len(steps))


def drop_blank_tail(table: Table) -> None:
    """Drop the blank lines at the end of a file without timestamps and ids."""
    if table.stamps is None and not table.items:
        filled = np.flatnonzero(~np.isnan(table.values).all(axis=0))
        if len(filled) and filled[-1] + 1 < len(table.row_index):
            table.select(np.arange(filled[-1] + 1))


def drop_unreadable_rows(
    table: Table, has_id: bool, where: LineNumbers, findings: FindingCollector
) -> None:
    """Drop rows without a timestamp or an id.

    Raises:
        UserError: No row is left.
    """
    if not len(table.row_index):
        raise UserError(
            f"No line of {findings.source} has as many fields as most of its head.",
            "Name the delimiter, and look for stray ones.",
        )
    if table.stamps is not None:
        _drop(table, table.stamps == NAT, "readable timestamp", where, findings)
    if has_id and "" in table.items:
        _drop(table, table.codes == table.items.index(""), "id", where, findings)


def _drop(
    table: Table, bad: NDArray[np.bool_], lack: str, where: LineNumbers, findings: FindingCollector
) -> None:
    count = int(bad.sum())
    if count == len(bad):
        raise UserError(
            f"No row of {findings.source} has {'an' if lack == 'id' else 'a'} {lack}.",
            "Check the delimiter, which column is which, and a timestamp format if one was given.",
        )
    if count:
        findings.add(
            Severity.WARNING,
            f"{counted(count, 'row')} {have(count)} no {lack}.",
            "Left out.",
            "Fill in or delete these cells.",
            where=lines(where.of(table.row_index[bad][:FEW])),
        )
        table.select(~bad)


def sort_rows(table: Table, findings: FindingCollector) -> None:
    """Sort rows by item (in the order of appearance) and time."""
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
    whose = describe_items(names, len(unsorted), findings)
    findings.add(
        Severity.ADVICE,
        f"The rows of {whose} are not in ascending order of time.",
        "Sorted.",
        where=names,
    )


def drop_duplicates(table: Table, where: LineNumbers, findings: FindingCollector) -> None:
    """Of several rows of an item with one timestamp, keep the last.

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
            f"Most rows of {findings.source} repeat the timestamp of another row of their item.",
            "Say which one is the id column, which tells the items apart; if it takes several "
            "columns to do so, join them into one.",
        )
    findings.add(
        Severity.WARNING,
        f"{counted(count, 'row')} {have(count)} the timestamp of a later row of the same item.",
        "The last row of each timestamp was kept.",
        "If several columns together name an item, join them into one id column.",
        where=lines(where.of(dropped[:FEW])),
    )
    table.select(~same)


def drop_infinite_values(
    table: Table, names: Sequence[str], where: LineNumbers, findings: FindingCollector
) -> None:
    """Make infinite values missing."""
    for name, column in zip(names, table.values, strict=True):
        infinite = np.isinf(column)
        if not infinite.any():
            continue
        findings.add(
            Severity.WARNING,
            f"Column {name!r} holds {counted(int(infinite.sum()), 'infinite value')}.",
            "Taken as missing.",
            subject=name,
            where=lines(where.of(table.row_index[infinite][:FEW])),
        )
        column[infinite] = np.nan


def item_names(table: Table, codes: NDArray[np.integer]) -> list[str]:
    """The first few ids of some items; none for a table without an id column."""
    return [table.items[code] for code in codes[:FEW].tolist()] if table.items else []


def describe_items(names: list[str], count: int, findings: FindingCollector) -> str:
    """Some items, in words; the source itself where it has no ids."""
    return counted(count, "item") if names else findings.source
