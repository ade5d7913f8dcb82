"""What crosses the border to a worker, and what does not get across."""

import pickle
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from engine.base import codec
from engine.base.codec import DecodeError
from engine.check.job import Check, DescribeMachine
from engine.config.settings import CompileConfig
from engine.data.series import Series, SeriesSet
from engine.forecast.job import Forecast
from engine.runtime import messages
from engine.runtime.events import Failed, FailureKind, Finished, Progress
from engine.runtime.job import CsvSource


def every_type() -> list[type]:
    rooms = (messages._types(room).values() for room in sorted(messages.ROOMS))
    return [*(kind for room in rooms for kind in room), SeriesSet, CsvSource]


@pytest.mark.parametrize("kind", every_type())
def test_that_every_job_and_event_can_be_decoded_by_type(kind: type) -> None:
    # msgspec refuses here a field whose type it could not tell apart.
    msgspec.msgpack.Decoder(kind, dec_hook=codec._from_plain)


@pytest.mark.parametrize(
    "message",
    [
        Finished(),
        Progress("Forecasting", 1, None, "item"),
        Failed(FailureKind.MEMORY, "The job ran out of memory."),
        messages.Cancel(),
        DescribeMachine(),
        Check(config=CompileConfig(enabled=True), variables={"A": "1"}),
        Forecast(config=CompileConfig(), data=CsvSource(Path("a.csv"))),
    ],
)
def test_that_a_message_arrives_as_it_was_sent(message: Any) -> None:
    assert messages.decode(messages.encode(message)) == message


def test_that_series_arrive_to_the_bit() -> None:
    stamps = np.array(["2026-01-01", "2026-01-02", "2026-01-03"], dtype="datetime64[ns]")
    series = Series("a", np.array([[1.0, np.nan, -0.0]]), stamps, "D")
    sent = Forecast(config=CompileConfig(), data=SeriesSet((series,), ("y",)))
    data = messages.decode(messages.encode(sent)).data
    assert isinstance(data, SeriesSet)
    (arrived,) = data.series
    assert arrived.targets.tobytes() == series.targets.tobytes()
    assert arrived.timestamps is not None
    assert np.array_equal(arrived.timestamps, stamps)
    assert arrived.targets.flags.writeable


class Executes:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> Any:
        return (pytest.fail, ("it was unpickled",))


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\xc1",
        pickle.dumps(Executes()),
        codec.pack(("os.system", {"command": "true"})),
        codec.pack(("engine.forecast.job.Forecast", {})),
        codec.pack(("forecast.job.Forecast", {})),
        codec.pack(("forecast.Nothing", {})),
        codec.pack(("runtime.Job", {})),
        codec.pack(("forecast.Forecast", {"config": {}, "data": {"path": 3}})),
        codec.pack(("forecast.Forecast", {"config": {"dtype": "object"}, "data": {"path": "a"}})),
        codec.pack(("check.Check", [1, 2, 3])),
        codec.pack(("runtime.Progress", {"stage": "x" * 10, "done": "many"})),
    ],
)
def test_that_anything_else_is_refused(packed: bytes) -> None:
    with pytest.raises(DecodeError):
        messages.decode(packed)


@pytest.mark.parametrize(
    "array",
    [
        ["|O", [1], b"\0" * 8],
        ["<f8", [10**12], b"\0" * 8],
        ["<f8", [-1], b"\0" * 7],
        ["V16", [1], b"\0" * 16],
        ["no dtype", [1], b"\0" * 8],
        ["<f8", "x", b"\0" * 8],
    ],
)
def test_that_an_array_of_anything_but_numbers_and_dates_is_refused(array: list[Any]) -> None:
    series = {"item_id": "a", "targets": array}
    with pytest.raises(DecodeError):
        codec.unpack(Series, codec.pack(series))
