"""Folders that are made to mislead, to stall or to exhaust whatever reads a model in them."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.base.errors import UserError
from engine.check import model_files
from engine.config.settings import CompileConfig
from engine.model import loading
from engine.model.cache import model_for, weights_stamp
from engine.model.checkpoint import Checkpoint, read_checkpoint
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.model.weight_files import INDEX
from engine.runtime.context import JobContext
from tests.support.checkpoints import REMOVED, damage_config, damage_weights, make_tiny
from tests.support.making import EAGER, walks

FIELDS: dict[str, tuple[object, ...]] = {
    "architectures": (None, 7, "Chronos2Model", [None]),
    "chronos_config": (None, [], "x"),
    "chronos_config__context_length": (None, 0, -1, 10**12, "2048", 2048.5, [], True, REMOVED),
    "chronos_config__input_patch_stride": (None, 0, -16, 10**9, {}),
    "chronos_config__input_patch_size": (0, -1, 10**9, REMOVED),
    "chronos_config__max_output_patches": (None, 0, 10**9),
    "chronos_config__quantiles": (
        None,
        0.5,
        [],
        ["x"],
        [0.0, 0.5],
        [0.5, 1.5],
        [1 - 1e-16],
        [[0.5]],
        {},
    ),
    "chronos_config__time_encoding_scale": (0, -1, "x"),
    "chronos_config__use_reg_token": (None, 1, "yes", False, REMOVED),
    "d_model": (None, 0, -128, 10**30, "128", [128]),
    "d_kv": (0, 33, None),
    "d_ff": (0, 10**10, "x"),
    "num_heads": (0, -4, 1e9, {}),
    "num_layers": (None, 0, -1, 10_000_000),
    "dropout_rate": (None, "0.1", 2),
    "layer_norm_epsilon": (None, 0, -1, "x"),
    "feed_forward_proj": (None, 0, "gated-gelu", ["relu"]),
    "dense_act_fn": (0, "os.system"),
    "rope_theta": (None, 0, 10**30, "x"),
    "dtype": ("float99", 0),
    "torch_dtype": ("float99", ["float32"]),
}
WRONG_FIELDS = [(path, value) for path, values in FIELDS.items() for value in values]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small checkpoint that a test may damage."""
    return make_tiny(tmp_path / "checkpoint")


def refusal(folder: Path) -> UserError:
    """Return the error that reading a model folder ends with."""
    with pytest.raises(UserError) as caught:
        read_checkpoint(folder)
    assert str(folder) in caught.value.sentence
    assert len(caught.value.sentence) < 500
    assert caught.value.sentence.isprintable()
    assert caught.value.remedy.endswith(".")
    return caught.value


@pytest.mark.parametrize(("path", "value"), WRONG_FIELDS)
def test_that_a_wrong_field_is_named_with_its_file(folder: Path, path: str, value: object) -> None:
    damage_config(folder, **{path: value})
    sentence = refusal(folder).sentence
    assert str(folder / "config.json") in sentence
    assert path.rsplit("__", maxsplit=1)[-1] in sentence


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ([0.1, 0.3, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], "must ascend"),
        ([0.1, 0.2, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], "must not repeat"),
        ([0.1, 0.2, 0.3, 0.4, 0.5, 0.5 + 1e-9, 0.6, 0.7, 0.8, 0.9], "must not repeat"),
        ([0.1, 0.5, 0.9], "must include 0.2, 0.3"),
    ],
)
def test_that_unusable_quantile_levels_are_explained(
    folder: Path, levels: list[float], words: str
) -> None:
    damage_config(folder, chronos_config__quantiles=levels)
    assert words in refusal(folder).sentence


