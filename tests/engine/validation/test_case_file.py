"""Case files: a case is read as it was written, and other files are refused."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.base.errors import UserError
from engine.data.series import SeriesSet
from engine.results.judgement import Status
from engine.validation.case_file import read_case, write_case
from engine.validation.case_folder import KEPT, case_folder, keep_worst_case
from engine.validation.report import CheckResult, Report
from engine.validation.run import reported
from engine.validation.suite.sides import Sides
from tests.support.making import EAGER
from tests.support.planting import run_checks, sides_for

KEPT_FILES = Path(__file__).parent / "kept"


@pytest.fixture(scope="module")
def sides() -> Sides:
    return sides_for(EAGER)


def report_on(sides: Sides, *names: str) -> Report:
    return reported(sides, run_checks(sides, *names), 1.0)


def same_series(one: SeriesSet, other: SeriesSet) -> None:
    assert one.target_names == other.target_names
    for first, second in zip(one.series, other.series, strict=True):
        assert first.item_id == second.item_id
        np.testing.assert_array_equal(first.targets, second.targets)
        assert first.past_covariates.tolist() == second.past_covariates.tolist()
        assert first.known_covariates.tolist() == second.known_covariates.tolist()


@pytest.mark.parametrize("name", ["gaps", "with covariates", "one and two points", "near zero"])
def test_that_a_case_comes_back_to_the_bit(sides: Sides, tmp_path: Path, name: str) -> None:
    report = report_on(sides, name)
    write_case(tmp_path / "case.json", report, report.results[0])
    recorded = read_case(tmp_path / "case.json")
    compared = report.results[0].compared
    assert compared is not None
    same_series(recorded.case.series, compared.case.series)
    assert recorded.case.check == name
    assert (recorded.case.horizon, recorded.case.batch_size) == (16, 32)
    assert recorded.case.extreme == compared.case.extreme
    assert recorded.settings == EAGER.to_env()
    assert recorded.versions["torch"] == report.machine.torch
    assert recorded.sentence == report.results[0].sentence


@pytest.fixture
def document(sides: Sides, tmp_path: Path) -> dict[str, Any]:
    report = report_on(sides, "prices")
    write_case(tmp_path / "sound.json", report, report.results[0])
    found: dict[str, Any] = json.loads((tmp_path / "sound.json").read_text())
    return found


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", "{}", '{"chronos_panel_case": 1}', '"a"', "\x00"]
)
def test_that_other_files_are_not_case_files(tmp_path: Path, text: str) -> None:
    file = tmp_path / "case.json"
    file.write_text(text)
    with pytest.raises(UserError, match=r"case\.json"):
        read_case(file)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("chronos_panel_case", 99),
        ("series", []),
        ("series", None),
        ("horizon", 0),
        ("horizon", "many"),
        ("group", "no such group"),
        ("small_values", "explode"),
        ("target_names", ["one too few"]),
    ],
)
def test_that_a_damaged_case_file_is_named(
    document: dict[str, Any], tmp_path: Path, key: str, value: object
) -> None:
    file = tmp_path / "damaged.json"
    file.write_text(json.dumps({**document, key: value}))
    with pytest.raises(UserError, match=r"damaged\.json"):
        read_case(file)


def test_that_ragged_series_are_damage(document: dict[str, Any], tmp_path: Path) -> None:
    document["series"][0]["targets"][0].pop()
    (tmp_path / "ragged.json").write_text(json.dumps(document))
    with pytest.raises(UserError, match="damaged"):
        read_case(tmp_path / "ragged.json")


def test_that_the_worst_case_is_kept_if_it_did_not_pass_and_old_ones_are_deleted(
    sides: Sides, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    passed = report_on(sides, "prices")
    assert keep_worst_case(passed) is None
    sound = passed.results[0]
    failed = CheckResult(
        "prices",
        sound.group,
        Status.FAIL,
        "Planted.",
        1.0,
        0.5,
        "",
        sound.agreement,
        sound.compared,
    )
    case_folder().mkdir(parents=True)
    for index in range(KEPT + 5):
        (case_folder() / f"2020-01-01-0000{index:02d}-old.json").touch()
    kept = keep_worst_case(reported(sides, [failed], 1.0))
    assert kept is not None
    assert read_case(kept).sentence == "Planted."
    assert len(list(case_folder().glob("*.json"))) == KEPT


def test_that_a_folder_that_cannot_be_made_is_named(
    sides: Sides, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    sound = report_on(sides, "prices").results[0]
    failed = dataclasses.replace(sound, status=Status.FAIL)
    with pytest.raises(UserError, match=r"was not kept: the folder .* cannot be made"):
        keep_worst_case(reported(sides, [failed], 1.0))


def test_that_a_case_of_version_0_1_is_read_as_before() -> None:
    recorded = read_case(KEPT_FILES / "case-0.1-with-covariates.json")
    case, series = recorded.case, recorded.case.series
    assert (case.check, case.group) == ("with covariates", "ordinary series")
    assert (case.horizon, case.batch_size, case.context_length) == (16, 32, None)
    assert (case.small_values, case.extreme) == ("keep", False)
    assert (series.target_names, series.past_covariate_names) == (("price",), ("past",))
    assert (series.known_covariate_names, series.timezone) == (("known",), None)
    assert [one.targets.shape for one in series.series] == [(1, 128)] * 8
    assert series.series[0].known_covariates.shape == (1, 144)
    assert sum(np.nansum(one.targets) for one in series.series) == 105101.53927752069
    covariates = ((one.past_covariates, one.known_covariates) for one in series.series)
    assert sum(float(past.sum() + known.sum()) for past, known in covariates) == -11.660435581510747
    assert recorded.device == "cpu"
    assert recorded.settings.items() <= EAGER.to_env().items()
    assert len(recorded.settings) == 12
    assert recorded.versions == {
        "torch": "2.13.0+cpu",
        "chronos-forecasting": "2.3.2",
        "transformers": "5.24.0",
    }
    assert recorded.sentence == (
        "Eager is up to 1.9e-06 of scale away from float64, 0.0001 allowed."
    )


def test_that_a_case_of_version_0_1_keeps_several_targets() -> None:
    case = read_case(KEPT_FILES / "case-0.1-near-zero.json").case
    assert (case.check, case.group, case.extreme) == ("near zero", "stress series", True)
    assert case.series.target_names == ("open", "high", "low", "close")
    assert [one.targets.shape for one in case.series.series] == [(4, 128)] * 8
    assert sum(float(one.targets.sum()) for one in case.series.series) == 0.4092384402726022


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (
            "horizon",
            "many",
            r"wrong\.json is damaged: Expected `int`, got `str` - at `\$\.horizon`",
        ),
        ("horizon", 0, r"wrong\.json is damaged: horizon is 0, which is less than 1"),
        ("group", "none", r"wrong\.json is damaged: Invalid enum value 'none' - at `\$\.group`"),
        (
            "target_names",
            ["a", 3],
            r"wrong\.json is damaged: Expected `str`, got `int` - at `\$\.target_names\[1\]`",
        ),
        ("chronos_panel_case", 99, r"A newer version of chronos-panel wrote .*\(version 99\)"),
        ("chronos_panel_case", 0, r"wrong\.json is damaged: there is no version 0"),
    ],
)
def test_that_what_is_wrong_is_named_with_its_path(
    tmp_path: Path, key: str, value: object, words: str
) -> None:
    document = json.loads((KEPT_FILES / "case-0.1-near-zero.json").read_text())
    (tmp_path / "wrong.json").write_text(json.dumps({**document, key: value}))
    with pytest.raises(UserError, match=words):
        read_case(tmp_path / "wrong.json")
