"""What is gathered for the rules, from real folders, files and variables."""

import contextlib
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import torch

from engine.check import model_files
from engine.check import run as checking
from engine.check.facts import relevant
from engine.check.job import Check
from engine.check.rules.checker import check
from engine.check.rules.environment_rules import (
    AUTOTUNING,
    CACHES_OFF,
    COMPILE_DEBUG,
    COMPILE_THREADS,
    HIDES_ERRORS,
    LOOSE_MATH,
    REPLACED,
    SWITCHES_OFF,
)
from engine.config.attention import attention_kernels
from engine.config.settings import CompileConfig
from engine.model.machine import cpu_features, has_kernels, nvidia_driver

TORCH = Path(torch.__file__).parent


def gathered(config: CompileConfig, **job: object) -> list[str]:
    """The rules that have something to say, from real facts."""
    facts = checking.gather(Check(config=config, **job))  # type: ignore[arg-type]
    return [finding.rule for finding in check(facts)]


def test_that_the_cache_folder_of_a_compiled_configuration_is_judged(folder: Path) -> None:
    folder.chmod(0o777)
    config = CompileConfig(enabled=True, cache_dir=str(folder))
    assert {"cache-dir-open-to-others", "cache-dir-temporary"} <= set(gathered(config))
    assert "cache-dir-open-to-others" not in gathered(config.replace(enabled=False))


def test_that_a_cache_from_before_torch_is_found_out(folder: Path) -> None:
    config = CompileConfig(enabled=True, cache_dir=str(folder))
    (folder / "code.so").touch()
    assert "cache-older-than-torch" not in gathered(config)
    os.utime(folder / "code.so", (1000, 1000))
    assert "cache-older-than-torch" in gathered(config)


@pytest.mark.parametrize(
    "name",
    [
        *SWITCHES_OFF, HIDES_ERRORS, *CACHES_OFF, *AUTOTUNING, *LOOSE_MATH, COMPILE_THREADS,
        COMPILE_DEBUG, "TORCHINDUCTOR_FREEZING", "TORCHINDUCTOR_CUDAGRAPH_OR_ERROR",
    ],
)  # fmt: skip
def test_that_the_variables_that_rules_know_are_read_by_torch(name: str) -> None:
    assert checking.unread_variables((name,), TORCH) == ()


def test_that_variables_unknown_to_torch_are_found() -> None:
    names = ("TORCHINDUCTOR_MAX", "TORCHDYNAMO_DISABEL", "TORCHINDUCTOR_CACHE_DIR", "PATH")
    assert checking.unread_variables(names, TORCH) == ("TORCHDYNAMO_DISABEL", "TORCHINDUCTOR_MAX")


@pytest.mark.parametrize("name", REPLACED)
def test_that_transformers_does_not_read_a_replaced_variable(name: str) -> None:
    import chronos
    import huggingface_hub
    import transformers

    for package in (transformers, huggingface_hub, chronos):
        assert package.__file__ is not None
        sources = Path(package.__file__).parent.rglob("*.py")
        assert not any(name.encode() in source.read_bytes() for source in sources)


def test_that_secrets_are_not_among_the_relevant_variables() -> None:
    environment = {
        "HF_TOKEN": "x",
        "HUGGING_FACE_HUB_TOKEN": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "TORCH_LOGS": "1",
        "HF_HUB_OFFLINE": "1",
    }
    assert set(relevant(environment)) == {"TORCH_LOGS", "HF_HUB_OFFLINE"}


def test_that_tested_versions_are_those_that_the_installation_asks_for() -> None:
    tested = checking.tested_versions()
    assert {"torch", "chronos-forecasting", "transformers"} <= set(tested)
    assert "pytest" not in tested
    assert "untested-version" not in gathered(CompileConfig())


