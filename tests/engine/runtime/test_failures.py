"""What is said of an error that ends a job."""

import pytest

from engine.base.memory import SMALLER
from engine.runtime.events import FailureKind
from engine.runtime.failures import describe_failure
from tests.support.raising import raised

GPU_RAN_OUT = RuntimeError("CUDA out of memory. Tried to allocate 20 MiB")


@pytest.mark.parametrize(
    "error", [GPU_RAN_OUT, raised(ValueError("the call failed"), context=GPU_RAN_OUT)]
)
def test_that_gpu_memory_that_ran_out_is_named_wherever_it_was_raised(error: Exception) -> None:
    failed = describe_failure(error)
    assert (failed.kind, failed.sentence) == (
        FailureKind.MEMORY,
        "The job ran out of GPU memory.",
    )
    assert failed.remedy == SMALLER


def test_that_memory_that_ran_out_is_not_put_down_to_the_gpu() -> None:
    failed = describe_failure(raised(RuntimeError("CUDA graph failed"), cause=MemoryError()))
    assert failed.sentence == "The job ran out of memory."
