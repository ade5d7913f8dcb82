import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.base.errors import UserError
from engine.config.settings import CompileConfig
from engine.model import loading as model
from engine.model.loading import load
from engine.model.sources import locate
from tests.support.checkpoints import damage_config, damage_weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the demo model that a test may damage."""
    copy = tmp_path / "checkpoint"
    copy.mkdir()
    for name in ("config.json", "model.safetensors"):
        shutil.copy(locate("demo") / name, copy)
    return copy


def config_for(folder: Path, **changes: object) -> CompileConfig:
    return CompileConfig(model=str(folder)).replace(**changes)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_that_the_model_is_loaded_as_configured(dtype: str, attention: str) -> None:
    loaded = load(CompileConfig().replace(dtype=dtype, attention=attention), "cpu")
    weights = list(loaded.pipeline.model.parameters())
    assert {weight.dtype for weight in weights} == {getattr(torch, dtype)}
    assert {weight.device.type for weight in weights} == {"cpu"}
    assert loaded.pipeline.model.config._attn_implementation == attention
    assert (loaded.description.dtype, loaded.description.attention) == (dtype, attention)
    assert loaded.description.parameters == sum(weight.numel() for weight in weights)
    assert not loaded.pipeline.model.training


def test_that_a_local_folder_is_loaded(folder: Path) -> None:
    assert load(config_for(folder), "cpu").description.folder == str(folder)


def truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def widen_one(weights: dict[str, np.ndarray]) -> None:
    name = "encoder.block.0.layer.0.self_attention.q.weight"
    weights[name] = np.concatenate([weights[name], weights[name]])


def lose_a_shard(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no config": (lambda folder: (folder / "config.json").unlink(), "has no config.json"),
    "config is no JSON": (
        lambda folder: (folder / "config.json").write_text("{oops"),
        "cannot be read",
    ),
    "config is a list": (
        lambda folder: (folder / "config.json").write_text("[]"),
        "holds no JSON object",
    ),
    "config is binary": (
        lambda folder: (folder / "config.json").write_bytes(b"\xff\xfe\x00"),
        "cannot be read",
    ),
    "another architecture": (
        lambda folder: damage_config(folder, architectures=["T5ForConditionalGeneration"]),
        "is not a Chronos-2",
    ),
    "no weights": (
        lambda folder: (folder / "model.safetensors").unlink(),
        "has no model.safetensors",
    ),
    "pickled weights only": (
        lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
        "only pickled weights",
    ),
    "weights cut short": (
        lambda folder: truncate(folder / "model.safetensors"),
        "damaged or cut short",
    ),
    "weights are text": (
        lambda folder: (folder / "model.safetensors").write_text("version https://git-lfs"),
        "damaged or cut short",
    ),
    "a weight is missing": (
        lambda folder: damage_weights(
            folder, lambda weights: weights.pop("encoder.final_layer_norm.weight")
        ),
        "1 missing",
    ),
    "a weight is left over": (
        lambda folder: damage_weights(
            folder, lambda weights: weights.update(extra=np.zeros(3, np.float32))
        ),
        "1 left over",
    ),
    "a weight has another shape": (
        lambda folder: damage_weights(folder, widen_one),
        "self_attention.q.weight",
    ),
    "patch sizes disagree": (
        lambda folder: damage_config(folder, chronos_config__output_patch_size=8),
        "cannot be built",
    ),
    "a shard is missing": (
        lose_a_shard,
        "lacks model-00001-of-00002.safetensors",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_that_a_damaged_checkpoint_gets_a_sentence(folder: Path, name: str) -> None:
    damage, words = DAMAGES[name]
    damage(folder)
    with pytest.raises(UserError) as caught:
        load(config_for(folder), "cpu")
    assert words in caught.value.sentence
    assert str(folder) in caught.value.sentence
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("./nowhere", "no folder './nowhere'"),
        ("a b", "no folder"),
        ("a" * 5_000, "no folder"),
        ("~nobody-of-this-name/model", "no folder"),
        (__file__, "is a file"),
    ],
)
def test_that_a_model_that_is_not_there_gets_a_sentence(source: str, words: str) -> None:
    with pytest.raises(UserError, match=r"config.json|amazon/chronos-2") as caught:
        locate(source)
    assert words in caught.value.sentence


def test_that_an_unreachable_hub_gets_a_sentence_with_the_way_round(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(UserError) as caught:
        locate("amazon/chronos-2-not-here")
    assert "cannot be reached" in caught.value.sentence
    assert "hf download amazon/chronos-2-not-here --local-dir" in caught.value.remedy


@pytest.mark.parametrize("device", ["cuda:99", "tpu", "cuda:x"])
def test_that_a_device_that_is_not_there_gets_a_sentence(device: str) -> None:
    with pytest.raises(UserError, match="device") as caught:
        load(CompileConfig(), device)
    assert device in caught.value.sentence


def test_that_a_model_that_does_not_fit_is_refused_before_loading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model, "free_memory", lambda _place: 1_000_000)
    with pytest.raises(UserError) as caught:
        load(CompileConfig(), "cpu")
    assert "0.00 GB are free" in caught.value.sentence
    assert "dtype=bfloat16" in caught.value.remedy
