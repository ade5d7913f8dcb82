"""The programs that env files are written for, as far as reading them goes.

bash is the real one. docker and systemd are not at hand where tests run: their rules are
written down here from their documentation, independently of the engine's own readers.
"""

import re
import subprocess
from pathlib import Path


def read_by_bash(paths: list[Path], folder: Path, locale: str) -> list[dict[str, str]]:
    """The variables that a child process of bash sees after `set -a; . FILE`, for each file."""
    script = 'for file; do (set -a; . "$file"; exec env -0 > "$file.seen"); done'
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script, "bash", *paths],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": locale},
        check=True,
        stderr=subprocess.STDOUT,
    )
    return [_variables_of(Path(f"{path}.seen").read_bytes()) for path in paths]


def _variables_of(dump: bytes) -> dict[str, str]:
    entries = dump.decode().split("\0")[:-1]
    return dict(entry.split("=", maxsplit=1) for entry in entries)


def read_by_docker(text: str, *, trims_quotes: bool) -> dict[str, str]:
    """`docker run --env-file`: leading blanks go, `#` lines go, the rest is verbatim.

    Newer versions also remove a pair of equal quotes around a value.
    """
    variables = {}
    for line in text.removesuffix("\n").split("\n"):
        content = line.removesuffix("\r").lstrip()
        if not content or content.startswith("#"):
            continue
        name, equals, value = content.partition("=")
        assert equals, f"docker would take {content!r} from its own environment"
        assert name, f"docker refuses {content!r}: no variable name"
        assert not re.search(r"\s", name), f"docker refuses {content!r}: blanks in the name"
        if trims_quotes and len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        variables[name] = value
    return variables


_SYSTEMD_ENTRY = re.compile(
    r"""
      [ \t\r]* \n                                             # an empty line
    | [ \t\r]* [#;] (?: \\. | [^\\\n] )* (?: \n | \Z )        # a comment, with continuations
    | (?P<name> [^=\n]+ ) = [ \t\r]*+
      (?: " (?P<double> (?: \\. | [^"\\] )* ) " [ \t\r]*
        | ' (?P<single> [^']* ) ' [ \t\r]*
        | (?P<plain> (?! ["'] ) (?: \\. | [^\\\n] )*? ) [ \t\r]*
      ) (?: \n | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)


def read_by_systemd(text: str) -> dict[str, str]:
    """`EnvironmentFile=`, as systemd.exec(5) describes it."""
    assert not any(_is_refused_by_systemd(ord(character)) for character in text)
    variables = {}
    position = 0
    while position < len(text):
        entry = _SYSTEMD_ENTRY.match(text, position)
        assert entry, f"systemd cannot read {text[position : position + 80]!r}"
        position = entry.end()
        if entry["name"] is None:
            continue
        if entry["double"] is not None:
            value = re.sub(r"\\\n", "", entry["double"])
            value = re.sub(r'\\(["\\`$])', r"\1", value)
        elif entry["single"] is not None:
            value = entry["single"]
        else:
            value = re.sub(r"\\\n", "", entry["plain"])
            value = re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
        variables[entry["name"].strip()] = value
    return variables


def _is_refused_by_systemd(code: int) -> bool:
    noncharacter = 0xFDD0 <= code <= 0xFDEF or code % 0x10000 in (0xFFFE, 0xFFFF)
    return noncharacter or code in (0, 0xFEFF) or 0xD800 <= code <= 0xDFFF
