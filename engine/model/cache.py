"""The cache of loaded models and compiled forecasters, kept from job to job."""

from collections.abc import Callable
from pathlib import Path

from engine.base.files import is_folder
from engine.config.settings import CompileConfig
from engine.model.compiling import forget_compiled_code
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load, make_current, resolve_device
from engine.model.sources import as_path
from engine.runtime.context import JobContext
from engine.runtime.events import (
    Event,
    FellBack,
    FindingReported,
    ModelLoaded,
    Progress,
    SmallValuesChanged,
)


def forecaster_for(config: CompileConfig, device: str, context: JobContext) -> Forecaster:
    """Return a forecaster for a configuration; the cache keeps the last compiled one.

    The cache keeps only one, because torch stores compiled code by function and not by model.
    It does not serve a forecaster that fell back: the cause may have been removed since.
    """
    model = model_for(config, device, context)
    if not config.enabled:
        return Forecaster(model, config, context.emit, context.check_cancelled)

    def make() -> Forecaster:
        forget_compiled_code()
        return Forecaster(model, config, context.emit, context.check_cancelled)

    kept = context.cache.get("compiled", make, still_good=lambda kept: _is_for(kept, model, config))
    kept.emit, kept.check_cancelled = context.emit, context.check_cancelled
    return kept


def _is_for(forecaster: Forecaster, model: LoadedModel, config: CompileConfig) -> bool:
    """Say whether a cached forecaster serves a model and a configuration."""
    return (
        forecaster.model is model
        and forecaster.config == config
        and forecaster.fallback_cause is None
    )


def model_for(config: CompileConfig, device: str, context: JobContext) -> LoadedModel:
    """Return the configured model; eager and compiled forecasters share it."""

    def make() -> LoadedModel:
        return load(config, device, lambda text: context.emit(Progress(text)))

    stamp = weights_stamp(config.model)
    resolved = resolve_device(device)
    key = ("model", config.model, stamp, *config.of_model, str(resolved))
    model = context.cache.get(key, make)
    make_current(resolved)
    context.emit(ModelLoaded(model.description))
    for finding in model.findings:
        context.emit(FindingReported(finding))
    return model


def weights_stamp(source: str) -> tuple[int, ...]:
    """Return when a local model's weights were last written: a retrained model is loaded again."""
    folder = as_path(source)
    return tuple(map(_written, sorted(folder.glob("*.safetensors")))) if is_folder(folder) else ()


def _written(file: Path) -> int:
    """Return when a file was last written; 0 for one that loading the model will refuse."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def once(emit: Callable[[Event], None]) -> Callable[[Event], None]:
    """Return a callback that passes on each fallback, finding and small-value event once."""
    seen: set[Event] = set()

    def emit_new(event: Event) -> None:
        if event not in seen:
            emit(event)
        if isinstance(event, FellBack | FindingReported | SmallValuesChanged):
            seen.add(event)

    return emit_new
