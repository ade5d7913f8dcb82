"""The parts that every page about a validation has."""

from collections.abc import Iterator
from itertools import groupby

from engine.reports.provenance import machine_facts, model_facts, proof_sentence
from engine.validation.coverage import coverage
from engine.validation.report import CheckResult, Report

TITLE = "Validation of a compile configuration"
COLUMNS = ("Status", "Check", "Finding")


def by_group(report: Report) -> Iterator[tuple[str, list[CheckResult]]]:
    """Yield the results of each group, in the order in which the groups first appear."""
    order = list(dict.fromkeys(one.group for one in report.results))
    results = sorted(report.results, key=lambda one: order.index(one.group))
    for group, members in groupby(results, key=lambda one: one.group):
        yield group.value, list(members)


def cells(result: CheckResult) -> tuple[str, str, str]:
    """Return a row of the table."""
    return result.status.value, result.check, result.sentence


def circumstances(report: Report) -> list[tuple[str, str]]:
    """Return shapes, settings, model, machine and proof, as pairs of a name and a value."""
    return [
        ("shapes", coverage(report.results)),
        *report.config.to_env().items(),
        *model_facts(report.model),
        *machine_facts(report.machine),
        ("compiled", proof_sentence(report.proof)),
        *([("compilation given up", report.fallback_cause)] if report.fallback_cause else []),
        ("took", f"{report.seconds:.0f} s"),
    ]
