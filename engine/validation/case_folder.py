"""The folder that keeps the worst cases of validations."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from engine.base.errors import UserError
from engine.results.judgement import Status
from engine.validation.case_file import write_case
from engine.validation.report import Report

KEPT = 20
"""Files to keep. The oldest ones are removed."""


def case_folder() -> Path:
    """Return the folder."""
    return user_data_path("chronos-panel", appauthor=False) / "cases"


def keep_worst_case(report: Report) -> Path | None:
    """Write the worst case of a report, unless it passed.

    Returns:
        The file; None where no case can be replayed.

    Raises:
        UserError: The file cannot be written.
    """
    if report.status is Status.PASS or not report.worst_first:
        return None
    worst = report.worst_first[0]
    if worst.status is Status.PASS:
        return None
    folder = case_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The worst case was not kept: the folder {folder} cannot be made ({error.strerror}).",
            "Name a file with --save-case, or change the permissions of that folder.",
        ) from error
    name = "".join(mark if mark.isalnum() else "-" for mark in worst.check)[:40]
    path = folder / f"{datetime.now():%Y-%m-%d-%H%M%S}-{name}.json"
    write_case(path, report, worst)
    for old in sorted(folder.glob("*.json"))[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return path
