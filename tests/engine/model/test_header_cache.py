"""The folder of precompiled headers, which every user of a machine finds in the same place."""

import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from torch._inductor import config

from engine.model.forecaster import Forecaster
from engine.model.header_cache import switch_off_exposed_headers
from engine.model.loading import LoadedModel
from engine.runtime.events import Event, FindingReported
from tests.support.making import CAPTURED, COMPILED


@pytest.fixture(autouse=True)
def headers() -> Iterator[None]:
    """Precompiled headers are on, and afterwards as before."""
    with config.patch(cpp_cache_precompile_headers=True):
        yield


def headers_are_used() -> bool:
    return bool(config.cpp_cache_precompile_headers)


def test_that_headers_in_a_folder_of_ones_own_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert switch_off_exposed_headers() is None
    assert headers_are_used()
    (made,) = tmp_path.iterdir()  # before anybody else makes it
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_that_headers_that_others_may_write_to_are_not_used(
    model: LoadedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
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
    assert switch_off_exposed_headers() is None
