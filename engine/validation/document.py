"""A validation as one JSON document: what `chronos-panel validate --json` prints."""

from pathlib import Path

from engine.validation.coverage import coverage
from engine.validation.outcome import ValidationOutcome
from engine.validation.report import CheckResult, Report


def document(outcome: ValidationOutcome, report: Report, case: Path | None) -> dict[str, object]:
    """Return a report, with the fallbacks and findings of its job.

    Args:
        outcome: The outcome of the job.
        report: Its report.
        case: The file that the worst case was written to, if it was.
    """
    return {
        **report_document(report),
        "fallbacks": outcome.fallbacks,
        "findings": outcome.findings,
        "case_file": case,
    }


def report_document(report: Report) -> dict[str, object]:
    """Return a report without the forecasts that it compared."""
    return {
        "status": report.status,
        "verdict": report.verdict,
        "coverage": coverage(report.results),
        "checks": [_check(result) for result in report.results],
        "config": report.config,
        "model": report.model,
        "machine": report.machine,
        "proof": report.proof,
        "seconds": report.seconds,
    }


def _check(result: CheckResult) -> dict[str, object]:
    """Return a result without the forecasts behind it."""
    return {
        "check": result.check,
        "group": result.group,
        "status": result.status,
        "sentence": result.sentence,
        "figure": result.figure,
        "limit": result.limit,
        "unit": result.unit,
        "shapes": result.shapes,
        "agreement": result.agreement,
        "scores": result.scores,
    }
