"""Files: written atomically, and read with a sentence for every fault."""

import contextlib
import errno
import io
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from engine.base.errors import UserError

AnyPath = str | os.PathLike[str]

LARGEST = 400_000_000
"""Largest file that is read whole, in bytes; a reader may set another limit."""

_BLOCK = 1 << 20


def write_text(path: AnyPath, text: str) -> None:
    """Write a UTF-8 file so that readers see the old content or all of the new.

    Raises:
        UserError: The file could not be written; what was there before is untouched.
    """
    write_bytes(path, text.encode())


def write_bytes(path: AnyPath, content: bytes) -> None:
    """Write a file so that readers see the old content or all of the new.

    The permissions of a file that is replaced are kept; a new file gets the user's default.
    A link is followed, and stays.

    Raises:
        UserError: The file could not be written; what was there before is untouched.
    """
    path = Path(path)
    try:
        _replace(_target(path), content)
    except OSError as error:
        raise _not_written(path, error) from error


def require_writable(*paths: AnyPath | None) -> None:
    """Check that files can be written, before the work for them is done.

    Args:
        paths: The files to write; None for an output that is not requested.

    Raises:
        UserError: One of them cannot be written.
    """
    for path in (Path(one) for one in paths if one is not None):
        try:
            probe = _temporary_beside(_target(path))
            probe.touch(exist_ok=False)
            probe.unlink()
        except OSError as error:
            raise _not_written(path, error) from error


def refuse_to_replace(inputs: Iterable[AnyPath | None], *outputs: AnyPath | None) -> None:
    """Keep a command from writing its results over a file that it reads.

    Args:
        inputs: The files to read; None for an input that is not given.
        outputs: The files to write; None for an output that is not requested.

    Raises:
        UserError: One of the outputs is one of the inputs.
    """
    read = [Path(one) for one in inputs if one is not None]
    for path in (Path(one) for one in outputs if one is not None):
        if any(_is_same(one, path) for one in read):
            raise UserError(
                f"{path} is the input file. The output would replace it.",
                "Choose another name for the output.",
            )


def exists(path: AnyPath) -> bool:
    """Say whether there is a file or a folder; one that cannot be looked up does not count."""
    try:
        return Path(path).exists()
    except OSError:
        return False


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def read_text(path: AnyPath, largest: int = LARGEST) -> str:
    """Read a UTF-8 file, with or without a byte order mark.

    Args:
        path: The file.
        largest: Bytes that it may have.

    Raises:
        UserError: There is no such file, it cannot be read, is too large, or is not text.
    """
    path = Path(path)
    content = read_bytes(path, largest)
    if b"\0" in content:
        raise UserError(f"{path} is not a text file: it holds zero bytes.", "Choose a text file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UserError(
            f"{path} is not UTF-8 text: line {line} holds the byte 0x{content[error.start]:02X}.",
            "Save it with the encoding UTF-8.",
        ) from error


def read_bytes(path: AnyPath, largest: int = LARGEST) -> bytes:
    """Read a file, or what a pipe gives.

    Args:
        path: The file.
        largest: Bytes that it may have. Devices may have no end.

    Raises:
        UserError: There is no such file, it cannot be read, or it is too large.
    """
    path = Path(path)
    try:
        with open(path, "rb", buffering=0, opener=_open_at_once) as file:
            content = _read_up_to(file, largest + 1)
    except OSError as error:
        raise not_read(path, error) from error
    if content is None:
        raise UserError(f"{path} is a pipe that nothing writes to.", "Choose a file.")
    if len(content) > largest:
        raise UserError(f"{path} is larger than {largest / 1e6:g} MB.", "Choose another file.")
    return content


