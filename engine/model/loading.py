"""Load a checkpoint, and verify that the loaded model matches the configuration."""

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from engine.base.errors import ModelError, UserError, first_line
from engine.base.memory import is_out_of_memory
from engine.base.wording import counted, size
from engine.config.settings import CompileConfig
from engine.model.checkpoint import Checkpoint, locate, read_checkpoint
from engine.model.machine import describe_gpus
from engine.results.devices import CPU, gpu_index, require_device
from engine.results.model import ModelDescription

if TYPE_CHECKING:
    import torch
    from chronos import Chronos2Pipeline

# Loading holds the weights, and forecasting needs room for activations beside them.
MEMORY_HEADROOM = 1.5


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A pipeline ready to forecast, with its description."""

    pipeline: "Chronos2Pipeline"
    description: ModelDescription


def load(
    config: CompileConfig,
    device: str = "auto",
    report: Callable[[str], None] = lambda _text: None,
    dtype: str | None = None,
) -> LoadedModel:
    """Load the configured model, and verify its dtype, attention and device.

    Args:
        config: Names the model, its dtype and its attention implementation.
        device: `auto` (the first GPU if there is one), `cpu`, `cuda` or `cuda:N`.
        report: Receives a short description of each stage.
        dtype: Replaces the configured dtype. "float64" serves as the reference.

    Raises:
        UserError: The checkpoint cannot be found, fetched, read or held in memory, or is not
            a Chronos-2.
    """
    import torch
    from chronos import Chronos2Pipeline
    from chronos.chronos2 import Chronos2Model

    started = perf_counter()
    resolved = resolve_device(device)
    folder = locate(config.model, report)
    checkpoint = read_checkpoint(folder)
    wanted = dtype or config.dtype
    number_format: torch.dtype = getattr(torch, wanted)
    _require_memory(checkpoint, number_format.itemsize, resolved)
    report(f"Loading {config.model}")
    try:
        with quiet_library():
            model, problems = Chronos2Model.from_pretrained(
                folder,
                dtype=number_format,
                attn_implementation=config.attention,
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
                # `_refuse_loading_problems` names the weights; the error of the library does not.
                ignore_mismatched_sizes=True,
                output_loading_info=True,
            )
    except (AssertionError, KeyError, TypeError, ValueError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise UserError(
            f"The model in {folder} cannot be built: {first_line(error)}.",
            "Check that the folder holds an unmodified Chronos-2 checkpoint.",
        ) from error
    _refuse_loading_problems(folder, problems)
    make_current(resolved)
    model = model.to(resolved).eval()
    description = describe(model, config.model, folder, perf_counter() - started)
    verify(description, (wanted, config.attention, str(resolved)))
    return LoadedModel(Chronos2Pipeline(model=model), description)


@contextmanager
def quiet_library() -> Iterator[None]:
    """Silence the progress bars and reports of transformers; the program shows its own."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def resolve_device(device: str) -> "torch.device":
    """Return the device for `auto`, `cpu`, `cuda` or `cuda:N`.

    Raises:
        UserError: There is no such device.
    """
    import torch

    require_device(device)
    if device == CPU:
        return torch.device("cpu")
    gpus = describe_gpus()
    index = gpu_index(device)
    if index is None:
        return torch.device("cuda:0" if gpus and gpus[0].has_kernels else "cpu")
    if index >= len(gpus):
        seen = f"PyTorch sees {counted(len(gpus), 'GPU')} here"
        raise UserError(
            f"The device {device!r} is not there: {seen}.",
            "Use the device auto or cpu, or install a CUDA build of PyTorch and the GPU's driver.",
        )
    if not gpus[index].has_kernels:
        raise UserError(
            f"PyTorch {torch.__version__} has no code for the {gpus[index].name}, whose compute "
            f"capability is {gpus[index].capability}.",
            "Use the device cpu, or install a build of PyTorch for an older CUDA.",
        )
    return torch.device("cuda", index)


def make_current(device: "torch.device") -> None:
    """Make a GPU current, because parts of torch use the current GPU, not that of the model."""
    import torch

    if device.type == "cuda":
        torch.cuda.set_device(device)


