"""Open an artifact: check the folder and the manifest first, and only then load its code.

To load code is to execute it. So the folder must belong to the user alone, and each file must be
the one that the manifest names. Nothing is unpickled: torch's loader in C++ reads the package.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from engine.base import files
from engine.base.errors import UserError, first_line
from engine.base.escaping import shortened
from engine.base.exposure import exposure
from engine.config.code_folders import ANOTHER, WHY, without_links
from engine.config.settings import CompileConfig
from engine.model.artifacts.form import form_of
from engine.model.artifacts.functions import PARTS
from engine.model.artifacts.manifest import (
    CODE,
    LARGEST,
    MANIFEST,
    ArtifactError,
    Manifest,
    Target,
    digest_of,
    read_manifest,
    remade,
)
from engine.model.loading import LoadedModel
from engine.model.rewrites.block import FusedBlock
from engine.model.rewrites.encoder import FusedEncoder


class Code:
    """The functions of an artifact, ready to run."""

    def __init__(self, package: Path, device: torch.device) -> None:
        """Load the functions.

        Raises:
            RuntimeError: torch cannot load them.
        """
        index = -1 if device.index is None else device.index
        self._functions = {
            name: torch._C._aoti.AOTIModelPackageLoader(str(package), name, False, 1, index)
            for name in PARTS
        }

    def run(self, function: str, tensors: list[Tensor]) -> Tensor:
        """Return the hidden states after a function.

        Args:
            function: Its name, one of `PARTS`.
            tensors: Its inputs and then its weights, all contiguous.
        """
        (out,) = self._functions[function].boxed_run(tensors)
        return out


def open_artifact(model: LoadedModel, config: CompileConfig) -> Code:
    """Load the code of the configured artifact, if it fits.

    Raises:
        ArtifactError: It does not fit the model or the machine, is damaged, or others can write
            to its folder.
    """
    blocks = blocks_of(model, config)
    folder = without_links(Path(config.artifact))
    manifest = examined(folder, Target.of(model.description.device))
    _refuse(folder, manifest.misfits_of(form_of(blocks[0], config)))
    if model.weights_digest() != manifest.weights:
        raise ArtifactError(
            f"The artifact in {folder} was validated with other weights than those of "
            f"{config.model}.",
            remade(folder),
        )
    try:
        return Code(folder / CODE, model.pipeline.model.device)
    except RuntimeError as error:
        raise ArtifactError(
            f"The code in {folder} cannot be loaded: {shortened(first_line(error))}.",
            remade(folder),
        ) from error


def examined(folder: Path, target: Target) -> Manifest:
    """Return the manifest of an artifact that may be loaded on this machine; load nothing.

    Args:
        folder: A path without links.
        target: What the code is to run on.

    Raises:
        ArtifactError: It does not fit the machine, is damaged, or others can write to its folder.
    """
    if found := exposure(folder):
        raise ArtifactError(f"{found.what} {WHY}", found.remedy or ANOTHER)
    manifest = read_manifest(folder)
    _refuse(folder, manifest.misfits_here(target))
    _refuse_other_files(folder, manifest)
    return manifest


def blocks_of(model: LoadedModel, config: CompileConfig) -> list[FusedBlock]:
    """Return the blocks that an artifact has code for.

    Raises:
        ArtifactError: The encoder is not the fused one, or is quantized.
    """
    if config.quantization != "none":
        raise ArtifactError(
            f"There is no artifact of an encoder in {config.quantization}.",
            "Set CHRONOS_QUANTIZATION to none, or CHRONOS_ARTIFACT to none.",
        )
    encoder = model.pipeline.model.encoder
    if not isinstance(encoder, FusedEncoder):
        raise ArtifactError(
            "An artifact holds code of the fused encoder, and the library's encoder is in use.",
            "Set CHRONOS_ENCODER to fused, or CHRONOS_ARTIFACT to none.",
        )
    return cast(list[FusedBlock], list(encoder.stack.block))


def _refuse(folder: Path, misfits: Iterator[str]) -> None:
    """Refuse an artifact that does not fit; name the first reason.

    Raises:
        ArtifactError: There is one.
    """
    for why in misfits:
        raise ArtifactError(f"The artifact in {folder} does not fit. {why}", remade(folder))


def _refuse_other_files(folder: Path, manifest: Manifest) -> None:
    """Refuse a folder whose files are not those of its manifest.

    Raises:
        ArtifactError: A file is missing, left over or altered.
    """
    found = {file.name for file in folder.iterdir()} - {MANIFEST}
    for name in sorted(manifest.files.keys() ^ found):
        what = "lacks" if name in manifest.files else "has a file that is none of its own:"
        raise ArtifactError(f"The artifact in {folder} {what} {shortened(name)}.", remade(folder))
    for name, digest in manifest.files.items():
        try:
            content = files.read_bytes(folder / name, LARGEST)
        except UserError as error:
            raise ArtifactError(error.sentence, remade(folder)) from error
        if digest_of(content) != digest:
            raise ArtifactError(
                f"The file {shortened(name)} of the artifact in {folder} has changed since it was "
                "written.",
                remade(folder),
            )
