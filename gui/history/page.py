"""The History page: the benchmarks that were saved, and the thread that saves them."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction

from gui.runs.page import TabPage


class HistoryPage(TabPage):
    """Lists the benchmarks of the history.

    Attributes:
        store: Saves, judges and loads runs.

    Signals:
        run_judged: A run that ended early was judged (`Judged`).
        run_opened: The user opened a run (`Judged`).
        settings_opened: The user wants to edit the settings of a run (`CompileConfig`).
    """

    run_judged = Signal(object)
    run_opened = Signal(object)
    settings_opened = Signal(object)

    def __init__(self, benchmark: QAction) -> None:
        """Make the page.

        Args:
            benchmark: Starts a benchmark, for the time before there is any.
        """
        super().__init__("history", "History")
        self._benchmark = benchmark

    def build(self) -> None:
        """Fill the page."""
        # Not before the window is on the screen.
        from gui.history.run_store import RunStore
        from gui.history.table import HistoryView

        view = HistoryView(self._benchmark)
        self.content.addWidget(view)
        self.store: RunStore = RunStore(self)
        view.open_requested.connect(self.store.load)
        view.settings_requested.connect(self.store.load_settings)
        view.comparison_requested.connect(self.store.compare)
        self.store.listed.connect(view.show_entries)
        self.store.compared.connect(view.show_comparison)
        self.store.judged.connect(self.run_judged)
        self.store.loaded.connect(self.run_opened)
        self.store.settings_loaded.connect(self.settings_opened)
        self.store.failed.connect(self.failed)

    def come_to_front(self) -> None:
        """List the runs as they are now."""
        self.store.list()

    def shut_down(self) -> None:
        """Save the runs that are not saved yet."""
        self.store.close()