def _require_memory(checkpoint: Checkpoint, bytes_per_weight: int, device: "torch.device") -> None:
    """Refuse a model that does not fit in memory.

    Raises:
        UserError: Less memory is free than the model needs.
    """
    needed = int(checkpoint.parameters * bytes_per_weight * MEMORY_HEADROOM)
    free = free_memory(device)
    if needed > free:
        raise UserError(
            f"The model in {checkpoint.folder} needs about {size(needed)} of memory on "
            f"{device}, where {size(free)} are free.",
            "Close other programs, use a smaller model or --set dtype=bfloat16.",
        )


def free_memory(device: "torch.device") -> int:
    """Return the free memory of a device in bytes."""
    if device.type == "cuda":
        import torch

        # The driver does not count torch's reserve as free, but a model can use it.
        release_reserve()
        return int(torch.cuda.mem_get_info(device)[0])
    import psutil

    return int(psutil.virtual_memory().available)


def release_reserve() -> None:
    """Release unused GPU memory that torch holds in reserve; do nothing without a GPU."""
    import torch

    gc.collect()
    torch.cuda.empty_cache()


def _refuse_loading_problems(folder: Path, problems: dict[str, Any]) -> None:
    """Refuse a model whose weights do not match its configuration.

    The library only warns, and fills missing weights with random numbers.

    Raises:
        UserError: Weights are missing, left over or of another shape.
    """
    kinds = {
        "missing_keys": "missing",
        "unexpected_keys": "left over",
        "mismatched_keys": "of another shape",
    }
    parts = [
        f"{len(problems[key])} {text} (such as {_example_weight(problems[key])})"
        for key, text in kinds.items()
        if problems.get(key)
    ]
    if parts:
        raise UserError(
            f"The weights in {folder} do not belong to its config.json: {'; '.join(parts)}.",
            "Download the model again, or save it again with `save_pretrained(folder)`.",
        )


def refuse_damaged_weights(model: LoadedModel) -> None:
    """Refuse a model whose weights hold NaN or infinity.

    Raises:
        ModelError: They do.
    """
    import torch

    weights = dict(model.pipeline.model.named_parameters())
    damaged = [name for name, weight in weights.items() if not torch.isfinite(weight).all()]
    if damaged:
        again = "Download the model again, or train it again."
        half = model.description.dtype == "float16"
        raise ModelError(
            "The forecasts hold NaN or infinity, because weights of the model in "
            f"{model.description.folder} do: {len(damaged)} of {len(weights)} tensors, such as "
            f"{min(damaged)}.",
            f"Use the dtype float32. If that does not help: {again}" if half else again,
        )


def _example_weight(weights: Collection[Any]) -> str:
    """Return the name of one weight that the library reports, some with their shapes."""
    return min(weight if isinstance(weight, str) else str(weight[0]) for weight in weights)


def describe(model: Any, source: str, folder: Path, seconds: float) -> ModelDescription:
    """Return the description of a loaded model, read from the model itself."""
    weights = list(model.parameters())
    dtypes = sorted({str(weight.dtype).removeprefix("torch.") for weight in weights})
    devices = sorted({str(weight.device) for weight in weights})
    chronos = model.chronos_config
    return ModelDescription(
        source=source,
        folder=str(folder),
        parameters=sum(weight.numel() for weight in weights),
        dtype="+".join(dtypes),
        attention=str(model.config._attn_implementation),
        device="+".join(devices),
        context_length=int(chronos.context_length),
        horizon=int(chronos.max_output_patches * chronos.output_patch_size),
        quantile_levels=tuple(float(level) for level in chronos.quantiles),
        seconds=seconds,
    )


def verify(description: ModelDescription, wanted: tuple[str, str, str]) -> None:
    """Verify that the loaded model matches the configuration.

    Args:
        description: What was loaded.
        wanted: Dtype, attention and device.

    Raises:
        RuntimeError: They differ, because of a defect in the program or in the library.
    """
    found = (description.dtype, description.attention, description.device)
    if wanted != found:
        raise RuntimeError(f"Asked for {wanted} (dtype, attention, device), loaded {found}.")
