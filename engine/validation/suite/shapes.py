"""The shapes that the suite compares in full: batches, contexts, horizons and what goes with them.

A fault of compiled code may show at one shape only: in a late row of a large batch, at an odd
length, where a patch is missing. A covering array has every pair of such values in few shapes.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.base.wording import shape_words
from engine.data.series import Series, SeriesSet
from engine.model.forecaster import Forecaster
from engine.validation.case import Case, Group
from engine.validation.suite.covering import Factors, Row, covering_rows
from engine.validation.suite.scenarios import COLUMNS, SEED, candles

ROWS = (1, 2, 3, 16, 17, 63, 64, 65, 256, 1000)
CONTEXTS = (1, 15, 16, 17, 128, 511, 512, 513, 2048)
HORIZONS = (1, 16, 17, 64, 256)
PATCH = 16
"""Steps of a patch of Chronos-2. The model reads and forecasts whole patches."""

COVARIATES = {"none": (0, 0), "past": (1, 0), "known": (0, 1), "both": (1, 1)}
"""Past and known-future covariates of each item, by name."""

MISSING = {"none": 0, "front": PATCH + 1, "middle": 2 * PATCH + 1, "end": PATCH + 1}
"""Where a patch may be missing, and the shortest history that keeps another one, in steps."""

MOST_TOKENS = 10_000
"""Tokens of a batch, patches times rows. Larger batches take more than a few seconds on a CPU."""

MOST_SCORES = 20_000_000
"""Scores of the library's group attention for each head: rows times rows for every patch."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the model can do in one forward: the longest context and horizon, and its quantiles."""

    context: int
    horizon: int
    quantiles: int

    @classmethod
    def of(cls, forecaster: Forecaster) -> "Limits":
        """Return the limits of a model under its configuration."""
        model = forecaster.model.description
        return cls(forecaster.context_for(), model.horizon, len(model.quantile_levels))

    @property
    def factors(self) -> Factors:
        """Return what differs between shapes, and its values."""
        return {
            "rows": ROWS,
            "context": (*(steps for steps in CONTEXTS if steps < self.context), self.context),
            "horizon": (
                *(steps for steps in HORIZONS if steps <= self.horizon),
                self.horizon + PATCH,
            ),
            "longest": ("first", "middle", "last"),
            "shortest": ("first", "middle", "last"),
            "missing": tuple(MISSING),
            "targets": (1, len(COLUMNS)),
            "covariates": tuple(COVARIATES),
        }

    def allow(self, row: Row) -> bool:
        """Say whether a shape, or what is known of it so far, exists and is small enough."""
        rows, context = int(row.get("rows", max(ROWS))), int(row.get("context", self.context))
        past, known = COVARIATES[str(row.get("covariates", "none"))]
        if "longest" in row and row["longest"] == row.get("shortest"):
            return False
        return (
            int(row.get("targets", 1)) + past + known <= rows
            and MISSING[str(row.get("missing", "none"))] <= context
            and self._is_small(
                int(row.get("rows", 1)), int(row.get("context", 1)), int(row.get("horizon", 1))
            )
        )

    def _is_small(self, rows: int, context: int, horizon: int) -> bool:
        if horizon > self.horizon:
            # Beyond its horizon, the library continues every quantile as a row of its own.
            rows *= self.quantiles
        tokens = rows * (_patches(context) + _patches(horizon) + 1)
        return tokens <= MOST_TOKENS and rows * tokens <= MOST_SCORES


