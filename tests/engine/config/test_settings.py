import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from unittest import mock

import pytest

from engine.base.findings import Severity
from engine.config.presets import PRESETS
from engine.config.settings import (
    SETTINGS,
    VARIABLES,
    CompileConfig,
    ConfigError,
    allowed_values,
    from_text,
    is_count,
)
from engine.config.values import to_text
from engine.config.variables import nearest_variable, read_values, setting_by_any_name


@pytest.fixture
def environment() -> Iterator[MutableMapping[str, str]]:
    with mock.patch.dict(os.environ):
        for variable in VARIABLES:
            os.environ.pop(variable, None)
        yield os.environ


@pytest.mark.usefixtures("environment")
def test_that_the_default_is_the_guides_production_eager() -> None:
    config = CompileConfig.from_env()
    assert config == PRESETS["production_eager"]
    assert not config.enabled
    assert (config.dtype, config.attention) == ("float32", "eager")


def test_that_production_compiled_has_the_guides_values() -> None:
    environment = PRESETS["production_compiled"].to_env()
    guide = {
        "TORCH_COMPILED": "1",
        "CHRONOS_COMPILE_MODE": "reduce-overhead",
        "CHRONOS_COMPILE_BACKEND": "inductor",
        "CHRONOS_DTYPE": "float32",
        "CHRONOS_ATTN_IMPLEMENTATION": "eager",
        "TORCHINDUCTOR_CACHE_DIR": "compiled_models/chronos2_torch_inductor",
    }
    assert guide.items() <= environment.items()


@pytest.mark.parametrize("name", SETTINGS)
def test_that_every_allowed_value_survives_the_environment(name: str) -> None:
    texts = ("auto", "1", "1000000") if is_count(name) else ("a folder/with spaces ", "é")
    for text in allowed_values(name) or texts:
        config = CompileConfig().replace(**{name: from_text(name, text)})
        assert CompileConfig.from_env(config.to_env()) == config
        assert to_text(getattr(config, name)) == text


@pytest.mark.parametrize("text", ["0", "-1", "+5", "1_0", "1.5", "1000001", "٣", "all", "1 2"])
def test_that_a_count_is_a_whole_number_or_auto(text: str) -> None:
    with pytest.raises(ConfigError) as failure:
        CompileConfig.from_env({"CHRONOS_BATCH_SIZE": text})
    (finding,) = failure.value.findings
    assert repr(text) in finding.what
    assert finding.remedy == "Use auto, or a whole number from 1 to 1,000,000."
    assert CompileConfig.from_env({"CHRONOS_BATCH_SIZE": " Auto "}).batch_size is None
    assert CompileConfig(batch_size=32, context_length="512").context_length == 512  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "enabled"),
    [("1", True), ("TRUE", True), (" yes ", True), ("On", True), ("0", False), ("off", False)],
)
def test_that_a_switch_takes_the_usual_words(text: str, enabled: bool) -> None:
    assert CompileConfig.from_env({"TORCH_COMPILED": text}).enabled is enabled


def test_that_a_list_is_read_in_its_order_without_repeats() -> None:
    config = CompileConfig.from_env({"CHRONOS_SDPA_BACKENDS": "flash, Math,flash"})
    assert config.sdpa_backends == ("flash", "math")


def test_that_the_older_variable_counts_only_while_the_newer_is_not_set() -> None:
    assert CompileConfig.from_env({"CHRONOS_COMPILE": "1"}).enabled
    assert CompileConfig.from_env({"CHRONOS_COMPILE": "1", "TORCH_COMPILED": ""}).enabled
    assert not CompileConfig.from_env({"CHRONOS_COMPILE": "1", "TORCH_COMPILED": "0"}).enabled
    assert "CHRONOS_COMPILE" not in CompileConfig(enabled=True).to_env()


@pytest.mark.parametrize(
    ("variable", "text", "nearest"),
    [
        ("CHRONOS_COMPILE_MODE", "reduce-overhed", "reduce-overhead"),
        ("TORCH_COMPILED", "yes please", "yes"),
        ("CHRONOS_DTYPE", "fp23", "float32"),
        ("CHRONOS_SDPA_BACKENDS", "memefficient", "mem_efficient"),
    ],
)
def test_that_an_unknown_value_is_answered_with_the_allowed_and_the_nearest(
    variable: str, text: str, nearest: str
) -> None:
    with pytest.raises(ConfigError) as failure:
        CompileConfig.from_env({variable: text})
    (finding,) = failure.value.findings
    assert finding.severity is Severity.ERROR
    assert finding.subject == variable
    assert repr(text) in finding.what
    assert f"nearest is {nearest!r}" in finding.remedy
    assert all(value in finding.remedy for value in allowed_values(VARIABLES[variable]) or ())


def test_that_several_mistakes_are_reported_together_and_the_rest_is_read() -> None:
    values, findings = read_values(
        {
            "CHRONOS_DTYPE": "fp23",
            "TORCH_COMPILED": "maybe",
            "CHRONOS_SDPA_BACKENDS": "math,metal,vulkan",
            "CHRONOS_COMPILE_SCOPE": "blocks",
        }
    )
    assert values == {"scope": "blocks"}
    assert [finding.subject for finding in findings] == [
        "TORCH_COMPILED",
        "CHRONOS_DTYPE",
        "CHRONOS_SDPA_BACKENDS",
        "CHRONOS_SDPA_BACKENDS",
    ]


