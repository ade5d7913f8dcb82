"""Findings about columns, lines and time zones."""

from collections.abc import Sequence

from engine.base.findings import Severity
from engine.base.wording import are, counted, have
from engine.data.description import Layout
from engine.data.parsing.csv_form import CsvForm
from engine.data.tables.blocks import Faults
from engine.data.tables.collector import FindingCollector, lines
from engine.data.tables.head import Head
from engine.data.tables.roles import Roles


def report_columns(head: Head, findings: FindingCollector) -> None:
    """Report what the head tells about the columns."""
    names = head.csv_form.names
    if head.csv_form.title_lines:
        findings.add(
            Severity.ADVICE,
            f"The table starts below {counted(len(head.csv_form.title_lines), 'line')} of prose.",
            "Skipped.",
            where=lines(head.csv_form.title_lines),
        )
    if head.csv_form.repeated_names:
        findings.add(
            Severity.WARNING,
            f"The header gives {_listed(head.csv_form.repeated_names)} more than once.",
            "A number was added to the later ones.",
            "Give every column its own name.",
        )
    if head.plan.text_columns:
        left_out = [names[p] for p in head.plan.text_columns]
        findings.add(
            Severity.ADVICE,
            f"{_listed(left_out)} {'holds' if len(left_out) == 1 else 'hold'} text, not numbers.",
            "Left out.",
            "If one of them names the item of each row, say that it is the id column.",
            subject=left_out[0],
        )
    for position in head.plan.counter_columns:
        name = names[position]
        findings.add(
            Severity.ADVICE,
            f"{name!r} only counts the rows.",
            "Left out.",
            subject=name,
        )


def report_empty_columns(dropped: Sequence[str], head: Head, findings: FindingCollector) -> None:
    """Report columns without any value; a nameless one is only a delimiter too many."""
    named = [name for name in dropped if not name.startswith("column ")]
    if named and head.csv_form.has_header:
        findings.add(
            Severity.ADVICE,
            f"{_listed(named)} {have(len(named))} no value at all.",
            "Left out.",
            subject=named[0],
        )


def report_lines(csv_form: CsvForm, faults: Faults, findings: FindingCollector) -> None:
    """Report lines that do not hold what their columns should."""
    for position, occurrences in faults.wrong.items():
        findings.add(
            Severity.WARNING,
            f"Column {csv_form.names[position]!r} holds {counted(occurrences.count, 'text')} that "
            f"{are(occurrences.count)} not numeric.",
            "Taken as missing.",
            "Correct these cells, or name the decimal mark if numbers were misread.",
            subject=csv_form.names[position],
            where=occurrences.where,
        )
    for occurrences, amount, done in (
        (faults.long, "more", "Left out."),
        (faults.short, "fewer", "The rest was taken as missing."),
    ):
        if occurrences.count:
            findings.add(
                Severity.WARNING,
                f"{counted(occurrences.count, 'line')} {have(occurrences.count)} "
                f"{amount} fields than the header.",
                done,
                "Look for missing or stray delimiters and quotes there.",
                where=occurrences.where,
            )


def report_roles(roles: Roles, names: Sequence[str], findings: FindingCollector) -> None:
    """Report covariates that were told from the shape of the data alone."""
    if roles.inferred_from_future:
        known = [names[p] for p in roles.known]
        findings.add(
            Severity.ADVICE,
            f"{_listed(known)} {'goes' if len(known) == 1 else 'go'} on after the last values of "
            f"{_listed([names[p] for p in roles.targets])}.",
            "Used as covariates that are known into the future.",
            "If that is wrong, name the target columns"
            + (", or read the file with layout='wide'." if roles.layout is Layout.SINGLE else "."),
            subject=known[0],
        )


def report_zones(offsets: frozenset[str], findings: FindingCollector) -> str | None:
    """Report mixed offsets from UTC, and tell the time zone of the file."""
    if offsets <= {""}:
        return None
    if len(offsets) == 1:
        return next(iter(offsets))
    shown = ", ".join(sorted(offset or "none" for offset in offsets))
    findings.add(
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