def test_that_cpu_features_agree_with_those_that_torch_sees() -> None:
    capabilities: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    for name, torch_name in {"avx512_bf16": "avx512_bf16", "avx512f": "avx512_f"}.items():
        if torch_name in capabilities:
            assert (name in cpu_features()) == capabilities[torch_name]


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5", "550.54.15"),
        ("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Rel", "580.65.06"),
        ("something else", None),
    ],
)
def test_that_the_drivers_version_is_read(
    line: str, version: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "version"
    file.write_text(line)
    monkeypatch.setattr("engine.model.machine.DRIVER_FILE", file)
    assert nvidia_driver() == version
    file.unlink()
    assert nvidia_driver() is None


@pytest.mark.parametrize(
    ("backends", "dtype"),
    [
        ("math", "float32"),
        ("flash", "float32"),
        ("mem_efficient", "bfloat16"),
        ("cudnn", "float16"),
    ],
)
def test_that_the_rule_about_attention_kernels_holds_on_this_cpu(backends: str, dtype: str) -> None:
    config = CompileConfig(attention="sdpa", sdpa_backends=backends, dtype=dtype)  # type: ignore[arg-type]
    query = torch.ones(2, 2, 4, 8, dtype=getattr(torch, dtype))
    mask = torch.zeros(2, 2, 4, 4, dtype=query.dtype)
    with attention_kernels(config.attention, config.sdpa_backends):
        try:
            torch.nn.functional.scaled_dot_product_attention(query, query, query, attn_mask=mask)
            ran = True
        except RuntimeError:
            ran = False
    assert ("no-attention-kernel" in gathered(config, device="cpu")) != ran


DEMO = Path(str(files("resources") / "demo_model"))


def test_that_the_demo_model_is_found_with_the_memory_it_takes() -> None:
    found = model_files.look_for(CompileConfig())
    half = model_files.look_for(CompileConfig(dtype="bfloat16"))
    assert not found.trouble
    assert found.memory == 2 * half.memory > 0
    assert not found.is_hub_id


def test_that_a_relative_model_folder_is_found_and_mended(tmp_path: Path) -> None:
    (tmp_path / "amazon").mkdir()
    (tmp_path / "amazon" / "chronos-2").symlink_to(DEMO)
    for source, rule in (
        ("amazon/chronos-2", "folder-named-like-a-hub-model"),
        ("./amazon/chronos-2", "model-folder-relative"),
    ):
        config = CompileConfig(model=source)
        with contextlib.chdir(tmp_path):
            facts = checking.gather(Check(config=config))
            (finding,) = [finding for finding in check(facts) if finding.rule == rule]
            assert finding.fix is not None
            assert rule not in gathered(config.replace(model=finding.fix.value))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "config.json"),
        ({"config.json": "{}"}, "not a Chronos-2"),
        ({"config.json": "{"}, "cannot be read"),
        ({"config.json": "good", "pytorch_model.bin": ""}, "only pickled weights"),
        ({"config.json": "good", "model.safetensors": "cut"}, "damaged"),
    ],
)
def test_that_a_folder_without_a_usable_model_is_explained(
    content: dict[str, str], words: str, tmp_path: Path
) -> None:
    for name, text in content.items():
        good = (DEMO / name).read_text(encoding="utf-8") if text == "good" else text
        (tmp_path / name).write_text(good, encoding="utf-8")
    assert words in model_files.look_for(CompileConfig(model=str(tmp_path))).trouble


def test_that_a_folder_that_is_not_there_is_explained() -> None:
    found = model_files.look_for(CompileConfig(model="./nowhere"))
    assert "./nowhere" in found.trouble
    assert found.remedy


def test_that_a_model_on_the_hub_is_looked_for_in_the_cache_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    config = CompileConfig(model="ada/lovely-model")
    assert "model-not-here-yet" in gathered(config)
    assert "model-not-here-and-offline" in gathered(config, variables={"HF_HUB_OFFLINE": "1"})
    repository = tmp_path / "models--ada--lovely-model"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0123")
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / "0123").symlink_to(DEMO)
    found = model_files.look_for(config)
    assert found.is_hub_id
    assert found.memory > 0
    assert "model-not-here-yet" not in gathered(config)


def test_that_gathering_loads_no_model_library() -> None:
    code = (
        "import sys; from engine.check import run, job\n"
        "from engine.config.settings import CompileConfig\n"
        "run.gather(job.Check(config=CompileConfig(enabled=True)))\n"
        "assert 'torch' in sys.modules\n"
        "assert not {'chronos', 'transformers'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("variable", "value", "outcome"),
    [
        ("", "", "compiled"),
        *((name, "1", "eager") for name in SWITCHES_OFF),
        (HIDES_ERRORS, "0", "hidden"),
    ],
)
def test_that_torch_does_what_the_rules_say_of_its_switches(
    variable: str, value: str, outcome: str
) -> None:
    code = (
        "import sys, torch\n"
        "def backend(graph, inputs):\n"
        "    if sys.argv[1] == 'hidden': raise RuntimeError('it is broken')\n"
        "    print('compiled')\n"
        "    return graph.forward\n"
        "torch.compile(lambda x: x + 1, backend=backend)(torch.ones(2))\n"
    )
    environment = {**os.environ, variable: value} if variable else dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-c", code, outcome],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("compiled" in done.stdout) == (outcome == "compiled")


@pytest.mark.parametrize(
    ("capability", "architectures", "expected"),
    [
        ((9, 0), ["sm_75", "sm_80", "sm_90", "compute_120"], True),
        ((8, 9), ["sm_80", "sm_90"], True),  # later in the same generation
        ((7, 0), ["sm_75", "sm_80"], False),  # earlier in it
        ((6, 1), ["sm_75", "sm_80", "compute_120"], False),
        ((12, 0), ["sm_80", "compute_90"], True),  # translated when it is loaded
        ((12, 1), ["sm_80", "sm_120a"], True),
        ((9, 4), ["gfx942"], True),  # AMD's, which are not judged
    ],
)
def test_that_gpus_are_known_that_a_build_of_pytorch_cannot_run_on(
    capability: tuple[int, int], architectures: list[str], expected: bool
) -> None:
    assert has_kernels(capability, architectures) is expected