def test_that_an_unknown_field_that_may_change_forecasts_is_refused(folder: Path) -> None:
    damage_config(folder, chronos_config__use_log=True)
    assert "unknown field use_log" in refusal(folder).sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace(b"10000.0", b"NaN"), "NaN"),
        (lambda text: text.replace(b"10000.0", b"-Infinity"), "-Infinity"),
        (lambda text: text.replace(b"10000.0", b"1e999"), "rope_theta"),
        (lambda text: text.replace(b"10000.0", b"1" * 5_000), "digits"),
        (lambda text: text.replace(b'"d_ff"', b'"d_kv"'), "repeats the key d_kv"),
        (lambda text: b"\xef\xbb\xbf" + text, "BOM"),
        (lambda text: text.replace(b"relu", b"rel\xfc"), "utf-8"),
        (lambda text: text.decode().encode("utf-16"), "utf-8"),
        (lambda _text: b"[" * 100_000, "nested too deeply"),
        (lambda _text: b'{"a":' * 100_000, "nested too deeply"),
        (lambda _text: b"", "Expecting value"),
    ],
)
def test_that_a_config_that_programs_read_differently_is_refused(
    folder: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    file = folder / "config.json"
    file.write_bytes(change(file.read_bytes()))
    assert words in refusal(folder).sentence


@pytest.mark.parametrize(
    ("weight_map", "words"),
    [
        (REMOVED, "lacks the field weight_map"),
        (None, "weight_map"),
        ({}, "weight_map"),
        ([], "weight_map"),
        ({"a": None}, "weight_map"),
        ({"a": 7}, "weight_map"),
        ({"a": "../../etc/passwd"}, "../../etc/passwd"),
        ({"a": "/etc/passwd"}, "/etc/passwd"),
        ({"a": "/etc/x.safetensors"}, "/etc/x.safetensors"),
        ({"a": "../x.safetensors"}, "../x.safetensors"),
        ({"a": "..\\x.safetensors"}, "must give names"),
        ({"a": "pytorch_model.bin"}, "pytorch_model.bin"),
        ({"a": ""}, "must give names"),
        ({"a": "\x1b[2Jx.safetensors"}, "x1b[2Jx"),
        ({"a": "x" * 5_000 + ".safetensors"}, "must give names"),
        ({"a": "loop.safetensors"}, "loop.safetensors"),
        ({"a": "gone.safetensors"}, "gone.safetensors"),
    ],
)
def test_that_a_hostile_index_is_refused(folder: Path, weight_map: object, words: str) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "loop.safetensors").symlink_to("loop.safetensors")
    index = {} if weight_map is REMOVED else {"weight_map": weight_map}
    (folder / INDEX).write_text(json.dumps(index))
    assert words in refusal(folder).sentence


def shard(folder: Path, *parts: dict[str, np.ndarray]) -> None:
    """Replace the weights of a checkpoint by shards."""
    weight_map: dict[str, str] = {}
    for number, part in enumerate(parts):
        save_file(part, folder / f"shard-{number}.safetensors")
        weight_map |= dict.fromkeys(part, f"shard-{number}.safetensors")
    (folder / "model.safetensors").unlink()
    (folder / INDEX).write_text(json.dumps({"weight_map": weight_map}))


def test_that_shards_are_loaded_together(folder: Path) -> None:
    whole = read_checkpoint(folder)
    weights = load_file(folder / "model.safetensors")
    names = sorted(weights)
    shard(folder, *({name: weights[name] for name in names[start::2]} for start in (0, 1)))
    assert read_checkpoint(folder).parameters == whole.parameters
    assert load(CompileConfig(model=str(folder)), "cpu").description.parameters == whole.parameters


