"""Find out whether memory ran out, from an error or from the last words of a process."""

from collections.abc import Iterator

from engine.base.wording import size

OUT_OF_MEMORY = (
    "can't allocate memory",
    "cannot allocate memory",
    "out of memory",
    "memory allocation of",
    "memory allocation still failed",
    "bad_alloc",
    "memoryerror",
)
"""What torch, the allocators and Python say, in lower case."""

NO_ROOM_FOR_LIBRARY = "failed to map segment"
"""What the loader of libraries says under a limit, and for a folder that forbids to run code."""

CANNOT_START_THREAD = "can't start new thread"

LESS = "a smaller batch size, a shorter context or fewer series"
SMALLER = f"Use {LESS}, or close other programs."


OF_GPU = "CUDA"
"""What torch's errors about GPU memory name."""


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether an error, or an error that it comes from, means that memory ran out.

    torch's own error for a GPU is a RuntimeError that says "out of memory". Python's import system
    reports a library that does not fit as an ImportError.
    """
    return any(map(_says_out_of_memory, _chain(error)))


def is_out_of_gpu_memory(error: BaseException) -> bool:
    """Say whether an error, or an error that it comes from, means that GPU memory ran out."""
    return any(OF_GPU in str(one) for one in _chain(error) if _says_out_of_memory(one))


def names_memory(text: str) -> bool:
    """Say whether a text says that memory ran out."""
    lower = text.lower()
    if NO_ROOM_FOR_LIBRARY in lower and memory_limit() is not None:
        return True
    return any(words in lower for words in OUT_OF_MEMORY)


def memory_limit() -> int | None:
    """Return how much memory this process may address, in bytes; None if there is no limit."""
    try:
        import resource
    except ImportError:  # on Windows
        return None
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if limit == resource.RLIM_INFINITY else limit


def more_memory() -> str:
    """Return what to do where memory ran out, a full sentence."""
    limit = memory_limit()
    if limit is None:
        return SMALLER
    return f"Raise the memory limit of {size(limit)} (`ulimit -v`), or use {LESS}."


def _says_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, RuntimeError | OSError | ImportError) and names_memory(str(error)):
        return True
    # Under a limit, Python itself fails in odd ways.
    is_odd = isinstance(error, SystemError) or CANNOT_START_THREAD in str(error)
    return is_odd and memory_limit() is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and the errors that it was raised from or raised after."""
    pending: list[BaseException | None] = [error]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            pending += (one.__cause__, one.__context__)
