"""What every test may rely on: no settings from outside, and nothing left behind."""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import psutil
import pytest

from engine.config.settings import SETTINGS, CompileConfig

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.window.main_window import MainWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Two tests run at a time: with more threads each, they would wait for one another's.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Lets the slow tests run on another device: `pytest -m slow --device cuda`."""
    parser.addoption("--device", default="cpu", help="Device of the validation tests.")


# Threads that libraries start once and keep for the life of the process.
LIBRARY_THREADS = ("pymain", "ThreadPoolExecutor", "tqdm", "QThread")


@pytest.fixture(autouse=True)
def clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No setting of the developer's shell reaches a test, and no compile leaves its folder."""
    for setting in SETTINGS.values():
        for variable in (setting.variable, *setting.older_variables):
            monkeypatch.delenv(variable, raising=False)
    base = tmp_path_factory.getbasetemp()
    # The processes that run tests share what they compile.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(shared / "inductor"))
    monkeypatch.setenv("TORCHINDUCTOR_COMPILE_THREADS", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared / "caches"))
    monkeypatch.setenv("XDG_STATE_HOME", str(base / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(base / "data"))


@pytest.fixture(autouse=True)
def nothing_left_behind(clean_environment: None) -> Iterator[None]:
    """Fails a test that leaves a thread, a process or a file in the working folder."""
    threads, children, files = set(threading.enumerate()), child_pids(), left_files()
    yield
    deadline = monotonic() + 5
    while monotonic() < deadline and (new_threads(threads) or child_pids() - children):
        sleep(0.05)
    assert not new_threads(threads), "threads left behind"
    assert not child_pids() - children, "processes left behind"
    assert left_files() == files, "files left behind"


def left_files() -> set[Path]:
    """Files in the working folder, without the cache folder that the default settings name."""
    return set(Path.cwd().iterdir()) - {Path.cwd() / Path(CompileConfig().cache_dir).parts[0]}


def pytest_sessionfinish() -> None:
    """Removes the cache folder of the default settings, which is empty if no test compiled code."""
    folder = Path.cwd() / CompileConfig().cache_dir
    for place in (folder, folder.parent):
        with suppress(OSError):
            place.rmdir()


def new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads that were not there before and that no library keeps."""
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and not thread.name.startswith(LIBRARY_THREADS)
    ]


def child_pids() -> set[int]:
    """Process ids of everything that this process has started and that is not cleared away."""
    return {child.pid for child in psutil.Process(os.getpid()).children(recursive=True)}


@pytest.fixture(scope="module")
def frozen_heap() -> Iterator[None]:
    """Keeps what other modules left out of the collections of this one.

    What torch leaves after it has compiled takes a second or more to look through.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def open_window(
    qapp: "QApplication", frozen_heap: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Callable[..., MainWindow]"]:
    """Opens real windows, one after the other, that share what they remember; closes them all.

    Unless `checks` is set, the machine is not asked about the configuration, so that a window
    of which nothing is wanted starts no worker.
    """
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    from tests.support.driving import open_one

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    opened: list[MainWindow] = []

    def open_another(data: Path | None = None, *, checks: bool = False) -> "MainWindow":
        window = open_one(data)
        opened.append(window)
        if not checks:
            monkeypatch.setattr(window.engine, "check", lambda _job: None)
        return window

    yield open_another
    for window in opened:
        window.close()
        window.deleteLater()
        del window
    opened.clear()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # Here and now: what is left of a window must not be collected in the middle of another one.
    gc.collect()


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder that every user may write to."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    return folder
