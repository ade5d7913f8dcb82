"""Where a checkpoint comes from, and how it is loaded and verified.

Only safetensors weights are read and no code of a checkpoint is ever run.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from engine.config import CompileConfig
from engine.errors import UserError
from engine.evidence import ModelDescription

if TYPE_CHECKING:
    import torch
    from chronos import Chronos2Pipeline

DEMO = "demo"
PRODUCTION_MODEL = "amazon/chronos-2"
"""The model that an exported configuration and a production script use by default."""
ARCHITECTURE = "Chronos2Model"
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
DOWNLOADED_FILES = ("config.json", "*.safetensors", "model.safetensors.index.json")
# Loading holds the weights, and forecasting needs room for activations beside them.
MEMORY_HEADROOM = 1.5


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A pipeline ready to forecast, and what it is."""

    pipeline: "Chronos2Pipeline"
    description: ModelDescription


def load(
    config: CompileConfig, device: str = "auto", tell: Callable[[str], None] = lambda _text: None
) -> LoadedModel:
    """Loads the configured model and verifies that it is what was configured.

    Args:
        config: Names the model, its dtype and its attention implementation.
        device: `auto` (the first GPU if there is one), `cpu`, `cuda` or `cuda:N`.
        tell: Is told in a few words what is going on.

    Raises:
        UserError: The checkpoint cannot be found, fetched, read or held in memory, or is not
            a Chronos-2.
    """
    import torch
    from chronos import Chronos2Pipeline
    from chronos.chronos2 import Chronos2Model

    started = perf_counter()
    place = resolve_device(device)
    folder = locate(config.model, tell)
    checkpoint = read_checkpoint(folder)
    dtype: torch.dtype = getattr(torch, config.dtype)
    require_memory(checkpoint, dtype.itemsize, place)
    tell(f"Loading {config.model}")
    try:
        with quiet_library():
            model, problems = Chronos2Model.from_pretrained(
                folder,
                dtype=dtype,
                attn_implementation=config.attention,
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
                # Refused below, with a sentence; the library's own refusal names no weight.
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
    refuse_loading_problems(folder, problems)
    model = model.to(place).eval()
    description = describe(model, config.model, folder, perf_counter() - started)
    verify(description, config, place)
    return LoadedModel(Chronos2Pipeline(model=model), description)


@contextmanager
def quiet_library() -> Iterator[None]:
    """A scope in which transformers draws no bars and prints no reports: we tell it ourselves."""
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
    """The device that `auto`, `cpu`, `cuda` or `cuda:N` stands for.

    Raises:
        UserError: There is no such device.
    """
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device == "auto":
        return torch.device("cuda:0" if count else "cpu")
    if device == "cpu":
        return torch.device("cpu")
    match = re.fullmatch(r"cuda(?::(\d+))?", device)
    if not match:
        raise UserError(f"There is no device {device!r}.", "Use auto, cpu, cuda or cuda:N.")
    index = int(match[1] or 0)
    if index >= count:
        seen = f"PyTorch sees {count} GPU{'s' if count != 1 else ''} here"
        raise UserError(
            f"The device {device!r} is not there: {seen}.",
            "Use --device auto or cpu, or install a CUDA build of PyTorch and the GPU's driver.",
        )
    return torch.device("cuda", index)


def locate(source: str, tell: Callable[[str], None] = lambda _text: None) -> Path:
    """The folder that holds a checkpoint, fetched from the hub if need be.

    Args:
        source: `demo`, a folder or a hub id.
        tell: Is told when something is fetched.

    Raises:
        UserError: There is no such checkpoint, or it cannot be fetched.
    """
    if source == DEMO:
        with as_file(files("resources") / "demo_model") as folder:
            return Path(folder)
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder
    if folder.is_file():
        raise UserError(
            f"The model {source!r} is a file.",
            "Name the folder that holds config.json and model.safetensors.",
        )
    if HUB_ID.fullmatch(source):
        return fetch(source, tell)
    raise UserError(
        f"There is no folder {source!r}.",
        "Name an existing folder, a hub id such as amazon/chronos-2, or demo.",
    )


def fetch(hub_id: str, tell: Callable[[str], None]) -> Path:
    """The local copy of a hub checkpoint, downloaded if it is not there yet.

    Raises:
        UserError: The hub cannot be reached, or does not have it or not for this user.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    def download(local_files_only: bool) -> Path:
        return Path(
            snapshot_download(
                hub_id,
                allow_patterns=list(DOWNLOADED_FILES),
                local_files_only=local_files_only,
            )
        )

    try:
        folder = download(local_files_only=True)
        if (folder / "config.json").is_file() and any(folder.glob("*.safetensors")):
            return folder
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, FileNotFoundError):
        pass
    beforehand = (
        f"On a machine with a connection run `hf download {hub_id} --local-dir FOLDER`, "
        "bring the folder here and use its path as the model."
    )
    tell(f"Downloading {hub_id} from the hub")
    try:
        return download(local_files_only=False)
    except GatedRepoError as error:
        raise UserError(
            f"The model {hub_id!r} on the hub is only given to accepted users.",
            "Accept its terms on its page and run `hf auth login`.",
        ) from error
    except RepositoryNotFoundError as error:
        raise UserError(
            f"The hub has no model {hub_id!r}, or not for this user.",
            "Check the spelling, or run `hf auth login` if it is private.",
        ) from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError) as error:
        raise UserError(
            f"The model {hub_id!r} is not on this machine and the hub cannot be reached "
            f"({first_line(error)}).",
            beforehand,
        ) from error


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a folder's files say before they are loaded.

    Attributes:
        folder: The folder.
        parameters: Number of weights in all files.
    """

    folder: Path
    parameters: int


def read_checkpoint(folder: Path) -> Checkpoint:
    """Examines a checkpoint's files without loading them.

    Raises:
        UserError: A file is missing or damaged, or the model is not a Chronos-2.
    """
    settings = read_json(folder / "config.json")
    architectures = settings.get("architectures") or []
    if ARCHITECTURE not in architectures or "chronos_config" not in settings:
        named = ", ".join(map(str, architectures)) or settings.get("model_type") or "unknown"
        raise UserError(
            f"The model in {folder} is not a Chronos-2 (its architecture is {named}).",
            "Use a Chronos-2 checkpoint such as amazon/chronos-2.",
        )
    return Checkpoint(folder, sum(count_weights(file) for file in weight_files(folder)))


def read_json(file: Path) -> dict[str, Any]:
    """A JSON object from a checkpoint's file.

    Raises:
        UserError: The file is missing, unreadable or holds no JSON object.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(
            f"The model folder {file.parent} has no {file.name}.",
            "Name the folder that a Chronos-2 checkpoint was saved to.",
        ) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UserError(
            f"The file {file} cannot be read: {first_line(error)}.", "Fetch the model again."
        ) from error
    if not isinstance(content, dict):
        raise UserError(f"The file {file} holds no JSON object.", "Fetch the model again.")
    return content


def weight_files(folder: Path) -> Sequence[Path]:
    """The safetensors files of a checkpoint, one or several shards.

    Raises:
        UserError: There are none, or a shard is missing.
    """
    single = folder / "model.safetensors"
    if single.is_file():
        return (single,)
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = sorted({folder / name for name in read_json(index)["weight_map"].values()})
        missing = [shard.name for shard in shards if not shard.is_file()]
        if missing:
            raise UserError(
                f"The model folder {folder} lacks {', '.join(missing)}.", "Fetch the model again."
            )
        return shards
    if any(folder.glob("*.bin")) or any(folder.glob("*.pt")):
        raise UserError(
            f"The model in {folder} has only pickled weights, which are never loaded here.",
            "Save it with `save_pretrained(folder)`, which writes model.safetensors.",
        )
    raise UserError(f"The model folder {folder} has no model.safetensors.", "Fetch it again.")


def count_weights(file: Path) -> int:
    """Number of weights in a safetensors file; also proves that the file is whole.

    Raises:
        UserError: The file is truncated, damaged or unreadable.
    """
    from math import prod

    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="numpy") as tensors:
            return sum(prod(tensors.get_slice(name).get_shape()) for name in tensors.keys())  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise UserError(
            f"The weights in {file} are damaged or cut short ({first_line(error)}).",
            "Fetch the model again.",
        ) from error


def require_memory(checkpoint: Checkpoint, bytes_per_weight: int, place: "torch.device") -> None:
    """Refuses a model that would not fit.

    Raises:
        UserError: Less memory is free than the model needs.
    """
    needed = int(checkpoint.parameters * bytes_per_weight * MEMORY_HEADROOM)
    free = free_memory(place)
    if needed > free:
        raise UserError(
            f"The model in {checkpoint.folder} needs about {gigabytes(needed)} of memory on "
            f"{place}, where {gigabytes(free)} are free.",
            "Close other programs, use a smaller model or --set dtype=bfloat16.",
        )


def free_memory(place: "torch.device") -> int:
    """Free memory of a device in bytes."""
    if place.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(place)[0])
    import psutil

    return int(psutil.virtual_memory().available)


def gigabytes(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1e9:.2f} GB"


def refuse_loading_problems(folder: Path, problems: dict[str, Any]) -> None:
    """Refuses a model whose weights were not exactly those of its configuration.

    The library fills missing weights with random numbers and only warns.

    Raises:
        UserError: Weights are missing, left over or of another shape.
    """
    kinds = {
        "missing_keys": "missing",
        "unexpected_keys": "left over",
        "mismatched_keys": "of another shape",
    }
    parts = [
        f"{len(problems[key])} {text} (such as {example_weight(problems[key])})"
        for key, text in kinds.items()
        if problems.get(key)
    ]
    if parts:
        raise UserError(
            f"The weights in {folder} do not belong to its config.json: {'; '.join(parts)}.",
            "Fetch the model again, or save it again with `save_pretrained(folder)`.",
        )


def example_weight(weights: Collection[Any]) -> str:
    """One of the weights that the library reports, by name; some come with their shapes."""
    return min(weight if isinstance(weight, str) else str(weight[0]) for weight in weights)


def describe(model: Any, source: str, folder: Path, seconds: float) -> ModelDescription:
    """Reads back what a loaded model is."""
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


def verify(description: ModelDescription, config: CompileConfig, place: "torch.device") -> None:
    """Proves that the loaded model is what was configured.

    Raises:
        RuntimeError: It is not, which is a fault of this program or of the library.
    """
    wanted = (config.dtype, config.attention, str(place))
    found = (description.dtype, description.attention, description.device)
    if wanted != found:
        raise RuntimeError(f"Asked for {wanted} (dtype, attention, device), loaded {found}.")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that memory ran out, on any device."""
    import torch

    words = ("can't allocate memory", "cannot allocate memory", "out of memory")
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError | OSError)
        and any(word in str(error).lower() for word in words)
    )


def first_line(error: BaseException) -> str:
    """The first telling line of an error's message, or its kind, without the closing stop."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    # torch announces the cause on the next line: "backend='inductor' raised:".
    count = 2 if lines[0].endswith(":") else 1
    return " ".join(lines[:count]).rstrip(". ")
