"""When a result is outdated: the rule for all kinds."""

import dataclasses

from engine.config.settings import CompileConfig
from engine.data.series import SeriesSet
from engine.runtime.job import Job

OTHER_DATA, OTHER_SETTINGS = "other data", "other settings"

WITHOUT_EFFECT = ("data", "time_budget")
"""Fields that are compared otherwise, or that only make a result more certain."""


def outdated(made: Job, now: Job) -> str:
    """Say why the result of one job is outdated, given the job that would be made now.

    Returns:
        "other data", "other settings", or nothing.
    """
    if not _same_data(getattr(made, "data", None), getattr(now, "data", None)):
        return OTHER_DATA
    names = [one.name for one in dataclasses.fields(made) if one.name not in WITHOUT_EFFECT]
    alike = all(_effect(getattr(made, name)) == _effect(getattr(now, name)) for name in names)
    return "" if alike else OTHER_SETTINGS


def _same_data(made: object, now: object) -> bool:
    """Say whether both are the same series; the same file read twice is."""
    if isinstance(made, SeriesSet) and isinstance(now, SeriesSet):
        return made is now or made.same_as(now)
    return made is now


def _effect(value: object) -> object:
    """Return the part of a job's field that decides about results."""
    return value.deciding if isinstance(value, CompileConfig) else value
