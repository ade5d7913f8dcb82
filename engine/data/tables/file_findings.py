"""Report findings about the columns, lines and time zones of a file."""

from collections.abc import Sequence

from engine.base.escaping import quoted
from engine.base.findings import Severity
from engine.base.wording import counted, have
from engine.data.description import Layout
from engine.data.parsing.csv_form import CsvForm
from engine.data.tables.blocks import Faults
from engine.data.tables.collector import (
    FindingCollector,
    Occurrences,
    it_or_they,
    lines,
    list_names,
)
from engine.data.tables.head import Head
from engine.data.tables.roles import Roles


def report_columns(head: Head, findings: FindingCollector) -> None:
    """Report what the head shows about the columns."""
    names = head.csv_form.names
    if head.csv_form.title_lines:
        findings.add(
            Severity.ADVICE,
            f"The table starts after {counted(len(head.csv_form.title_lines), 'line')} of text.",
            "The text is skipped.",
            where=lines(head.csv_form.title_lines),
        )
    if head.csv_form.repeated_names:
        findings.add(
            Severity.WARNING,
            f"The header repeats {list_names(head.csv_form.repeated_names)}.",
            "A number is added to each repeat.",
            "Give every column a unique name.",
        )
    if head.plan.text_columns:
        left_out = [names[p] for p in head.plan.text_columns]
        findings.add(
            Severity.ADVICE,
            f"{_columns(left_out)} {'contains' if len(left_out) == 1 else 'contain'} text, "
            "not numbers.",
            f"{it_or_they(len(left_out))} left out.",
            "If a column identifies the item of each row, choose it as the id column.",
            subject=left_out[0],
        )
    for position in head.plan.counter_columns:
        name = names[position]
        findings.add(
            Severity.ADVICE,
            f"Column {quoted(name)} only numbers the rows.",
            "It is left out.",
            subject=name,
        )


def report_empty_columns(dropped: Sequence[str], head: Head, findings: FindingCollector) -> None:
    """Report columns without values, except unnamed ones: an extra delimiter makes those."""
    named = [name for name in dropped if not name.startswith("column ")]
    if named and head.csv_form.has_header:
        findings.add(
            Severity.ADVICE,
            f"{_columns(named)} {have(len(named))} no values.",
            f"{it_or_they(len(named))} left out.",
            subject=named[0],
        )


def report_lines(csv_form: CsvForm, faults: Faults, findings: FindingCollector) -> None:
    """Report lines and cells that do not fit their columns."""
    report_comments(faults.comments, findings)
    for position, occurrences in faults.non_numeric.items():
        count = occurrences.count
        findings.add(
            Severity.WARNING,
            f"Column {quoted(csv_form.names[position])} contains {counted(count, 'value')} that "
            f"{'is not a number' if count == 1 else 'are not numbers'}.",
            f"{it_or_they(count)} read as missing.",
            "Correct these cells, or specify the decimal mark if they are numbers.",
            subject=csv_form.names[position],
            where=occurrences.where,
        )
    for occurrences, amount, done in (
        (faults.long, "more", f"{it_or_they(faults.long.count)} left out."),
        (faults.short, "fewer", "The absent fields are read as missing values."),
    ):
        if occurrences.count:
            findings.add(
                Severity.WARNING,
                f"{counted(occurrences.count, 'line')} {have(occurrences.count)} "
                f"{amount} fields than the header.",
                done,
                "Check these lines for missing or extra delimiters and quotes.",
                where=occurrences.where,
            )


def report_comments(comments: Occurrences, findings: FindingCollector) -> None:
    """Report lines after the first row that are left out as comments."""
    count = comments.count
    if count:
        findings.add(
            Severity.WARNING,
            f"{counted(count, 'line')} after the first row "
            f"{'begins' if count == 1 else 'begin'} with #.",
            f"{it_or_they(count)} left out as {'a comment' if count == 1 else 'comments'}.",
            "If a line is data, write its first field in quotes.",
            where=comments.where,
        )


def report_roles(roles: Roles, names: Sequence[str], findings: FindingCollector) -> None:
    """Report known covariates that were inferred from where their values end."""
    if roles.inferred_from_future:
        known = [names[p] for p in roles.known]
        targets = [names[p] for p in roles.targets]
        single = len(known) == 1
        use = "a known covariate" if single else "known covariates"
        findings.add(
            Severity.ADVICE,
            f"{_columns(known)} {'continues' if single else 'continue'} after the last values of "
            f"{list_names(targets)}.",
            f"{it_or_they(len(known))} used as {use}.",
            "If that is wrong, specify the target columns"
            + (" or set the layout to 'wide'." if roles.layout is Layout.SINGLE else "."),
            subject=known[0],
        )


def report_zones(offsets: frozenset[str], findings: FindingCollector) -> str | None:
    """Report mixed UTC offsets, and return the time zone of the file."""
    if offsets <= {""}:
        return None
    if len(offsets) == 1:
        return next(iter(offsets))
    shown = ", ".join(sorted(offset or "none" for offset in offsets))
    findings.add(
        Severity.WARNING,
        f"The timestamps have different UTC offsets: {shown}.",
        "All timestamps are converted to UTC."
        + (" Those without an offset are assumed to be in UTC." if "" in offsets else ""),
        "If that is wrong, write all timestamps in one time zone.",
    )
    return "UTC"


def _columns(names: Sequence[str]) -> str:
    return f"{'Column' if len(names) == 1 else 'Columns'} {list_names(names)}"