@dataclass(frozen=True, slots=True)
class SuiteShape:
    """One shape of the array.

    Attributes:
        number: Its number in the array, from 1.
        context: Length of the longest history, in steps.
        horizon: Steps to forecast.
        items: Number of items.
        longest: Position of the item with the longest history.
        shortest: Position of the item with the shortest history.
        missing: Where a patch is missing, a key of `MISSING`.
        targets: Number of targets of each item.
        covariates: Which covariates each item has, a key of `COVARIATES`.
        seed: Seeds the values.
    """

    number: int
    context: int
    horizon: int
    items: int
    longest: int
    shortest: int
    missing: str
    targets: int
    covariates: str
    seed: int

    @classmethod
    def of(cls, number: int, row: Row, seed: int) -> "SuiteShape":
        """Return the shape of a row of the array.

        Items have the same number of rows, so a batch may have a few rows less than asked for.
        """
        targets, covariates = int(row["targets"]), str(row["covariates"])
        items = int(row["rows"]) // (targets + sum(COVARIATES[covariates]))
        positions = {"first": 0, "middle": items // 2, "last": items - 1}
        return cls(
            number=number,
            context=int(row["context"]),
            horizon=int(row["horizon"]),
            items=items,
            longest=positions[str(row["longest"])],
            shortest=positions[str(row["shortest"])],
            missing=str(row["missing"]),
            targets=targets,
            covariates=covariates,
            seed=seed + number,
        )

    @property
    def rows(self) -> int:
        """Return the number of rows of the batch."""
        return self.items * (self.targets + sum(COVARIATES[self.covariates]))

    @property
    def name(self) -> str:
        """Return the name of its check."""
        parts = [
            shape_words(self.rows, self.context, self.horizon),
            f"{self.targets} targets" if self.targets > 1 else "",
            f"covariates: {self.covariates}" if self.covariates != "none" else "",
            f"patch missing: {self.missing}" if self.missing != "none" else "",
        ]
        return f"shape {self.number}: {', '.join(filter(None, parts))}"

    def case(self) -> Case:
        """Return series of the shape: no two alike, so that one in the place of another shows."""
        generator = np.random.default_rng(self.seed)
        lengths = generator.integers(_shortest(self.context), self.context + 1, self.items)
        lengths[self.shortest] = _shortest(self.context)
        lengths[self.longest] = self.context
        past, known = COVARIATES[self.covariates]
        series = tuple(
            Series(
                f"item {position}",
                self._targets(position, length, generator),
                past_covariates=generator.standard_normal((past, length)),
                known_covariates=generator.standard_normal((known, length + self.horizon)),
            )
            for position, length in enumerate(map(int, lengths))
        )
        names = COLUMNS[-self.targets :], ("past",) * past, ("known",) * known
        return Case(
            self.name, Group.SHAPES, SeriesSet(series, *names), self.horizon, batch_size=self.rows
        )

    def _targets(self, position: int, length: int, generator: np.random.Generator) -> Values:
        """Return prices, standardised and scaled; a patch of every other item may be missing.

        A few prices that hardly vary amplify rounding, which would hide a fault or look like one.
        """
        values = _standardised(candles(generator, length)[-self.targets :])
        values = (values + generator.uniform(-1, 1)) * 10.0 ** generator.integers(-1, 3)
        may_miss = position == self.longest or position % 2
        if may_miss and length >= MISSING[self.missing]:
            values[:, _patch(self.missing, length)] = np.nan
        return values


@cache
def covering_shapes(limits: Limits, strength: int = 2, seed: int = SEED) -> tuple[SuiteShape, ...]:
    """Return the shapes of a covering array, small ones first.

    Args:
        limits: The limits of the model.
        strength: 2 for all pairs of values, 3 for all triples.
        seed: Seeds the array and the series.
    """
    rows = covering_rows(limits.factors, strength, limits.allow, seed)
    rows.sort(key=lambda row: int(row["rows"]) * (int(row["context"]) + int(row["horizon"])))
    return tuple(SuiteShape.of(number, row, seed) for number, row in enumerate(rows, 1))


def _standardised(rows: Values) -> Values:
    """Return rows with mean 0 and deviation 1; a row of one step is 0."""
    deviations = rows.std(axis=1, keepdims=True)
    deviations[deviations == 0] = 1
    result: Values = (rows - rows.mean(axis=1, keepdims=True)) / deviations
    return result


def _shortest(context: int) -> int:
    return max(1, context // 8)


def _patch(where: str, length: int) -> slice:
    """Return the steps of a patch. The last one ends with the history; the first may be shorter."""
    edges = [0, *range(length, 0, -PATCH)[::-1]]
    last = len(edges) - 2
    index = {"none": None, "front": 0, "middle": (last + 1) // 2, "end": last}[where]
    return slice(0) if index is None else slice(edges[index], edges[index + 1])


def _patches(steps: int) -> int:
    return -(-steps // PATCH)
