"""What is seen of a cache folder, from real folders."""

import os
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.base.exposure import Entry, entries
from engine.check import cache_folder


def problems(folder: Path) -> dict[str, object]:
    """What is held against a folder, its being temporary aside, which all of a test's are."""
    seen = cache_folder.look_at(folder)
    return {
        name: value
        for name, value in {
            "blocked_by": seen.blocked_by,
            "not writable": not seen.writable,
            "exposure": seen.exposure and seen.exposure.what,
        }.items()
        if value
    }


def test_that_nothing_is_held_against_a_private_folder(folder: Path) -> None:
    assert not problems(folder)
    assert not problems(folder / "not" / "there" / "yet")


def test_that_looking_leaves_no_trace(folder: Path) -> None:
    cache_folder.look_at(folder)
    cache_folder.look_at(folder / "missing")
    assert not list(folder.iterdir())


def test_that_a_link_is_followed_to_the_folder_that_counts(folder: Path) -> None:
    folder.chmod(0o777)
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert problems(link) == {"exposure": f"Other users may write to {folder}."}


def test_that_a_file_in_the_way_is_found(folder: Path) -> None:
    file = folder / "file"
    file.touch()
    for path in (file, file / "below"):
        assert problems(path)["blocked_by"] == str(file)


def test_that_a_place_that_takes_no_files_is_found() -> None:
    assert problems(Path("/proc/compiled")) == {"not writable": True}


@pytest.mark.parametrize("place", ["/tmp/x", "/var/tmp/x", "/dev/shm/x"])  # noqa: S108
def test_that_temporary_places_are_known(place: str) -> None:
    assert cache_folder.look_at(Path(place)).temporary


def test_that_a_users_folder_is_not_temporary() -> None:
    assert not cache_folder.look_at(Path("/home/ada/.cache/compiled")).temporary


Mount = namedtuple("Mount", "mountpoint fstype opts")


@pytest.mark.parametrize(
    ("mounts", "filesystem", "executable"),
    [
        ([Mount("/", "ext4", "rw")], "ext4", True),
        ([Mount("/", "ext4", "rw"), Mount("{folder}", "nfs4", "rw,noexec")], "nfs4", False),
        ([Mount("{folder}", "nfs4", "rw"), Mount("{folder}", "xfs", "rw")], "xfs", True),
        ([Mount("{folder}2", "nfs4", "rw,noexec"), Mount("/", "ext4", "rw")], "ext4", True),
        ([], "", True),
    ],
)
def test_that_the_mount_of_a_folder_is_found(
    mounts: list[Mount],
    filesystem: str,
    executable: bool,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filled = [m._replace(mountpoint=m.mountpoint.format(folder=folder)) for m in mounts]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_options: filled)
    seen = cache_folder.look_at(folder / "below")
    assert (seen.filesystem, seen.executable) == (filesystem, executable)


def test_that_the_newest_file_dates_a_cache(folder: Path) -> None:
    assert cache_folder.look_at(folder).newest is None
    for name, time in (("a", 1000), ("b", 3000), ("c", 2000)):
        (folder / name).mkdir()
        (folder / name / "code.so").touch()
        os.utime(folder / name / "code.so", (time, time))
    assert cache_folder.look_at(folder).newest == 3000


def test_that_a_cache_too_large_to_look_at_has_no_date(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_folder, "MOST_ENTRIES", 1)
    for name in "ab":
        (folder / name).touch()
    assert cache_folder.look_at(folder).newest is None


def test_that_an_alternative_is_offered_only_if_it_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder.sound_alternative() is None  # temporary
    monkeypatch.setattr(cache_folder, "is_temporary", lambda _path: False)
    monkeypatch.setattr(cache_folder, "mount_of", lambda _path: ("ext4", ["rw"]))
    offered = cache_folder.sound_alternative()
    assert offered is not None
    assert offered.startswith(str(tmp_path))
    tmp_path.chmod(0o777)
    assert cache_folder.sound_alternative() is None


def test_that_a_folder_that_may_not_be_looked_into_is_not_writable(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists

    def refused(path: Path) -> bool:
        # As for anybody but root, below a folder that others may not search.
        if folder in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return exists(path)

    monkeypatch.setattr(Path, "exists", refused)
    monkeypatch.setattr(cache_folder, "is_writable", lambda _folder: False)
    seen = cache_folder.look_at(folder / "below" / "cache")
    assert not seen.blocked_by
    assert not seen.writable


def test_that_a_file_that_vanishes_meanwhile_is_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "kept").touch()
    with monkeypatch.context() as patched:
        listed = [folder / "gone", folder / "kept"]
        patched.setattr(Path, "iterdir", lambda _folder: iter(listed))
        seen = cache_folder.look_at(folder)
    assert seen.newest == (folder / "kept").lstat().st_mtime


class Walks:
    """Counts the walks through a folder, and sets the clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.now = 0, 1000.0
        monkeypatch.setattr(cache_folder, "monotonic", lambda: self.now)
        monkeypatch.setattr(cache_folder, "entries", self.entries)

    def entries(self, folder: Path) -> Iterator[Entry]:
        self.count += 1
        return entries(folder)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> Walks:
    return Walks(monkeypatch)


def test_that_a_look_walks_through_a_folder_once(folder: Path, walks: Walks) -> None:
    (folder / "code.so").touch()
    cache_folder.look_at(folder)
    assert walks.count == 1


def test_that_a_small_folder_is_looked_at_anew(folder: Path, walks: Walks) -> None:
    file = folder / "code.so"
    folder.chmod(0o755)
    file.touch()
    assert not problems(folder)
    file.chmod(0o666)
    assert problems(folder) == {"exposure": f"Other users may write to {file}."}


def test_that_what_is_in_a_large_folder_is_kept_for_some_seconds(
    folder: Path, walks: Walks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_folder, "MANY", 2)
    folder.chmod(0o755)
    for name in "ab":
        (folder / name).touch()
    assert not problems(folder)
    (folder / "a").chmod(0o666)
    walks.now += cache_folder.KEPT - 1
    assert not problems(folder)
    assert walks.count == 1
    # Who may write to the folder itself is seen at once.
    folder.chmod(0o777)
    assert problems(folder) == {"exposure": f"Other users may write to {folder}."}
    folder.chmod(0o755)
    walks.now += 1
    assert problems(folder) == {"exposure": f"Other users may write to {folder / 'a'}."}
    assert walks.count == 2
