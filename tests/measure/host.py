"""Measure the time of `load_pipeline().predict_df` outside the model, table to table.

The model is replaced: by one whose encoder is the identity, which leaves its own input and output
layers, and by one that only gives numbers, which leaves nothing of it.

Run by hand, in the root of the repository: `python -m tests.measure.host`, with `--series 2000`,
`--steps 512`, `--covariates 3`, `--categories` for ids as categories. Prints microseconds a series,
of the library and of this program in turns.
"""

import argparse
import warnings
from collections.abc import Callable
from statistics import median
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import torch
from chronos.chronos2.model import Chronos2EncoderOutput
from torch import nn

from engine import load_pipeline
from engine.config.settings import CompileConfig
from engine.model.loading import load
from tests.measure.levers import HORIZON, table


class Identity(nn.Module):
    """An encoder that does nothing."""

    def forward(self, inputs_embeds: torch.Tensor, **_options: Any) -> Any:
        """Return the input, as the library's encoder returns its states."""
        return Chronos2EncoderOutput(last_hidden_state=inputs_embeds)


class Nothing(nn.Module):
    """A model that gives its first input back as every quantile."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.chronos_config, self.device = model.chronos_config, model.device

    def forward(self, context: torch.Tensor, num_output_patches: int, **_options: Any) -> Any:
        """Return numbers of the right shape."""
        shape = (len(context), len(self.chronos_config.quantiles), 16 * num_output_patches)
        return SimpleNamespace(quantile_preds=context[:, :1, None].expand(shape))


def main() -> None:
    """Time both pipelines, with both replacements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=512)
    parser.add_argument("--covariates", type=int, default=0)
    parser.add_argument("--categories", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", message="A future version of pandas")
    frame = table(arguments.series, arguments.steps)
    for index in range(arguments.covariates):
        frame[f"covariate {index}"] = np.random.default_rng(index).normal(size=len(frame))
    if arguments.categories:
        frame["item_id"] = frame["item_id"].astype("category")
    library = load(CompileConfig(attention="sdpa"), "cpu").pipeline
    ours = load_pipeline("demo", "cpu")

    def without_encoder(pipeline: Any) -> None:
        pipeline.model.encoder = Identity()

    def without_model(pipeline: Any) -> None:
        pipeline.model = Nothing(pipeline.model)

    for name, remove in (("encoder is the identity", without_encoder), ("no model", without_model)):
        remove(library)
        remove(ours)
        print(f"{name}:", compare(library.predict_df, ours.predict_df, frame, arguments))


def compare(
    library: Callable[..., pd.DataFrame],
    ours: Callable[..., pd.DataFrame],
    frame: pd.DataFrame,
    arguments: argparse.Namespace,
) -> str:
    """Return the microseconds a series of both."""
    seconds: dict[Callable[..., pd.DataFrame], list[float]] = {library: [], ours: []}
    for _ in range(arguments.rounds + 1):
        for one, taken in seconds.items():
            started = perf_counter()
            one(frame, prediction_length=HORIZON)
            taken.append(perf_counter() - started)
    each = [1e6 * median(taken[1:]) / arguments.series for taken in seconds.values()]
    return f"library {each[0]:.0f} us a series, this program {each[1]:.0f} us"


if __name__ == "__main__":
    main()
