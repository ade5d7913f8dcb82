"""Real worker processes, and every way in which they may end."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import psutil
import pytest

from engine.check.job import DescribeMachine
from engine.config.settings import CompileConfig
from engine.data.series import Series, SeriesSet
from engine.forecast.events import ForecastReady
from engine.forecast.job import Forecast
from engine.runtime import events
from engine.runtime.job import Job
from engine.runtime.session import Session
from tests.support.making import CAPTURED, COMPILED, EAGER, walks


def forecast(
    config: CompileConfig = EAGER,
    series: SeriesSet | None = None,
    batch_size: int | None = None,
    **changes: object,
) -> Forecast:
    config = config.replace(batch_size=batch_size)
    if config.cache_dir == CompileConfig().cache_dir:
        # The default is a folder in the working folder; the tests' own is shared and warm.
        config = config.replace(cache_dir=os.environ["TORCHINDUCTOR_CACHE_DIR"])
    options: dict[str, object] = {"horizon": 8, "device": "cpu", **changes}
    return Forecast(config=config, **{"data": series or walks(2, 64), **options})  # type: ignore[arg-type]


def run(session: Session, job: Job) -> list[events.Event]:
    return list(session.run(job))


def assert_works(session: Session) -> None:
    """The next job succeeds, whatever happened before."""
    told = run(session, forecast())
    assert isinstance(told[-1], events.Finished), told[-1]
    assert any(isinstance(event, ForecastReady) for event in told)


@pytest.fixture
def session() -> Iterator[Session]:
    with Session() as session:
        yield session


def first_progress(told: Iterator[events.Event], stage: str) -> None:
    """Reads events until a stage has begun."""
    for event in told:
        if isinstance(event, events.Progress) and stage in event.stage:
            return
    pytest.fail(f"no stage {stage!r}")


def test_that_a_forecast_arrives_as_events_in_order(session: Session) -> None:
    told = run(session, forecast(compare=False))
    kinds = [type(event).__name__ for event in told if not isinstance(event, events.Logged)]
    assert kinds.index("ModelLoaded") < kinds.index("ForecastReady")
    assert kinds[-1] == "Finished"
    assert kinds.count("Finished") == 1


def test_that_the_worker_and_its_model_are_kept_for_the_next_job(session: Session) -> None:
    run(session, forecast())
    pid = session.worker_pid
    told = run(session, forecast())
    assert session.worker_pid == pid
    assert not any(
        isinstance(event, events.Progress) and event.stage.startswith("Loading") for event in told
    )


def test_that_bad_input_is_a_sentence_and_the_worker_lives_on(session: Session) -> None:
    told = run(session, forecast(CompileConfig(model="./nowhere")))
    failed = told[-1]
    assert isinstance(failed, events.Failed)
    assert failed.kind == events.FailureKind.INPUT
    assert "./nowhere" in failed.sentence
    assert not failed.details
    pid = session.worker_pid
    assert_works(session)
    assert session.worker_pid == pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_that_a_worker_that_dies_while_idle_is_replaced(
    session: Session, number: signal.Signals
) -> None:
    run(session, DescribeMachine())
    pid = session.worker_pid
    assert pid is not None
    os.kill(pid, number)
    psutil.wait_procs([psutil.Process(pid)], timeout=5)
    assert_works(session)
    assert session.worker_pid != pid


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_that_a_worker_that_is_dying_when_it_gets_a_job_costs_no_job(
    session: Session, number: signal.Signals
) -> None:
    assert_works(session)
    dying = session.worker_pid
    assert dying is not None
    # It is alive, takes the job, and never reads it.
    os.kill(dying, signal.SIGSTOP)

    def end() -> None:
        for each in (number, signal.SIGCONT):
            with suppress(ProcessLookupError):
                os.kill(dying, each)

    timer = threading.Timer(0.3, end)
    timer.start()
    assert_works(session)
    timer.join()
    assert session.worker_pid != dying


@pytest.mark.parametrize(
    ("number", "words"), [(signal.SIGKILL, "was killed"), (signal.SIGSEGV, "SIGSEGV")]
)
def test_that_a_worker_that_dies_in_the_middle_is_explained_and_replaced(
    session: Session, number: signal.Signals, words: str
) -> None:
    told = session.run(forecast(series=walks(3000, 256), batch_size=4))
    first_progress(told, "Forecasting")
    assert session.worker_pid is not None
    os.kill(session.worker_pid, number)
    failed = list(told)[-1]
    assert isinstance(failed, events.Failed)
    assert failed.kind == events.FailureKind.WORKER_DIED
    assert words in failed.sentence
    assert "new worker" in failed.remedy
    assert_works(session)


def limit_memory(session: Session) -> int:
    """Leave the worker 300 MB, and return its process id."""
    resource = pytest.importorskip("resource")
    run(session, forecast())
    pid = session.worker_pid
    assert pid is not None
    limit = psutil.Process(pid).memory_info().vms + 300_000_000
    resource.prlimit(pid, resource.RLIMIT_AS, (limit, limit))
    return pid


def test_that_batches_are_halved_when_memory_runs_out(session: Session) -> None:
    series = walks(400, 2048)
    limit_memory(session)
    told = run(session, forecast(series=series, batch_size=400))
    findings = [event.finding for event in told if isinstance(event, events.FindingReported)]
    assert findings[0].what == "Memory ran out at 400 rows x 2,048 steps, horizon 8."
    assert "CHRONOS_BATCH_SIZE to 200" in findings[0].remedy
    done = [event.done for event in told if isinstance(event, events.Progress)]
    assert len(done) > 2
    ready = next(event for event in told if isinstance(event, ForecastReady))
    assert len(ready.forecast.items) == 400
    assert isinstance(told[-1], events.Finished)


def test_that_running_out_of_memory_is_explained_and_the_next_job_runs(session: Session) -> None:
    pid = limit_memory(session)
    one = Series("one", np.random.default_rng(0).standard_normal((2000, 2048)))
    names = tuple(f"target {number}" for number in range(2000))
    told = run(session, forecast(series=SeriesSet((one,), names)))
    failed = told[-1]
    assert isinstance(failed, events.Failed)
    assert failed.kind == events.FailureKind.MEMORY, failed
    assert "batch size" in failed.remedy
    assert_works(session)
    # By a new worker, which no limit holds.
    assert session.worker_pid != pid


def poisoned(folder: Path, module: str, text: str) -> dict[str, str]:
    """An environment in which importing a module runs something else instead."""
    (folder / f"{module}.py").write_text(text)
    path = filter(None, (str(folder), os.environ.get("PYTHONPATH")))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


def test_that_a_torch_that_cannot_be_imported_is_explained(tmp_path: Path) -> None:
    environment = poisoned(tmp_path, "torch", "raise ImportError('libcudart.so.12 is missing')")
    with Session(environment) as session:
        failed = run(session, forecast())[-1]
        assert isinstance(failed, events.Failed)
        assert failed.kind == events.FailureKind.CANNOT_START
        assert "libcudart.so.12" in failed.sentence
        (tmp_path / "torch.py").unlink()
        # By a new worker, which has imported no half of a package.
        assert session.worker_pid is None
        assert_works(session)


def test_that_a_limit_too_low_to_import_torch_is_no_broken_installation(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (400_000_000,) * 2)"
    environment = poisoned(tmp_path, "sitecustomize", limit)
    with Session(environment) as session:
        failed = run(session, forecast())[-1]
        assert isinstance(failed, events.Failed)
        assert failed.kind == events.FailureKind.MEMORY, failed
        assert "ran out of memory" in failed.sentence
        assert failed.remedy.startswith("Raise the memory limit of 0.40 GB")
        assert session.worker_pid is None


@pytest.mark.parametrize(
    "words", ["terminate called after throwing an instance of 'std::bad_alloc'", "MemoryError"]
)
def test_that_a_worker_that_dies_of_memory_is_explained(tmp_path: Path, words: str) -> None:
    text = f"import os, sys\nsys.stderr.write({words!r})\nsys.stderr.flush()\nos.abort()"
    with Session(poisoned(tmp_path, "sitecustomize", text)) as session:
        failed = run(session, DescribeMachine())[-1]
    assert isinstance(failed, events.Failed)
    assert failed.kind == events.FailureKind.MEMORY
    assert failed.sentence == "The worker process ran out of memory."


def test_that_a_worker_that_cannot_start_is_explained(tmp_path: Path) -> None:
    environment = poisoned(tmp_path, "sitecustomize", "raise SystemExit('no Python today')")
    with Session(environment) as session:
        failed = run(session, forecast())[-1]
    assert isinstance(failed, events.Failed)
    assert failed.kind in {events.FailureKind.WORKER_DIED, events.FailureKind.CANNOT_START}
    assert "no Python today" in failed.details


def test_that_a_compile_that_raises_ends_in_an_eager_forecast(session: Session) -> None:
    """A missing compiler is what stops a compile on a CPU in real life."""
    environment = {**os.environ, "CXX": "/nowhere/c++", "TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}
    with Session(environment) as broken:
        told = run(broken, forecast(COMPILED))
    fallbacks = [event for event in told if isinstance(event, events.FellBack)]
    ready = [event for event in told if isinstance(event, ForecastReady)]
    assert len(fallbacks) == 1
    assert "compiler" in fallbacks[0].cause.lower()
    assert [event.compiled for event in ready] == [False]
    assert isinstance(told[-1], events.Finished)
    assert_works(session)


@pytest.mark.slow
def test_that_a_corrupted_cache_does_not_stop_a_forecast(tmp_path: Path) -> None:
    config = COMPILED.replace(cache_dir=str(tmp_path / "cache"))
    with Session() as session:
        assert isinstance(run(session, forecast(config))[-1], events.Finished)
    files = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert files
    for file in files:
        file.write_bytes(b"\x00garbage" * 10)
    with Session() as session:
        told = run(session, forecast(config))
    assert isinstance(told[-1], events.Finished), told[-1]
    damaged = [event for event in told if isinstance(event, ForecastReady)]
    with Session() as session:
        told = run(session, forecast())
    whole = [event for event in told if isinstance(event, ForecastReady)]
    for mine, theirs in zip(damaged[0].forecast.items, whole[0].forecast.items, strict=True):
        np.testing.assert_allclose(mine.values, theirs.values, rtol=1e-4)


def cancel_soon(session: Session, told: Iterator[events.Event]) -> events.Event:
    """Cancels and returns the last event, which must come within two seconds."""
    started = monotonic()
    session.cancel()
    last = list(told)[-1]
    assert monotonic() - started < 2
    return last


def test_that_cancelling_between_batches_keeps_the_worker(session: Session) -> None:
    told = session.run(forecast(series=walks(4000, 128), batch_size=2))
    first_progress(told, "Forecasting")
    pid = session.worker_pid
    assert isinstance(cancel_soon(session, told), events.Stopped)
    assert session.worker_pid == pid
    assert_works(session)


def test_that_cancelling_in_the_middle_of_a_compile_takes_two_seconds(
    session: Session, tmp_path: Path
) -> None:
    config = COMPILED.replace(cache_dir=str(tmp_path / "cache"))
    told = session.run(forecast(config))
    first_progress(told, "Compiling")
    sleep(3)  # into the compile itself
    assert isinstance(cancel_soon(session, told), events.Stopped)
    assert_works(session)


def test_that_cancelling_while_the_worker_starts_works(session: Session) -> None:
    told = session.run(forecast())
    assert isinstance(cancel_soon(session, told), events.Stopped)
    assert_works(session)


def test_that_a_job_can_be_cancelled_from_another_thread(session: Session) -> None:
    told = session.run(forecast(series=walks(4000, 128), batch_size=2))
    first_progress(told, "Forecasting")
    timer = threading.Timer(0.2, session.cancel)
    timer.start()
    assert isinstance(list(told)[-1], events.Stopped)
    timer.join()


def test_that_walking_away_from_a_job_stops_it(session: Session) -> None:
    told = session.run(forecast(series=walks(4000, 128), batch_size=2))
    first_progress(told, "Forecasting")
    told.close()  # type: ignore[attr-defined]
    assert_works(session)


def test_that_a_second_job_is_refused_and_leaves_a_pending_cancel_alone(session: Session) -> None:
    told = session.run(forecast(series=walks(4000, 128), batch_size=2))
    first_progress(told, "Forecasting")
    session.cancel()
    with pytest.raises(RuntimeError, match="one job at a time"):
        session.run(forecast())
    started = monotonic()
    assert isinstance(list(told)[-1], events.Stopped)
    assert monotonic() - started < 2


def test_that_cancelling_does_not_wait_for_a_large_job_to_be_sent(tmp_path: Path) -> None:
    environment = poisoned(tmp_path, "sitecustomize", "import time; time.sleep(30)")
    with Session(environment) as session:
        told = session.run(forecast(series=walks(100, 10_000)))
        timer = threading.Timer(0.3, session.cancel)
        started = monotonic()
        timer.start()
        assert isinstance(list(told)[-1], events.Stopped)
        assert monotonic() - started < 2.3
        timer.join()


def test_that_closing_from_another_thread_ends_the_job_and_the_worker() -> None:
    session = Session()
    told = session.run(forecast(series=walks(4000, 128), batch_size=2))
    seen: list[events.Event] = []
    taker = threading.Thread(target=lambda: seen.extend(told))
    taker.start()
    while session.worker_pid is None:
        sleep(0.05)
    worker = psutil.Process(session.worker_pid)
    session.close()
    taker.join(timeout=5)
    assert isinstance(seen[-1], events.Stopped)
    assert not worker.is_running()


def test_that_a_job_that_cannot_be_read_is_explained_and_the_next_one_runs(
    session: Session,
) -> None:
    run(session, forecast())
    failed = run(session, forecast(horizon="many"))[-1]
    assert isinstance(failed, events.Failed)
    assert "$.horizon" in failed.details
    assert_works(session)


def test_that_jobs_with_other_process_level_variables_get_processes_that_have_them(
    session: Session, tmp_path: Path
) -> None:
    seen = []
    for name in ("one", "two"):
        config = CAPTURED.replace(cache_dir=str(tmp_path / name))
        assert isinstance(run(session, forecast(config))[-1], events.Finished)
        assert session.worker_pid is not None
        seen.append(psutil.Process(session.worker_pid).environ()["TORCHINDUCTOR_CACHE_DIR"])
    assert seen == [str(tmp_path / "one"), str(tmp_path / "two")]


def test_that_a_worker_that_may_compile_is_kept_for_eager_jobs(session: Session) -> None:
    run(session, forecast(CAPTURED))
    pid = session.worker_pid
    run(session, forecast(EAGER))
    assert session.worker_pid == pid


def test_that_debug_logging_reaches_torch_and_comes_back_as_a_log(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    config = CompileConfig(enabled=True, mode="default", backend="aot_eager", debug=True)
    with caplog.at_level(logging.INFO, logger="engine.runtime.local"):
        told = run(session, forecast(config.replace(small_values="keep")))
    assert isinstance(told[-1], events.Finished)
    assert "torchdynamo" in caplog.text


def test_that_a_print_in_the_worker_does_not_garble_the_events(tmp_path: Path) -> None:
    environment = poisoned(
        tmp_path,
        "sitecustomize",
        "import threading, time\n"
        "def chatter():\n"
        "    for _ in range(100):\n"
        "        print('hello' * 1000, flush=True)\n"
        "        time.sleep(0.02)\n"
        "print('hello', flush=True)\n"
        "threading.Thread(target=chatter, daemon=True).start()\n",
    )
    with Session(environment) as session:
        assert_works(session)


def test_that_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "from engine.forecast.job import Forecast\n"
        "from engine.config.settings import CompileConfig\n"
        "from engine.config.presets import PRESETS\n"
        "from engine.runtime.session import Session\n"
        "import numpy as np\n"
        "from engine.data.series import Series, SeriesSet\n"
        "series = SeriesSet((Series('a', np.arange(64.0)[None]),), ('y',))\n"
        "config = PRESETS['production_compiled'].replace("
        f"cache_dir={str(tmp_path / 'cache')!r})\n"
        "session = Session()\n"
        "for event in session.run(Forecast(config=config, data=series, horizon=4)):\n"
        "    print(session.worker_pid, event, flush=True)\n"
    )
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = None
    for line in parent.stdout:
        if "Compiling" in line:
            worker = psutil.Process(int(line.split()[0]))
            break
    assert worker is not None
    sleep(2)  # into the compile itself, with a C++ compiler at work perhaps
    family = [worker, *worker.children(recursive=True)]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _gone, alive = psutil.wait_procs(family, timeout=3)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
