"""The base classes of the pages: of every tab, and of a job kind's tab."""

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.base.errors import UserError
from engine.kinds import Kind
from engine.runtime.job import OTHER_SETTINGS

if TYPE_CHECKING:
    from engine.runtime.events import Event
    from engine.runtime.job import Job
    from gui.charts.rendering import Exportable
    from gui.runs.choices import Choices
    from gui.runs.run_control import RunControl
    from gui.widgets.theme import Theme


class TabPage(QWidget):
    """A tab of the window. Its object name is `<name>_page`.

    The window makes every page before it is painted, and calls `build` afterwards, except for
    the first page, which is built at once. So keep `__init__` and the module's imports cheap.

    Attributes:
        name: A short name, unique among the pages.
        title: The words on the tab.
        content: The layout that `build` fills.
        is_built: Whether the page is filled.

    Signals:
        failed: Something could not be done (`engine.runtime.events.Failed`).
        announced: A sentence for the status bar.
        retitled: The tab gets other words.
        raise_requested: The page wants to come to the front.
        chart_export_requested: The user wants to export the page's chart.
    """

    failed = Signal(object)
    announced = Signal(str)
    retitled = Signal(str)
    raise_requested = Signal()
    chart_export_requested = Signal()

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.name, self.title = name, title
        self.setObjectName(f"{name}_page")
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.is_built = False

    def ensure_built(self) -> None:
        """Fill the page if it is not filled yet."""
        if not self.is_built:
            self.is_built = True
            self.build()

    def build(self) -> None:
        """Fill the page with its widgets, by adding them to `content`."""

    def come_to_front(self) -> None:
        """Bring the page up to date when its tab is chosen."""

    @property
    def exportable(self) -> "Exportable | None":
        """Return the chart that can be exported, if the page has one."""
        return None

    def shut_down(self) -> None:
        """End what the page has started; the window is closing."""


class RunPage(TabPage):
    """The page of a job kind.

    For every job kind of `engine/kinds.py` that has a page, the window imports
    `gui.<kind>.page` and makes the class that the module calls `Page`. It is a subclass of this
    one, and gives:

    - `label`, `shortcut` and `explanation`, and `step` if the getting-started page is to show the
      kind;
    - `make_job`, which makes a job of the user's choices;
    - `begin`, `handle` and `end`, which show the run of such a job. Only the events of jobs of
      this kind arrive here;
    - `shown_job` and `show_outdated`, if a result can become outdated;
    - `exportable`, if there is a chart.

    The tab, the button `run_<name>` of the run bar, the entry `action_<name>` of the Run menu and
    the shortcut follow from these.

    Attributes:
        label: The words of the action, with & before the letter that the menu underlines.
        shortcut: The key that starts a run, such as "F5".
        explanation: What the action does, a sentence without its full stop.
        step: A sentence for the getting-started page; empty if the kind is not shown there.
        action: Starts a run. Enabled while nothing runs and no file is read.
    """

    label: ClassVar[str]
    shortcut: ClassVar[str]
    explanation: ClassVar[str]
    step: ClassVar[str] = ""

    def __init__(self, kind: Kind, theme: "Theme", runs: "RunControl") -> None:
        super().__init__(kind.name, kind.page)
        self.theme = theme
        self.runs = runs
        self.action = QAction(self.label, self)
        self.action.setObjectName(f"action_{self.name}")
        self.action.setShortcut(QKeySequence(self.shortcut))
        self.action.setToolTip(f"{self.explanation} ({self.shortcut})")
        self.action.setStatusTip(self.explanation)
        self.action.triggered.connect(self.start)
        runs.busy_changed.connect(self.action.setDisabled)

    @Slot()
    def start(self) -> None:
        """Start a run of what the user has chosen."""
        self.ensure_built()
        self.runs.start(self.make_job)

    def make_job(self, choices: "Choices") -> "Job":
        """Make a job of what the user has chosen.

        Raises:
            UserError: The choices do not make a job.
        """
        raise NotImplementedError

    def begin(self, job: "Job") -> None:
        """Show that a job of this kind starts."""

    def handle(self, event: "Event") -> None:
        """Show what an event of the running job reports."""

    def end(self) -> None:
        """Show that the job is over, however it ended."""

    @property
    def shown_job(self) -> "Job | None":
        """Return the job whose result is shown; None if there is none that can be outdated."""
        return None

    def show_outdated(self, why: str) -> None:
        """Mark the result as outdated.

        Args:
            why: "other data" or "other settings"; empty if the result is up to date.
        """

    @Slot()
    def check_age(self) -> None:
        """Mark the result as outdated, or as up to date, by what is chosen now."""
        job = self.shown_job
        if job is None:
            self.show_outdated("")
            return
        try:
            self.show_outdated(job.outdated(self.make_job(self.runs.choices())))
        except UserError:
            self.show_outdated(OTHER_SETTINGS)
