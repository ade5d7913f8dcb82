"""The embedded model: the shipped weights, what they can do, and the recipe that made them."""

import hashlib
import logging
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from chronos import Chronos2Pipeline
from chronos.chronos2.model import Chronos2Model
from safetensors.torch import load_file

from resources.demo_model.recipe import kept_out
from resources.demo_model.recipe.architecture import LAYERS, plain_copy
from resources.demo_model.recipe.batches import draw_batch
from resources.demo_model.recipe.evaluate import (
    FOLDER,
    covariate_gain,
    family_windows,
    joint_gain,
    load,
    score_windows,
)
from resources.demo_model.recipe.muon import orthogonal
from resources.demo_model.recipe.ship import allowing, averaged, ship
from resources.demo_model.recipe.train import Plan, Training, quantile_loss

SHA256 = "140967af2d5b0cac7cbb37862799b2db60a7b1c86dcfd31c86a481d5a1aeda93"


@pytest.fixture(scope="module")
def pipeline() -> Chronos2Pipeline:
    return load(FOLDER)


def test_shipped_weights_are_the_ones_that_were_judged() -> None:
    weights = (FOLDER / "model.safetensors").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == SHA256
    assert len(weights) <= 8_000_000


def test_unmodified_library_loads_it_silently(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    # the library's loggers keep their own handler and do not propagate to the root's
    library = logging.getLogger("transformers")
    library.addHandler(caplog.handler)
    try:
        loaded = Chronos2Pipeline.from_pretrained(FOLDER)
    finally:
        library.removeHandler(caplog.handler)
    assert [record.getMessage() for record in caplog.records] == []
    assert "warn" not in capfd.readouterr().err.lower()
    assert loaded.model.dtype == torch.float32


def test_structure_is_the_published_one(pipeline: Chronos2Pipeline) -> None:
    assert pipeline.model_output_patch_size == 16
    assert pipeline.model_context_length >= 2048
    assert pipeline.model_prediction_length >= 256
    assert pipeline.quantiles == [0.01, *(round(0.05 * step, 2) for step in range(1, 20)), 0.99]
    assert pipeline.model.chronos_config.use_arcsinh
    assert pipeline.model.chronos_config.use_reg_token


@pytest.mark.parametrize("family", kept_out.KEPT_OUT, ids=lambda family: family.name)
def test_quantiles_are_ordered_on_families_kept_out_of_training(
    pipeline: Chronos2Pipeline, family: kept_out.Family
) -> None:
    assert score_windows(pipeline, family_windows(family, rows=8)).crossing == 0


def test_beats_seasonal_naive_on_families_kept_out_of_training(pipeline: Chronos2Pipeline) -> None:
    scores = [score_windows(pipeline, family_windows(family)) for family in kept_out.KEPT_OUT]
    relative = np.array([[one.relative_wql, one.relative_mase] for one in scores])
    wql, mase = np.exp(np.log(relative).mean(0))
    assert wql <= 0.8
    assert mase <= 0.95


def test_a_known_future_covariate_helps(pipeline: Chronos2Pipeline) -> None:
    alone, told = covariate_gain(pipeline)
    assert told < 0.7 * alone


@pytest.mark.parametrize("points", [1, 2, 5, 16, 100, 2048, 3000])
def test_any_context_length_gives_finite_forecasts(pipeline: Chronos2Pipeline, points: int) -> None:
    series = 1e6 + 10 * np.sin(np.arange(points) / 3)
    (forecast,) = pipeline.predict([series], prediction_length=256)
    assert forecast.shape == (1, 21, 256)
    assert torch.isfinite(forecast).all()


def test_missing_values_give_finite_forecasts(pipeline: Chronos2Pipeline) -> None:
    series = np.sin(np.arange(200.0) / 3)
    series[50:120] = np.nan
    (forecast,) = pipeline.predict([series], prediction_length=24)
    assert torch.isfinite(forecast).all()


def test_joint_forecast_of_delayed_series_helps(pipeline: Chronos2Pipeline) -> None:
    separate, together = joint_gain(pipeline)
    assert together < separate


def test_batches_depend_on_their_arguments_alone() -> None:
    first, again, other = (draw_batch(1, step, 0, 300) for step in (7, 7, 8))
    for name in ("context", "target", "covariates", "group_ids", "weight"):
        torch.testing.assert_close(getattr(first, name), getattr(again, name), equal_nan=True)
    assert first.target.shape != other.target.shape or not torch.equal(first.target, other.target)


@pytest.mark.parametrize("shape", [(16, 16), (8, 40), (40, 8)])
def test_the_optimisers_steps_are_nearly_orthogonal(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    singular = (left.mT @ orthogonal(matrix) @ right.mT).diagonal()
    # the iteration's coefficients leave singular values between about 0.7 and 1.2
    assert ((singular > 0.5) & (singular < 1.3)).all()


def test_interrupted_training_resumes_where_it_was(tmp_path: Path) -> None:
    plan = Plan(tmp_path, steps=4, warmup=1, decay=1)
    batches = [draw_batch(1, step, 0, 200, 4) for step in range(4)]
    whole, interrupted, resumed = (Training(plan, worker=0) for _ in range(3))
    for batch in batches:
        whole.advance(batch)
    for batch in batches[:2]:
        interrupted.advance(batch)
    interrupted.save()
    resumed.resume()
    assert resumed.step == 2
    for batch in batches[2:]:
        resumed.advance(batch)
    for expected, value in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        torch.testing.assert_close(value, expected)


def test_a_deeper_model_begins_with_the_forecasts_of_a_shallower_one(
    pipeline: Chronos2Pipeline, tmp_path: Path
) -> None:
    shallow = deepcopy(pipeline.model)
    shallow.encoder.block = shallow.encoder.block[: LAYERS - 2]
    shallow.config.num_layers = LAYERS - 2
    shallow.save_pretrained(tmp_path)
    grown = plain_copy(Training(Plan(tmp_path, start=tmp_path), worker=0).model)
    assert len(grown.encoder.block) == LAYERS
    context = torch.randn(3, 256)
    with torch.no_grad():
        expected, found = (
            model(context=context, num_output_patches=2).quantile_preds
            for model in (shallow, grown)
        )
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)


def test_what_training_keeps_in_half_precision_is_stored_so_without_a_change(
    tmp_path: Path,
) -> None:
    training = Training(Plan(tmp_path), worker=0)
    training.advance(draw_batch(1, 0, 0, 200, 4))
    training.save()
    (tmp_path / "shipped").mkdir()
    ship(tmp_path / "model", tmp_path / "shipped")
    trained, shipped = (
        load_file(tmp_path / folder / "model.safetensors") for folder in ("model", "shipped")
    )
    halved = {name for name, value in shipped.items() if value.dtype == torch.float16}
    assert {
        name for name, value in trained.items() if value.ndim == 2 and "block" in name
    } <= halved
    for name, value in shipped.items():
        if not name.startswith("output_patch_embedding.output_layer."):
            assert torch.equal(value.float(), trained[name])


def test_a_mean_of_two_models_keeps_the_precision_of_both() -> None:
    thirds = torch.tensor([1 / 3, 2 / 3])
    ones = {"coarse": thirds.half().float(), "fine": thirds}
    others = {"coarse": torch.tensor([0.0, 1.0]), "fine": torch.tensor([0.0, 1.0])}
    means = averaged(ones, others, 0.25)
    assert torch.allclose(means["fine"], torch.tensor([0.25, 0.75]), rtol=1e-6)
    assert torch.equal(means["coarse"], means["fine"].half().float())


def _loss_on_unseen_batches(model: Chronos2Model) -> float:
    batches = [draw_batch(99, step, 0, 600, 32) for step in range(20)]
    with torch.no_grad():
        return float(np.mean([quantile_loss(model, batch).item() for batch in batches]))


def test_the_allowance_moves_quantiles_as_noise_would(pipeline: Chronos2Pipeline) -> None:
    head = pipeline.model.output_patch_embedding
    prefix = "output_patch_embedding."
    weights = {f"{prefix}{name}": value for name, value in head.state_dict().items()}
    wider = deepcopy(head)
    noise, width = 0.3, 0.4
    moved = {
        name.removeprefix(prefix): one for name, one in allowing(weights, noise, width).items()
    }
    wider.load_state_dict(moved)
    hidden = torch.randn(5, pipeline.model.config.d_model)
    with torch.no_grad():
        before, after = (one(hidden).unflatten(-1, (21, 16)) for one in (head, wider))
    torch.testing.assert_close(after[:, 10], before[:, 10])
    # What is 0.4 wide becomes 0.5 wide: 0.3 and 0.4 add up in squares. 1.2816 is the quantile 0.9.
    learnt, stored = ((one[:, 18] - one[:, 10]) / 1.2816 for one in (before, after))
    torch.testing.assert_close(stored - 0.5, 0.8 * (learnt - 0.4), rtol=0, atol=1e-3)
    assert (after.diff(dim=1) > 0).all()


@pytest.mark.slow
def test_recipe_learns_within_a_minute(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "resources.demo_model.recipe.train", "--device", "cpu"]
    plan = ["--output", str(tmp_path), "--steps", "300", "--decay", "100", "--tokens", "400"]
    run = subprocess.run([*command, *plan], capture_output=True, text=True, check=True)
    assert "step 300/300" in run.stdout
    before = _loss_on_unseen_batches(Training(Plan(tmp_path), worker=0).model)
    after = _loss_on_unseen_batches(load(tmp_path / "model").model)
    print(f"loss on unseen batches: {before:.3f} -> {after:.3f}")
    assert after < 0.8 * before
