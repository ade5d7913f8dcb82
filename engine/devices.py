"""The names of devices that models are put on: `auto`, `cpu`, `cuda` or `cuda:N`."""

import re

from engine.errors import UserError

AUTO, CPU = "auto", "cpu"
_GPU = re.compile(r"cuda(?::(\d+))?")


def is_device(name: str) -> bool:
    """Whether it is such a name; the device itself need not be there."""
    return name in (AUTO, CPU) or gpu_index(name) is not None


def require_device(name: str) -> None:
    """Refuses other names.

    Raises:
        UserError: It is none.
    """
    if not is_device(name):
        raise UserError(f"There is no device {name!r}.", "Use auto, cpu, cuda or cuda:N.")


def gpu_index(name: str) -> int | None:
    """The number of the GPU that a name stands for; None where it names none."""
    found = _GPU.fullmatch(name)
    return int(found[1] or 0) if found else None
