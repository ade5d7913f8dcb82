"""The tabs: a page for every job kind that has one, the history, and the data."""

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QTabWidget

from engine import kinds
from gui.benchmark.page import BenchmarkPage
from gui.data.page import DataPage
from gui.data.source import DataSource
from gui.history.page import HistoryPage
from gui.runs.page import RunPage, TabPage
from gui.runs.run_control import RunControl
from gui.widgets.theme import Theme

NARROWEST, LOWEST = 560, 200
"""Smallest size of the tabs in pixels."""

Found = TypeVar("Found", bound=TabPage)


class Pages(QObject):
    """Makes the pages at once, and fills them when it is time.

    Attributes:
        tabs: The tabs.
        of_kinds: The pages of the job kinds, in the order of the table of kinds.
        history: The history.
        data: The open file.

    Signals:
        failed: Something could not be done (`engine.runtime.events.Failed`).
        announced: A sentence for the status bar.
        chart_export_requested: The user wants to export the chart in front.
        settings_opened: The user wants to edit the settings of a run (`CompileConfig`).
    """

    failed = Signal(object)
    announced = Signal(str)
    chart_export_requested = Signal()
    settings_opened = Signal(object)

    def __init__(
        self, theme: Theme, runs: RunControl, source: DataSource, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.of_kinds = [_make_page(kind, theme, runs) for kind in kinds.KINDS if kind.page]
        self._by_name: dict[str, TabPage] = {page.name: page for page in self.of_kinds}
        self.history = HistoryPage(self.find(BenchmarkPage).action)
        self.data = DataPage(source)
        self._by_name |= {page.name: page for page in (self.history, self.data)}
        self.tabs = QTabWidget()
        self.tabs.setObjectName("tabs")
        self.tabs.setAccessibleName("Pages")
        self.tabs.setDocumentMode(True)
        # Otherwise the tabs are never smaller than the largest of the pages, visible or not.
        self.tabs.setMinimumSize(NARROWEST, LOWEST)
        self.tabs.tabBar().setObjectName("tab_bar")
        self.tabs.tabBar().setAccessibleName("Pages")
        self.tabs.tabBar().setDrawBase(False)
        for page in self:
            self._add(page)
        for run_page in self.of_kinds:
            runs.add_page(run_page)
        self.of_kinds[0].ensure_built()
        self.tabs.currentChanged.connect(self._come_to_front)

    def __iter__(self) -> Iterator[TabPage]:
        return iter(self._by_name.values())

    def build(self) -> None:
        """Fill the pages that are not filled yet."""
        for page in self:
            page.ensure_built()
        self._connect_history()
        self.front.come_to_front()

    def find(self, page_class: type[Found]) -> Found:
        """Return the page of a class."""
        return next(page for page in self if isinstance(page, page_class))

    @property
    def front(self) -> TabPage:
        """Return the page in front."""
        return next(page for page in self if page is self.tabs.currentWidget())

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        self.tabs.setCurrentWidget(self._by_name[name])

    @Slot()
    def check_age(self) -> None:
        """Have every result marked as outdated or up to date."""
        for page in self.of_kinds:
            page.check_age()

    def shut_down(self) -> None:
        """End what the pages have started."""
        for page in self:
            if page.is_built:
                page.shut_down()

    def _connect_history(self) -> None:
        """Connect the benchmark with the history, which keeps and reopens its runs."""
        benchmark, history = self.find(BenchmarkPage), self.history
        benchmark.measured.connect(history.store.save)
        benchmark.interrupted.connect(history.store.judge)
        benchmark.abandoned.connect(history.store.save_on_close)
        history.run_judged.connect(benchmark.show_judged)
        history.run_opened.connect(benchmark.open_judged)
        history.settings_opened.connect(self.settings_opened)

    def _add(self, page: TabPage) -> None:
        self.tabs.addTab(page, page.title)
        page.failed.connect(self.failed)
        page.announced.connect(self.announced)
        page.chart_export_requested.connect(self.chart_export_requested)
        page.raise_requested.connect(partial(self.show_page, page.name))
        page.retitled.connect(partial(self._retitle, page))

    def _retitle(self, page: TabPage, title: str) -> None:
        self.tabs.setTabText(self.tabs.indexOf(page), title)

    @Slot(int)
    def _come_to_front(self, _index: int) -> None:
        if self.front.is_built:
            self.front.come_to_front()


def _make_page(kind: kinds.Kind, theme: Theme, runs: RunControl) -> RunPage:
    """Make the page of a job kind."""
    page: RunPage = import_module(f"gui.{kind.name}.page").Page(kind, theme, runs)
    return page
