"""Read blocks of text as series, and describe how they were read."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from engine.base.errors import Cancelled
from engine.data.description import ColumnDescription, FileDescription, Layout, Role
from engine.data.options import ReadOptions
from engine.data.origin import Origin
from engine.data.parsing.timestamps import timestamp_format_name
from engine.data.series import Series, SeriesSet
from engine.data.tables.assembling import assemble_series
from engine.data.tables.blocks import Block, BlockParser, Faults
from engine.data.tables.cleaning import (
    choose_day_or_month_first,
    drop_blank_tail,
    drop_duplicates,
    drop_infinite_values,
    drop_unreadable_rows,
    sort_rows,
)
from engine.data.tables.collector import FindingCollector
from engine.data.tables.file_findings import (
    report_columns,
    report_empty_columns,
    report_lines,
    report_roles,
    report_zones,
)
from engine.data.tables.grid import item_starts, make_grid
from engine.data.tables.head import Head
from engine.data.tables.roles import Roles, decide_roles
from engine.data.tables.rows_layout import RowsLayoutReader, rows_to_series
from engine.data.tables.table import Table, TableBuilder, local_shift

_PARSER_THREADS = 2
"""Parsing threads; pandas releases the interpreter lock, and more threads would be idle."""

Blocks = Iterable[tuple[bytes, int]]


def read_blocks(
    origin: Origin, head: Head, blocks: Blocks, options: ReadOptions, cancelled: Callable[[], bool]
) -> SeriesSet:
    """Read blocks of whole lines, each with the number of its first line, as series.

    Raises:
        UserError: The table or the options are unusable.
        UndecodableError: A block is not UTF-8.
        Cancelled: `cancelled` returned true.
    """
    if head.plan.rows_as_series:
        return _read_rows(origin, head, blocks, options)
    parser = BlockParser(head.csv_form, head.plan, origin.name)
    return read_table(origin, head, _parse_ahead(parser, blocks), options, cancelled)


def _read_rows(origin: Origin, head: Head, blocks: Blocks, options: ReadOptions) -> SeriesSet:
    findings = _start_findings(origin, head)
    reader = RowsLayoutReader(head.csv_form, origin.name)
    for text, first_line in blocks:
        reader.add(text, first_line)
    series = rows_to_series(reader, head.csv_form, options.frequency, findings)
    columns = (ColumnDescription(head.csv_form.names[0], Role.ID),)
    reading = _description(origin, head, Layout.ROWS, columns, len(reader.ids), series)
    return SeriesSet(
        series, ("target",), source=origin.source, findings=findings.worst_first(), reading=reading
    )


def read_table(
    origin: Origin,
    head: Head,
    blocks: Iterable[Block],
    options: ReadOptions,
    cancelled: Callable[[], bool],
) -> SeriesSet:
    """Read parsed blocks as series.

    Raises:
        UserError: The table or the options are unusable.
        Cancelled: `cancelled` returned true.
    """
    findings = _start_findings(origin, head)
    table, builder, day_first = _collect(head, blocks, options, findings)
    rows = len(table.codes)
    names = [head.csv_form.names[p] for p in head.plan.number_columns]
    names = _drop_empty_columns(table, names, head, options, findings)
    has_id = head.plan.id_column is not None
    drop_blank_tail(table)
    drop_unreadable_rows(table, has_id, builder.lines, findings)
    sort_rows(table, findings)
    drop_duplicates(table, builder.lines, findings)
    drop_infinite_values(table, names, builder.lines, findings)
    if cancelled():
        raise Cancelled
    starts = item_starts(table.codes)
    items = (
        [table.items[code] for code in table.codes[starts].tolist()] if has_id else [origin.item]
    )
    roles = decide_roles(names, table.values, starts, has_id, options)
    report_roles(roles, names, findings)
    grid = make_grid(table, local_shift(builder.offsets), options.frequency, findings)
    series = assemble_series(grid, roles, items, names, findings)
    timezone = report_zones(builder.offsets, findings)
    reading = _description(
        origin,
        head,
        roles.layout,
        _columns(head, roles, names),
        rows,
        series,
        _timestamp_format(head, options, day_first),
        timezone,
        grid.frequency,
    )
    return SeriesSet(
        series,
        _target_names(head, roles, names),
        tuple(names[p] for p in roles.past),
        tuple(names[p] for p in roles.known),
        timezone,
        origin.source,
        findings.worst_first(),
        reading,
    )


def _start_findings(origin: Origin, head: Head) -> FindingCollector:
    findings = FindingCollector(origin.name)
    report_columns(head, findings)
    return findings


def _collect(
    head: Head, blocks: Iterable[Block], options: ReadOptions, findings: FindingCollector
) -> tuple[Table, TableBuilder, bool]:
    csv_form, plan = head.csv_form, head.plan
    builder = TableBuilder(csv_form, plan, options)
    faults = Faults()
    for block in blocks:
        builder.add(block)
        faults.extend(block.faults)
    report_lines(csv_form, faults, findings)
    if plan.timestamp_column is None:
        return builder.build(None), builder, False
    european = csv_form.number_form.decimal == "," or csv_form.delimiter == ";"
    day_first, stamps = choose_day_or_month_first(builder.stamps_by_order(), european, findings)
    return builder.build(stamps), builder, day_first


def _parse_ahead(parser: BlockParser, blocks: Blocks) -> Iterator[Block]:
    """Parse blocks in order, and the next ones while the caller uses one."""
    with ThreadPoolExecutor(_PARSER_THREADS) as pool:
        pending: deque[Future[Block]] = deque()
        for text, first_line in blocks:
            pending.append(pool.submit(parser.parse, text, first_line))
            if len(pending) > _PARSER_THREADS:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _drop_empty_columns(
    table: Table, names: list[str], head: Head, options: ReadOptions, findings: FindingCollector
) -> list[str]:
    """Drop empty columns, unless the options name them or no column would be left."""
    wanted = {column for _, column in options.named_columns()}
    keep = [
        name in wanted or not np.isnan(column).all()
        for name, column in zip(names, table.values, strict=True)
    ]
    if all(keep) or not any(keep):
        return names
    table.values = table.values[keep]
    kept = [name for name, one in zip(names, keep, strict=True) if one]
    report_empty_columns([name for name in names if name not in kept], head, findings)
    return kept


def _timestamp_format(head: Head, options: ReadOptions, day_first: bool) -> str | None:
    position = head.plan.timestamp_column
    if position is None or options.timestamp_format is not None:
        return options.timestamp_format
    texts = [row[position] for row in head.csv_form.rows if position < len(row)]
    return timestamp_format_name(texts, head.plan.timestamp_unit, day_first=day_first)


def _target_names(head: Head, roles: Roles, names: list[str]) -> tuple[str, ...]:
    if roles.layout is Layout.WIDE or not (head.csv_form.has_header or len(names) > 1):
        return ("target",)
    return tuple(names[p] for p in roles.targets)


def _columns(head: Head, roles: Roles, names: list[str]) -> tuple[ColumnDescription, ...]:
    every = head.csv_form.names
    found = dict.fromkeys(every, Role.LEFT_OUT)
    for positions, role in (
        (roles.targets, Role.TARGET),
        (roles.past, Role.PAST_COVARIATE),
        (roles.known, Role.KNOWN_COVARIATE),
    ):
        found |= {names[p]: role for p in positions}
    if head.plan.id_column is not None:
        found[every[head.plan.id_column]] = Role.ID
    if head.plan.timestamp_column is not None:
        found[every[head.plan.timestamp_column]] = Role.TIMESTAMP
    if head.plan.clock_column is not None:
        found[every[head.plan.clock_column]] = Role.TIMESTAMP
    return tuple(ColumnDescription(name, role) for name, role in found.items())


def _description(  # noqa: PLR0913, PLR0917
    origin: Origin,
    head: Head,
    layout: Layout,
    columns: tuple[ColumnDescription, ...],
    rows: int,
    series: tuple[Series, ...],
    timestamp_format: str | None = None,
    timezone: str | None = None,
    frequency: str | None = None,
) -> FileDescription:
    return FileDescription(
        source=origin.name,
        encoding=head.encoding,
        delimiter=head.csv_form.delimiter,
        decimal=head.csv_form.number_form.decimal,
        thousands=head.csv_form.number_form.thousands,
        has_header=head.csv_form.has_header,
        layout=layout,
        columns=columns,
        timestamp_format=timestamp_format,
        timezone=timezone,
        frequency=frequency or series[0].frequency,
        rows=rows,
        items=len(series),
    )
