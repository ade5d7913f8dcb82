"""Files: written atomically, and read with a sentence for every fault."""

import contextlib
import errno
import os
import stat
from pathlib import Path

from engine.base.errors import UserError


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a UTF-8 file so that readers see the old content or all of the new.

    Raises:
        UserError: The file could not be written; what was there before is untouched.
    """
    write_bytes(path, text.encode())


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file so that readers see the old content or all of the new.

    The permissions of a file that is replaced are kept; a new file gets the user's default.
    A link is followed, and stays.

    Raises:
        UserError: The file could not be written; what was there before is untouched.
    """
    path = Path(path)
    try:
        _refuse_special(path)
        _replace(path.resolve(), content)
    except OSError as error:
        raise _not_written(path, error) from error


def require_writable(*paths: str | os.PathLike[str] | None) -> None:
    """Check that files can be written, before the work for them is done.

    Args:
        paths: The files to write; None for an output that is not requested.

    Raises:
        UserError: One of them cannot be written.
    """
    for path in (Path(one) for one in paths if one is not None):
        try:
            _refuse_special(path)
            probe = _temporary_beside(path.resolve())
            probe.touch(exist_ok=False)
            probe.unlink()
        except OSError as error:
            raise _not_written(path, error) from error


def refuse_to_replace(
    source: str | os.PathLike[str] | None, *written: str | os.PathLike[str] | None
) -> None:
    """Keep a command from writing its results over the file that it reads.

    Args:
        source: What is read; None if nothing is.
        written: The files to write; None for an output that is not requested.

    Raises:
        UserError: One of those files is the one that is read.
    """
    for path in written:
        if source is not None and path is not None and _is_same(Path(source), Path(path)):
            raise UserError(
                f"{path} is the input file. Writing to it would replace your data.",
                "Choose another name for the output.",
            )


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def read_text(path: str | os.PathLike[str]) -> str:
    """Read a UTF-8 file, with or without a byte order mark.

    Raises:
        UserError: There is no such file, it cannot be read, or it is not text.
    """
    path = Path(path)
    content = read_bytes(path)
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


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Read a file.

    Raises:
        UserError: There is no such file, or it cannot be read.
    """
    path = Path(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise _not_read(path, error) from error


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Say whether there is a folder; one that cannot be looked up does not count."""
    return os.path.isdir(path)  # noqa: PTH112 - the method fails for names that are too long


def ordinary_size(path: str | os.PathLike[str]) -> int:
    """Return the size of a file in bytes, if it is one that can be read to its end.

    Reading a pipe may wait forever, and reading a device may never end.

    Raises:
        UserError: There is no such file, or it is a folder, a device or a pipe.
    """
    path = Path(path)
    try:
        status = path.stat()
    except OSError as error:
        raise _not_read(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise UserError(f"{path} is a folder.", "Choose a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise UserError(f"{path} is a device or a pipe.", "Choose an ordinary file.")
    return status.st_size


def _refuse_special(path: Path) -> None:
    if path.is_dir():
        raise UserError(f"{path} is a folder.", "Choose a file name in it.")
    if path.exists() and not path.is_file():
        raise UserError(f"{path} is a device or a pipe.", "Choose an ordinary file.")


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
    folder = path.parent
    match error.errno:
        case errno.ENOENT:
            trouble = "takes no files" if folder.exists() else "does not exist"
            return UserError(f"The folder {folder} {trouble}.", "Create it, or choose another.")
        case errno.ENOTDIR:
            return UserError(f"{folder} is not a folder.", "Choose another folder.")
        case errno.EACCES | errno.EPERM:
            return UserError(
                f"You may not write {path}.", "Choose a folder of your own, or change permissions."
            )
        case errno.EROFS:
            return UserError(f"{folder} is on a read-only disk.", "Choose another folder.")
        case errno.ENOSPC | errno.EDQUOT:
            return UserError(
                f"{path} was not written, because the disk is full.",
                "Free some space, or choose another disk.",
            )
        case _:
            return UserError(f"{path} could not be written: {error.strerror}.")


def _not_read(path: Path, error: OSError) -> UserError:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return UserError(f"There is no file {path}.", "Check its name and folder.")
        case errno.EISDIR:
            return UserError(f"{path} is a folder.", "Choose a file in it.")
        case errno.EACCES | errno.EPERM:
            return UserError(f"You may not read {path}.", "Ask its owner for permission.")
        case _:
            return UserError(
                f"{path} could not be read: {error.strerror}.",
                "Check its disk, and the links that lead to it.",
            )
