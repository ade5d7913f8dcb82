"""Case files: what was compared and under which settings, enough to compare it again."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.base import files
from engine.base.codec import DecodeError, convert, from_json, to_json
from engine.base.errors import UserError
from engine.base.migrations import Migration, NewerVersionError, Plain, migrated, newest
from engine.data.series import Series, SeriesSet
from engine.model.preprocessing import Policy
from engine.results.judgement import Status
from engine.validation.case import Case, Group
from engine.validation.report import CheckResult, Report
from engine.validation.suite.scenarios import SEED

MIGRATIONS: tuple[Migration, ...] = ()
"""From the documents of version 1, which chronos-panel 0.1 wrote, to today's."""


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """The contents of a case file.

    Attributes:
        case: The case.
        settings: The configuration, variable -> text.
        device: The device that it ran on, such as "cpu".
        sentence: The recorded result.
        versions: Versions of the packages that can change a forecast, name -> version.
    """

    case: Case
    settings: Mapping[str, str]
    device: str
    sentence: str
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Header:
    """The field that every version of a case file has."""

    chronos_panel_case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """A case file, field by field."""

    chronos_panel_case: int
    written: str
    check: str
    group: Group
    status: Status
    sentence: str
    versions: Mapping[str, str]
    processor: str
    settings: Mapping[str, str]
    device: str
    seed: int | None
    horizon: int
    batch_size: int | None
    context_length: int | None
    small_values: Policy
    extreme: bool
    target_names: tuple[str, ...]
    past_covariate_names: tuple[str, ...]
    known_covariate_names: tuple[str, ...]
    timezone: str | None
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        for name in ("horizon", "batch_size", "context_length"):
            count = getattr(self, name)
            if count is not None and count < 1:
                raise ValueError(f"{name} is {count}, which is less than 1")
        if not self.series or not all(map(self._fits, self.series)):
            raise ValueError("the series do not fit their names")

    def _fits(self, one: Series) -> bool:
        rows = (
            (one.targets, self.target_names),
            (one.past_covariates, self.past_covariate_names),
            (one.known_covariates, self.known_covariate_names),
        )
        return (
            all(values.ndim == 2 and len(values) == len(names) for values, names in rows)
            and one.length > 0
            and (one.timestamps is None or len(one.timestamps) == one.length)
        )


def write_case(path: str | os.PathLike[str], report: Report, result: CheckResult) -> None:
    """Write the case that a check compared.

    Raises:
        UserError: The file cannot be written.
    """
    if result.compared is None:
        raise ValueError(f"{result.check} compared nothing")
    case = result.compared.replayed
    document = _Document(
        chronos_panel_case=newest(MIGRATIONS),
        written=datetime.now(UTC).isoformat(timespec="seconds"),
        check=case.check,
        group=case.group,
        status=result.status,
        sentence=result.sentence,
        versions=report.machine.versions,
        processor=report.machine.processor,
        settings=report.config.to_env(),
        device=report.model.device,
        seed=SEED if case.group in {Group.ORDINARY, Group.STRESS} else None,
        horizon=case.horizon,
        batch_size=case.batch_size,
        context_length=case.context_length,
        small_values=case.small_values,
        extreme=case.extreme,
        target_names=case.series.target_names,
        past_covariate_names=case.series.past_covariate_names,
        known_covariate_names=case.series.known_covariate_names,
        timezone=case.series.timezone,
        series=case.series.series,
    )
    files.write_text(path, to_json(document) + "\n")


def read_case(path: str | os.PathLike[str]) -> RecordedCase:
    """Read a case file.

    Raises:
        UserError: It is not a case file, it is damaged, or a newer program wrote it.
    """
    text = files.read_text(path)
    try:
        plain = from_json(Plain, text)
        version = convert(_Header, plain).chronos_panel_case
    except DecodeError as error:
        raise UserError(
            f"{path} is not a case file.", "Choose one that `chronos-panel validate` wrote."
        ) from error
    try:
        document = convert(_Document, migrated(plain, version, MIGRATIONS))
    except NewerVersionError as error:
        raise UserError(
            f"A newer version of chronos-panel wrote {path} (version {version}).",
            "Update chronos-panel to replay it.",
        ) from error
    except ValueError as error:
        raise UserError(f"{path} is damaged: {error}.", "Write it again.") from error
    return _recorded(document)


def _recorded(document: _Document) -> RecordedCase:
    series = SeriesSet(
        document.series,
        document.target_names,
        document.past_covariate_names,
        document.known_covariate_names,
        document.timezone,
        "a case file",
    )
    case = Case(
        check=document.check,
        group=document.group,
        series=series,
        horizon=document.horizon,
        batch_size=document.batch_size,
        context_length=document.context_length,
        small_values=document.small_values,
        extreme=document.extreme,
    )
    return RecordedCase(
        case, document.settings, document.device, document.sentence, document.versions
    )