def test_that_code_hears_of_all_its_mistakes_by_field_name() -> None:
    with pytest.raises(ConfigError) as failure:
        CompileConfig(mode="fast", sdpa_backends=(), cache_dir=None)  # type: ignore[arg-type]
    assert [finding.subject for finding in failure.value.findings] == [
        "mode",
        "cache_dir",
        "sdpa_backends",
    ]


def test_that_code_may_give_values_as_text_paths_or_lists() -> None:
    config = CompileConfig(
        enabled="yes",  # type: ignore[arg-type]
        debug=0,  # type: ignore[arg-type]
        cache_dir=Path("/cache"),  # type: ignore[arg-type]
        sdpa_backends=["flash", "math"],  # type: ignore[arg-type]
    )
    assert config == CompileConfig(
        enabled=True, cache_dir="/cache", sdpa_backends=("flash", "math")
    )


def test_that_a_changed_copy_is_validated_too() -> None:
    assert CompileConfig().replace(scope="model").scope == "model"
    with pytest.raises(ConfigError, match="scope is 'all'"):
        CompileConfig().replace(scope="all")


@pytest.mark.parametrize("text", [" ", "a\nb", "a\rb", "a\0b", "a\udcffb"])
def test_that_text_which_no_file_could_hold_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="TORCHINDUCTOR_CACHE_DIR is"):
        CompileConfig.from_env({"TORCHINDUCTOR_CACHE_DIR": text})
    with pytest.raises(ConfigError, match="model is"):
        CompileConfig(model=text)


def test_that_small_values_follow_compilation_unless_chosen() -> None:
    assert CompileConfig(enabled=True).small_value_policy == "clamp"
    assert CompileConfig(enabled=False).small_value_policy == "keep"
    assert CompileConfig(enabled=True, small_values="rescale").small_value_policy == "rescale"


@pytest.mark.usefixtures("environment")
def test_that_applying_changes_what_the_environment_says() -> None:
    config = CompileConfig(enabled=True, mode="default", model="/models/mine")
    config.apply()
    assert CompileConfig.from_env() == config


def test_that_applying_keeps_the_scripts_model(environment: MutableMapping[str, str]) -> None:
    environment["CHRONOS_MODEL"] = "amazon/chronos-2"
    PRESETS["production_compiled"].apply()
    assert CompileConfig.from_env().model == "amazon/chronos-2"


def test_that_exactly_the_configured_attention_kernels_are_allowed() -> None:
    from torch.backends import cuda

    kernels = ("math", "mem_efficient", "flash", "cudnn")

    def allowed() -> list[bool]:
        return [getattr(cuda, f"{kernel}_sdp_enabled")() for kernel in kernels]

    before = allowed()
    try:
        CompileConfig(sdpa_backends=("math", "flash")).configure_torch_backends()
        assert allowed() == [True, False, True, False]
    finally:
        for kernel, was_allowed in zip(kernels, before, strict=True):
            getattr(cuda, f"enable_{kernel}_sdp")(was_allowed)


@pytest.mark.parametrize("text", ["dtype", "CHRONOS_DTYPE", " chronos-dtype ", "Dtype"])
def test_that_a_setting_is_found_by_any_of_its_names(text: str) -> None:
    assert setting_by_any_name(text) == "dtype"


def test_that_an_unknown_setting_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'backend'"):
        setting_by_any_name("backand")


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("CHRONOS_COMPIL_MODE", "CHRONOS_COMPILE_MODE"),
        ("torch_compiled", "TORCH_COMPILED"),
        ("TORCH_COMPILE", "TORCH_COMPILED"),
        ("TORCH_COMPILE_DEBUG", None),
        ("TORCHINDUCTOR_FX_GRAPH_CACHE", None),
        ("HF_HOME", None),
    ],
)
def test_that_a_misspelt_variable_is_told_from_a_foreign_one(
    variable: str, nearest: str | None
) -> None:
    assert nearest_variable(variable) == nearest


def test_that_configurations_and_their_errors_cross_process_borders() -> None:
    config = CompileConfig(enabled=True, cache_dir="/cache")
    assert pickle.loads(pickle.dumps(config)) == config
    with pytest.raises(ConfigError) as failure:
        from_text("dtype", "fp23")
    assert str(pickle.loads(pickle.dumps(failure.value))) == str(failure.value)


def test_that_importing_reads_no_variable_and_nothing_heavy() -> None:
    script = (
        "import engine, engine.config.settings, engine.config.env_file\n"
        "import engine.check.rules.checker\n"
        "import engine.shortcuts, sys\n"
        "print(*sorted({'torch', 'pandas', 'numpy', 'pydantic', 'chronos'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "TORCH_COMPILED": "garbage"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""


def test_that_cuda_graphs_are_asked_for_by_mode_or_backend() -> None:
    assert CompileConfig(mode="reduce-overhead").asks_for_cuda_graphs
    assert CompileConfig(mode="default", backend="cudagraphs").asks_for_cuda_graphs
    assert not CompileConfig(mode="reduce-overhead", backend="aot_eager").asks_for_cuda_graphs
    assert not CompileConfig(mode="default").asks_for_cuda_graphs


def test_that_an_empty_list_names_what_it_may_hold() -> None:
    with pytest.raises(ConfigError) as caught:
        CompileConfig(sdpa_backends=())
    assert str(caught.value) == (
        "sdpa_backends is empty. Name at least one of math, mem_efficient, flash, cudnn."
    )
