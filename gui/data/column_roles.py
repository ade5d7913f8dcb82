"""The columns of a file and their roles, as a table that can be edited."""

import dataclasses
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtCore import QPersistentModelIndex as PersistentIndex
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.data import ColumnDescription, FileDescription, Layout, ReadOptions, Role

Index = QModelIndex | PersistentIndex


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A column that gets another role.

    Attributes:
        name: The column.
        role: Its new role.
    """

    name: str
    role: Role


def options_with(options: ReadOptions, reading: FileDescription, change: RoleChange) -> ReadOptions:
    """Return options that give every column its present role, and one column a new role.

    An id or timestamp column that another one replaces is left out. Only columns that the user
    left out are marked as such; the findings about the file explain the others.
    """
    roles = {column.name: column.role for column in reading.columns}
    left_out = set(options.left_out_columns or ()) - {change.name}
    if change.role in (Role.ID, Role.TIMESTAMP):
        left_out |= {name for name, role in roles.items() if role is change.role} - {change.name}
    if change.role is Role.LEFT_OUT:
        left_out.add(change.name)
    roles |= dict.fromkeys(left_out, Role.LEFT_OUT)
    roles[change.name] = change.role

    def names(role: Role) -> tuple[str, ...]:
        return tuple(name for name, one in roles.items() if one is role)

    return dataclasses.replace(
        options,
        layout=Layout.LONG if names(Role.ID) else _layout_without_ids(options, reading, change),
        id_column=next(iter(names(Role.ID)), None),
        timestamp_column=next(iter(names(Role.TIMESTAMP)), None),
        target_columns=names(Role.TARGET),
        past_covariate_columns=names(Role.PAST_COVARIATE),
        known_covariate_columns=names(Role.KNOWN_COVARIATE),
        left_out_columns=tuple(name for name in roles if name in left_out),
    )


def _layout_without_ids(
    options: ReadOptions, reading: FileDescription, change: RoleChange
) -> Layout | str | None:
    """Return the layout if no column holds the ids; None to infer it."""
    if reading.layout is Layout.WIDE:
        # Its columns stay series, however many are used. With covariates there is one series.
        covariate = change.role in (Role.PAST_COVARIATE, Role.KNOWN_COVARIATE)
        return None if covariate else Layout.WIDE
    return None if options.layout == Layout.LONG else options.layout


class RolesModel(QAbstractTableModel):
    """Columns and their roles.

    Signals:
        change_requested: The user wants another role (`RoleChange`).
    """

    change_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ColumnDescription, ...] = ()

    def show_columns(self, columns: tuple[ColumnDescription, ...]) -> None:
        """Show other columns."""
        self.beginResetModel()
        self._columns = columns
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of columns of the file."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return 2: name and role."""
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the texts."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        column = self._columns[index.row()]
        return column.name if index.column() == 0 else str(column.role)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return the titles."""
        if role != Qt.ItemDataRole.DisplayRole or orientation == Qt.Orientation.Vertical:
            return None
        return ("Column", "Role ▾")[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say that the roles can be edited."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 1 else flags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Request the change; it shows once the file has been read again."""
        column = self._columns[index.row()]
        if str(value) != column.role:
            self.change_requested.emit(RoleChange(column.name, Role(str(value))))
        return True


class RoleDelegate(QStyledItemDelegate):
    """Edits a role with a list of all of them."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Make the list."""
        box = QComboBox(parent)
        box.setObjectName("role_choice")
        box.setAccessibleName("Role of the column")
        box.addItems(list(Role))
        box.activated.connect(lambda: self._finish(box))
        return box

    def _finish(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Select the present role."""
        assert isinstance(editor, QComboBox)  # noqa: S101
        editor.setCurrentText(str(index.data()))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Pass on the selected role."""
        assert isinstance(editor, QComboBox)  # noqa: S101
        model.setData(index, editor.currentText())
