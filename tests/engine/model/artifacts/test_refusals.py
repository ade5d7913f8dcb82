"""An artifact that does not fit is refused with a sentence, and eager code serves.

No code is compiled here: an artifact is refused before its code is loaded.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.base.codec import to_json
from engine.check.job import Check
from engine.check.rules.model_rules import artifact_unusable
from engine.check.run import gather
from engine.config.settings import CompileConfig
from engine.model.artifacts.manifest import CODE, MANIFEST, Manifest, read_manifest
from engine.model.artifacts.writing import manifest_of, write_artifact
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.runtime.events import Event, FindingReported
from tests.support.checkpoints import damage_weights, make_tiny
from tests.support.forecasting import values
from tests.support.making import COMPILED, walks

NO_CODE = b"This is no package."


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A small checkpoint."""
    return make_tiny(tmp_path / "model")


@pytest.fixture
def config(tiny: Path, tmp_path: Path) -> CompileConfig:
    """The configuration of an artifact that fits the checkpoint, up to its code."""
    folder = tmp_path / "artifact"
    folder.mkdir(mode=0o700)
    plain = COMPILED.replace(model=str(tiny), encoder="fused")
    write_artifact(folder, NO_CODE, manifest_of(NO_CODE, load(plain, "cpu"), plain, 1.0))
    return plain.replace(artifact=str(folder))


def refusal(config: CompileConfig, model: LoadedModel | None = None) -> str:
    """Return why the artifact is refused; check that eager forecasts."""
    events: list[Event] = []
    model = model or load(config, "cpu")
    forecaster = Forecaster(model, config, events.append)
    series = walks(3, 100)
    result = forecaster.forecast(series, 16)
    assert not result.compiled
    assert result.proof is None
    eager = Forecaster(model, config.replace(enabled=False))
    for one, other in zip(values(forecaster, series), values(eager, series), strict=True):
        np.testing.assert_array_equal(one, other)
    (finding,) = [event.finding for event in events if isinstance(event, FindingReported)]
    assert (finding.subject, finding.done) == ("CHRONOS_ARTIFACT", "Eager code runs instead.")
    assert finding.remedy
    assert forecaster.fallback_cause == finding.what
    return finding.what


def told_by_a_check(config: CompileConfig) -> str:
    """Return what a check says about the artifact before the model is loaded."""
    facts = gather(Check(config=config, device="cpu"))
    return " ".join(found.what for found in artifact_unusable.judge(facts))


def test_that_code_that_torch_cannot_load_is_refused(config: CompileConfig) -> None:
    """All other tests rely on this: apart from its code, the artifact fits."""
    assert "cannot be loaded" in refusal(config)
    assert not told_by_a_check(config)


FILE_FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "altered": (lambda folder: (folder / CODE).write_bytes(b"other"), "has changed since"),
    "missing": (lambda folder: (folder / CODE).unlink(), f"lacks {CODE}"),
    "left over": (lambda folder: (folder / "more.so").touch(), "none of its own: more.so"),
    "a link": (
        lambda folder: (folder / "more.so").symlink_to("/etc/passwd"),
        "is a link that leads out",
    ),
    "half-written": (lambda folder: (folder / MANIFEST).unlink(), f"has no {MANIFEST}"),
    "cut short": (lambda folder: (folder / MANIFEST).write_text('{"versions": '), "is damaged"),
    "no text": (lambda folder: (folder / MANIFEST).write_bytes(b"\xff"), "is not UTF-8 text"),
    "no artifact": (lambda folder: (folder / MANIFEST).write_text("{}"), "has the format None"),
    "moved": (lambda folder: folder.rename(folder.with_name("other")), "does not exist"),
    "open to others": (lambda folder: folder.chmod(0o777), "Other users may write to"),
}


@pytest.mark.parametrize("fault", FILE_FAULTS)
def test_that_a_folder_that_is_not_as_it_was_written_is_refused(
    config: CompileConfig, fault: str
) -> None:
    damage, words = FILE_FAULTS[fault]
    damage(Path(config.artifact))
    assert words in refusal(config)
    assert words in told_by_a_check(config)


def with_versions(found: Manifest, **versions: str) -> dict[str, Any]:
    """Return a manifest's versions with some changed."""
    return {"versions": {**found.versions, **versions}}


def with_target(found: Manifest, **changes: Any) -> dict[str, Any]:
    """Return a manifest's target with some fields changed."""
    return {"target": dataclasses.replace(found.target, **changes)}


MANIFEST_FAULTS: dict[str, tuple[Callable[[Manifest], dict[str, Any]], str]] = {
    "torch": (lambda one: with_versions(one, torch="2.12.0+cpu"), "made with torch 2.12.0+cpu"),
    "program": (
        lambda one: with_versions(one, **{"chronos-panel": "0.1.0"}),
        "made with chronos-panel 0.1.0",
    ),
    "instruction set": (
        lambda one: with_target(one, instructions=(*one.target.instructions, "avx9000")),
        "a CPU with avx9000, which this one lacks",
    ),
    "GPU": (
        lambda one: with_target(one, device="NVIDIA T4, compute capability 7.5"),
        "made for NVIDIA T4, compute capability 7.5, and the device is cpu",
    ),
    "architecture": (lambda one: with_target(one, architecture="sparc"), "made for sparc"),
    "format": (lambda _one: {"chronos_panel_artifact": 2}, "has the format 2"),
}


@pytest.mark.parametrize("fault", MANIFEST_FAULTS)
def test_that_an_artifact_of_another_machine_or_version_is_refused(
    config: CompileConfig, fault: str
) -> None:
    change, words = MANIFEST_FAULTS[fault]
    folder = Path(config.artifact)
    found = read_manifest(folder)
    (folder / MANIFEST).write_text(to_json(dataclasses.replace(found, **change(found))))
    assert words in refusal(config)
    assert words in told_by_a_check(config)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dtype": "bfloat16"}, "made for float32, and the data type is bfloat16"),
        ({"attention": "sdpa"}, "made for attention eager, and attention is sdpa (math)"),
        ({"encoder": "stock"}, "the library's encoder is in use"),
        ({"quantization": "int8"}, "no artifact of an encoder in int8"),
    ],
)
def test_that_an_artifact_for_other_settings_is_refused(
    config: CompileConfig, changes: dict[str, str], words: str
) -> None:
    assert words in refusal(config.replace(**changes))


def test_that_an_artifact_for_other_sizes_is_refused(config: CompileConfig, tmp_path: Path) -> None:
    other = make_tiny(tmp_path / "other", d_ff=48)
    assert "a model of other sizes" in refusal(config.replace(model=str(other)))


def test_that_an_artifact_for_other_weights_is_refused(config: CompileConfig, tiny: Path) -> None:
    damage_weights(tiny, lambda weights: weights["shared.weight"].__imul__(1.01))
    assert "validated with other weights" in refusal(config)


def test_that_nothing_is_loaded_while_compilation_is_off(config: CompileConfig) -> None:
    Path(config.artifact, CODE).write_bytes(b"other")
    off, events = config.replace(enabled=False), list[Event]()
    forecaster = Forecaster(load(off, "cpu"), off, events.append)
    forecaster.forecast(walks(1, 50), 8)
    assert forecaster.fallback_cause is None
    assert not [event for event in events if isinstance(event, FindingReported)]
