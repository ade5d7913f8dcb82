"""Compile the functions of an artifact ahead of time: torch.export, then AOTInductor."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.export import Dim

from engine.base.errors import UserError
from engine.config.attention import attention_kernels
from engine.config.settings import CompileConfig
from engine.model.artifacts.functions import (
    ALONE,
    FEED_FORWARD,
    PARTS,
    TIME,
    TIME_MASKED,
    Function,
    weights_of,
)
from engine.model.machine import cxx_compiler
from engine.model.rewrites.block import FusedBlock

OPTIONS = {
    "aot_inductor.package": True,
    # Debug information is half of the file.
    "aot_inductor.enable_line_tables": False,
    # The number of threads is that of the process that runs the code.
    "cpp.dynamic_threads": True,
}
"""Options of Inductor."""

EXAMPLE_ROWS, EXAMPLE_PATCHES = 3, 5
"""Sizes of the example inputs. torch would make a size of 1 a constant."""


def require_compiler() -> None:
    """Refuse to compile where there is no C++ compiler.

    Raises:
        UserError: There is none.
    """
    if cxx_compiler() is None:
        raise UserError(
            "There is no C++ compiler, which compiling ahead of time needs.",
            "Install g++, or set CXX to an installed compiler.",
        )


def compile_functions(
    block: FusedBlock, config: CompileConfig, report: Callable[[int, str], None]
) -> Mapping[str, list[Any]]:
    """Compile the functions of a block.

    Args:
        block: Any block of an encoder.
        config: Its attention kernels are those that the code may use.
        report: Receives the number of functions compiled so far and the name of the next.

    Returns:
        Name of a function -> the files that Inductor made, for a package.
    """
    from torch._inductor import aot_compile

    found: dict[str, Any] = {}
    kernels = attention_kernels(config.attention, config.sdpa_backends)
    with torch.no_grad(), kernels, warnings.catch_warnings():
        # torch copies an object of its own that it has deprecated.
        warnings.filterwarnings("ignore", message=".*LeafSpec", category=FutureWarning)
        for index, name in enumerate(PARTS):
            report(index, name.replace("_", " "))
            program = exported(name, block)
            arguments, _named = program.example_inputs
            module = program.module(check_guards=False)
            found[name] = aot_compile(module, arguments, options=dict(OPTIONS))
    return found


def exported(name: str, block: FusedBlock) -> torch.export.ExportedProgram:
    """Return a function of a block as a graph for every number of rows and patches."""
    weights = tuple(weights_of(PARTS[name](block)).values())
    inputs, sizes = _examples(block)[name]
    return torch.export.export(
        Function(name, block),
        (inputs, weights),
        dynamic_shapes=(sizes, tuple({} for _ in weights)),
        strict=False,
    )


def _examples(block: FusedBlock) -> Mapping[str, tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Return example inputs of each function, and the sizes that vary."""
    rows, patches = Dim("rows", min=1), Dim("patches", min=1)
    weight: Any = block.time.norm.weight
    made = {"dtype": weight.dtype, "device": weight.device}
    x: Tensor = torch.zeros((EXAMPLE_ROWS, EXAMPLE_PATCHES, len(weight)), **made)
    angles = torch.zeros((1, 1, EXAMPLE_PATCHES, block.time.attend.width), **made)
    hidden = torch.zeros((EXAMPLE_ROWS, 1, 1, EXAMPLE_PATCHES), **made)
    of_x, of_angles, of_hidden = {0: rows, 1: patches}, {2: patches}, {0: rows, 3: patches}
    table, of_table = (angles, angles.clone()), (of_angles, of_angles)
    return {
        TIME: ((x, table), (of_x, of_table)),
        TIME_MASKED: ((x, table, hidden), (of_x, of_table, of_hidden)),
        ALONE: ((x,), (of_x,)),
        FEED_FORWARD: ((x,), (of_x,)),
    }


def write_package(file: Path, functions: Mapping[str, list[Any]]) -> None:
    """Write compiled functions into one package, without their sources."""
    from torch._inductor.package.package import package_aoti

    code = {
        name: [made for made in files if not str(made).endswith((".cpp", ".o"))]
        for name, files in functions.items()
    }
    package_aoti(str(file), code)