def _open_at_once(path: str, flags: int) -> int:
    """Open a file; do not wait until something writes to a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read_up_to(file: io.FileIO, most: int) -> bytes | None:
    """Read a file that was opened at once; None for a pipe that nothing writes to."""
    content = file.read(_BLOCK)
    if content == b"" and stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
        return None
    if hasattr(os, "set_blocking"):
        os.set_blocking(file.fileno(), True)
    blocks = [content or b""]
    left = most - len(blocks[0])
    while left > 0 and content != b"" and (block := file.read(min(left, _BLOCK))):
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)


def is_folder(path: AnyPath) -> bool:
    """Say whether there is a folder; one that cannot be looked up does not count."""
    return os.path.isdir(path)  # noqa: PTH112 - the method fails for names that are too long


def ordinary_size(path: AnyPath) -> int:
    """Return the size of a file in bytes, if it is one that can be read to its end.

    Reading a pipe may wait forever, and reading a device may never end.

    Raises:
        UserError: There is no such file, or it is a folder, a device or a pipe.
    """
    path = Path(path)
    try:
        status = path.stat()
    except OSError as error:
        raise not_read(path, error) from error
    _refuse_special(path, status.st_mode, "Choose a file in it.")
    return status.st_size


def _refuse_special(path: Path, mode: int, in_folder: str) -> None:
    """Refuse what is no ordinary file.

    Args:
        path: The path, for the sentence.
        mode: Its mode.
        in_folder: What to do if it is a folder, a full sentence.
    """
    if stat.S_ISDIR(mode):
        raise UserError(f"{path} is a folder.", in_folder)
    if not stat.S_ISREG(mode):
        raise UserError(f"{path} is a device or a pipe.", "Choose an ordinary file.")


def _target(path: Path) -> Path:
    """Return the file that a write creates or replaces, with all links followed.

    Replacing a file needs no permission to write to it. The check here keeps a read-only file.

    Raises:
        OSError: The file cannot be looked up, or you may not write to it.
        UserError: There is something that must not be replaced.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return target
    _refuse_special(path, mode, "Choose a file name in it.")
    # Root may write to a read-only file too, but the mode says that it is to stay.
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise UserError(f"{path} is read-only.", "Choose another name, or make the file writable.")
    os.close(os.open(target, os.O_WRONLY))
    return target


def _temporary_beside(target: Path) -> Path:
    # Beside the target, because a file can only be replaced from within its file system;
    # not by the tempfile module, which makes private files where the umask should decide.
    return target.with_name(f".{os.urandom(8).hex()}.tmp")


def _replace(target: Path, content: bytes) -> None:
    temporary = _temporary_beside(target)
    try:
        with temporary.open("xb") as file:
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o7777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _not_written(path: Path, error: OSError) -> UserError:
    folder, link = path.parent, ""
    if _is_link(path):
        target = Path(os.path.realpath(path))
        folder, link = target.parent, f"{path} is a link to {target}. "
    match error.errno:
        case errno.ELOOP | errno.ENAMETOOLONG:
            return _not_looked_up(path, error)
        case errno.ENOENT:
            trouble = "takes no files" if exists(folder) else "does not exist"
            sentence = f"{link}The folder {folder} {trouble}."
            remedy = "Create it, or choose another."
        case errno.ENOTDIR:
            sentence, remedy = f"{link}{folder} is not a folder.", "Choose another folder."
        case errno.EACCES | errno.EPERM:
            sentence = f"You may not write {path}."
            remedy = "Choose a folder of your own, or change permissions."
        case errno.EROFS:
            sentence, remedy = f"{folder} is on a read-only disk.", "Choose another folder."
        case errno.ENOSPC | errno.EDQUOT:
            sentence = f"{path} was not written, because the disk is full."
            remedy = "Free some space, or choose another disk."
        case _:
            sentence, remedy = f"{path} could not be written: {error.strerror}.", ""
    return UserError(sentence, remedy)


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False


def _not_looked_up(path: Path, error: OSError) -> UserError:
    if error.errno == errno.ELOOP:
        return UserError(f"{path} is a link that leads back to itself.", "Choose another file.")
    return UserError(f"The name {path} is too long.", "Choose a shorter name.")


def not_read(path: Path, error: OSError) -> UserError:
    """Return the error that says why a file could not be read."""
    match error.errno:
        case errno.ELOOP | errno.ENAMETOOLONG:
            return _not_looked_up(path, error)
        case errno.ENOENT | errno.ENOTDIR:
            return UserError(f"There is no file {path}.", "Check its name and folder.")
        case errno.EISDIR:
            return UserError(f"{path} is a folder.", "Choose a file in it.")
        case errno.EACCES | errno.EPERM:
            return UserError(f"You may not read {path}.", "Ask its owner for permission.")
        case _:
            return UserError(
                f"{path} could not be read: {error.strerror or error}.",
                "Check its disk, and the links that lead to it.",
            )
