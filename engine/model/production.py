"""Load a forecaster for a production script, configured by environment variables."""

import os

import torch

from engine.config.code_folders import secure_code_folders
from engine.config.environment import process_environment
from engine.config.settings import SETTINGS, CompileConfig
from engine.config.variables import process_variables
from engine.model.forecaster import Forecaster
from engine.model.loading import load
from engine.model.sources import PRODUCTION_MODEL
from engine.runtime.events import FindingReported

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
    variables = process_variables()
    named = model or variables.get(MODEL) or PRODUCTION_MODEL
    config = CompileConfig.from_env({**variables, MODEL: named})
    os.environ.update(process_environment(config, variables, config.enabled))
    findings = secure_code_folders() if config.enabled else ()
    if config.debug:
        torch._logging._internal.set_logs(graph_breaks=True, recompiles=True)
    forecaster = Forecaster(load(config, device), config)
    for finding in (*findings, *forecaster.model.findings):
        forecaster.emit(FindingReported(finding))
    return forecaster
