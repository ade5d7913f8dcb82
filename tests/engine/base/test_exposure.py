"""How other users could put files into a folder, found on real folders."""

import grp
import os
import pwd
import struct
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.base import exposure as module
from engine.base.exposure import exposure, is_private_group

SOMEBODY = 12345

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that exists, private to the user."""
    made = tmp_path / "folder"
    made.mkdir(mode=0o700)
    return made


def what(folder: Path) -> str:
    """How others can put files into a folder; empty if they cannot."""
    found = exposure(folder)
    return found.what if found else ""


def test_that_a_private_folder_is_not_exposed(folder: Path) -> None:
    assert not what(folder)
    assert not what(folder / "not" / "there" / "yet")


def test_that_looking_leaves_no_trace(folder: Path) -> None:
    exposure(folder)
    exposure(folder / "missing")
    assert not list(folder.iterdir())


def test_that_a_folder_everybody_may_write_to_is_exposed(folder: Path) -> None:
    for mode in (0o777, 0o1777):
        folder.chmod(mode)
        assert what(folder) == f"Other users may write to {folder}."


def test_that_a_sticky_folder_above_is_no_danger(folder: Path) -> None:
    mine = folder / "mine"
    mine.mkdir(mode=0o700)
    folder.chmod(0o1777)
    assert not what(mine)
    folder.chmod(0o777)
    assert what(mine) == what(mine / "missing") == f"Other users may write to {folder}."


@as_root
def test_that_a_folder_of_a_shared_group_is_exposed(folder: Path) -> None:
    os.chown(folder, -1, SOMEBODY)
    folder.chmod(0o770)
    assert what(folder) == f"Other users may write to {folder}."


def test_that_the_group_of_the_user_alone_is_no_danger(folder: Path) -> None:
    folder.chmod(0o770)
    assert not what(folder)


def test_that_a_list_of_more_users_is_not_overlooked(folder: Path) -> None:
    folder.chmod(0o770)
    # Of version 2: the user, another user, the group, the mask and others may read and write.
    entries = [(0x01, 7, -1), (0x02, 7, SOMEBODY), (0x04, 0, -1), (0x10, 7, -1), (0x20, 0, -1)]
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    try:
        os.setxattr(folder, module.ACCESS_LIST, packed)
    except OSError:
        pytest.skip("this disk has no access lists")
    assert what(folder) == f"Other users may write to {folder}."


@pytest.mark.parametrize(
    ("name", "members", "own"),
    [("ann", [], True), ("ann", ["ann"], True), ("ann", ["bob"], False), ("users", [], False)],
)
def test_that_only_a_group_of_the_users_name_is_their_own(
    monkeypatch: pytest.MonkeyPatch, name: str, members: list[str], own: bool
) -> None:
    """That of others is not: it may be the first group of all, whom it does not list."""
    user = SimpleNamespace(pw_name="ann", pw_gid=100)
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: user)
    monkeypatch.setattr(grp, "getgrgid", lambda _g: SimpleNamespace(gr_name=name, gr_mem=members))
    assert is_private_group(100) is own


@as_root
def test_that_a_folder_of_another_user_is_exposed(folder: Path) -> None:
    below = folder / "below"
    below.mkdir(mode=0o700)
    os.chown(folder, SOMEBODY, -1)
    assert what(folder) == f"{folder} belongs to the user {SOMEBODY}."
    assert what(below) == f"{folder} belongs to the user {SOMEBODY}, who can replace {below}."


@as_root
def test_that_a_folder_of_root_above_is_no_danger(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = folder / "below"
    below.mkdir(mode=0o700)
    os.chown(below, SOMEBODY, -1)
    monkeypatch.setattr(os, "getuid", lambda: SOMEBODY)
    assert not what(below)
    assert not what(below / "missing")


@as_root
def test_that_a_file_that_another_user_left_is_found_after_the_folder_was_closed(
    folder: Path,
) -> None:
    planted = folder / "fxgraph" / "graph"
    planted.parent.mkdir()
    planted.touch()
    os.chown(planted, SOMEBODY, -1)
    found = exposure(folder)
    assert found is not None
    assert found.what == f"{planted} belongs to the user {SOMEBODY}."
    assert found.remedy == f"Delete {folder}."


def test_that_a_file_in_an_open_folder_that_others_may_write_to_is_found(folder: Path) -> None:
    file = folder / "code.py"
    file.touch()
    file.chmod(0o666)
    assert not what(folder)  # which others cannot enter
    folder.chmod(0o755)
    assert what(folder) == f"Other users may write to {file}."


def test_that_links_must_stay_inside(folder: Path) -> None:
    (folder / "one").symlink_to(folder / "two")
    (folder / "two").symlink_to(folder / "one")
    assert not what(folder)
    (folder / "out").symlink_to(folder.parent)
    assert what(folder) == f"{folder / 'out'} is a link that leads out of {folder}."


def test_that_a_folder_too_full_to_look_at_is_not_trusted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 1)
    (folder / "a").touch()
    assert not what(folder)
    (folder / "b").touch()
    assert "more than 1 files" in what(folder)


def test_that_what_vanishes_meanwhile_is_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", lambda _path: iter([folder / "gone"]))
        assert not what(folder)
