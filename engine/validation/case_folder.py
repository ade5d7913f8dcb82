"""Where the worst case of a validation is kept without being asked for."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path

from engine.base.errors import UserError
from engine.results.judgement import Status
from engine.validation.case_file import write_case
from engine.validation.report import Report

KEPT = 20
"""Files that are kept; older ones make way."""


def case_folder() -> Path:
    """The folder."""
    return user_data_path("chronos-panel", appauthor=False) / "cases"


def keep_worst_case(report: Report) -> Path | None:
    """Writes the worst case of a report that is no pass.

    Returns:
        The file; None where there is nothing that could be replayed.

    Raises:
        UserError: The file could not be written.
    """
    if report.status is Status.PASS or not report.worst_first:
        return None
    row = report.worst_first[0]
    if row.status is Status.PASS:
        return None
    folder = case_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The worst case was not kept: the folder {folder} cannot be made ({error.strerror}).",
            "Name a file for it, or see to the rights of that folder.",
        ) from error
    name = "".join(mark if mark.isalnum() else "-" for mark in row.check)[:40]
    path = folder / f"{datetime.now():%Y-%m-%d-%H%M%S}-{name}.json"
    write_case(path, report, row)
    for old in sorted(folder.glob("*.json"))[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return path
