"""The folders of precompiled headers: the user's own first, then a temporary one."""

import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from torch._inductor import codecache, config

from engine.model.forecaster import Forecaster
from engine.model.header_cache import secure_headers
from engine.model.loading import LoadedModel
from engine.runtime.events import Event, FindingReported
from tests.support.making import CAPTURED, COMPILED


@pytest.fixture(autouse=True)
def headers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Precompiled headers are on, and afterwards on and kept as before."""
    for name in ("_HEADER_DIR", "_HEADER_LOCK_DIR"):
        monkeypatch.setattr(codecache, name, getattr(codecache, name))
    with config.patch(cpp_cache_precompile_headers=True):
        yield


def headers_are_used() -> bool:
    return bool(config.cpp_cache_precompile_headers)


def test_that_headers_are_kept_in_a_folder_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert secure_headers() is None
    assert headers_are_used()
    folder = Path(codecache._HEADER_DIR)
    assert folder.is_relative_to(tmp_path / "caches")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert Path(codecache._HEADER_LOCK_DIR).parent == folder


def test_that_headers_go_to_a_temporary_folder_if_the_users_caches_are_open(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert secure_headers() is None
    assert headers_are_used()
    assert Path(codecache._HEADER_DIR).parent.parent == tmp_path


def test_that_headers_that_others_may_write_to_are_not_used(
    model: LoadedModel, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared))
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    seen: list[Event] = []
    Forecaster(model, CAPTURED, seen.append)  # generates no code
    assert headers_are_used()
    Forecaster(model, COMPILED, seen.append)
    assert not headers_are_used()
    (event,) = seen
    assert isinstance(event, FindingReported)
    assert event.finding.what == f"Other users may write to {shared}."
    assert "compiling takes longer" in event.finding.done
    assert secure_headers() is None
