"""Baselines: changes are named, and nothing passes that was not compared."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from engine.base.errors import UserError
from engine.results.judgement import Status
from engine.results.proof import CompileProof
from engine.validation.baseline import read_baseline, save_baseline
from engine.validation.case import ALL_SERIES, Group
from engine.validation.changes import changes_since
from engine.validation.report import CheckResult, Report
from engine.validation.run import reported
from engine.validation.suite.sides import Sides
from tests.support.making import CAPTURED, EAGER
from tests.support.planting import each_values, run_checks, sides_for, statuses

PROOF = CompileProof("blocks", "aot_eager", "default", "true", (), {}, 0, 1, 4, 16, 0, "not asked")
NAMES = ("prices", "spike")


@pytest.fixture(scope="module")
def sides() -> Sides:
    return sides_for(EAGER)


@pytest.fixture(scope="module")
def report(sides: Sides) -> Report:
    return reported(sides, run_checks(sides, *NAMES), 1.0)


def altered(report: Report, change: Callable[[Any], Any], *sides: str) -> Report:
    """Return the report with other forecasts on some sides."""

    def change_one(one: CheckResult) -> CheckResult:
        assert one.compared is not None
        values: dict[str, Any] = {
            side: each_values(change)(getattr(one.compared, side)) for side in sides
        }
        return dataclasses.replace(one, compared=dataclasses.replace(one.compared, **values))

    return dataclasses.replace(report, results=tuple(map(change_one, report.results)))


def test_that_the_same_forecasts_pass(report: Report, tmp_path: Path) -> None:
    save_baseline(tmp_path / "b", report)
    changes = changes_since(read_baseline(tmp_path / "b"), report)
    assert statuses(changes) == {
        "circumstances": "noted",
        "prices, since the baseline": "pass",
        "spike, since the baseline": "pass",
    }
    assert "Versions and settings are the same" in changes[0].sentence


@pytest.mark.parametrize("side", ["eager", "configured"])
def test_that_a_side_that_moved_fails_with_the_figure(
    report: Report, tmp_path: Path, side: str
) -> None:
    save_baseline(tmp_path / "b", report)
    moved = altered(report, lambda values: values * 1.001, side)
    changes = changes_since(read_baseline(tmp_path / "b"), moved)
    assert {one.status for one in changes[1:]} == {Status.FAIL}
    figure, limit = changes[1].figure, changes[1].limit
    assert figure is not None
    assert limit is not None
    assert figure > limit


def test_that_rounding_is_no_change(report: Report, tmp_path: Path) -> None:
    save_baseline(tmp_path / "b", report)
    moved = altered(report, lambda values: values * (1 + 1e-8), "eager", "configured")
    changes = changes_since(read_baseline(tmp_path / "b"), moved)
    assert {one.status for one in changes[1:]} == {Status.PASS}


def test_that_changed_versions_are_named(report: Report, tmp_path: Path) -> None:
    save_baseline(tmp_path / "b", report)
    machine = dataclasses.replace(report.machine, torch="9.9.9", driver="600.1")
    changes = changes_since(
        read_baseline(tmp_path / "b"), dataclasses.replace(report, machine=machine)
    )
    assert f"torch {report.machine.torch} -> 9.9.9" in changes[0].sentence
    assert "driver None -> 600.1" in changes[0].sentence


def test_that_checks_without_a_counterpart_are_not_run(report: Report, tmp_path: Path) -> None:
    prices = dataclasses.replace(report, results=report.results[:1])
    save_baseline(tmp_path / "few", prices)
    assert statuses(changes_since(read_baseline(tmp_path / "few"), report)) == {
        "circumstances": "noted",
        "prices, since the baseline": "pass",
        "spike, since the baseline": "not run",
    }
    save_baseline(tmp_path / "many", report)
    assert statuses(changes_since(read_baseline(tmp_path / "many"), prices)) == {
        "circumstances": "noted",
        "prices, since the baseline": "pass",
        "spike, since the baseline": "not run",
    }


def test_that_other_series_are_not_compared(report: Report, tmp_path: Path) -> None:
    save_baseline(tmp_path / "b", report)
    result = report.results[0]
    assert result.compared is not None
    series = result.compared.case.series
    others = tuple(dataclasses.replace(one, targets=one.targets + 1) for one in series.series)
    case = dataclasses.replace(
        result.compared.case, series=dataclasses.replace(series, series=others)
    )
    changed = dataclasses.replace(result, compared=dataclasses.replace(result.compared, case=case))
    now = dataclasses.replace(report, results=(changed, *report.results[1:]))
    changes = changes_since(read_baseline(tmp_path / "b"), now)
    assert changes[1].status is Status.NOT_RUN


def test_that_items_are_compared_by_their_id_whatever_their_order(
    report: Report, tmp_path: Path
) -> None:
    def own(*indices: int) -> Report:
        result = report.results[0]
        assert result.compared is not None
        compared = result.compared.of_items(indices)
        case = dataclasses.replace(compared.case, check=ALL_SERIES, group=Group.DATA)
        compared = dataclasses.replace(compared, case=case)
        changed = dataclasses.replace(result, check=ALL_SERIES, group=Group.DATA, compared=compared)
        single = dataclasses.replace(changed, check="series seed 42")
        return dataclasses.replace(report, results=(changed, single))

    save_baseline(tmp_path / "b", own(0, 1, 2, 3))
    baseline = read_baseline(tmp_path / "b")
    changes = changes_since(baseline, own(3, 1, 0, 2))
    assert statuses(changes) == {"circumstances": "noted", "all series, since the baseline": "pass"}
    changes = changes_since(baseline, own(3, 5, 1))
    assert changes[1].status is Status.PASS
    assert "Only 2 items could be compared" in changes[1].sentence
    assert changes_since(baseline, own(5, 6))[1].status is Status.NOT_RUN


def test_that_a_baseline_of_a_comparison_keeps_the_checks_alone(
    report: Report, tmp_path: Path
) -> None:
    save_baseline(tmp_path / "old", report)
    changes = changes_since(read_baseline(tmp_path / "old"), report)
    compared = dataclasses.replace(report, results=(*report.results, *changes))
    save_baseline(tmp_path / "new", compared)
    assert {one.status for one in changes_since(read_baseline(tmp_path / "new"), report)} == {
        Status.NOTED,
        Status.PASS,
    }


def test_that_other_weights_are_named(report: Report, tmp_path: Path) -> None:
    save_baseline(tmp_path / "b", report)
    (tmp_path / "model.safetensors").write_bytes(b"others")
    model = dataclasses.replace(report.model, folder=str(tmp_path))
    changes = changes_since(read_baseline(tmp_path / "b"), dataclasses.replace(report, model=model))
    assert "weights" in changes[0].sentence


def test_that_a_run_that_fell_back_is_no_baseline(report: Report, tmp_path: Path) -> None:
    not_run = CheckResult("prices", report.results[0].group, Status.NOT_RUN, "It fell back.")
    compiled = dataclasses.replace(report, config=CAPTURED, proof=PROOF)
    idle = dataclasses.replace(PROOF, uncompiled_calls=1)
    for bad in (
        dataclasses.replace(compiled, results=(not_run, *report.results[1:])),
        dataclasses.replace(compiled, proof=idle),
        dataclasses.replace(compiled, proof=None),
        dataclasses.replace(compiled, fallback_cause="It broke."),
    ):
        with pytest.raises(UserError, match="not every check ran compiled code"):
            save_baseline(tmp_path / "b", bad)
    assert not (tmp_path / "b").exists()


def test_that_a_compiled_baseline_never_passes_without_compiled_code(
    report: Report, tmp_path: Path
) -> None:
    compiled = dataclasses.replace(report, config=CAPTURED, proof=PROOF)
    save_baseline(tmp_path / "b", compiled)
    baseline = read_baseline(tmp_path / "b")
    assert changes_since(baseline, report)[0].status is Status.FAIL
    fell_back = [
        CheckResult(one.check, one.group, Status.NOT_RUN, "Fell back.") for one in report.results
    ]
    changes = changes_since(baseline, dataclasses.replace(compiled, results=tuple(fell_back)))
    assert {one.status for one in changes[1:]} == {Status.NOT_RUN}


@pytest.mark.parametrize("content", [b"", b"text", b"\xff" * 40, save({"a": np.zeros(3)})])
def test_that_other_files_are_not_baselines(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(UserError, match="is not a baseline"):
        read_baseline(tmp_path / "other")


def test_that_truncated_damaged_and_newer_baselines_are_named(
    report: Report, tmp_path: Path
) -> None:
    save_baseline(tmp_path / "b", report)
    content = (tmp_path / "b").read_bytes()
    (tmp_path / "short").write_bytes(content[:-100])
    with pytest.raises(UserError, match="is not a baseline"):
        read_baseline(tmp_path / "short")
    metadata = {"chronos_panel_baseline": "99"}
    (tmp_path / "newer").write_bytes(save({"a": np.zeros(3)}, metadata))
    with pytest.raises(
        UserError, match=r"A newer version of chronos-panel wrote .*newer \(version 99\)"
    ):
        read_baseline(tmp_path / "newer")
    metadata = {"chronos_panel_baseline": "1", "checks": json.dumps([["a", "b", "c"]])}
    (tmp_path / "hollow").write_bytes(save({"a": np.zeros(3)}, metadata))
    with pytest.raises(UserError, match="damaged"):
        read_baseline(tmp_path / "hollow")


def test_that_a_missing_baseline_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_baseline(tmp_path / "none")


def test_that_a_baseline_of_version_0_1_is_read_as_before() -> None:
    baseline = read_baseline(Path(__file__).parent / "kept" / "baseline-0.1.safetensors")
    assert baseline.written == "2026-11-28T07:31:11+00:00"
    assert baseline.settings.items() <= EAGER.to_env().items()
    assert len(baseline.settings) == 12
    assert baseline.circumstances == {
        "torch": "2.13.0+cpu",
        "chronos-forecasting": "2.3.2",
        "transformers": "5.24.0",
        "driver": "None",
        "processor": "AMD EPYC",
        "GPU": "",
        "model": "demo",
        "weights": "4a4ca84d98aa",
        "device": "cpu",
        "dtype": "float32",
    }
    assert {
        key: (kept.eager.shape, float(kept.eager.sum()), float(kept.configured.sum()))
        for key, kept in baseline.checks.items()
    } == {
        ("ordinary series", "with covariates"): (
            (8, 1, 16, 21),
            284467.9424171448,
            284467.9424171448,
        ),
        ("stress series", "near zero"): ((8, 4, 16, 21), 1.0778804824367398, 1.0778804824367398),
    }
    digests = baseline.checks["stress series", "near zero"].digests
    assert len(digests) == 8
    assert digests["seed 42"] == "79b2a43501183ce1df2896aa50080ef04ccba40fe6b64ef88cfd5bae0a42e02e"


def test_that_a_baseline_of_version_0_1_can_be_compared_with(sides: Sides) -> None:
    baseline = read_baseline(Path(__file__).parent / "kept" / "baseline-0.1.safetensors")
    now = reported(sides, run_checks(sides, "near zero", "with covariates"), 1.0)
    changes = changes_since(baseline, now)
    assert {change.status for change in changes[1:]} == {Status.PASS}
