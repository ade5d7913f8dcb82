"""A launcher without processes: its workers answer jobs with planned events."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from engine.runtime import events, messages
from engine.runtime.job import Job
from engine.runtime.launcher import DEAD, Dead

Answer = Callable[[Job], Iterable[events.Event]]


class FakeWorker:
    """A worker that answers in this process; jobs and events cross as messages do.

    Attributes:
        jobs: The jobs that it was sent.
        ended: Whether it was ended.
    """

    def __init__(self, environment: Mapping[str, str], answer: Answer) -> None:
        self.environment = environment
        self.pid = -1
        self.jobs: list[Job] = []
        self.ended = False
        self._answer = answer
        self._events: deque[bytes] = deque()

    @property
    def alive(self) -> bool:
        return not self.ended

    def send(self, job: Job) -> None:
        received = messages.decode(messages.encode(job))
        self.jobs.append(received)
        self._events.extend(messages.encode(event) for event in self._answer(received))

    def ask_to_stop(self) -> None:
        self._events.clear()
        self._events.append(messages.encode(events.Stopped()))

    def next_message(self, timeout: float) -> events.Event | Dead | None:
        if not self._events:
            return DEAD
        event: events.Event = messages.decode(self._events.popleft())
        return event

    def death(self) -> events.Failed:
        return events.Failed(events.FailureKind.WORKER_DIED, "The fake worker died.")

    def end(self) -> None:
        self.ended = True


class FakeLauncher:
    """Launches fake workers, and remembers them.

    Attributes:
        workers: The workers, in order.
    """

    def __init__(self, answer: Answer) -> None:
        self.workers: list[FakeWorker] = []
        self._answer = answer

    def launch(self, environment: Mapping[str, str]) -> FakeWorker:
        worker = FakeWorker(environment, self._answer)
        self.workers.append(worker)
        return worker
