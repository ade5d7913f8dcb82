"""Find how many tokens of a batch are fastest, by a short measurement that is kept.

A larger batch shares the cost of a call among more rows. On a CPU, it also outgrows the caches,
and the library's group attention is quadratic in the rows.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from engine.base import files
from engine.base.codec import DecodeError, from_json, to_indented_json
from engine.base.errors import UserError
from engine.base.memory import is_out_of_memory
from engine.config.code_folders import own_caches
from engine.config.settings import CompileConfig
from engine.data.series import Series
from engine.model.batches import Batch, make_batch
from engine.model.loading import LoadedModel, free_memory, release_reserve
from engine.model.machine import processor_name
from engine.model.planning import PatchSizes
from engine.results.devices import CPU

STEPS = 512
"""History of the rows that are measured, or the limit of the model if that is shorter."""

HORIZON = 16

FEWEST_ROWS = 16
MOST_ROWS = 16_384
"""Rows of the smallest and the largest batch that is measured."""

USUAL_ROWS = 64
"""Rows of a batch where nothing is measured."""

WORTH_MEASURING = 16
"""Batches of the usual size that a forecast must have to be worth the measurement."""

LONGEST = 2.0
"""Seconds that a measurement may take; one call more may be under way."""

CALLS = 3
"""Calls of each size. The first is not timed."""

AS_FAST = 1.03
"""Times the shortest time a row that is as fast: the smallest of such sizes is chosen."""

WORSE = 1.1
"""Times the shortest time a row at which larger sizes are not tried."""

logger = logging.getLogger(__name__)


class FastestBatch:
    """The most tokens of a batch, for the shortest time a row, of a model and a configuration."""

    def __init__(
        self, model: LoadedModel, config: CompileConfig, call: Callable[[Batch], object]
    ) -> None:
        """Measure nothing yet.

        Args:
            model: The model.
            config: The configuration that it runs under.
            call: Forecasts a batch by eager code.
        """
        self._model, self._config, self._call = model, config, call
        self._patch_sizes = PatchSizes.of(model.pipeline.model.chronos_config)
        self._rows: int | None = None
        self._looked_up = False

    def tokens(self, of_forecast: int) -> int:
        """Return the most tokens of a batch.

        A short forecast takes the usual size: its measurement would take longer than it.

        Args:
            of_forecast: Tokens of the forecast.
        """
        if self._rows is None and not self._looked_up:
            self._rows, self._looked_up = kept_rows(*self._facts), True
        usual = tokens_of(USUAL_ROWS, self._patch_sizes)
        if self._rows is None and of_forecast >= WORTH_MEASURING * usual:
            steps = _steps(self._patch_sizes)
            self._rows = _measure(steps, self._call, self._model)
            logger.info("The fastest batch has %d rows of %d steps", self._rows, steps)
            _keep({**_kept(), _key(*self._facts): self._rows})
        return usual if self._rows is None else tokens_of(self._rows, self._patch_sizes)

    @property
    def _facts(self) -> tuple[int, CompileConfig, str]:
        described = self._model.description
        return described.parameters, self._config, described.device


def tokens_of(rows: int, patch_sizes: PatchSizes) -> int:
    """Return the tokens of a batch of the length that is measured."""
    return rows * int(patch_sizes.patches(np.array([_steps(patch_sizes)]), HORIZON)[0])


def _steps(patch_sizes: PatchSizes) -> int:
    return min(STEPS, patch_sizes.context)


def _measure(steps: int, call: Callable[[Batch], object], model: LoadedModel) -> int:
    """Return the smallest number of rows whose time a row is about the shortest."""
    stop = perf_counter() + LONGEST
    times: dict[int, float] = {}
    rows = FEWEST_ROWS
    device = model.pipeline.model.device
    room = free_memory(device)
    while rows <= MOST_ROWS:
        try:
            seconds = _shortest(_batch(rows, steps), call)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            break
        times[rows] = seconds / rows
        # A batch of twice the rows takes twice the time and twice the memory.
        if (
            times[rows] > WORSE * min(times.values())
            or perf_counter() + 2 * CALLS * seconds > stop
            or 2 * _peak_memory(device) > room
        ):
            break
        rows *= 2
    release_reserve()
    fastest = min(times.values(), default=0.0)
    return next((rows for rows, time in times.items() if time <= AS_FAST * fastest), FEWEST_ROWS)


def _peak_memory(device: torch.device) -> int:
    """Return the most memory that torch has held on a GPU, in bytes; 0 on a CPU.

    There, the time ends the measurement long before the memory does.
    """
    return torch.cuda.max_memory_reserved(device) if device.type == "cuda" else 0


def _shortest(batch: Batch, call: Callable[[Batch], object]) -> float:
    """Return the shortest time of a call, in seconds."""
    call(batch)
    seconds = []
    for _ in range(CALLS - 1):
        started = perf_counter()
        call(batch)
        seconds.append(perf_counter() - started)
    return min(seconds)


def _batch(rows: int, steps: int) -> Batch:
    values = np.random.default_rng(0).standard_normal((rows, 1, steps))
    series = [Series(str(number), one) for number, one in enumerate(values)]
    return make_batch(series, range(rows), HORIZON, steps, "keep")


def kept_rows(parameters: int, config: CompileConfig, device: str) -> int | None:
    """Return the rows that an earlier measurement found; None if there was none.

    Args:
        parameters: Number of weights of the model.
        config: The configuration that it runs under.
        device: Its device, such as "cpu" or "cuda:0".
    """
    return _kept().get(_key(parameters, config, device))


def _key(parameters: int, config: CompileConfig, device: str) -> str:
    """Return what the fastest size depends on, in words."""
    name = processor_name() if device == CPU else torch.cuda.get_device_name(device)
    kernels = f" {','.join(config.sdpa_backends)}" if config.attention == "sdpa" else ""
    return ", ".join(
        [
            f"{parameters} weights",
            config.dtype,
            config.precision,
            f"{config.encoder} encoder",
            f"{config.attention} attention{kernels}",
            name,
            f"{torch.get_num_threads()} threads",
            f"torch {torch.__version__}",
        ]
    )


def _file() -> Path:
    return own_caches() / "batch_sizes.json"


def _kept() -> dict[str, int]:
    """Return the rows that earlier measurements found, by what they depend on."""
    with suppress(UserError, DecodeError):
        if files.exists(_file()):
            found = from_json(dict[str, int], files.read_text(_file()))
            return {key: rows for key, rows in found.items() if 1 <= rows <= MOST_ROWS}
    return {}


def _keep(found: dict[str, int]) -> None:
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        files.write_text(_file(), to_indented_json(found))
    except (OSError, UserError) as error:
        logger.info("The fastest size of a batch is not kept: %s", error)
