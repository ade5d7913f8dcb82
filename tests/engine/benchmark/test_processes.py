"""Measuring processes: the launcher that starts them, and the folders of their caches."""

import os
import tempfile
from pathlib import Path

import pytest

from engine.base.fresh_folders import own_prefix
from engine.benchmark.measuring.processes import FOLDER, cache_folders
from engine.benchmark.setup import Side
from engine.config import code_folders


def test_that_each_side_has_an_empty_folder_until_the_benchmark_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{own_prefix(FOLDER)}999999999-x"
    running = tmp_path / f"{own_prefix(FOLDER)}{os.getppid()}-x"
    for folder in (left, running):
        folder.mkdir()
    with cache_folders() as folders:
        assert len(set(folders.values())) == len(Side)
        assert all(Path(folder).parent.parent == tmp_path for folder in folders.values())
        assert not left.exists()
    assert list(tmp_path.iterdir()) == [running]


def test_that_code_goes_to_the_users_caches_if_temporary_files_cannot_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, caches = tmp_path / "temporary", tmp_path / "caches"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    without_code = {temporary}
    monkeypatch.setattr(
        code_folders, "mount_of", lambda path: ("ext4", ["noexec"] * (path in without_code))
    )
    own = caches / "chronos-panel"
    with cache_folders() as folders:
        assert {Path(folder).parent.parent for folder in folders.values()} == {own}
    left = own / f"{own_prefix(FOLDER)}999999999-x"
    left.mkdir()
    without_code.add(own)
    with cache_folders() as folders:
        assert {Path(folder).parent.parent for folder in folders.values()} == {temporary}
    assert not left.exists()


def test_that_code_goes_to_the_users_caches_if_others_may_replace_temporary_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, caches = tmp_path / "temporary", tmp_path / "caches"
    temporary.mkdir()
    temporary.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    with cache_folders() as folders:
        assert all(Path(folder).is_relative_to(caches) for folder in folders.values())
    assert not list(temporary.iterdir())
