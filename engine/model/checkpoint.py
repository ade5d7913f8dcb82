"""Locate a checkpoint, and examine its files before loading.

Only safetensors weights are read. Code in a checkpoint never runs.
"""

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from engine.base.errors import UserError, first_line

DEMO = "demo"
PRODUCTION_MODEL = "amazon/chronos-2"
"""The model that an exported configuration and a production script use by default."""
ARCHITECTURE = "Chronos2Model"
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
DOWNLOADED_FILES = ("config.json", "*.safetensors", "model.safetensors.index.json")

logger = logging.getLogger(__name__)


def locate(source: str, report: Callable[[str], None] = lambda _text: None) -> Path:
    """Return the folder of a checkpoint, downloaded from the hub if necessary.

    Args:
        source: `demo`, a folder or a hub id.
        report: Receives a short text when a download starts.

    Raises:
        UserError: The checkpoint does not exist, or the download fails.
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
        return _fetch(source, report)
    raise UserError(
        f"There is no folder {source!r}.",
        "Name an existing folder, a hub id such as amazon/chronos-2, or demo.",
    )


def _fetch(hub_id: str, report: Callable[[str], None]) -> Path:
    """Return the local copy of a hub checkpoint, downloaded if it is missing.

    Raises:
        UserError: The hub is unreachable, has no such model or denies access.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
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
        read_checkpoint(folder)
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, FileNotFoundError, UserError):
        logger.info("%s is missing or incomplete on this machine", hub_id)
    except HFValidationError as error:
        raise UserError(
            f"{hub_id!r} is neither a folder nor a possible hub id ({first_line(error)}).",
            "Name an existing folder, a hub id such as amazon/chronos-2, or demo.",
        ) from error
    else:
        return folder
    beforehand = (
        f"On a machine with a connection run `hf download {hub_id} --local-dir FOLDER`, "
        "bring the folder here and use its path as the model."
    )
    report(f"Downloading {hub_id} from the hub")
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
    """A checkpoint, as its files describe it.

    Attributes:
        folder: The folder.
        parameters: Number of weights in all files together.
    """

    folder: Path
    parameters: int


def read_checkpoint(folder: Path) -> Checkpoint:
    """Examine the files of a checkpoint without loading the weights.

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
    return Checkpoint(folder, sum(_count_weights(file) for file in _weight_files(folder)))


def read_json(file: Path) -> dict[str, Any]:
    """Return the JSON object in a file of a checkpoint.

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
            f"The file {file} cannot be read: {first_line(error)}.", "Download the model again."
        ) from error
    if not isinstance(content, dict):
        raise UserError(f"The file {file} holds no JSON object.", "Download the model again.")
    return content


def _weight_files(folder: Path) -> Sequence[Path]:
    """Return the safetensors files of a checkpoint, one or several shards.

    Raises:
        UserError: There are none, or a shard is missing.
    """
    single = folder / "model.safetensors"
    if single.is_file():
        return (single,)
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = sorted({folder / str(name) for name in weight_map(index).values()})
        missing = [shard.name for shard in shards if not shard.is_file()]
        if missing:
            raise UserError(
                f"The model folder {folder} lacks {', '.join(missing)}.",
                "Download the model again.",
            )
        return shards
    if any(folder.glob("*.bin")) or any(folder.glob("*.pt")):
        raise UserError(
            f"The model in {folder} has only pickled weights, which are never loaded here.",
            "Save it with `save_pretrained(folder)`, which writes model.safetensors.",
        )
    raise UserError(f"The model folder {folder} has no model.safetensors.", "Download it again.")


def weight_map(index: Path) -> dict[str, Any]:
    """Return the index of a sharded checkpoint: name of a weight -> name of its file.

    Raises:
        UserError: The file is missing, unreadable or holds no such index.
    """
    weights = read_json(index).get("weight_map")
    if not isinstance(weights, dict) or not weights:
        raise UserError(f"The file {index} lists no weights.", "Download the model again.")
    return weights


def _count_weights(file: Path) -> int:
    """Count the weights in a safetensors file, and verify that the file is complete.

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
            "Download the model again.",
        ) from error
