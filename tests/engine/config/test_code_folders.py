"""The folders that torch may load code from, chosen on real ones."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.findings import Finding, Fix
from engine.base.fresh_folders import own_prefix
from engine.config import code_folders
from engine.config.code_folders import TEMPORARY_FOLDER, secure_code_folders
from engine.config.environment import CACHE_DIR


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the user's caches; the environment is as before afterwards."""
    before = dict(os.environ)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    yield tmp_path / "caches"
    os.environ.clear()
    os.environ.update(before)


def secured(folder: Path) -> tuple[Finding, ...]:
    os.environ[CACHE_DIR] = str(folder)
    return secure_code_folders()


def test_that_a_folder_of_ones_own_is_used_and_made_private(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    assert not secured(folder)
    assert os.environ[CACHE_DIR] == str(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_that_a_link_is_replaced_by_the_folder_it_leads_to(tmp_path: Path, shared: Path) -> None:
    """Others could lead the link elsewhere afterwards."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (shared / "link").symlink_to(folder)
    assert not secured(shared / "link")
    assert os.environ[CACHE_DIR] == str(folder)


def test_that_nothing_is_made_in_a_folder_of_all(shared: Path, caches: Path) -> None:
    (finding,) = secured(shared / "below" / "cache")
    own = caches / "chronos-panel" / "chronos2_torch_inductor"
    assert os.environ[CACHE_DIR] == str(own)
    assert own.is_dir()
    assert finding.fix == Fix("cache_dir", str(own))
    assert not list(shared.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")
def test_that_the_owner_of_a_folder_above_is_named_with_the_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "theirs" / "cache"
    folder.mkdir(parents=True)
    os.chown(folder.parent, 12345, -1)
    (finding,) = secured(folder)
    assert finding.what == f"{folder.parent} belongs to the user 12345, who can replace {folder}."
    assert finding.remedy == "Use a folder of your own."
    assert os.environ[CACHE_DIR] != str(folder)


def test_that_code_goes_to_a_temporary_folder_if_the_users_caches_are_open_too(
    tmp_path: Path, shared: Path, caches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (temporary / f"{own_prefix(TEMPORARY_FOLDER)}999999999-left").mkdir()
    caches.mkdir()
    caches.chmod(0o777)
    (finding,) = secured(shared)
    (made,) = temporary.iterdir()
    assert os.environ[CACHE_DIR] == str(made)
    assert made.name.startswith(f"{own_prefix(TEMPORARY_FOLDER)}{os.getpid()}-")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert finding.fix is None
    assert str(made) in finding.done


PROGRAM = """
import os
from engine.config.code_folders import secure_code_folders
secure_code_folders()
made = os.environ["TORCHINDUCTOR_CACHE_DIR"]
open(f"{made}/code.py", "x").close()
if os.fork() == 0:
    raise SystemExit
os.wait()
print(made, os.path.exists(f"{made}/code.py"))
"""


def test_that_the_temporary_folder_goes_with_the_program_and_not_with_a_fork(
    tmp_path: Path, shared: Path, caches: Path
) -> None:
    caches.mkdir()
    caches.chmod(0o777)
    variables = {**os.environ, CACHE_DIR: str(shared), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=variables, capture_output=True, text=True, check=True
    )
    made, was_there = done.stdout.split()
    assert Path(made).name.startswith(own_prefix(TEMPORARY_FOLDER))
    assert was_there == "True"
    assert not Path(made).exists()


@pytest.mark.parametrize("variable", code_folders.OTHER_FOLDERS)
def test_that_other_folders_of_code_are_not_used_if_others_may_write_to_them(
    variable: str, tmp_path: Path, shared: Path
) -> None:
    for folder, used in ((tmp_path, True), (shared, False)):
        os.environ[variable] = str(folder)
        findings = secured(tmp_path / "cache")
        assert (variable in os.environ) is used
        assert [finding.subject for finding in findings] == [variable] * (not used)
