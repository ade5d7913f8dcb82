"""The forecasts of a validation kept in a file."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from engine.base import files
from engine.base.errors import UserError
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.validation.case import ALL_SERIES, Case, Group
from engine.validation.case_file import versions_of
from engine.validation.report import CheckResult, Report

FORMAT = "1"
"""Counts up when older programs would misread the file."""

SIDES = ("eager", "configured")

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kept:
    """One check of a baseline.

    Attributes:
        digests: By item id, in the order of the items; of its series and how it was forecast.
        eager: Shape (items, targets, horizon, quantile levels).
        configured: The same under the configuration.
    """

    digests: Mapping[str, str]
    eager: Values
    configured: Values


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a baseline file holds.

    Attributes:
        written: When, ISO 8601.
        settings: The configuration, variable -> text.
        circumstances: Versions, processor, model and device, name -> text.
        checks: By group and check.
    """

    written: str
    settings: Mapping[str, str]
    circumstances: Mapping[str, str]
    checks: Mapping[tuple[str, str], Kept]


def save_baseline(path: str | os.PathLike[str], report: Report) -> None:
    """Keeps the forecasts of a validation.

    Raises:
        UserError: The validation compiled and did not run compiled code throughout, or the file
            could not be written.
    """
    compiled = report.proof is not None and report.proof.compiled_code_ran
    not_run = any(row.status is Status.NOT_RUN and not row.excused for row in report.results)
    if report.config.enabled and (not_run or report.fallback_cause or not compiled):
        raise UserError(
            "The baseline was not saved, because not every check ran compiled code.",
            "Mend what the validation found, or turn compilation off.",
        )
    tensors: dict[str, Values] = {}
    checks: list[tuple[str, str, dict[str, str]]] = []
    for row in report.results:
        if row.compared is None or not is_kept(row):
            continue
        place = str(len(checks))
        checks.append((row.group, row.check, digests(row.compared.case)))
        for side in SIDES:
            tensors[f"{place}.{side}"] = stacked(getattr(row.compared, side))
    metadata = {
        "chronos_panel_baseline": FORMAT,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": json.dumps(report.config.to_env()),
        "circumstances": json.dumps(circumstances(report)),
        "checks": json.dumps(checks),
    }
    files.write_bytes(path, save(tensors, metadata))


def is_kept(row: CheckResult) -> bool:
    """Whether a row belongs into a baseline: the user's single series are among all of them."""
    return row.group in {Group.ORDINARY, Group.STRESS} or row.check == ALL_SERIES


def stacked(forecast: ForecastSet) -> Values:
    """All values, shape (items, targets, horizon, quantile levels)."""
    return np.stack([item.values for item in forecast.items])


def circumstances(report: Report) -> dict[str, str]:
    """What may explain a change."""
    return {
        **versions_of(report.machine),
        "driver": str(report.machine.driver),
        "processor": report.machine.processor,
        "GPU": ", ".join(gpu.name for gpu in report.machine.gpus),
        "model": report.model.source,
        "weights": weights_digest(Path(report.model.folder)),
        "device": report.model.device,
        "dtype": report.model.dtype,
    }


def digests(case: Case) -> dict[str, str]:
    """Fingerprints of the items and of how they are forecast, by item id."""
    how = (case.horizon, case.batch_size, case.context_length, case.small_values)
    found = {}
    for one in case.series.series:
        digest = hashlib.sha256(repr(how).encode())
        for rows in (one.targets, one.past_covariates, one.known_covariates):
            digest.update(repr(rows.shape).encode() + rows.astype("<f8").tobytes())
        found[one.item_id] = digest.hexdigest()
    return found


def weights_digest(folder: Path) -> str:
    """A fingerprint of a model's weights; "unknown" where they are not there any more."""
    digest = hashlib.sha256()
    files_of_weights = sorted(folder.glob("*.safetensors"))
    for file in files_of_weights:
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:12] if files_of_weights else "unknown"


def read_baseline(path: str | os.PathLike[str]) -> Baseline:
    """Reads a baseline.

    Raises:
        UserError: It is not one, or it is damaged, or a newer program wrote it.
    """
    content = files.read_bytes(path)
    try:
        tensors = load(content)
        # The library gives the numbers; the words stand in the header before them.
        length = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + length])["__metadata__"]
        written_as = metadata["chronos_panel_baseline"]
    except (SafetensorError, ValueError, LookupError, TypeError) as error:
        raise UserError(
            f"{path} is not a baseline.",
            "Choose one that `chronos-panel validate --save-baseline` wrote.",
        ) from error
    if written_as != FORMAT:
        raise UserError(
            f"{path} was written by another version of chronos-panel (format {written_as}).",
            "Save a baseline with this version.",
        )
    try:
        return _baseline(tensors, metadata)
    except (LookupError, TypeError, ValueError) as error:
        raise UserError(
            f"{path} is damaged: {type(error).__name__}: {error}.", "Save a baseline again."
        ) from error


def _baseline(tensors: Mapping[str, Values], metadata: Mapping[str, str]) -> Baseline:
    checks = {
        (group, check): Kept(dict(found), *(tensors[f"{place}.{side}"] for side in SIDES))
        for place, (group, check, found) in enumerate(json.loads(metadata["checks"]))
    }
    settings, circumstances = (json.loads(metadata[name]) for name in ("settings", "circumstances"))
    return Baseline(metadata["written"], settings, circumstances, checks)
