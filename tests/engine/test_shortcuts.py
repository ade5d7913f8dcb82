import os
import subprocess
import sys
from collections.abc import Callable, Iterator, MutableMapping
from unittest import mock

import pytest

import engine
from engine.config.presets import PRESETS
from engine.config.settings import VARIABLES


@pytest.fixture(autouse=True)
def environment() -> Iterator[MutableMapping[str, str]]:
    with mock.patch.dict(os.environ):
        for variable in VARIABLES:
            os.environ.pop(variable, None)
        yield os.environ


@pytest.mark.parametrize(
    ("apply", "preset"),
    [
        (engine.apply_production_eager, "production_eager"),
        (engine.apply_production_compiled, "production_compiled"),
        (engine.apply_safest, "safest"),
        (engine.apply_fast_testing, "fast_testing"),
    ],
)
def test_that_a_shortcut_applies_its_preset(apply: Callable[[], None], preset: str) -> None:
    apply()
    assert engine.CompileConfig.from_env() == PRESETS[preset]
    assert engine.is_compilation_enabled() is PRESETS[preset].enabled


def test_that_the_environment_says_whether_compilation_is_enabled(
    environment: MutableMapping[str, str],
) -> None:
    assert not engine.is_compilation_enabled()
    environment["CHRONOS_COMPILE"] = "on"
    assert engine.is_compilation_enabled()
    environment["TORCH_COMPILED"] = "yes please"
    with pytest.raises(engine.ConfigError, match="'yes please'"):
        engine.is_compilation_enabled()


def test_that_a_sound_environment_is_valid(environment: MutableMapping[str, str]) -> None:
    assert engine.validate_config() == (True, [])
    environment.update(TORCH_COMPILED="1", CHRONOS_COMPILE_BACKEND="aot_eager")
    assert engine.validate_config() == (True, [])


def test_that_mistakes_and_risks_are_reported_together(
    environment: MutableMapping[str, str],
) -> None:
    environment.update(
        TORCH_COMPILED="1",
        CHRONOS_COMPILE_MODE="max-autotune",
        CHRONOS_DTYPE="fp23",
        CHRONOS_COMPILE_SCOPE="al",
    )
    is_valid, warnings = engine.validate_config()
    assert not is_valid
    assert len(warnings) == 3
    assert "CHRONOS_DTYPE is 'fp23'" in warnings[0]
    assert "CHRONOS_COMPILE_SCOPE is 'al'" in warnings[1]
    assert "max-autotune" in warnings[2]


def test_that_the_current_configuration_is_printed_with_sources_and_mistakes(
    environment: MutableMapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    environment.update(CHRONOS_COMPILE="1", CHRONOS_DTYPE="fp23")
    engine.print_current_config()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Compile", "1", "(CHRONOS_COMPILE)"]
    assert "reduce-overhead  (default of CHRONOS_COMPILE_MODE)" in lines[1]
    # What a script without one gets, which is not the window's demo.
    assert "amazon/chronos-2  (default of CHRONOS_MODEL)" in "\n".join(lines)
    assert lines[-1].startswith("error: CHRONOS_DTYPE is 'fp23'")


def test_that_the_engine_names_what_it_offers_and_refuses_the_rest() -> None:
    assert set(engine.__all__) <= set(dir(engine))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = engine.nothing


def test_that_every_offered_name_can_be_imported() -> None:
    subprocess.run([sys.executable, "-c", "from engine import *"], check=True)
