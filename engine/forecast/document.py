"""A forecast as one JSON document: what `chronos-panel forecast --json` prints."""

from engine.data.series import SeriesSet
from engine.forecast.events import ForecastReady, PolicyWeighed
from engine.forecast.outcome import ForecastOutcome
from engine.results.forecasts import ForecastSet, ItemForecast


def document(outcome: ForecastOutcome) -> dict[str, object]:
    """Return everything that a forecast job reported."""
    requested = outcome.requested
    others = [run for run in outcome.runs if run is not requested]
    runs = others if requested is None else [requested, *others]
    return {
        "config": outcome.config,
        "data": outcome.series and _data(outcome.series),
        "model": outcome.model,
        "runs": [_run(run) for run in runs],
        "fallbacks": outcome.fallbacks,
        "small_values": outcome.small_values,
        "findings": outcome.findings,
        "comparison": outcome.comparison,
        "judgement": outcome.judgement,
        "small_value_effect": outcome.policy and _policy(outcome.policy),
        "forecast": _forecast(outcome.forecast),
    }


def _policy(policy: PolicyWeighed) -> dict[str, object]:
    return {
        "policy": policy.policy,
        "judgement": policy.judgement,
        "kept": _forecast(policy.kept),
    }


def _data(series: SeriesSet) -> dict[str, object]:
    return {
        "source": series.source,
        "items": len(series),
        "targets": series.target_names,
        "past_covariates": series.past_covariate_names,
        "known_covariates": series.known_covariate_names,
        "reading": series.reading,
        "findings": series.findings,
    }


def _forecast(forecast: ForecastSet) -> dict[str, object]:
    """Return a forecast; its timestamps are in the time zone of the file."""
    return {
        "target_names": forecast.target_names,
        "quantile_levels": forecast.quantile_levels,
        "items": [
            {
                "item_id": item.item_id,
                "timestamps": _stamps(forecast, item),
                "values": item.values,
            }
            for item in forecast.items
        ],
    }


def _stamps(forecast: ForecastSet, item: ItemForecast) -> list[str] | None:
    stamps = forecast.local_stamps(item)
    return None if stamps is None else [stamp.isoformat() for stamp in stamps]


def _run(run: ForecastReady) -> dict[str, object]:
    proof = run.proof
    return {
        "compiled": run.compiled,
        "seconds": run.split,
        "compile": proof
        and {
            "scope": proof.scope,
            "ahead_of_time": proof.ahead_of_time,
            "backend": proof.backend,
            "mode": proof.mode,
            "dynamic": proof.dynamic,
            "graphs": proof.graphs,
            "graph_breaks": proof.graph_breaks,
            "recompiles": proof.recompiles,
            "compilations": proof.compilations,
            "seconds": proof.seconds,
            "cache_hits": proof.cache_hits,
            "cache_misses": proof.cache_misses,
            "calls": proof.calls,
            "graph_runs": proof.graph_runs,
            "uncompiled_calls": proof.uncompiled_calls,
            "cuda_graphs": proof.cuda_graphs,
            "no_code_reason": proof.no_code_reason,
        },
    }
