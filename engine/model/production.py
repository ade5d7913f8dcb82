"""Load a forecaster or a pipeline for a production script, configured by environment variables."""

import dataclasses
import os
from typing import TYPE_CHECKING

import torch

from engine.base.findings import Finding
from engine.config.code_folders import secure_code_folders
from engine.config.environment import process_environment
from engine.config.settings import SETTINGS, CompileConfig
from engine.config.variables import process_variables
from engine.model.forecaster import Forecaster
from engine.model.loading import LoadedModel, load
from engine.model.sources import PRODUCTION_MODEL
from engine.runtime.events import FindingReported

if TYPE_CHECKING:
    from engine.model.pipeline import ConfiguredPipeline

MODEL = SETTINGS["model"].variable


def load_forecaster(model: str | None = None, device: str = "auto") -> Forecaster:
    """Return a forecaster for a production script, configured by environment variables.

    A cache folder that other users can write to is replaced by one of your own, with a warning in
    the log.

    Args:
        model: `demo`, a folder or a hub id; if None, the value of CHRONOS_MODEL, or
            amazon/chronos-2 if that is not set.
        device: `auto`, `cpu`, `cuda` or `cuda:N`.

    Raises:
        UserError: A variable has an invalid value, or the model cannot be loaded.
    """
    config, findings = _configure(model)
    return _forecaster(load(config, device), config, findings)


def load_pipeline(model: str | None = None, device: str = "auto") -> "ConfiguredPipeline":
    """Return a pipeline with the library's own methods, configured by environment variables.

    In a script, it takes the place of `Chronos2Pipeline.from_pretrained(...)`. Small values stay as
    they are unless CHRONOS_SMALL_VALUES is `clamp` or `rescale`.

    Args:
        model: As for `load_forecaster`.
        device: As for `load_forecaster`.

    Raises:
        UserError: A variable has an invalid value, or the model cannot be loaded.
    """
    from engine.model.pipeline import ConfiguredPipeline

    config, findings = _configure(model)
    loaded = load(config, device)
    pipeline = ConfiguredPipeline(loaded.pipeline.model)
    loaded = dataclasses.replace(loaded, pipeline=pipeline)
    pipeline.forecaster = _forecaster(loaded, config, findings)
    return pipeline


def _configure(model: str | None) -> tuple[CompileConfig, tuple[Finding, ...]]:
    """Read the configuration, and prepare this process for it."""
    variables = process_variables()
    named = model or variables.get(MODEL) or PRODUCTION_MODEL
    config = CompileConfig.from_env({**variables, MODEL: named})
    os.environ.update(process_environment(config, variables, config.enabled))
    findings = secure_code_folders() if config.enabled else ()
    if config.debug:
        torch._logging._internal.set_logs(graph_breaks=True, recompiles=True)
    return config, findings


def _forecaster(
    model: LoadedModel, config: CompileConfig, findings: tuple[Finding, ...]
) -> Forecaster:
    forecaster = Forecaster(model, config)
    for finding in (*findings, *model.findings):
        forecaster.emit(FindingReported(finding))
    return forecaster
