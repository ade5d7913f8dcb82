"""A CSV goes in, forecasts come out: the whole road, as a user walks it."""

import json
import shutil
import subprocess
import sys
from importlib.resources import files
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file, save_file

from engine.model.sources import locate
from tests.support.cli_runner import chronos_panel

SAMPLES = Path(str(files("resources") / "samples"))


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text))


@pytest.mark.parametrize("name", ["hourly", "ohlc_daily", "retail_counts", "messy"])
def test_that_every_sample_is_forecast_without_an_option(name: str) -> None:
    done = chronos_panel("forecast", SAMPLES / f"{name}.csv", "--horizon", "12")
    assert done.returncode == 0, done.stderr
    frame = read(done.stdout)
    levels = [column for column in frame.columns if column.startswith("0.")]
    assert levels == [f"0.{digit}" for digit in range(1, 10)]
    assert np.isfinite(frame[levels]).all().all()
    assert (np.diff(frame[levels], axis=1) >= 0).all()
    counts = frame.groupby(["item_id", "target_name"]).size()
    assert set(counts) == {12}


def test_that_the_stamps_continue_the_history() -> None:
    history = pd.read_csv(SAMPLES / "hourly.csv")
    last = pd.Timestamp(history["timestamp"].max())
    frame = read(chronos_panel("forecast", "--demo", "--horizon", "3").stdout)
    stamps = pd.to_datetime(frame["timestamp"]).unique()
    assert list(stamps) == list(pd.date_range(last, periods=4, freq="h")[1:])


def test_that_a_known_future_covariate_changes_the_forecast(tmp_path: Path) -> None:
    data = pd.read_csv(SAMPLES / "retail_counts.csv")
    promoted, plain = tmp_path / "promoted.csv", tmp_path / "plain.csv"
    future = data["sales"].isna()
    data.assign(promotion=data["promotion"].where(~future, 1)).to_csv(promoted, index=False)
    data.assign(promotion=data["promotion"].where(~future, 0)).to_csv(plain, index=False)
    with_promotion, without = (
        read(chronos_panel("forecast", file, "--horizon", "14").stdout)
        for file in (promoted, plain)
    )
    assert list(with_promotion["timestamp"]) == list(without["timestamp"])
    assert not np.allclose(with_promotion["0.5"], without["0.5"], rtol=1e-3)


