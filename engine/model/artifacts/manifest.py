"""The manifest of an artifact: what its code was made of, for what, and how it was validated.

It is written last, so a folder without it is no artifact.
"""

import hashlib
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from engine.base import files
from engine.base.codec import DecodeError, convert, from_json, to_indented_json
from engine.base.errors import UserError
from engine.base.escaping import shortened
from engine.base.migrations import Plain
from engine.model.artifacts.form import Form
from engine.model.machine import instruction_sets
from engine.results.judgement import Status

MANIFEST, CODE = "manifest.json", "block.pt2"
FORMAT = 1
"""Version of the folder's layout and of the functions' inputs; no other version is read."""

LARGEST = 50_000_000
"""Size of a file of an artifact in bytes, at most; that of the published size has 1.6 MB."""

PACKAGES = ("torch", "chronos-forecasting", "transformers", "chronos-panel")
"""Packages whose versions decide about the code or its validation."""


class ArtifactError(UserError):
    """An artifact that cannot be used: why, and the remedy."""


@dataclass(frozen=True, slots=True)
class Target:
    """What code runs on.

    Attributes:
        device: "cpu", or the name and compute capability of a GPU.
        architecture: Architecture of the CPU, such as "x86_64".
        instructions: Instruction sets of the CPU, as the system names them.
    """

    device: str
    architecture: str
    instructions: tuple[str, ...]

    @classmethod
    def of(cls, device: str) -> "Target":
        """Return the target of this machine.

        Args:
            device: Device of a model, such as "cpu" or "cuda:0".
        """
        return cls(_device_name(device), platform.machine(), instruction_sets())


def _device_name(device: str) -> str:
    """Return the name and the compute capability of a GPU; "cpu" for the CPU."""
    import torch

    if not device.startswith("cuda"):
        return device
    major, minor = torch.cuda.get_device_capability(device)
    return f"{torch.cuda.get_device_name(device)}, compute capability {major}.{minor}"


@dataclass(frozen=True, slots=True)
class Validation:
    """The validation of an artifact.

    Attributes:
        status: Its status.
        verdict: Its verdict.
        checks: Number of checks by status.
        largest_difference: Largest difference from eager, in standard deviations of the series.
        date: When it ended, ISO 8601.
    """

    status: Status
    verdict: str
    checks: Mapping[str, int]
    largest_difference: float
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of manifest.json.

    Attributes:
        versions: Versions of `PACKAGES`, by package.
        target: What the code was compiled for.
        form: The form of the blocks.
        settings: The configuration, variable -> text.
        model: Name of the model, as the user gave it.
        weights: SHA-256 of the weights that were validated.
        files: SHA-256 of each other file of the folder, by name.
        seconds: Seconds that compiling took.
        made: When it was compiled, ISO 8601.
        validation: The validation; None while it runs.
        chronos_panel_artifact: The format.
    """

    versions: Mapping[str, str]
    target: Target
    form: Form
    settings: Mapping[str, str]
    model: str
    weights: str
    files: Mapping[str, str]
    seconds: float
    made: str
    validation: Validation | None = None
    chronos_panel_artifact: int = FORMAT

    def misfits_here(self, target: Target) -> Iterator[str]:
        """Yield why the code does not fit this machine, a full sentence each."""
        ours = installed_versions()
        for package, theirs in self.versions.items():
            if theirs != ours.get(package):
                yield f"It was made with {package} {theirs}, and {ours.get(package)} is installed."
        yield from _target_misfits(self.target, target)

    def misfits_of(self, form: Form) -> Iterator[str]:
        """Yield why the code does not fit a model, a full sentence each."""
        if form.dtype != self.form.dtype:
            yield f"It was made for {self.form.dtype}, and the data type is {form.dtype}."
        if form.attention != self.form.attention:
            yield (
                f"It was made for attention {self.form.attention}, and attention is "
                f"{form.attention}."
            )
        if form != self.form:
            yield "It was made for a model of other sizes."


def _target_misfits(theirs: Target, ours: Target) -> Iterator[str]:
    if theirs.device != ours.device:
        yield f"It was made for {theirs.device}, and the device is {ours.device}."
    if theirs.architecture != ours.architecture:
        yield f"It was made for {theirs.architecture}, and this CPU is {ours.architecture}."
    if lacking := sorted({*theirs.instructions} - {*ours.instructions}):
        yield f"It was made for a CPU with {shortened(', '.join(lacking))}, which this one lacks."


def installed_versions() -> dict[str, str]:
    """Return the versions of `PACKAGES`."""
    import torch

    # The build of torch counts, such as "2.13.0+cpu"; its package may not name it.
    return {name: version(name) for name in PACKAGES} | {"torch": str(torch.__version__)}


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, which makes a folder an artifact.

    Raises:
        UserError: It cannot be written.
    """
    files.write_text(folder / MANIFEST, to_indented_json(manifest))


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a folder.

    Raises:
        ArtifactError: There is none, or it is damaged or of another format.
    """
    file = folder / MANIFEST
    if not files.exists(file):
        what = "does not exist" if not files.exists(folder) else f"has no {MANIFEST}"
        raise ArtifactError(
            f"There is no artifact in {folder}, which {what}.",
            f"Run `chronos-panel compile --output {folder}`. It writes {MANIFEST} last.",
        )
    try:
        text = files.read_text(file, LARGEST)
    except UserError as error:
        raise ArtifactError(error.sentence, remade(folder)) from error
    try:
        plain = from_json(Plain, text)
        if (found := plain.get("chronos_panel_artifact")) != FORMAT:
            raise ArtifactError(
                f"The artifact in {folder} has the format {shortened(repr(found))}, and this "
                f"version of chronos-panel reads {FORMAT}.",
                remade(folder),
            )
        return convert(Manifest, plain)
    except DecodeError as error:
        raise ArtifactError(
            f"The file {file} is damaged: {shortened(str(error))}.", remade(folder)
        ) from error


def remade(folder: Path) -> str:
    """Return the remedy of an artifact that does not fit."""
    return f"Run `chronos-panel compile --output {folder}` again, or set CHRONOS_ARTIFACT to none."
