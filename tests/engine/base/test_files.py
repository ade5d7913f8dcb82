import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from engine.base.errors import UserError
from engine.base.files import (
    exists,
    read_text,
    refuse_to_replace,
    require_writable,
    write_bytes,
    write_text,
)


def failing(code: int) -> Callable[..., NoReturn]:
    def fail(*_: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return fail


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_that_text_is_written_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_text(path, "é\r\nb\n")
    assert path.read_bytes() == b"\xc3\xa9\r\nb\n"
    assert read_text(path) == "é\r\nb\n"


def test_that_a_new_file_gets_the_users_default_permissions(tmp_path: Path) -> None:
    with umask(0o027):
        write_text(tmp_path / "file", "new")
    assert mode_of(tmp_path / "file") == 0o640


def test_that_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o604)
    write_text(path, "new")
    assert path.read_text() == "new"
    assert mode_of(path) == 0o604


def test_that_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "target"
    target.write_text("old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_that_readers_see_all_of_one_version(tmp_path: Path) -> None:
    path = tmp_path / "file"
    versions = {b"a" * 300_000, b"b" * 200_000}
    first, second = versions
    write_bytes(path, first)
    seen = set()
    done = threading.Event()

    def keep_reading() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=keep_reading)
    reader.start()
    for _ in range(20):
        write_bytes(path, second)
        write_bytes(path, first)
    done.set()
    reader.join()
    assert seen <= versions


@pytest.mark.parametrize(
    ("function", "code", "sentence"),
    [
        ("fsync", errno.ENOSPC, "the disk is full"),
        ("fsync", errno.EDQUOT, "the disk is full"),
        ("fsync", errno.EIO, "could not be written"),
        ("replace", errno.EACCES, "You may not write"),
        ("replace", errno.EROFS, "read-only"),
    ],
)
def test_that_a_failure_leaves_the_old_file_and_nothing_else(
    function: str, code: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    monkeypatch.setattr(os, function, failing(code))
    with pytest.raises(UserError, match=sentence):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_that_an_interrupt_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> NoReturn:
        raise KeyboardInterrupt

    path = tmp_path / "file"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_kill_before_the_replacement_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    script = (
        "import os, signal, sys\n"
        "from engine.base.files import write_text\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_text(sys.argv[1], 'new')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "old"


def test_that_places_where_no_file_can_be_get_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    for path, sentence in (
        (tmp_path, "is a folder"),
        (tmp_path / "missing" / "file", "does not exist"),
        (tmp_path / "file" / "file", "is not a folder"),
        (tmp_path / "pipe", "a device or a pipe"),
        (tmp_path / ("x" * 300), "too long"),
    ):
        with pytest.raises(UserError, match=sentence) as failure:
            write_text(path, "new")
        assert str(path.parent) in str(failure.value)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "pipe"]


def refusal_of(path: Path) -> str:
    """Why a file cannot be written, which is the same before the work and after it."""
    with pytest.raises(UserError) as before:
        require_writable(path)
    with pytest.raises(UserError) as after:
        write_text(path, "new")
    assert str(before.value) == str(after.value)
    return str(before.value)


def test_that_a_read_only_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o444)
    (tmp_path / "link").symlink_to(path)
    for output in (path, tmp_path / "link"):
        assert f"{output} is read-only." in refusal_of(output)
    assert path.read_text() == "old"


def test_that_a_file_that_only_others_may_write_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    # As for anybody but root, whom no permission stops.
    monkeypatch.setattr(os, "open", failing(errno.EACCES))
    assert refusal_of(path).startswith(f"You may not write {path}.")
    assert path.read_text() == "old"


def test_that_a_dangling_link_leads_to_a_new_file_or_names_the_missing_folder(
    tmp_path: Path,
) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "new")
    write_text(link, "new")
    assert (tmp_path / "new").read_text() == "new"
    astray = tmp_path / "astray"
    astray.symlink_to(tmp_path / "missing" / "file")
    assert refusal_of(astray) == (
        f"{astray} is a link to {tmp_path / 'missing' / 'file'}. The folder {tmp_path / 'missing'} "
        "does not exist. Create it, or choose another."
    )


def test_that_a_link_to_itself_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / "one")
    assert "leads back to itself" in refusal_of(tmp_path / "one")
    with pytest.raises(UserError, match="leads back to itself"):
        read_text(tmp_path / "one")
    assert (tmp_path / "one").is_symlink()


def test_that_a_name_that_is_too_long_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    with pytest.raises(UserError, match="too long"):
        read_text(path)
    assert not exists(path)
    refuse_to_replace((path,), path)


def test_that_an_input_is_not_replaced_by_any_name(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    (tmp_path / "link").symlink_to(path)
    for output in (path, tmp_path / "link"):
        with pytest.raises(UserError, match="is the input file"):
            refuse_to_replace((None, path), None, output)
    refuse_to_replace((None, path), None, tmp_path / "other")


def test_that_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\xef\xbb\xbftext")
    assert read_text(path) == "text"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04\0\0", "not a text file"),
        ("TORCH=1\n".encode("utf-16"), "not a text file"),
        ("a\nb\nca\xe7\xe3o\n".encode("latin-1"), "line 3 holds the byte 0xE7"),
    ],
)
def test_that_what_is_not_utf8_text_gets_a_sentence(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(UserError, match=sentence):
        read_text(path)


def test_that_what_cannot_be_read_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_text(tmp_path / "missing")
    with pytest.raises(UserError, match="is a folder"):
        read_text(tmp_path)
    monkeypatch.setattr(os, "open", failing(errno.EACCES))
    with pytest.raises(UserError, match="You may not read"):
        read_text(tmp_path / "file")


def test_that_a_device_without_an_end_is_read_up_to_a_limit() -> None:
    with pytest.raises(UserError, match=r"/dev/zero is larger than 1.5 MB"):
        read_text("/dev/zero", 1_500_000)
    assert read_text("/dev/null") == ""


def test_that_a_file_may_have_as_many_bytes_as_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x" * 2_000_000)
    assert len(read_text(path, 2_000_000)) == 2_000_000
    with pytest.raises(UserError, match="is larger than"):
        read_text(path, 1_999_999)


def test_that_a_pipe_that_nothing_writes_to_gets_a_sentence(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="is a pipe that nothing writes to"):
        read_text(pipe)


def test_that_what_a_slow_command_writes_to_a_pipe_is_read() -> None:
    reading, writing = os.pipe()
    slow = "import os, sys, time; time.sleep(0.5); print('A=' + 100_000 * 'x')"
    with subprocess.Popen([sys.executable, "-c", slow], stdout=writing):
        os.close(writing)
        assert len(read_text(f"/dev/fd/{reading}")) == 100_003
    os.close(reading)
