"""Errors that mean that memory ran out, whatever they are called."""

import pytest

from engine.base import memory
from engine.base.memory import (
    is_out_of_gpu_memory,
    is_out_of_memory,
    memory_limit,
    more_memory,
)
from tests.support.raising import raised


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("CUDA out of memory. Tried to allocate 20 MiB"),
        OSError(12, "Cannot allocate memory"),
        raised(ModuleNotFoundError("Could not import module X"), MemoryError()),
    ],
)
def test_that_memory_that_ran_out_is_recognised(error: Exception) -> None:
    assert is_out_of_memory(error)


GPU_RAN_OUT = RuntimeError("CUDA out of memory. Tried to allocate 20 MiB")


@pytest.mark.parametrize(
    "error",
    [
        raised(ValueError("no forecast"), cause=GPU_RAN_OUT),
        raised(ValueError("no forecast"), context=GPU_RAN_OUT),
        raised(ValueError("no forecast"), cause=KeyError("graph"), context=GPU_RAN_OUT),
        raised(ValueError("no forecast"), cause=raised(KeyError("graph"), context=GPU_RAN_OUT)),
    ],
)
def test_that_gpu_memory_that_ran_out_is_found_below_other_errors(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert is_out_of_gpu_memory(error)


def test_that_errors_that_lead_back_to_each_other_have_an_end() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert not is_out_of_memory(one)


def test_that_ordinary_memory_is_not_taken_for_that_of_a_gpu() -> None:
    assert not is_out_of_gpu_memory(raised(RuntimeError("CUDA error: misaligned"), MemoryError()))


@pytest.mark.parametrize("limit", [None, 1_000_000_000])
def test_that_a_library_that_cannot_be_mapped_means_little_memory_under_a_limit_only(
    limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that forbids to run code gives the same message."""
    monkeypatch.setattr(memory, "memory_limit", lambda: limit)
    error = ImportError("libtorch_cpu.so: failed to map segment from shared object")
    assert is_out_of_memory(error) == (limit is not None)


@pytest.mark.parametrize(
    "error",
    [ImportError("No module named torch"), ValueError("out of memory"), SystemError("no error")],
)
def test_that_other_errors_are_not_taken_for_it(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "memory_limit", lambda: None)
    assert not is_out_of_memory(error)


def test_that_odd_errors_under_a_limit_are_put_down_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "memory_limit", lambda: 500_000_000)
    assert is_out_of_memory(SystemError("error return without exception set"))
    assert is_out_of_memory(RuntimeError("can't start new thread"))
    assert not is_out_of_memory(ValueError("no number"))
    assert more_memory().startswith("Raise the memory limit of 0.50 GB")


def test_that_without_a_limit_less_work_is_advised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "memory_limit", lambda: None)
    assert more_memory().startswith("Use a smaller batch size")


def test_that_the_limit_of_this_process_is_read() -> None:
    resource = pytest.importorskip("resource")
    soft = resource.getrlimit(resource.RLIMIT_AS)[0]
    assert memory_limit() == (None if soft == resource.RLIM_INFINITY else soft)
