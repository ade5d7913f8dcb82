"""The float64 reference: the forecast that others are judged against."""

from engine.config.settings import CompileConfig
from engine.model.cache import weights_stamp
from engine.model.forecaster import Emit, Forecaster
from engine.model.loading import LoadedModel, load
from engine.runtime.context import JobContext

TRUTH = "float64"
"""Dtype of the reference."""

BATCH_SIZE = 64


def exactly(config: CompileConfig) -> CompileConfig:
    """Return the configuration of the float64 reference.

    It uses SDPA attention, because the library's eager attention goes through float32, where masks
    turn into infinity. Its batches have a fixed size, which no measurement decides.
    """
    return config.plain.replace(attention="sdpa", sdpa_backends=("math",), batch_size=BATCH_SIZE)


def reference_forecaster(
    configured: Forecaster, device: str, context: JobContext, emit: Emit
) -> Forecaster:
    """Return the float64 reference of a forecaster; the cache keeps its model.

    Raises:
        UserError: The model cannot be loaded.
    """
    config = exactly(configured.config)

    def make() -> LoadedModel:
        return load(config, device, dtype=TRUTH)

    description = configured.model.description
    folder = description.folder
    key = ("truth", folder, weights_stamp(folder), description.device)
    return Forecaster(context.cache.get(key, make), config, emit, context.check_cancelled)
