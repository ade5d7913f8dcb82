"""Load a checkpoint, and verify that the loaded model matches the configuration."""

import dataclasses
import gc
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from engine.base.errors import ModelError, UserError
from engine.base.escaping import quoted
from engine.base.findings import Finding
from engine.base.wording import counted, size
from engine.config.settings import CompileConfig
from engine.model import findings
from engine.model.building import broken_weights, build
from engine.model.checkpoint import Checkpoint, read_checkpoint
from engine.model.machine import describe_gpus
from engine.model.quantizing import quantize, require_quantizable
from engine.model.sources import locate
from engine.model.weight_files import weights_digest
from engine.results.devices import CPU, gpu_index, require_device
from engine.results.model import ModelDescription

if TYPE_CHECKING:
    import torch
    from chronos import Chronos2Pipeline

# Loading holds the weights, and forecasting needs room for activations beside them.
MEMORY_HEADROOM = 1.5


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A pipeline ready to forecast, with its description.

    Attributes:
        pipeline: The pipeline of the library, with the model.
        description: Description of the model.
        broken_weights: Names of the weights that hold NaN or infinity.
        weights_digest: Returns the SHA-256 of the files of weights.
    """

    pipeline: "Chronos2Pipeline"
    description: ModelDescription
    broken_weights: tuple[str, ...]
    weights_digest: Callable[[], str]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what the user should know about the model itself."""
        found = []
        if self.broken_weights:
            found.append(findings.broken_weights(self.broken_weights, self.description.dtype))
        if self.description.not_fused:
            found.append(findings.not_fused(self.description.not_fused))
        return tuple(found)


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
        ModelError: The model is to be quantized, and its weights hold NaN or infinity.
    """
    import torch
    from chronos import Chronos2Pipeline

    from engine.model.rewrites.fusing import fuse

    started = perf_counter()
    resolved = resolve_device(device)
    require_quantizable(config, str(resolved))
    folder = locate(config.model, report)
    checkpoint = read_checkpoint(folder)
    wanted = dtype or config.dtype
    number_format: torch.dtype = getattr(torch, wanted)
    _require_memory(checkpoint, number_format.itemsize, resolved)
    report(f"Loading {config.model}")
    later = partial(weights_digest, checkpoint.files)
    digest = _begun(later) if config.compiles_ahead else later
    model = build(checkpoint, number_format, config.attention)
    make_current(resolved)
    model = model.to(resolved).eval()
    broken = broken_weights(model)
    not_fused = fuse(model) if config.encoder == "fused" and not broken else ""
    description = describe(model, config.model, folder, perf_counter() - started)
    description = dataclasses.replace(
        description, not_fused=not_fused, quantization=config.quantization
    )
    verify(description, (wanted, config.attention, str(resolved)))
    loaded = LoadedModel(Chronos2Pipeline(model=model), description, broken, digest)
    if config.quantization == "int8":
        refuse_damaged_weights(loaded, "The model cannot be quantized")
        quantize(model)
    return loaded


def _begun(work: Callable[[], str]) -> Callable[[], str]:
    """Begin work in the background; return what waits for its result."""
    future: Future[str] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except OSError as error:
            future.set_exception(error)

    threading.Thread(target=run, name="weights digest", daemon=True).start()
    return future.result


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
            f"The device {quoted(device)} is not there: {seen}.",
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


def available_memory(device: "torch.device") -> int:
    """Return the memory that a call can use, in bytes, with what torch holds in reserve."""
    if device.type != "cuda":
        return free_memory(device)
    import torch

    reserve = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(torch.cuda.mem_get_info(device)[0]) + reserve


def release_reserve() -> None:
    """Release unused GPU memory that torch holds in reserve; do nothing without a GPU."""
    import torch

    gc.collect()
    torch.cuda.empty_cache()


def refuse_damaged_weights(model: LoadedModel, what: str) -> None:
    """Refuse a model that was loaded with NaN or infinity in its weights.

    Args:
        model: The model.
        what: What they spoil, the beginning of a sentence.

    Raises:
        ModelError: It was.
    """
    damaged = model.broken_weights
    if damaged:
        raise ModelError(
            f"{what}, because weights of {model.description.folder} hold NaN or infinity: "
            f"{counted(len(damaged), 'tensor')} such as {min(damaged)}.",
            findings.broken_weights(damaged, model.description.dtype).remedy,
        )


def describe(model: Any, source: str, folder: Path, seconds: float) -> ModelDescription:
    """Return the description of a loaded model, read from the model itself."""
    from engine.model.rewrites.encoder import FusedEncoder

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
        encoder="fused" if isinstance(model.encoder, FusedEncoder) else "stock",
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