def test_that_compare_proves_the_compiled_run_and_its_difference(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    done = chronos_panel(
        "forecast",
        SAMPLES / "hourly.csv",
        "--compare",
        "--json",
        "--output",
        output,
        TORCH_COMPILED="1",
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    compiled, eager = document["runs"]
    assert compiled["compiled"]
    assert not eager["compiled"]
    assert compiled["compile"]["graphs"] == 1
    assert compiled["compile"]["graph_breaks"] == {}
    assert compiled["compile"]["recompiles"] == []
    assert compiled["compile"]["uncompiled_calls"] == 0
    assert compiled["compile"]["graph_runs"] > 0
    assert document["comparison"]["max_relative"] < 1e-4
    assert document["comparison"]["missing_agree"]
    assert document["judgement"]["status"] == "pass"
    assert document["judgement"]["figure"] == document["comparison"]["max_relative"]
    assert document["fallbacks"] == []
    assert len(pd.read_csv(output)) > 0


def test_that_an_exported_file_drives_a_users_own_script(tmp_path: Path) -> None:
    exported = tmp_path / "my.env"
    done = chronos_panel("export", "--preset", "fast-testing", "--demo", "--output", exported)
    assert done.returncode == 0, done.stderr
    script = tmp_path / "script.py"
    script.write_text(
        "from engine import load_forecaster\n"
        "from engine.data import load\n"
        f"series = load({str(SAMPLES / 'hourly.csv')!r})\n"
        "result = load_forecaster().forecast(series, 24)\n"
        "print(result.compiled, result.forecast.to_frame().shape)\n"
    )
    ran = subprocess.run(
        ["bash", "-c", f"set -a; . {exported}; set +a; {sys.executable} {script}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("True (")


def test_that_a_fallback_is_told_and_eager_is_never_compared_with_eager() -> None:
    done = chronos_panel(
        "forecast",
        "--demo",
        "--compare",
        "--json",
        TORCH_COMPILED="1",
        CXX="/nowhere/c++",
        TORCHINDUCTOR_FORCE_DISABLE_CACHES="1",
    )
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["comparison"] is None
    assert [run["compiled"] for run in document["runs"]] == [False, False]
    assert len(document["fallbacks"]) == 1
    assert "eager instead" in done.stderr
    assert "were not compared" in done.stderr


def test_that_a_model_whose_weights_hold_nan_fails_and_names_the_cause(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(locate("demo"), model)
    weights = load_file(model / "model.safetensors")
    name = max(weights)
    weights[name] = np.full_like(weights[name], np.nan)
    save_file(weights, model / "model.safetensors")
    file = tmp_path / "forecast.csv"
    done = chronos_panel("forecast", "--model", model, SAMPLES / "hourly.csv", "--output", file)
    assert done.returncode == 1
    told = " ".join(done.stderr.split())
    assert f"because weights of {model} hold NaN or infinity: 1 tensor" in told
    assert "Download the model again" in told
    assert not file.exists()


def test_that_names_that_look_like_markup_and_odd_stamps_come_out_whole(tmp_path: Path) -> None:
    data = tmp_path / "odd.csv"
    stamps = pd.date_range("2024-01-01 00:00:10+01:00", periods=40, freq="250ms")
    pd.DataFrame({"item_id": "[/b]", "timestamp": stamps, "y": np.arange(40.0)}).to_csv(
        data, index=False
    )
    done = chronos_panel("forecast", data, "--horizon", "3", "--json")
    assert done.returncode == 0, done.stderr
    (item,) = json.loads(done.stdout)["forecast"]["items"]
    assert item["item_id"] == "[/b]"
    expected = pd.date_range(stamps[-1], periods=4, freq="250ms")[1:]
    assert [pd.Timestamp(text) for text in item["timestamps"]] == list(expected)
    written = chronos_panel(
        "forecast", data, "--horizon", "3", "--output", tmp_path / "o[bold].csv"
    )
    assert "o[bold].csv" in written.stderr
    frame = pd.read_csv(tmp_path / "o[bold].csv")
    assert [pd.Timestamp(text) for text in frame["timestamp"]] == list(expected)


def test_that_the_document_holds_the_findings() -> None:
    done = chronos_panel("forecast", "--demo", "--horizon", "300", "--json")
    assert done.returncode == 0, done.stderr
    findings = [finding["what"] for finding in json.loads(done.stdout)["findings"]]
    assert any("longer than the 256" in what for what in findings)


def test_that_an_eager_forecast_leaves_nothing_in_the_users_folder(tmp_path: Path) -> None:
    for command in (["forecast", "--demo"], ["status"], ["check", "--preset", "safest"]):
        done = chronos_panel(*command, folder=tmp_path, TORCHINDUCTOR_CACHE_DIR="")
        assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_that_names_that_spreadsheets_would_run_are_escaped_if_you_ask(tmp_path: Path) -> None:
    data, plain, escaped = (tmp_path / name for name in ("data.csv", "plain.csv", "escaped.csv"))
    rows = [f"=1+1,2024-01-{day:02},{day}" for day in range(1, 21)]
    data.write_text("\n".join(["item_id,timestamp,target", *rows]))
    for output, options in ((plain, ()), (escaped, ("--escape-formulas",))):
        done = chronos_panel("forecast", data, "--horizon", "2", "--output", output, *options)
        assert done.returncode == 0, done.stderr
    assert set(read(plain.read_text())["item_id"]) == {"=1+1"}
    assert set(read(escaped.read_text())["item_id"]) == {"'=1+1"}
