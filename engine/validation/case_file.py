"""A case as a file: what was compared, under which settings, so that anyone can do it again."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from engine.base import files
from engine.base.errors import UserError
from engine.data.series import Series, SeriesSet
from engine.model.preprocessing import Policy
from engine.results.machine import MachineDescription
from engine.validation.case import Case, Group
from engine.validation.report import CheckResult, Report
from engine.validation.suite.scenarios import SEED

FORMAT = 1
"""Counts up when older programs would misread the file."""


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """What a case file holds.

    Attributes:
        case: The case.
        settings: The configuration, variable -> text.
        device: Where it ran, such as "cpu".
        sentence: How it ended then.
        versions: Of the packages that decide, name -> version.
    """

    case: Case
    settings: Mapping[str, str]
    device: str
    sentence: str
    versions: Mapping[str, str]


def versions_of(machine: MachineDescription) -> dict[str, str]:
    """The versions that can change a forecast."""
    return {
        "torch": machine.torch,
        "chronos-forecasting": machine.chronos,
        "transformers": machine.transformers,
    }


def write_case(path: str | os.PathLike[str], report: Report, row: CheckResult) -> None:
    """Writes the case behind a row of a report.

    Raises:
        UserError: The file could not be written.
    """
    if row.compared is None:
        raise ValueError(f"{row.check} compared nothing")
    case = row.compared.case
    document = {
        "chronos_panel_case": FORMAT,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "check": case.check,
        "group": case.group,
        "status": row.status,
        "sentence": row.sentence,
        "versions": versions_of(report.machine),
        "processor": report.machine.processor,
        "settings": report.config.to_env(),
        "device": report.model.device,
        "seed": SEED if case.group in {Group.ORDINARY, Group.STRESS} else None,
        "horizon": case.horizon,
        "batch_size": case.batch_size,
        "context_length": case.context_length,
        "small_values": case.small_values,
        "extreme": case.extreme,
        "target_names": case.series.target_names,
        "past_covariate_names": case.series.past_covariate_names,
        "known_covariate_names": case.series.known_covariate_names,
        "timezone": case.series.timezone,
        "series": [_series_document(one) for one in case.series.series],
    }
    files.write_text(path, json.dumps(document, allow_nan=False, ensure_ascii=False) + "\n")


def _series_document(series: Series) -> dict[str, object]:
    stamps = series.timestamps
    return {
        "item_id": series.item_id,
        "timestamps": None if stamps is None else np.datetime_as_string(stamps, "ns").tolist(),
        "frequency": series.frequency,
        "targets": _numbers(series.targets),
        "past_covariates": _numbers(series.past_covariates),
        "known_covariates": _numbers(series.known_covariates),
    }


def _numbers(rows: NDArray[np.float64]) -> list[list[float | None]]:
    """Rows as JSON knows them; what is missing becomes null."""
    return [[value if np.isfinite(value) else None for value in row.tolist()] for row in rows]


def read_case(path: str | os.PathLike[str]) -> RecordedCase:
    """Reads a case file.

    Raises:
        UserError: It is not one, or it is damaged, or a newer program wrote it.
    """
    text = files.read_text(path)
    try:
        document = json.loads(text)
        written_as = document["chronos_panel_case"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise UserError(
            f"{path} is not a case file.", "Choose one that `chronos-panel validate` wrote."
        ) from error
    if written_as != FORMAT:
        raise UserError(
            f"{path} was written by another version of chronos-panel (format {written_as}).",
            "Use that version to replay it.",
        )
    try:
        return _recorded(document)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            f"{path} is damaged: {type(error).__name__}: {error}.", "Have it written again."
        ) from error


def _recorded(document: dict[str, Any]) -> RecordedCase:
    series = SeriesSet(
        tuple(_series(entry) for entry in document["series"]),
        _names(document["target_names"]),
        _names(document["past_covariate_names"]),
        _names(document["known_covariate_names"]),
        document["timezone"],
        "a case file",
    )
    if not len(series) or not all(_fits(one, series) for one in series.series):
        raise ValueError("the series do not fit their names")
    case = Case(
        check=str(document["check"]),
        group=Group(document["group"]),
        series=series,
        horizon=_count(document["horizon"]),
        batch_size=_count(document["batch_size"]),
        context_length=document["context_length"] and _count(document["context_length"]),
        small_values=_policy(document["small_values"]),
        extreme=bool(document["extreme"]),
    )
    return RecordedCase(
        case,
        _texts(document["settings"]),
        str(document["device"]),
        str(document["sentence"]),
        _texts(document["versions"]),
    )


def _series(entry: dict[str, Any]) -> Series:
    stamps = entry["timestamps"]
    return Series(
        str(entry["item_id"]),
        _array(entry["targets"]),
        None if stamps is None else np.array(stamps, dtype="datetime64[ns]"),
        entry["frequency"],
        _array(entry["past_covariates"]),
        _array(entry["known_covariates"]),
    )


def _array(rows: list[list[float | None]]) -> NDArray[np.float64]:
    values = np.array(rows, dtype=np.float64)  # None becomes NaN
    return values if values.ndim == 2 else np.empty((0, 0))


def _fits(one: Series, series: SeriesSet) -> bool:
    return (
        one.length > 0
        and len(one.targets) == len(series.target_names)
        and len(one.past_covariates) == len(series.past_covariate_names)
        and len(one.known_covariates) == len(series.known_covariate_names)
        and (one.timestamps is None or len(one.timestamps) == one.length)
    )


def _names(entries: list[Any]) -> tuple[str, ...]:
    return tuple(str(entry) for entry in entries)


def _texts(entries: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(text) for name, text in entries.items()}


def _count(value: object) -> int:
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no count")
    return value


def _policy(text: str) -> Policy:
    policies: dict[str, Policy] = {name: name for name in get_args(Policy)}
    return policies[text]
