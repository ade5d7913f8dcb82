"""Measure an artifact beside the fused encoder in eager and its blocks compiled by torch.compile.

*Start* is a fresh process of each way, in turns: the seconds from the loaded model to the end of
the first forecast, with what an artifact needs in them: check, hashes, load. *Steady* is one
process that forecasts by all ways in turns. The ratios are medians over the turns.

Run by hand, in the root of the repository: `python -m tests.measure.artifact`, with
`--published-size` for random weights of the size of amazon/chronos-2, `--dtype bfloat16`,
`--starts 3`, `--rounds 15`. Prints tables.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from engine.config.settings import CompileConfig
from engine.model.artifacts.manifest import Manifest

HORIZON = 24
STARTED = (8, 512)
STEADY = ((1, 512), (8, 512), (32, 512), (4, 2048))
"""Rows and steps of a forecast."""

VARIED = [(batch, context) for batch in (1, 2, 17, 256) for context in (16, 500, 8192)]
HORIZONS = (1, 24, 256)
MOST_STEPS = 300_000
"""Steps of a batch that is forecast to look for recompiles."""

WAYS = ("eager", "compiled, cold", "compiled, warm", "artifact")


def config_of(way: str, model: str, dtype: str, artifact: str) -> CompileConfig:
    """Return the settings of a way."""
    return CompileConfig(
        model=model,
        encoder="fused",
        small_values="keep",
        enabled=way != "eager",
        artifact=artifact if way == "artifact" else "none",
    ).replace(dtype=dtype)


def start(config: CompileConfig) -> dict[str, float]:
    """Load a model in this process and forecast, and return the seconds of each."""
    from engine.model.forecaster import Forecaster
    from engine.model.loading import load
    from tests.support.making import walks

    series = walks(*STARTED)
    began = perf_counter()
    model = load(config, "cpu")
    loaded = perf_counter()
    forecaster = Forecaster(model, config)
    opened = perf_counter()
    result = forecaster.forecast(series, HORIZON)
    ended = perf_counter()
    if result.compiled != config.enabled:
        raise RuntimeError(f"It fell back: {forecaster.fallback_cause}")
    forecaster.forecast(series, HORIZON)
    return {
        "load": loaded - began,
        "first forecast after it": ended - loaded,
        "of that opening": opened - loaded,
        "second forecast": perf_counter() - ended,
    }


def in_fresh_process(config: CompileConfig, cache: Path) -> dict[str, float]:
    """Start in a fresh process, with a cache folder."""
    variables = {**os.environ, **config.to_env(), "TORCHINDUCTOR_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.measure.artifact", "--start"],
        env={**variables, "TORCHINDUCTOR_COMPILE_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare_starts(configs: dict[str, CompileConfig], rounds: int, folder: Path) -> None:
    """Print the seconds of the starts of each way."""
    cache = folder / "cache"
    cache.mkdir(mode=0o700)
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            if way == "compiled, cold":
                shutil.rmtree(cache)
                cache.mkdir(mode=0o700)
            found[way].append(in_fresh_process(configs[way], cache))
    names = list(found["eager"][0])
    print(f"\n| start, median of {rounds} |", " | ".join(names), "|")
    print("|---|" + "---|" * len(names))
    for way, all_seconds in found.items():
        each = (median(seconds[name] for seconds in all_seconds) for name in names)
        print(f"| {way} |", " | ".join(f"{seconds:.3g} s" for seconds in each), "|", flush=True)


def compare_steady(configs: dict[str, CompileConfig], rounds: int) -> None:
    """Print the speed of each way against eager, in turns in this process."""
    from engine.model.forecaster import Forecaster
    from engine.model.loading import load
    from tests.support.making import walks

    ways = ("eager", "compiled, warm", "artifact")
    model = load(configs["artifact"], "cpu")
    sides = {way: Forecaster(model, configs[way]) for way in ways}
    print("\n| speed | eager | compiled | artifact | of compiled |\n|---|---|---|---|---|")
    for rows, steps in STEADY:
        series = walks(rows, steps)
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(rounds + 1):
            for way in ways[:: 1 if number % 2 else -1]:
                began = perf_counter()
                sides[way].forecast(series, HORIZON)
                seconds[way].append(perf_counter() - began)

        def speed(way: str, base: str, of: dict[str, list[float]] = seconds) -> float:
            return median(a / b for a, b in zip(of[base][1:], of[way][1:], strict=True))

        print(
            f"| {rows} x {steps} | {1e3 * median(seconds['eager'][1:]):.3g} ms |",
            f"{speed('compiled, warm', 'eager'):.2f}x | {speed('artifact', 'eager'):.2f}x |",
            f"{speed('artifact', 'compiled, warm'):.2f}x |",
            flush=True,
        )
    count_compiles(sides["artifact"])


def count_compiles(forecaster: Any) -> None:
    """Print how many graphs torch compiled while an artifact forecast many shapes."""
    from torch._dynamo.utils import counters

    from tests.support.making import walks

    before = counters["stats"]["unique_graphs"]
    shapes = 0
    for rows, steps in VARIED:
        if rows * steps > MOST_STEPS:
            continue
        for horizon in HORIZONS:
            if not forecaster.forecast(walks(rows, steps), horizon, batch_size=rows).compiled:
                raise RuntimeError(f"{rows} x {steps} fell back: {forecaster.fallback_cause}")
            shapes += 1
    graphs = counters["stats"]["unique_graphs"] - before
    print(f"\n{shapes} shapes by the artifact: {graphs} graphs compiled.")


def unvalidated(artifact: Path, config: CompileConfig) -> Manifest:
    """Compile an artifact into a new folder without its validation."""
    from engine.compilation.run import compile_into
    from engine.model.loading import load
    from engine.runtime.context import JobContext

    artifact.mkdir(mode=0o700)
    return compile_into(artifact, config, load(config, "cpu"), JobContext(lambda _event: None))


def compare(model: str, arguments: argparse.Namespace, folder: Path) -> None:
    """Compile an artifact without its validation, and print the tables."""
    artifact = folder / "artifact"
    configs = {way: config_of(way, model, arguments.dtype, str(artifact)) for way in WAYS}
    made = unvalidated(artifact, configs["compiled, cold"])
    bytes_ = sum(file.stat().st_size for file in artifact.iterdir())
    print(f"Compiled in {made.seconds:.0f} s; {bytes_ / 1e6:.2f} MB.")
    compare_starts(configs, arguments.starts, folder)
    compare_steady(configs, arguments.rounds)


def main() -> None:
    """Compare all ways, or start the one that the environment configures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--published-size", action="store_true")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--start", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.start:
        print(json.dumps(start(CompileConfig.from_env())))
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        model = "demo"
        if arguments.published_size:
            from tests.measure.naive import PUBLISHED
            from tests.support.random_models import save_random_model

            model = str(folder / "model")
            save_random_model(model, **PUBLISHED)
        compare(model, arguments, folder)


if __name__ == "__main__":
    main()
