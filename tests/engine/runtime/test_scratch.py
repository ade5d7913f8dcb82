"""What workers leave in the temporary folder: nothing, however they end."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from engine.check.job import DescribeMachine
from engine.runtime import events, scratch
from engine.runtime.job import Job
from engine.runtime.launcher import Dead
from engine.runtime.local import LocalLauncher, LocalWorker

PARENT = (
    "import os, sys\n"
    "from engine.runtime.local import LocalLauncher\n"
    "worker = LocalLauncher().launch(os.environ)\n"
    "print(worker.pid, flush=True)\n"
    "sys.stdin.read()\n"
)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def leave_a_file(temporary: Path) -> None:
    """Does what a killed compiler does."""
    (folder,) = temporary.iterdir()
    (folder / "ccX4f2.s").write_text(".text")


def assert_empty(folder: Path) -> None:
    """Asserts that nothing is left in a moment."""
    deadline = monotonic() + 2 * scratch.PATIENCE
    while list(folder.iterdir()) and monotonic() < deadline:
        sleep(0.05)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("number", [None, signal.SIGKILL, signal.SIGTERM])
def test_that_the_temporary_files_of_a_worker_go_when_it_ends(
    temporary: Path, number: signal.Signals | None
) -> None:
    worker = LocalLauncher().launch(os.environ)
    process = psutil.Process(worker.pid)
    assert Path(process.environ()["TMPDIR"]).parent == temporary
    leave_a_file(temporary)
    if number is not None:
        process.send_signal(number)
    worker.end()
    assert not list(temporary.iterdir())


def test_that_files_of_a_process_that_writes_for_longer_go_too(temporary: Path) -> None:
    worker = LocalLauncher().launch(os.environ)
    (folder,) = temporary.iterdir()
    stubborn = (
        "import pathlib, sys, time\n"
        "for number in range(8):\n"
        "    pathlib.Path(sys.argv[1], 'a').mkdir(parents=True, exist_ok=True)\n"
        "    pathlib.Path(sys.argv[1], 'a', str(number)).touch()\n"
        "    time.sleep(0.05)\n"
    )
    with subprocess.Popen([sys.executable, "-c", stubborn, folder]):
        while not (folder / "a" / "1").exists():
            sleep(0.01)
        scratch.remove_afterwards(folder)
        worker.end()
    assert_empty(temporary)


def start_parent() -> tuple["subprocess.Popen[str]", psutil.Process]:
    """Starts a program with a worker."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    return parent, psutil.Process(int(parent.stdout.readline()))


def kill(parent: "subprocess.Popen[str]") -> None:
    with parent:
        parent.kill()


def test_that_the_temporary_files_of_a_worker_go_when_its_parent_is_killed(
    temporary: Path,
) -> None:
    parent, worker = start_parent()
    leave_a_file(temporary)
    kill(parent)
    assert psutil.wait_procs([worker], timeout=10)[1] == []
    assert_empty(temporary)


def test_that_the_files_of_both_go_with_the_next_worker_if_both_are_killed(
    temporary: Path,
) -> None:
    parent, worker = start_parent()
    leave_a_file(temporary)
    worker.suspend()  # so that it cannot end by itself
    kill(parent)
    worker.kill()
    psutil.wait_procs([worker], timeout=10)
    assert list(temporary.iterdir())
    another = LocalLauncher().launch(os.environ)
    assert len(list(temporary.iterdir())) == 1
    another.end()
    assert not list(temporary.iterdir())


def test_that_a_worker_knows_the_temporary_folder_of_all_programs(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = LocalLauncher().launch(os.environ)
    own = psutil.Process(worker.pid).environ()["TMPDIR"]
    worker.end()
    monkeypatch.setattr(tempfile, "tempdir", own)
    assert scratch.shared() == temporary


def run(worker: LocalWorker, job: Job) -> events.Event | Dead:
    """Return how a job ended."""
    worker.send(job)
    while True:
        message = worker.next_message(timeout=60)
        assert message is not None
        if isinstance(message, events.Ending | Dead):
            return message


@pytest.fixture
def idle(temporary: Path) -> Iterator[tuple[LocalWorker, Path]]:
    """An idle worker, and the place of its folder, which a cleaner has removed."""
    worker = LocalLauncher().launch(os.environ)
    (folder,) = temporary.iterdir()
    assert isinstance(run(worker, DescribeMachine()), events.Finished)
    shutil.rmtree(folder)
    yield worker, folder
    worker.end()
    assert not folder.exists()


def test_that_a_removed_folder_is_made_again_for_the_next_job(
    idle: tuple[LocalWorker, Path],
) -> None:
    worker, folder = idle
    assert isinstance(run(worker, DescribeMachine()), events.Finished)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")
def test_that_a_folder_that_another_user_made_meanwhile_is_not_used(
    idle: tuple[LocalWorker, Path],
) -> None:
    worker, folder = idle
    folder.mkdir()
    os.chown(folder, 12345, -1)
    ending = run(worker, DescribeMachine())
    assert isinstance(ending, events.Failed)
    assert ending.sentence == f"The temporary folder {folder} belongs to another user."
    os.chown(folder, 0, -1)
    assert isinstance(run(worker, DescribeMachine()), events.Finished)


def test_that_an_interrupt_while_a_worker_ends_leaves_no_folder(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = LocalLauncher().launch(os.environ)
    end = worker._end_process

    def interrupted() -> None:
        end()
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "_end_process", interrupted)
    with pytest.raises(KeyboardInterrupt):
        worker.end()
    assert not list(temporary.iterdir())
