"""Find a fast size of a batch."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.config.code_folders import own_caches
from engine.config.settings import CompileConfig
from engine.model import batch_sizes
from engine.model.batch_sizes import FastestBatch
from engine.model.batches import Batch
from engine.model.loading import LoadedModel
from tests.support.making import EAGER

TOKENS_OF_ROW = 34
LARGE = 10**9


def tokens(
    model: LoadedModel, config: CompileConfig, of_forecast: int, call: Callable[[Batch], object]
) -> int:
    return FastestBatch(model, config, call).tokens(of_forecast)


class Clock:
    """A clock that only calls of the model move on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clock:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    clock = Clock()
    monkeypatch.setattr(batch_sizes, "perf_counter", clock)
    return clock


class Device:
    """Takes a time for each call and each row; rows beyond a number take four times as long."""

    def __init__(self, clock: Clock, call: float, row: float, cached: int) -> None:
        self._clock, self._call, self._row, self._cached = clock, call, row, cached
        self.rows: list[int] = []

    def __call__(self, batch: Batch) -> None:
        rows = batch.shape.rows
        self.rows.append(rows)
        each = self._row if rows <= self._cached else 4 * self._row
        self._clock.now += self._call + rows * each


def test_that_the_smallest_of_the_fastest_sizes_is_found_and_kept(
    model: LoadedModel, clock: Clock
) -> None:
    device = Device(clock, call=0.001, row=0.0001, cached=128)
    assert tokens(model, EAGER, LARGE, device) == 128 * TOKENS_OF_ROW
    assert max(device.rows) == 256
    again = Device(clock, call=0.001, row=0.0001, cached=16)
    assert tokens(model, EAGER, LARGE, again) == 128 * TOKENS_OF_ROW
    assert not again.rows
    (kept,) = json.loads((own_caches() / "batch_sizes.json").read_text()).items()
    assert kept[1] == 128
    assert "stock encoder" in kept[0]


def test_that_another_configuration_is_measured_anew(model: LoadedModel, clock: Clock) -> None:
    tokens(model, EAGER, LARGE, Device(clock, 0.001, 0.0001, cached=128))
    tf32 = EAGER.replace(matmul_precision="high")
    device = Device(clock, 0.001, 0.0001, cached=32)
    assert tokens(model, tf32, LARGE, device) == 32 * TOKENS_OF_ROW
    assert len(json.loads((own_caches() / "batch_sizes.json").read_text())) == 2


def test_that_a_slow_model_is_measured_for_a_bounded_time(model: LoadedModel, clock: Clock) -> None:
    device = Device(clock, call=0.01, row=0.02, cached=LARGE)
    tokens(model, EAGER, LARGE, device)
    assert max(device.rows) == 16
    assert clock.now < 2.0


def test_that_a_short_forecast_is_not_measured(model: LoadedModel, clock: Clock) -> None:
    device = Device(clock, 0.001, 0.0001, cached=128)
    assert tokens(model, EAGER, 1000 * TOKENS_OF_ROW, device) == 64 * TOKENS_OF_ROW
    assert not device.rows


def test_that_memory_that_runs_out_ends_the_measurement(model: LoadedModel, clock: Clock) -> None:
    device = Device(clock, 0.001, 0.0001, cached=LARGE)

    def call(batch: Batch) -> None:
        if batch.shape.rows > 32:
            raise torch.OutOfMemoryError("CUDA out of memory")
        device(batch)

    assert tokens(model, EAGER, LARGE, call) <= 32 * TOKENS_OF_ROW


@pytest.mark.parametrize("content", ["", "[1]", '{"a": "b"}', '{"a": 0}', "\0"])
def test_that_a_damaged_file_is_measured_anew(
    model: LoadedModel, clock: Clock, content: str
) -> None:
    own_caches().mkdir(parents=True)
    (own_caches() / "batch_sizes.json").write_text(content)
    device = Device(clock, 0.001, 0.0001, cached=32)
    assert tokens(model, EAGER, LARGE, device) == 32 * TOKENS_OF_ROW


def test_that_a_folder_that_cannot_be_written_is_no_fault(
    model: LoadedModel, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "chronos-panel").write_text("a file where the folder should be")
    device = Device(clock, 0.001, 0.0001, cached=32)
    assert tokens(model, EAGER, LARGE, device) == 32 * TOKENS_OF_ROW


def test_that_what_is_kept_is_looked_up_once(
    model: LoadedModel, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[dict[str, int]] = []
    kept = batch_sizes._kept

    def read() -> dict[str, int]:
        reads.append(kept())
        return reads[-1]

    monkeypatch.setattr(batch_sizes, "_kept", read)
    fastest = FastestBatch(model, EAGER, Device(clock, 0.001, 0.0001, cached=128))
    for _ in range(3):
        fastest.tokens(TOKENS_OF_ROW)
    assert len(reads) == 1
    fastest.tokens(LARGE)
    count = len(reads)
    fastest.tokens(LARGE)
    assert len(reads) == count
