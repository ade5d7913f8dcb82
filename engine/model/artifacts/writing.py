"""Write an artifact: the code, and the manifest last."""

from datetime import UTC, datetime
from pathlib import Path

from engine.base import files
from engine.base.errors import UserError
from engine.base.files import is_folder
from engine.config.code_folders import ANOTHER, WHY, make_private, without_links
from engine.config.settings import CompileConfig
from engine.model.artifacts.form import form_of
from engine.model.artifacts.manifest import (
    CODE,
    MANIFEST,
    Manifest,
    Target,
    digest_of,
    installed_versions,
    write_manifest,
)
from engine.model.artifacts.opening import blocks_of
from engine.model.loading import LoadedModel

OTHERS_MAY_WRITE = 0o022
"""Bits of a mode."""


def require_folder(path: Path) -> None:
    """Make the folder of an artifact, or check that one that is there can be written to.

    Raises:
        UserError: It holds other files, is no folder, or others can write to it.
    """
    folder = without_links(path)
    if files.exists(folder) and not is_folder(folder):
        raise UserError(f"{path} is not a folder.", "Name a new folder.")
    if found := make_private(folder):
        raise UserError(f"{found.what} {WHY}", found.remedy or ANOTHER)
    if others := {name for name in _names(folder) if not _is_temporary(name)} - {CODE, MANIFEST}:
        raise UserError(
            f"{path} holds files that are no artifact, such as {min(others)}.",
            "Name a new folder, or an artifact to replace.",
        )
    files.require_writable(folder / CODE)


def manifest_of(code: bytes, model: LoadedModel, config: CompileConfig, seconds: float) -> Manifest:
    """Return the manifest of code for a model, without a validation.

    Args:
        code: The package.
        model: The model that it was compiled for.
        config: The configuration.
        seconds: Seconds that compiling took.

    Raises:
        ArtifactError: The encoder is not the fused one, or is quantized.
    """
    return Manifest(
        versions=installed_versions(),
        target=Target.of(model.description.device),
        form=form_of(blocks_of(model, config)[0], config),
        settings=config.to_env(),
        model=config.model,
        weights=model.weights_digest(),
        files={CODE: digest_of(code)},
        seconds=seconds,
        made=now(),
    )


def now() -> str:
    """Return the time, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_artifact(path: Path, code: bytes, manifest: Manifest) -> None:
    """Write an artifact, or replace one.

    A folder in which this was interrupted has no manifest, so that its code is not used.

    Raises:
        UserError: A file cannot be written.
    """
    folder = without_links(path)
    for name in (MANIFEST, *filter(_is_temporary, _names(folder))):
        (folder / name).unlink(missing_ok=True)
    files.write_bytes(folder / CODE, code)
    write_manifest(folder, manifest)
    for name in (CODE, MANIFEST):
        file = folder / name
        file.chmod(file.stat().st_mode & ~OTHERS_MAY_WRITE)


def _names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()] if is_folder(folder) else []


def _is_temporary(name: str) -> bool:
    """Say whether a file was being written when a program was killed; see `files.write_bytes`."""
    return name.startswith(".") and name.endswith(".tmp")
