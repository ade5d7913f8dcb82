"""Findings about columns, lines and time zones."""

from collections.abc import Sequence

from engine.base.findings import Severity
from engine.base.wording import are, counted, have
from engine.data.description import Layout
from engine.data.parsing.dialect import Dialect
from engine.data.tables.blocks import Faults
from engine.data.tables.head import Head
from engine.data.tables.problems import Problems, lines
from engine.data.tables.roles import Roles


def report_columns(head: Head, problems: Problems) -> None:
    """Report what the head tells about the columns."""
    names = head.dialect.names
    if head.dialect.titles:
        problems.add(
            Severity.ADVICE,
            f"The table starts below {counted(len(head.dialect.titles), 'line')} of prose.",
            "Skipped.",
            where=lines(head.dialect.titles),
        )
    if head.dialect.renamed:
        problems.add(
            Severity.WARNING,
            f"The header gives {_listed(head.dialect.renamed)} more than once.",
            "A number was added to the later ones.",
            "Give every column its own name.",
        )
    if head.plan.text_columns:
        left_out = [names[p] for p in head.plan.text_columns]
        problems.add(
            Severity.ADVICE,
            f"{_listed(left_out)} {'holds' if len(left_out) == 1 else 'hold'} text, not numbers.",
            "Left out.",
            "If one of them names the item of each row, say that it is the id column.",
            subject=left_out[0],
        )
    for place in head.plan.counter_columns:
        name = names[place]
        problems.add(
            Severity.ADVICE,
            f"{name!r} only counts the rows.",
            "Left out.",
            subject=name,
        )


def report_empty_columns(dropped: Sequence[str], head: Head, problems: Problems) -> None:
    """Report columns without any value; a nameless one is only a delimiter too many."""
    named = [name for name in dropped if not name.startswith("column ")]
    if named and head.dialect.has_header:
        problems.add(
            Severity.ADVICE,
            f"{_listed(named)} {have(len(named))} no value at all.",
            "Left out.",
            subject=named[0],
        )


def report_lines(dialect: Dialect, faults: Faults, problems: Problems) -> None:
    """Report lines that do not hold what their columns should."""
    for position, spots in faults.wrong.items():
        problems.add(
            Severity.WARNING,
            f"Column {dialect.names[position]!r} holds {counted(spots.count, 'text')} that "
            f"{are(spots.count)} not numeric.",
            "Taken as missing.",
            "Correct these cells, or name the decimal mark if numbers were misread.",
            subject=dialect.names[position],
            where=spots.where,
        )
    for spots, amount, done in (
        (faults.long, "more", "Left out."),
        (faults.short, "fewer", "The rest was taken as missing."),
    ):
        if spots.count:
            problems.add(
                Severity.WARNING,
                f"{counted(spots.count, 'line')} {have(spots.count)} "
                f"{amount} fields than the header.",
                done,
                "Look for missing or stray delimiters and quotes there.",
                where=spots.where,
            )


def report_roles(roles: Roles, names: Sequence[str], problems: Problems) -> None:
    """Report covariates that were told from the shape of the data alone."""
    if roles.by_future:
        known = [names[p] for p in roles.known]
        problems.add(
            Severity.ADVICE,
            f"{_listed(known)} {'goes' if len(known) == 1 else 'go'} on after the last values of "
            f"{_listed([names[p] for p in roles.targets])}.",
            "Used as covariates that are known into the future.",
            "If that is wrong, name the target columns"
            + (", or read the file with layout='wide'." if roles.layout is Layout.SINGLE else "."),
            subject=known[0],
        )


def report_zones(offsets: frozenset[str], problems: Problems) -> str | None:
    """Report mixed offsets from UTC, and tell the time zone of the file."""
    if offsets <= {""}:
        return None
    if len(offsets) == 1:
        return next(iter(offsets))
    shown = ", ".join(sorted(offset or "none" for offset in offsets))
    problems.add(
        Severity.WARNING,
        f"The timestamps have different offsets from UTC: {shown}.",
        "All were converted to UTC"
        + (", those without an offset taken to be in UTC already." if "" in offsets else "."),
        "If that is wrong, write all timestamps in one time zone.",
    )
    return "UTC"


def _listed(names: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(repr(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
