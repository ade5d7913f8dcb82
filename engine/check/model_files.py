"""Looks for the configured model's files, without fetching or loading anything."""

import os
from pathlib import Path

from engine.base.errors import UserError
from engine.base.files import is_folder
from engine.check.facts import ModelFiles
from engine.config.code_folders import without_links
from engine.config.settings import NO_ARTIFACT, CompileConfig
from engine.model.artifacts.manifest import ArtifactError, Target
from engine.model.artifacts.opening import examined
from engine.model.checkpoint import read_checkpoint
from engine.model.loading import MEMORY_HEADROOM, resolve_device
from engine.model.sources import DEMO, HUB_ID, as_path, locate

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}


def look_for(config: CompileConfig) -> ModelFiles:
    """Return the facts about the configured model before it is loaded."""
    source = config.model
    named = as_path(source)
    is_hub_id = source != DEMO and bool(HUB_ID.fullmatch(source))
    folder: Path | None = None
    parameters, trouble, remedy = 0, "", ""
    try:
        folder = _cached(source) if is_hub_id and not os.path.lexists(named) else locate(source)
        parameters = read_checkpoint(folder).parameters if folder else 0
    except UserError as error:
        trouble, remedy = error.sentence, error.remedy
    return ModelFiles(
        folder=str(folder.absolute()) if folder else "",
        is_hub_id=is_hub_id,
        is_relative=source != DEMO and is_folder(named) and not named.is_absolute(),
        trouble=trouble,
        remedy=remedy,
        memory=int(parameters * BYTES[config.dtype] * MEMORY_HEADROOM),
    )


def artifact_trouble(config: CompileConfig, device: str) -> tuple[str, str]:
    """Return why the configured artifact cannot be used here, and the remedy; empty if it can."""
    if config.artifact == NO_ARTIFACT:
        return "", ""
    try:
        target = Target.of(str(resolve_device(device)))
        examined(without_links(Path(config.artifact)), target)
    except ArtifactError as error:
        return error.sentence, error.remedy
    except UserError:
        # A rule of its own reports a missing device.
        return "", ""
    return "", ""


def _cached(hub_id: str) -> Path | None:
    """Return the folder of a hub model that was fetched before; None if it was not."""
    from huggingface_hub import try_to_load_from_cache

    settings = try_to_load_from_cache(hub_id, "config.json")
    if not isinstance(settings, str):
        return None
    folder = Path(settings).parent
    return folder if any(folder.glob("*.safetensors")) else None
