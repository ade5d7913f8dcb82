"""Predict how much memory a batch needs."""

from pathlib import Path

import numpy as np
import pytest

from engine.config.attention import attention_kernels
from engine.config.settings import CompileConfig
from engine.model import batch_planner
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.model.memory_need import BlockSizes, memory_need
from engine.model.planning import PatchSizes
from engine.results.shapes import BatchShape
from engine.runtime.events import Event, FindingReported
from tests.support.forecasting import values
from tests.support.making import EAGER, walks
from tests.support.random_models import save_random_model
from tests.support.tracking_memory import peak_of_call

WIDE = {"d_model": 128, "d_kv": 32, "d_ff": 512, "num_layers": 2, "num_heads": 4}
MANY_HEADS = {"d_model": 64, "d_kv": 16, "d_ff": 128, "num_layers": 1, "num_heads": 8}

SHAPES = {"usual": (64, 512, 2), "long": (2, 2048, 16), "many rows": (200, 32, 1)}
"""Rows, steps of history and patches of horizon."""

CLOSE = 0.2
"""Share of the memory by which the figure may be wrong."""


@pytest.mark.parametrize("sizes", [WIDE, MANY_HEADS], ids=["wide", "many heads"])
@pytest.mark.parametrize("encoder", ["stock", "fused"])
@pytest.mark.parametrize("kernels", ["eager", "math", "flash"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_that_the_figure_is_close_to_what_a_call_holds(
    tmp_path: Path, sizes: dict[str, int], encoder: str, kernels: str, dtype: str
) -> None:
    save_random_model(tmp_path, **sizes)
    config = CompileConfig(model=str(tmp_path), dtype=dtype, encoder=encoder)  # type: ignore[arg-type]
    if kernels != "eager":
        config = config.replace(attention="sdpa", sdpa_backends=kernels)
    loaded = load(config, "cpu")
    for name, (rows, steps, horizon) in SHAPES.items():
        patch_sizes = PatchSizes.of(loaded.pipeline.model.chronos_config)
        patches = int(patch_sizes.patches(np.array([steps]), 16 * horizon)[0])
        expected = memory_need(BlockSizes.of_model(loaded.pipeline.model), config, rows, patches)
        with attention_kernels(config.attention, config.sdpa_backends):
            found = peak_of_call(loaded.pipeline.model, rows, steps, horizon)
        assert abs(expected / found - 1) <= CLOSE, f"{name}: {expected / found:.2f} of {found:,}"


def test_that_batches_that_do_not_fit_are_halved_beforehand(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_row = memory_need(BlockSizes.of_model(model.pipeline.model), EAGER, 1, 7)
    monkeypatch.setattr(batch_planner, "WORTH_A_LOOK", 0)
    monkeypatch.setattr(batch_planner, "available_memory", lambda _device: 8 * of_row)
    events: list[Event] = []
    forecaster = Forecaster(model, EAGER.replace(batch_size=16), events.append)
    assert forecaster.batch_shapes(walks(16, 64), 16) == (BatchShape(4, 64, 16),) * 4
    values(forecaster, walks(16, 64))
    found = [event.finding.what for event in events if isinstance(event, FindingReported)]
    assert len(found) == 2
    assert found[0].startswith("A batch of 16 rows needs about ")
