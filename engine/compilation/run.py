"""Run the job: load, compile, validate, and write the artifact if it passed.

Everything happens in a temporary folder of the worker's own. The output folder gets the code, then
the manifest, at the end.
"""

import dataclasses
import math
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from engine.compilation.events import ArtifactMade
from engine.compilation.job import CompileAhead
from engine.config.settings import CompileConfig
from engine.model.artifacts.functions import PARTS
from engine.model.artifacts.making import compile_functions, require_compiler, write_package
from engine.model.artifacts.manifest import CODE, Manifest, Validation, write_manifest
from engine.model.artifacts.opening import blocks_of
from engine.model.artifacts.writing import manifest_of, now, require_folder, write_artifact
from engine.model.cache import model_for
from engine.model.header_cache import secure_headers
from engine.model.loading import LoadedModel
from engine.results.judgement import Status
from engine.results.limits import DEVIATIONS
from engine.runtime.context import JobContext
from engine.runtime.events import Event, FindingReported, Progress
from engine.validation import run as validation
from engine.validation.events import Validated
from engine.validation.job import Validate
from engine.validation.report import Report

NOT_USABLE = (Status.FAIL, Status.NOT_RUN)


def run(job: CompileAhead, context: JobContext) -> None:
    """Run the job; its docstring lists its events.

    Raises:
        UserError: The configuration, the model, the folder or the compiler cannot be used.
        Cancelled: The job was asked to stop.
    """
    config = job.config.replace(enabled=True)
    require_compiler()
    require_folder(job.output)
    with tempfile.TemporaryDirectory(prefix="artifact-") as name:
        folder = Path(name)
        manifest = compile_into(folder, config, model_for(config, job.device, context), context)
        context.check_cancelled()
        report = validated(config.replace(artifact=name), job.device, context)
        usable = report.status not in NOT_USABLE
        code = (folder / CODE).read_bytes()
        if usable:
            manifest = dataclasses.replace(manifest, validation=validation_of(report))
            write_artifact(job.output, code, manifest)
    context.emit(
        ArtifactMade(
            folder=job.output if usable else None,
            bytes=len(code),
            seconds=manifest.seconds,
            status=report.status,
            verdict=report.verdict,
        )
    )


def compile_into(
    folder: Path, config: CompileConfig, model: LoadedModel, context: JobContext
) -> Manifest:
    """Compile the encoder of a model into a folder, and write a manifest without a validation.

    Raises:
        UserError: The encoder is not the fused one, or is quantized.
        Cancelled: The job was asked to stop.
    """
    block = blocks_of(model, config)[0]
    if finding := secure_headers():
        context.emit(FindingReported(finding))

    def report(done: int, name: str) -> None:
        context.check_cancelled()
        context.emit(Progress("Compiling", done, len(PARTS), name))

    started = perf_counter()
    write_package(folder / CODE, compile_functions(block, config, report))
    seconds = perf_counter() - started
    manifest = manifest_of((folder / CODE).read_bytes(), model, config, seconds)
    write_manifest(folder, manifest)
    return manifest


def validated(config: CompileConfig, device: str, context: JobContext) -> Report:
    """Validate a configuration with an artifact by the whole suite."""
    reports: list[Report] = []

    def emit(event: Event) -> None:
        if isinstance(event, Validated):
            reports.append(event.report)
        else:
            context.emit(event)

    job = Validate(config=config, device=device)
    validation.run(job, dataclasses.replace(context, emit=emit))
    (report,) = reports
    return report


def validation_of(report: Report) -> Validation:
    """Return what the manifest says about a validation."""
    differences = (
        one.figure
        for one in report.results
        if one.unit == DEVIATIONS and one.figure is not None and math.isfinite(one.figure)
    )
    return Validation(
        status=report.status,
        verdict=report.verdict,
        checks=Counter(str(result.status) for result in report.results),
        largest_difference=max(differences, default=0.0),
        date=now(),
    )
