"""What a case is, and the plain file that many cases vary."""

import io
import zipfile
from dataclasses import dataclass, field

from engine.data import ReadOptions

NAN = float("nan")
Values = list[float] | list[list[float]]
"""One target as a plain list, several as a list of lists."""


@dataclass(frozen=True)
class Good:
    """A valid file.

    Attributes:
        name: Name of the test case.
        content: Bytes, or text to write in UTF-8.
        items: Targets of every item, in order.
        start: First timestamp of the first item; None without timestamps.
        frequency: Frequency of every item.
        targets: Names of the targets.
        timezone: Time zone of the timestamps.
        findings: A part of each finding and its locations, in order.
        covariates: Names of the past and of the known covariates.
        options: Options to read the file with.
        file: Name of the file.
    """

    name: str
    content: str | bytes
    items: dict[str, Values]
    start: str | None = None
    frequency: str | None = None
    targets: tuple[str, ...] = ("target",)
    timezone: str | None = None
    findings: tuple[str, ...] = ()
    covariates: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    options: ReadOptions = field(default_factory=ReadOptions)
    file: str = "data.csv"


@dataclass(frozen=True)
class Bad:
    """An invalid file, and the sentence of the expected error."""

    name: str
    content: str | bytes
    sentence: str
    options: ReadOptions = field(default_factory=ReadOptions)
    file: str = "data.csv"


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, PLAIN)
    return packed.getvalue()


PLAIN = "date,sales\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-04,4\n"
HOURS = [f"2024-05-01 {hour:02}:00:00" for hour in range(4)]


def plain(name: str, content: str | bytes, *findings: str, file: str = "data.csv") -> Good:
    """Return a file with the same content as `PLAIN`."""
    return Good(
        name,
        content,
        {"data": [1.0, 2.0, 3.0, 4.0]},
        "2024-01-01",
        "D",
        ("sales",),
        findings=findings,
        file=file,
    )


def stamped(name: str, stamps: list[str], start: str, frequency: str, **more: object) -> Good:
    """Return a file of one series with these timestamps and the values 1, 2, 3, ..."""
    rows = "".join(f'"{stamp}",{value}\n' for value, stamp in enumerate(stamps, 1))
    values = [float(value) for value in range(1, len(stamps) + 1)]
    content = "date,sales\n" + rows
    return Good(name, content, {"data": values}, start, frequency, ("sales",), **more)  # type: ignore[arg-type]
