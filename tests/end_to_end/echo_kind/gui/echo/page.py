"""The Echo page: repeats the horizon."""

from PySide6.QtWidgets import QLabel

from engine.echo.job import Echo
from engine.echo.outcome import EchoOutcome
from engine.runtime.events import Event
from engine.runtime.job import Job
from gui.runs.choices import Choices
from gui.runs.page import RunPage


class EchoPage(RunPage):
    """Repeats the horizon that the user has chosen."""

    label = "&Echo"
    shortcut = "F9"
    explanation = "Repeat the horizon"

    def build(self) -> None:
        """Fill the page."""
        self.words = QLabel()
        self.words.setObjectName("echo_words")
        self.content.addWidget(self.words)

    def make_job(self, choices: Choices) -> Echo:
        """Make an echo of the horizon."""
        return Echo(word=str(choices.options.horizon))

    def begin(self, job: Job) -> None:
        """Show that an echo starts."""
        self.outcome = EchoOutcome()

    def handle(self, event: Event) -> None:
        """Show the words that came back so far."""
        self.outcome.handle(event)
        self.words.setText(" ".join(self.outcome.words))


Page = EchoPage
