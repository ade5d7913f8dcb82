"""The command line from outside: what it prints, where, and how it exits."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from time import sleep

import pytest

from engine.config import env_file as envfile
from engine.config.presets import PRESETS
from engine.config.settings import SETTINGS, CompileConfig
from tests.support.cli_runner import COMMAND, chronos_panel
from tests.support.random_models import TINY, save_random_model


def test_that_status_shows_every_setting_its_source_and_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "my.env"
    file.write_text("CHRONOS_DTYPE=bfloat16\n")
    done = chronos_panel(
        "status", "--json", "--env-file", file, "--set", "scope=encoder", TORCH_COMPILED="1"
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    settings = {entry["setting"]: entry for entry in document["settings"]}
    assert list(settings) == list(SETTINGS)
    assert (settings["enabled"]["value"], settings["enabled"]["source"]) == (True, "environment")
    assert (settings["dtype"]["value"], settings["dtype"]["source"]) == ("bfloat16", "env file")
    assert (settings["scope"]["value"], settings["scope"]["source"]) == ("encoder", "option")
    assert settings["mode"]["source"] == "default"
    assert document["machine"]["torch"].startswith("2.")


def test_that_an_env_file_overrides_a_mistake_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "my.env"
    file.write_text("CHRONOS_DTYPE=bfloat16\n")
    done = chronos_panel("export", "--env-file", file, CHRONOS_DTYPE="fp23")
    assert done.returncode == 0, done.stderr
    assert "CHRONOS_DTYPE=bfloat16" in done.stdout


def test_that_all_mistakes_are_told_at_once() -> None:
    done = chronos_panel(
        "status", CHRONOS_COMPILE_MODE="reduce-overhed", TORCH_COMPILED="yes please"
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "CHRONOS_COMPILE_MODE is 'reduce-overhed'" in done.stderr
    assert "nearest is 'reduce-overhead'" in done.stderr
    assert "TORCH_COMPILED is 'yes please'" in done.stderr


def test_that_an_export_is_read_back_as_the_same_configuration(tmp_path: Path) -> None:
    file = tmp_path / "production.env"
    done = chronos_panel("export", "--preset", "production-compiled", "--output", file)
    assert done.returncode == 0, done.stderr
    variables, _ = envfile.read(file)
    cache = os.environ["TORCHINDUCTOR_CACHE_DIR"]
    expected = PRESETS["production_compiled"].replace(model="amazon/chronos-2", cache_dir=cache)
    assert CompileConfig.from_env(variables) == expected


def test_that_an_export_keeps_a_model_that_was_named() -> None:
    assert "CHRONOS_MODEL=demo\n" in chronos_panel("export", "--demo").stdout
    assert "CHRONOS_MODEL=/m\n" in chronos_panel("export", CHRONOS_MODEL="/m").stdout


def test_that_a_preset_leaves_the_cache_folder_where_the_machine_has_it(tmp_path: Path) -> None:
    cache = str(tmp_path / "compiled")
    done = chronos_panel("export", "--preset", "production-compiled", TORCHINDUCTOR_CACHE_DIR=cache)
    assert envfile.parse(done.stdout)[0]["TORCHINDUCTOR_CACHE_DIR"] == cache


def test_that_a_value_that_is_not_portable_names_the_dialects_that_can_hold_it() -> None:
    change = "cache_dir=/my cache"
    refused = chronos_panel("export", "--set", change)
    assert refused.returncode == 2
    assert "TORCHINDUCTOR_CACHE_DIR" in refused.stderr
    assert "systemd" in refused.stderr
    taken = chronos_panel("export", "--set", change, "--dialect", "systemd")
    assert taken.returncode == 0
    assert envfile.parse(taken.stdout)[0]["TORCHINDUCTOR_CACHE_DIR"] == "/my cache"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["forecast"], "There is no file to forecast"),
        (["forecast", "nowhere.csv"], "nowhere.csv"),
        (["forecast", "--demo", "--horizon", "0"], "horizon"),
        (["forecast", "--demo", "--levels", "0.5,x"], "not numbers"),
        (["forecast", "--demo", "--levels", "0,0.5"], "between 0 and 1"),
        (["forecast", "--demo", "--device", "cuda:99"], "cuda:99"),
        (["forecast", "--demo", "--model", "amazon/chronos-2"], "contradict"),
        (["forecast", "--demo", "--target", "nothing"], "nothing"),
        (["forecast", "--demo", "--preset", "fastest"], "fastest"),
        (["forecast", "--demo", "--set", "mod=default"], "Did you mean 'mode'"),
        (["forecast", "--demo", "--set", "mode"], "no value"),
        (["forecast", "--demo", "--env-file", "nowhere.env"], "nowhere.env"),
        (["forecast", "--demo", "--model", "foo/bar--baz"], "foo/bar--baz"),
        (["forecast", "/dev/stdin"], "/dev/stdin is a pipe. The data are read more than once"),
        (["validate", "-"], "Save the output of the pipe to a file"),
        (["forecats"], "forecats"),
        (["status", "--no-such-option"], "no-such-option"),
    ],
)
def test_that_bad_input_is_a_sentence_and_exit_code_two(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    done = chronos_panel(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("forecast", "own.csv", "--output", "link.csv"),
        ("validate", "own.csv", "--html", "own.csv"),
        ("validate", "--env-file", "own.csv", "--save-baseline", "own.csv"),
        ("benchmark", "own.csv", "--markdown", "./own.csv"),
        ("forecast", "--demo", "--env-file", "own.csv", "--output", "own.csv"),
        ("export", "--env-file", "own.csv", "--output", "link.csv"),
    ],
)
def test_that_nothing_is_written_over_what_is_read(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("TORCH_COMPILED=0\n")
    (tmp_path / "link.csv").symlink_to(own)
    done = chronos_panel(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert "is the input file" in done.stderr
    assert own.read_text() == "TORCH_COMPILED=0\n"


def test_that_a_file_that_cannot_be_written_is_said_before_the_forecast(tmp_path: Path) -> None:
    done = chronos_panel("forecast", "--demo", "--output", tmp_path / "no" / "folder.csv")
    assert done.returncode == 2
    assert "does not exist" in done.stderr
    assert "Eager" not in done.stderr


def test_that_an_export_to_a_name_that_is_too_long_is_a_sentence(tmp_path: Path) -> None:
    done = chronos_panel("export", "--output", tmp_path / ("x" * 300))
    assert done.returncode == 2
    assert "too long" in done.stderr
    assert "Traceback" not in done.stderr


def test_that_every_mistake_in_the_options_is_told_at_once() -> None:
    done = chronos_panel(
        "status", "--preset", "fastest", "--set", "dtype", "--set", "mode=x", "--set", "y=1"
    )
    assert done.returncode == 2
    for words in ("'fastest'", "--set dtype has no value", "mode is 'x'", "no setting 'y'"):
        assert words in done.stderr


def test_that_the_versions_are_told() -> None:
    done = chronos_panel("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("chronos-panel ")
    assert f"torch {version('torch')}" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_that_results_that_find_the_disk_full_are_no_accident() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, "export"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert "because the disk is full" in done.stderr


def test_that_help_shows_examples() -> None:
    for command in ("status", "export", "forecast"):
        done = chronos_panel(command, "--help", COLUMNS="200")
        assert done.returncode == 0
        assert f"chronos-panel {command}" in done.stdout


def test_that_the_help_shows_what_there_is() -> None:
    done = chronos_panel("--help")
    assert done.returncode == 0
    assert "forecast" in done.stdout + done.stderr


def test_that_a_reader_that_has_seen_enough_is_no_error() -> None:
    with subprocess.Popen(
        [COMMAND, "forecast", "--demo", "--horizon", "200"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("check", "--demo", "--device", "cuda:99"), 1),
        (("check", "--explain"), 0),
        (("status",), 0),
        (("history", "list"), 0),
    ],
)
def test_that_a_reader_that_goes_away_at_once_does_not_change_how_a_command_ends(
    command: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    pipe, asked = subprocess.PIPE, [str(COMMAND), *command]
    with subprocess.Popen(asked, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == status


def test_that_a_report_is_written_whether_or_not_anybody_reads_the_results(tmp_path: Path) -> None:
    report, model = tmp_path / "report.html", tmp_path / "model"
    save_random_model(model, **TINY)
    command = [str(COMMAND), "validate", "--model", str(model), "--html", str(report)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=120) == 0
    assert report.stat().st_size > 1000


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Commands can be interrupted even where the tests were started with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("delay", [0.3, 0.8])
def test_that_an_early_interrupt_is_quiet(delay: float) -> None:
    process = subprocess.Popen([COMMAND, "status"], stderr=subprocess.PIPE, text=True)
    sleep(delay)
    os.kill(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=10)
    assert "Traceback" not in told


@pytest.mark.usefixtures("interruptible")
def test_that_an_interrupt_ends_the_command_with_a_word_and_no_worker(tmp_path: Path) -> None:
    data = tmp_path / "many.csv"
    rows = [f"{item},{day},{item + day}" for item in range(20_000) for day in range(9)]
    data.write_text("item,day,y\n" + "\n".join(rows))
    with subprocess.Popen(
        [COMMAND, "forecast", data, "--batch-size", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        sleep(5)
        still_running = process.poll() is None
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=5)
    assert still_running
    assert process.returncode == 130
    assert "Stopped" in told
    assert "Traceback" not in told
