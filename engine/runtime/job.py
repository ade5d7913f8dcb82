"""The base of everything that the engine can be asked to do."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from engine.config.environment import CACHE_DIR, process_environment
from engine.config.settings import CompileConfig
from engine.data.options import ReadOptions
from engine.data.series import SeriesSet, SeriesSource

HORIZON = 24
"""The horizon of a job that names none, in steps."""

OTHER_DATA, OTHER_SETTINGS = "other data", "other settings"
"""Why a result is outdated."""


@dataclass(frozen=True, slots=True)
class CsvSource(SeriesSource):
    """Series to read from a file.

    Attributes:
        path: The file.
        options: How to read it; what is left out is inferred.
    """

    path: Path
    options: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A request to the engine: frozen, free of torch, and made of plain values.

    A job crosses the border to another process, so each of its fields must be one that
    `engine.base.codec` can decode.
    """

    runner: ClassVar[str]
    """The module whose `run(job, context)` runs it in a worker; imported when it is needed."""

    irrelevant: ClassVar[tuple[str, ...]] = ()
    """Fields that do not decide about results."""

    @property
    def configs(self) -> tuple[CompileConfig, ...]:
        """The configurations that it is about, the one in question last."""
        return ()

    @property
    def compiles(self) -> bool:
        """Say whether torch compiles in the worker."""
        return False

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return the environment variables of the worker that runs it.

        Args:
            inherited: The variables of the process that asks.
        """
        config = self.configs[-1] if self.configs else CompileConfig()
        return process_environment(config, inherited, self.compiles)

    def fits(self, environment: Mapping[str, str], inherited: Mapping[str, str]) -> bool:
        """Say whether a worker that was started with an environment can run it.

        torch reads the variables only once. Where nothing is compiled, the folder of compiled
        code does not matter.
        """
        needed = self.environment(inherited)
        names = {*needed, *environment} - (set() if self.compiles else {CACHE_DIR})
        return all(needed.get(name) == environment.get(name) for name in names)

    def outdated(self, now: Self) -> str:
        """Say why a result of this job is outdated.

        Args:
            now: The job that the same request would make by now.

        Returns:
            `OTHER_DATA`, `OTHER_SETTINGS`, or nothing if the result is up to date.
        """
        pairs = {
            entry.name: (getattr(self, entry.name), getattr(now, entry.name))
            for entry in dataclasses.fields(self)
            if entry.name not in self.irrelevant
        }
        if any(
            (isinstance(one, SeriesSource) and not _same_data(one, other))
            or (one is None and isinstance(other, SeriesSource))
            for one, other in pairs.values()
        ):
            return OTHER_DATA
        alike = all(
            _effect(one) == _effect(other)
            for one, other in pairs.values()
            if not isinstance(one, SeriesSource)
        )
        return "" if alike else OTHER_SETTINGS


def _same_data(one: SeriesSource, other: object) -> bool:
    """Say whether both hold the same series; the same file read twice does."""
    if isinstance(one, SeriesSet) and isinstance(other, SeriesSet):
        return one is other or one.same_as(other)
    return one == other


def _effect(value: Any) -> Any:
    """Return the part of a field that decides about results."""
    return value.deciding if isinstance(value, CompileConfig) else value
