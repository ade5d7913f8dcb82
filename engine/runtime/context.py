"""What a running job can use: report events, notice a cancel, keep objects, start workers."""

import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.base.errors import Cancelled
from engine.runtime.events import Event
from engine.runtime.launcher import Launcher
from engine.runtime.local import LocalLauncher

Kept = TypeVar("Kept")


class Cache:
    """The few things used last, such as loaded models, kept for the next job."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()

    def get(
        self,
        key: Hashable,
        make: Callable[[], Kept],
        still_good: Callable[[Kept], bool] = lambda _kept: True,
    ) -> Kept:
        """Return the entry of a key; make it if it is missing or no longer good."""
        if key not in self._entries or not still_good(self._entries[key]):
            self._entries.pop(key, None)
            self._entries[key] = make()
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)
        entry: Kept = self._entries[key]
        return entry


@dataclass(slots=True)
class JobContext:
    """What a job is given beside its own description.

    Attributes:
        emit: Sends an event.
        is_cancelled: Says whether the job was asked to stop.
        cache: Keeps what outlives the job in this process.
        launcher: Starts the side processes of a job that needs some.
    """

    emit: Callable[[Event], None]
    is_cancelled: Callable[[], bool] = lambda: False
    cache: Cache = field(default_factory=lambda: Cache(2))
    launcher: Launcher = field(default_factory=LocalLauncher)

    def check_cancelled(self) -> None:
        """End the job if it was asked to stop.

        Raises:
            Cancelled: It was.
        """
        if self.is_cancelled():
            raise Cancelled

    def silent(self) -> "JobContext":
        """Return a copy of the context that discards events."""
        return dataclasses.replace(self, emit=lambda _event: None)
