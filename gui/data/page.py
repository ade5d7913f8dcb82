"""The open file: how it was read, its columns, its first rows, and what was odd about it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
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
from engine.data.options import ReadOptions
from engine.data.spacing import in_words
from gui.data.column_roles import RoleChange, RoleDelegate, RolesModel, options_with
from gui.data.source import OpenFile
from gui.widgets.buttons import push_button
from gui.widgets.findings import FindingList, wrapped

SHOWN_COLUMNS = 200
"""Columns of the preview; thousands would hold up the window for seconds."""

ROLE_WIDTH = 160
"""Pixels of the longest role in its drop-down list."""
HIGHEST_FINDINGS = 130
"""Pixels of height from which findings scroll."""


class FindingsArea(QScrollArea):
    """As high as the findings are at its width, and not higher than there is room for."""

    def __init__(self, findings: FindingList) -> None:
        super().__init__()
        self._findings = findings
        self.setWidget(findings)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def hasHeightForWidth(self) -> bool:
        """Its texts are broken into lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """That of the findings."""
        return min(self._findings.heightForWidth(width), HIGHEST_FINDINGS)


class DataView(QWidget):
    """Shows a file.

    Signals:
        open_asked: The user wants another file.
        reread_asked: The file is to be read otherwise (`engine.data.ReadOptions`).
    """

    open_asked = Signal()
    reread_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_view")
        self._file: OpenFile | None = None
        self._summary = wrapped(
            "No file is open. Open a CSV file, or drop one anywhere on the window.",
        )
        self._summary.setObjectName("data_summary")
        opener = push_button("data_open", "Open…", "Open a CSV file")
        opener.clicked.connect(self.open_asked)
        head = QHBoxLayout()
        head.addWidget(self._summary, 1)
        self._infer = push_button(
            "infer_roles",
            "Infer again",
            "Forget the roles that were chosen, and read the file as it was first read",
        )
        self._infer.clicked.connect(self._infer_again)
        self._infer.setVisible(False)
        head.addWidget(self._infer, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(opener, alignment=Qt.AlignmentFlag.AlignTop)
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
        """Shows a file."""
        self._file = file
        self._infer.setVisible(file.options != ReadOptions())
        reading = file.series.reading
        if reading is not None:
            self._summary.setText(describe(reading, file))
            self._summary.setToolTip(str(file.path))
            self._roles.show_columns(reading.columns)
        self._preview.clear()
        names, more = file.names[:SHOWN_COLUMNS], len(file.names) - SHOWN_COLUMNS
        others = ["{} more".format(f"{more:,}")] if more > 0 else []
        self._preview.setHorizontalHeaderLabels([*names, *others])
        for row in file.rows:
            self._preview.appendRow([QStandardItem(text) for text in row[:SHOWN_COLUMNS]])
        self._preview_table.resizeColumnsToContents()
        self._findings.show_findings(file.series.findings)
        self._findings_area.setVisible(bool(file.series.findings))
        self._findings_area.updateGeometry()

    def _make_roles(self) -> QTableView:
        self._roles = RolesModel(self)
        self._roles.change_asked.connect(self._reread)
        view = QTableView()
        view.setObjectName("column_roles")
        view.setAccessibleName("Columns and their roles")
        view.setModel(self._roles)
        view.setItemDelegateForColumn(1, RoleDelegate(view))
        view.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        view.setToolTip("Click on a role to change it")
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
        self.reread_asked.emit(ReadOptions())

    @Slot(object)
    def _reread(self, change: RoleChange) -> None:
        if self._file is not None and self._file.series.reading is not None:
            reading = self._file.series.reading
            self.reread_asked.emit(options_with(self._file.options, reading, change))


def describe(reading: FileDescription, file: OpenFile) -> str:
    """How a file was read, in one line."""
    parts = [
        file.path.name,
        f"{reading.layout} layout",
        f"{len(file.series):,} series",
        f"{reading.rows:,} rows" if reading.rows is not None else "",
        in_words(reading.frequency) if reading.frequency else "",
        f"times in UTC, file in {file.series.timezone}" if file.series.timezone else "",
        reading.encoding,
    ]
    return "  ·  ".join(part for part in parts if part)
