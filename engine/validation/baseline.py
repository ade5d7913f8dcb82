"""Baselines: the forecasts of a validation in a file, to compare with later."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from engine.base import files
from engine.base.codec import convert, from_json, to_json
from engine.base.errors import UserError
from engine.base.migrations import Migration, migrated, newest
from engine.model.weight_files import weights_digest
from engine.results.forecasts import ForecastSet
from engine.results.judgement import Status
from engine.validation.case import ALL_SERIES, Case, Group
from engine.validation.report import CheckResult, Report

MIGRATIONS: tuple[Migration, ...] = ()
"""From the metadata of version 1, which chronos-panel 0.1 wrote, to today's."""

JSON_ENTRIES: Mapping[str, type] = {"settings": dict, "circumstances": dict, "checks": list}
"""Entries of the metadata that hold JSON, because the format allows texts only."""

SIDES = ("eager", "configured")

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kept:
    """One check of a baseline.

    Attributes:
        digests: Item id -> fingerprint of its series and of how it was forecast, in the order of
            the items.
        eager: Shape (items, targets, horizon, quantile levels).
        configured: The forecasts under the configuration, of the same shape.
    """

    digests: Mapping[str, str]
    eager: Values
    configured: Values


@dataclass(frozen=True, slots=True)
class Baseline:
    """The contents of a baseline file.

    Attributes:
        written: When it was written, ISO 8601.
        settings: The configuration, variable -> text.
        circumstances: Versions, processor, model and device, name -> text.
        checks: The kept forecasts by group and check.
    """

    written: str
    settings: Mapping[str, str]
    circumstances: Mapping[str, str]
    checks: Mapping[tuple[str, str], Kept]


@dataclass(frozen=True, slots=True)
class _Document:
    """The metadata of a baseline file, entry by entry."""

    written: str
    settings: dict[str, str]
    circumstances: dict[str, str]
    checks: tuple[tuple[str, str, dict[str, str]], ...]


def save_baseline(path: str | os.PathLike[str], report: Report) -> None:
    """Write the forecasts of a validation to a file.

    Raises:
        UserError: Compilation is on and a call did not run compiled code, or the file cannot be
            written.
    """
    compiled = report.proof is not None and report.proof.compiled_code_ran
    not_run = any(one.status is Status.NOT_RUN and not one.excused for one in report.results)
    if report.config.enabled and (not_run or report.fallback_cause or not compiled):
        raise UserError(
            "The baseline was not saved, because not every check ran compiled code.",
            "Fix what the validation found, or turn compilation off.",
        )
    tensors: dict[str, Values] = {}
    checks: list[tuple[str, str, dict[str, str]]] = []
    for result in report.results:
        if result.compared is None or not is_kept(result):
            continue
        index = len(checks)
        checks.append((result.group, result.check, digests(result.compared.case)))
        for side in SIDES:
            tensors[f"{index}.{side}"] = stacked(getattr(result.compared, side))
    metadata = {
        "chronos_panel_baseline": str(newest(MIGRATIONS)),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": to_json(report.config.to_env()),
        "circumstances": to_json(circumstances(report)),
        "checks": to_json(checks),
    }
    files.write_bytes(path, save(tensors, metadata))


def is_kept(result: CheckResult) -> bool:
    """Say whether a baseline keeps a check; of your series, only the check of all of them."""
    return result.group in {Group.ORDINARY, Group.STRESS} or result.check == ALL_SERIES


def stacked(forecast: ForecastSet) -> Values:
    """Return all values, shape (items, targets, horizon, quantile levels)."""
    return np.stack([item.values for item in forecast.items])


def circumstances(report: Report) -> dict[str, str]:
    """Return what can explain a change: versions, hardware, model and device."""
    return {
        **report.machine.causes_of_change,
        "model": report.model.source,
        "weights": _weights_digest(Path(report.model.folder)),
        "device": report.model.device,
        "dtype": report.model.dtype,
    }


def digests(case: Case) -> dict[str, str]:
    """Return fingerprints of the items and of how they are forecast, by item id."""
    how = (case.horizon, case.batch_size, case.context_length, case.small_values)
    found = {}
    for one in case.series.series:
        digest = hashlib.sha256(repr(how).encode())
        for rows in (one.targets, one.past_covariates, one.known_covariates):
            digest.update(repr(rows.shape).encode() + rows.astype("<f8").tobytes())
        found[one.item_id] = digest.hexdigest()
    return found


def _weights_digest(folder: Path) -> str:
    """Return a fingerprint of a model's weights; "unknown" if they are gone."""
    found = list(folder.glob("*.safetensors"))
    return weights_digest(found)[:12] if found else "unknown"


def read_baseline(path: str | os.PathLike[str]) -> Baseline:
    """Read a baseline.

    Raises:
        UserError: It is not a baseline, it is damaged, or a newer program wrote it.
    """
    content = files.read_bytes(path)
    try:
        tensors = load(content)
        metadata = _metadata(content)
        version = int(metadata["chronos_panel_baseline"])
    except (SafetensorError, ValueError, LookupError, TypeError) as error:
        raise UserError(
            f"{path} is not a baseline.",
            "Choose one that `chronos-panel validate --save-baseline` wrote.",
        ) from error
    if version > newest(MIGRATIONS):
        raise UserError(
            f"A newer version of chronos-panel wrote {path} (version {version}).",
            "Update chronos-panel, or save a baseline with this version.",
        )
    try:
        decoded: dict[str, Any] = {
            name: from_json(kind, metadata[name]) for name, kind in JSON_ENTRIES.items()
        }
        document = migrated({**metadata, **decoded}, version, MIGRATIONS)
        return _baseline(tensors, convert(_Document, document))
    except (LookupError, ValueError) as error:
        raise UserError(f"{path} is damaged: {error}.", "Save a baseline again.") from error


def _metadata(content: bytes) -> dict[str, str]:
    """Return the texts of a safetensors file, which its library does not give."""
    length = int.from_bytes(content[:8], "little")
    header = from_json(dict[str, Any], content[8 : 8 + length].decode())
    return convert(dict[str, str], header["__metadata__"])


def _baseline(tensors: Mapping[str, Values], document: _Document) -> Baseline:
    checks = {
        (group, check): Kept(found, *(tensors[f"{index}.{side}"] for side in SIDES))
        for index, (group, check, found) in enumerate(document.checks)
    }
    return Baseline(document.written, document.settings, document.circumstances, checks)
