"""Hold time series as plain arrays, independent of torch and of file formats."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.base.codec import DecodeError, convert
from engine.base.findings import Finding
from engine.data.description import FileDescription


@dataclass(frozen=True, slots=True)
class Series:
    """One item: its targets and covariates on one time axis.

    Missing values are NaN everywhere.

    Attributes:
        item_id: Name of the item, unique within its set.
        targets: Shape (targets, length), float64.
        timestamps: Shape (length,), datetime64[ns], ascending, in UTC where the set has a
            time zone; None if the file had no timestamps.
        frequency: pandas alias ("h", "D", "B", "MS", "15min"); None without timestamps, or if
            they are too few to infer it.
        past_covariates: Shape (past covariates, length), float64.
        known_covariates: Shape (known-future covariates, length + known future steps), float64.
    """

    item_id: str
    targets: NDArray[np.float64]
    timestamps: NDArray[np.datetime64] | None = None
    frequency: str | None = None
    past_covariates: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    known_covariates: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def length(self) -> int:
        """Return the number of observed time steps."""
        return int(self.targets.shape[1])

    @property
    def rows(self) -> int:
        """Return the number of rows of the item in a batch: its targets and covariates."""
        return len(self.targets) + len(self.past_covariates) + len(self.known_covariates)

    def last(self, steps: int) -> "Series":
        """Return at most the last `steps` of the history, and all of the known future."""
        first = self.length - steps
        if first <= 0:
            return self
        return replace(
            self,
            targets=self.targets[:, first:],
            timestamps=None if self.timestamps is None else self.timestamps[first:],
            past_covariates=self.past_covariates[:, first:],
            known_covariates=self.known_covariates[:, first:],
        )


class SeriesSource:
    """The data of a job: series, or the file to read them from."""

    __slots__ = ()
    kinds: ClassVar[dict[str, type["SeriesSource"]]] = {}

    def __init_subclass__(cls) -> None:
        SeriesSource.kinds[cls.__name__] = cls

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "SeriesSource":
        """Decode a subclass, identified by its fields; see `engine.base.codec`.

        Raises:
            DecodeError: No subclass has these fields.
        """
        for kind in SeriesSource.kinds.values():
            if set(plain) <= set(kind.__dataclass_fields__):  # type: ignore[attr-defined]
                return convert(kind, plain)
        raise DecodeError("neither series nor a file")


@dataclass(frozen=True, slots=True)
class SeriesSet(SeriesSource):
    """Named series with the same columns, and the findings from reading them.

    Attributes:
        series: Items in the order of their first appearance.
        target_names: Names of the rows of `Series.targets`.
        past_covariate_names: Names of the rows of `Series.past_covariates`.
        known_covariate_names: Names of the rows of `Series.known_covariates`.
        timezone: IANA name or UTC offset of the timestamps in the file; None if naive.
        source: Origin of the series, for people: a path or a name.
        findings: Problems in the data and how they were handled, worst first.
        reading: Description of the file; None for series that did not come from a file.
    """

    series: tuple[Series, ...]
    target_names: tuple[str, ...]
    past_covariate_names: tuple[str, ...] = ()
    known_covariate_names: tuple[str, ...] = ()
    timezone: str | None = None
    source: str = ""
    findings: tuple[Finding, ...] = ()
    reading: FileDescription | None = None

    def __len__(self) -> int:
        return len(self.series)

    @property
    def rows(self) -> int:
        """Return the number of rows of all items in a batch."""
        return sum(one.rows for one in self.series)

    def last(self, steps: int) -> "SeriesSet":
        """Return every item with at most the last `steps` of its history, the model's context."""
        return replace(self, series=tuple(one.last(steps) for one in self.series))

    def of_items(self, indices: Iterable[int]) -> "SeriesSet":
        """Return the items at some indices."""
        return replace(self, series=tuple(self.series[index] for index in indices))

    def same_as(self, other: "SeriesSet") -> bool:
        """Say whether both sets have the same source, columns, items and values."""
        names = ("source", "target_names", "past_covariate_names", "known_covariate_names")
        return (
            all(getattr(self, name) == getattr(other, name) for name in (*names, "timezone"))
            and len(self) == len(other)
            and all(map(_same_series, self.series, other.series))
        )


def _same_series(one: Series, other: Series) -> bool:
    times, others = one.timestamps, other.timestamps
    if times is None or others is None:
        same_times = times is others
    else:
        same_times = np.array_equal(times, others)
    return (
        one.item_id == other.item_id
        and same_times
        and all(
            np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
            for name in ("targets", "past_covariates", "known_covariates")
        )
    )