def test_that_a_weight_in_two_shards_is_refused(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    shard(folder, weights, {"shared.weight": weights["shared.weight"]})
    assert "shared.weight" in refusal(folder).sentence


def test_that_integers_are_refused_as_weights(folder: Path) -> None:
    damage_weights(
        folder, lambda weights: weights.update({"shared.weight": np.zeros((2, 16), np.int8)})
    )
    assert "number format I8" in refusal(folder).sentence


def claim(file: Path, header: bytes, length: int | None = None) -> None:
    """Write a safetensors file of a header and 64 bytes."""
    claimed = len(header) if length is None else length
    file.write_bytes(claimed.to_bytes(8, "little") + header + bytes(64))


def fifo(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.mkfifo(file)


def link(file: Path, target: str) -> None:
    file.unlink(missing_ok=True)
    file.symlink_to(target)


def folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


def enlarge(file: Path, size: int) -> None:
    with file.open("ab") as content:
        content.truncate(size)


def weight_header(shape: list[int], offsets: list[int]) -> bytes:
    weight = {"dtype": "F32", "shape": shape, "data_offsets": offsets}
    return json.dumps({"shared.weight": weight}).encode()


CONFIG, WEIGHTS = "config.json", "model.safetensors"
ENDLESS: dict[str, Callable[[Path], object]] = {
    "a config that is a FIFO": lambda folder: fifo(folder / CONFIG),
    "a config that is a device": lambda folder: link(folder / CONFIG, "/dev/zero"),
    "a config that is a folder": lambda folder: folder_instead(folder / CONFIG),
    "a config that links to itself": lambda folder: link(folder / CONFIG, CONFIG),
    "a config that links to nothing": lambda folder: link(folder / CONFIG, "nothing"),
    "a config of 1 GB": lambda folder: enlarge(folder / CONFIG, 10**9),
    "10 million layers": lambda folder: damage_config(folder, num_layers=10_000_000),
    "1,000 layers": lambda folder: damage_config(folder, num_layers=1_000),
    "wide layers": lambda folder: damage_config(folder, d_model=65_536, d_ff=65_536),
    "a large patch": lambda folder: damage_config(
        folder, chronos_config__input_patch_size=1_024, chronos_config__output_patch_size=1_024
    ),
    "a large context": lambda folder: damage_config(folder, chronos_config__context_length=10**10),
    "weights that are a FIFO": lambda folder: fifo(folder / WEIGHTS),
    "weights that are a device": lambda folder: link(folder / WEIGHTS, "/dev/zero"),
    "weights that are a folder": lambda folder: folder_instead(folder / WEIGHTS),
    "weights that link to themselves": lambda folder: link(folder / WEIGHTS, WEIGHTS),
    "weights of 1 TB": lambda folder: enlarge(folder / WEIGHTS, 10**12),
    "a header of 100 GB": lambda folder: claim(folder / WEIGHTS, b"{}", 10**11),
    "a header of 2**64 bytes": lambda folder: claim(folder / WEIGHTS, b"{}", 2**64 - 1),
    "a deep header": lambda folder: claim(folder / WEIGHTS, b'{"a":' * 100_000),
    "negative offsets": lambda folder: claim(folder / WEIGHTS, weight_header([16], [-64, 0])),
    "offsets past the end": lambda folder: claim(
        folder / WEIGHTS, weight_header([10**9], [0, 4 * 10**9])
    ),
    "an overflowing shape": lambda folder: claim(
        folder / WEIGHTS, weight_header([2**62, 2**62], [0, 64])
    ),
    "overlapping weights": lambda folder: claim(
        folder / WEIGHTS,
        json.dumps(
            {
                name: {"dtype": "F32", "shape": [16], "data_offsets": [0, 64]}
                for name in ("shared.weight", "encoder.final_layer_norm.weight")
            }
        ).encode(),
    ),
}
READ = """
import resource, sys
from pathlib import Path
from engine.base.errors import UserError
from engine.check import model_files
from engine.model.checkpoint import read_checkpoint
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
for folder in sys.argv[1:]:
    try:
        print(read_checkpoint(Path(folder)), flush=True)
    except UserError as error:
        print("refused:", error, flush=True)
"""


def test_that_nothing_in_a_folder_takes_memory_or_time_without_limit(tmp_path: Path) -> None:
    folders = []
    for number, damage in enumerate(ENDLESS.values()):
        folders.append(make_tiny(tmp_path / str(number)))
        damage(folders[-1])
    done = subprocess.run(
        [sys.executable, "-c", READ, *folders],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    answers = dict(zip(ENDLESS, done.stdout.splitlines(), strict=False))
    assert {name: answer for name, answer in answers.items() if "refused:" not in answer} == {}
    assert len(answers) == len(ENDLESS), done.stderr


def test_that_a_link_loop_is_left_to_loading(folder: Path) -> None:
    link(folder / WEIGHTS, WEIGHTS)
    assert weights_stamp(str(folder)) == (0,)


@pytest.mark.parametrize(
    "source", ["a" * 4_000, "~nobody-of-this-name/x", "a/b..c", "a/b--c", "a/" + "b" * 4_000]
)
def test_that_a_name_that_is_no_folder_gets_a_sentence(source: str) -> None:
    with pytest.raises(UserError):
        model_for(CompileConfig(model=source), "cpu", JobContext(lambda _event: None))
    assert model_files.look_for(CompileConfig(model=source)).trouble


class Executes:
    """Opens a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str]]:
        return open, (str(self.file), "w")


PICKLES = (
    "pytorch_model.bin",
    "adapter_model.bin",
    "model.pt",
    ".metadata",
    "training_args.bin",
    "optimizer.pt",
)
ACTED_UPON: dict[str, object] = {
    "auto_map": {"AutoModel": "custom.Model", "AutoConfig": "custom.Config"},
    "trust_remote_code": True,
    "custom_pipelines": {"forecasting": {"impl": "custom.Pipeline"}},
    "transformers_weights": "adapter_model.bin",
    "quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": True},
    "fusion_config": {"patch_embeddings": True},
    "per_layer_config": {"0": {"d_model": 7}},
    "id2label": 5,
    "attn_implementation": "kernels-community/evil",
    "name_or_path": "evil/evil",
}


def test_that_nothing_in_a_folder_is_run_unpickled_or_acted_upon(
    folder: Path, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    for name in ("custom.py", "modeling_chronos.py", "__init__.py", "conftest.py", "generate.py"):
        (folder / name).write_text(f"open({str(canary)!r}, 'w')")
    for name in PICKLES:
        (folder / name).write_bytes(pickle.dumps(Executes(canary)))
    # The name of a shard of a distributed checkpoint, and a base model elsewhere.
    save_file({"x": np.ones(1)}, folder / "shard-00001-model-00001-of-00001.safetensors")
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "evil/evil"}')
    (folder / "generation_config.json").write_text('{"custom_generate": "evil/evil"}')
    before = load(CompileConfig(model=str(folder)), "cpu").pipeline.model.state_dict()
    damage_config(folder, **ACTED_UPON)
    loaded = load(CompileConfig(model=str(folder)), "cpu").pipeline.model
    assert not canary.exists()
    assert not ACTED_UPON.keys() & loaded.config.to_diff_dict().keys()
    for name, weight in loaded.state_dict().items():
        assert weight.equal(before[name])


def test_that_a_file_that_changes_later_does_not_change_the_model(folder: Path) -> None:
    loaded = load(CompileConfig(model=str(folder)), "cpu").pipeline.model
    before = {name: weight.clone() for name, weight in loaded.state_dict().items()}
    with (folder / WEIGHTS).open("r+b") as content:
        content.write(bytes((folder / WEIGHTS).stat().st_size))
    os.truncate(folder / WEIGHTS, 100)  # which ends a process that still reads the file
    for name, weight in loaded.state_dict().items():
        assert weight.equal(before[name])


def test_that_weights_that_shrink_while_they_are_loaded_get_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_and_shrink(model: Path) -> Checkpoint:
        found = read_checkpoint(model)
        os.truncate(folder / WEIGHTS, 1000)
        return found

    monkeypatch.setattr(loading, "read_checkpoint", read_and_shrink)
    with pytest.raises(UserError, match=f"The model in {folder} cannot be built"):
        load(CompileConfig(model=str(folder)), "cpu")


def test_that_the_expected_weights_are_those_of_the_library(model: LoadedModel) -> None:
    checkpoint: Checkpoint = read_checkpoint(Path(model.description.folder))
    built = {name: tuple(one.shape) for name, one in model.pipeline.model.state_dict().items()}
    assert checkpoint.config.weight_shapes() == built
    assert checkpoint.parameters == model.description.parameters


@pytest.mark.parametrize(
    "changes",
    [
        {"chronos_config__quantiles": [level / 10 for level in range(1, 10)]},
        {"chronos_config__input_patch_size": 8, "chronos_config__output_patch_size": 8},
        {"chronos_config__time_encoding_scale": None, "dense_act_fn": REMOVED},
        {"num_layers": 1, "d_model": 4, "d_ff": 4, "feed_forward_proj": "gelu_new"},
    ],
)
def test_that_a_model_of_other_sizes_forecasts(tmp_path: Path, changes: dict[str, Any]) -> None:
    config = EAGER.replace(model=str(make_tiny(tmp_path / "checkpoint", **changes)))
    result = Forecaster(load(config, "cpu"), config).forecast(walks(), 20, (0.1, 0.9))
    assert all(np.isfinite(item.values).all() for item in result.forecast.items)


def test_that_a_horizon_that_the_context_cannot_hold_gets_a_sentence(folder: Path) -> None:
    damage_config(folder, chronos_config__context_length=100)
    config = EAGER.replace(model=str(folder))
    forecaster = Forecaster(load(config, "cpu"), config)
    at_once = forecaster.model.description.horizon
    assert forecaster.forecast(walks(), at_once).forecast.items
    with pytest.raises(UserError, match=f"at most {at_once} steps"):
        forecaster.forecast(walks(), at_once + 1)
