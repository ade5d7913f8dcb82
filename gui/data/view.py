"""What is in the open file: its summary, columns, first rows and findings."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.data import FileDescription
from engine.data.frequency_words import frequency_in_words
from engine.data.options import ReadOptions
from gui.data.column_roles import RoleChange, RoleDelegate, RolesModel, options_with
from gui.data.source import OpenFile
from gui.widgets.action_button import ActionButton
from gui.widgets.buttons import push_button
from gui.widgets.findings import FindingList, wrapped

SHOWN_COLUMNS = 200
"""Largest number of columns of the preview; thousands would block the window for seconds."""

ROLE_WIDTH = 160
"""Width of the column of roles in pixels: the longest role in its drop-down list."""

HIGHEST_FINDINGS = 130
"""Height in pixels from which the findings scroll."""


class FindingsArea(QScrollArea):
    """As high as the findings at their width, up to `HIGHEST_FINDINGS`."""

    def __init__(self, findings: FindingList) -> None:
        super().__init__()
        self._findings = findings
        self.setWidget(findings)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def hasHeightForWidth(self) -> bool:
        """Say that the height depends on the width, because texts are wrapped."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the findings, up to `HIGHEST_FINDINGS`."""
        return min(self._findings.heightForWidth(width), HIGHEST_FINDINGS)


class DataView(QWidget):
    """Shows a file.

    Signals:
        reread_requested: The user wants the file read in another way
            (`engine.data.ReadOptions`).
    """

    reread_requested = Signal(object)

    def __init__(self, opening: QAction) -> None:
        """Make an empty view.

        Args:
            opening: Opens a file.
        """
        super().__init__()
        self._file: OpenFile | None = None
        self._summary = wrapped(
            "No file is open. Open a CSV file, or drop one on the window.",
        )
        self._summary.setObjectName("data_summary")
        head = QHBoxLayout()
        head.addWidget(self._summary, 1)
        self._infer = push_button(
            "infer_roles",
            "Infer again",
            "Discard the roles that you chose, and read the file as at first",
        )
        self._infer.clicked.connect(self._infer_again)
        self._infer.setVisible(False)
        head.addWidget(self._infer, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(ActionButton("data_open", opening), alignment=Qt.AlignmentFlag.AlignTop)
        tables = QSplitter(Qt.Orientation.Horizontal)
        tables.addWidget(self._make_roles())
        tables.addWidget(self._make_preview())
        tables.setStretchFactor(1, 1)
        tables.setSizes([300, 380])
        tables.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._make_findings())
        layout.addWidget(tables, 1)

    def show_file(self, file: OpenFile) -> None:
        """Show a file."""
        self._file = file
        self._infer.setVisible(file.options != ReadOptions())
        reading = file.series.reading
        if reading is not None:
            self._summary.setText(describe(reading, file))
            self._summary.setToolTip(str(file.path))
            self._roles.show_columns(reading.columns)
        self._preview.clear()
        names, more = file.names[:SHOWN_COLUMNS], len(file.names) - SHOWN_COLUMNS
        others = [f"{more:,} more"] if more > 0 else []
        self._preview.setHorizontalHeaderLabels([*names, *others])
        for row in file.rows:
            self._preview.appendRow([QStandardItem(text) for text in row[:SHOWN_COLUMNS]])
        self._preview_table.resizeColumnsToContents()
        self._findings.show_findings(file.series.findings)
        self._findings_area.setVisible(bool(file.series.findings))
        self._findings_area.updateGeometry()

    def _make_roles(self) -> QTableView:
        self._roles = RolesModel(self)
        self._roles.change_requested.connect(self._reread)
        view = QTableView()
        view.setObjectName("column_roles")
        view.setAccessibleName("Columns and their roles")
        view.setModel(self._roles)
        view.setItemDelegateForColumn(1, RoleDelegate(view))
        view.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        view.setToolTip("Click a role to change it")
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(30)
        header = view.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, ROLE_WIDTH)
        return view

    def _make_preview(self) -> QTableView:
        self._preview = QStandardItemModel(self)
        view = self._preview_table = QTableView()
        view.setObjectName("data_preview")
        view.setAccessibleName("First rows of the file")
        view.setModel(self._preview)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        view.setAlternatingRowColors(True)
        view.verticalHeader().setDefaultSectionSize(24)
        view.horizontalHeader().setMaximumSectionSize(260)
        return view

    def _make_findings(self) -> QScrollArea:
        self._findings = FindingList()
        self._findings_area = area = FindingsArea(self._findings)
        area.setAccessibleName("Findings about the file")
        area.setVisible(False)
        return area

    @Slot()
    def _infer_again(self) -> None:
        self.reread_requested.emit(ReadOptions())

    @Slot(object)
    def _reread(self, change: RoleChange) -> None:
        if self._file is not None and self._file.series.reading is not None:
            reading = self._file.series.reading
            self.reread_requested.emit(options_with(self._file.options, reading, change))


def describe(reading: FileDescription, file: OpenFile) -> str:
    """Say how a file was read, in one line."""
    parts = [
        file.path.name,
        f"{reading.layout} layout",
        f"{len(file.series):,} series",
        f"{reading.rows:,} rows" if reading.rows is not None else "",
        frequency_in_words(reading.frequency) if reading.frequency else "",
        f"times in UTC, file in {file.series.timezone}" if file.series.timezone else "",
        reading.encoding,
    ]
    return "  ·  ".join(part for part in parts if part)
