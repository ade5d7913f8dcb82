"""Where a benchmark keeps compiled code."""

import dataclasses
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from engine import cache_folder
from engine.benchmark.processes import FOLDER, cache_folders
from engine.benchmark.samples import Side


def test_that_each_side_has_an_empty_folder_that_goes_with_the_benchmark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{FOLDER}-999999999-x"
    running = tmp_path / f"{FOLDER}-{os.getppid()}-x"
    for folder in (left, running):
        folder.mkdir()
    with cache_folders() as folders:
        assert len(set(folders.values())) == len(Side)
        assert all(Path(folder).parent.parent == tmp_path for folder in folders.values())
        assert not left.exists()
    assert list(tmp_path.iterdir()) == [running]


@pytest.mark.parametrize("trouble", [{"executable": False}, {"free": 1_000_000}])
def test_that_code_goes_beside_the_users_caches_where_none_can_run_among_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: dict[str, Any]
) -> None:
    own = tmp_path / "cache" / "code"
    look = cache_folder.look_at
    monkeypatch.setattr(
        cache_folder, "look_at", lambda path: dataclasses.replace(look(path), **trouble)
    )
    monkeypatch.setattr(cache_folder, "sound_alternative", lambda: str(own))
    with cache_folders() as folders:
        assert all(Path(folder).parent.parent == own.parent for folder in folders.values())
    assert not list(own.parent.iterdir())
    monkeypatch.setattr(cache_folder, "sound_alternative", lambda: None)
    with cache_folders() as folders:
        assert Path(folders[Side.A]).parent.parent == Path(tempfile.gettempdir())
