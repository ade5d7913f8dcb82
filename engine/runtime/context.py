"""What a running job may do besides computing: speak, stop, and keep things for the next."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.base.errors import Cancelled
from engine.runtime.events import Event

Kept = TypeVar("Kept")


class Shelf:
    """Keeps the few things last used, such as loaded models, between jobs."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[Hashable, Any] = OrderedDict()

    def get(
        self,
        key: Hashable,
        make: Callable[[], Kept],
        still_good: Callable[[Kept], bool] = lambda _kept: True,
    ) -> Kept:
        """The thing kept under a key; made if it is not there or no longer good."""
        if key not in self._things or not still_good(self._things[key]):
            self._things.pop(key, None)
            self._things[key] = make()
        self._things.move_to_end(key)
        while len(self._things) > self._size:
            self._things.popitem(last=False)
        thing: Kept = self._things[key]
        return thing


@dataclass(slots=True)
class JobContext:
    """What a job is given beside its own description.

    Attributes:
        emit: Sends an event.
        is_cancelled: Says whether the job was asked to stop.
        shelf: What outlives the job in this process.
    """

    emit: Callable[[Event], None]
    is_cancelled: Callable[[], bool] = lambda: False
    shelf: Shelf = field(default_factory=lambda: Shelf(2))

    def check_cancelled(self) -> None:
        """Ends the job if it was asked to stop.

        Raises:
            Cancelled: It was.
        """
        if self.is_cancelled():
            raise Cancelled
