"""The form of all settings, grouped under headings in one or more columns."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnstudio.data.output_kinds import OutputKind
from nnstudio.language import tr
from nnstudio.studio.painting.event_guard import contained
from nnstudio.studio.painting.theme import font
from nnstudio.studio.session.setting import Setting
from nnstudio.studio.views.setting_box import SettingBox

COLUMN_WIDTH_PX = 228
GAP_PX = 22
LABEL_WIDTH_PX = 100

HolderOf = Callable[[Setting[Any]], Any]
"""Names the source of a setting's value."""


@contained
class SettingsForm(QScrollArea):
    """Shows settings; a choice is emitted, and shown when ``show_settings`` is called."""

    chosen = Signal(object, str)
    typed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self.setAccessibleName(tr("Training settings"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content = QWidget(self)
        self._content.setObjectName("panel")
        self._columns = QHBoxLayout(self._content)
        self._columns.setContentsMargins(2, 2, 8, 2)
        self._columns.setSpacing(GAP_PX)
        self.setWidget(self._content)
        self.groups: dict[str, SettingGroup] = {}
        self._n_columns = 0

    def set_settings(self, settings: Iterable[Setting[Any]]) -> None:
        """Make controls for new settings and remove those of settings that are gone."""
        wanted = list(settings)
        keys = {setting.key for setting in wanted}
        for group in self.groups.values():
            group.drop_all_but(keys)
        for setting in wanted:
            if setting.group not in self.groups:
                self.groups[setting.group] = SettingGroup(tr(setting.group), self._content)
                self._n_columns = 0
            group = self.groups[setting.group]
            if setting.key not in group.rows:
                box = group.add(setting)
                box.chosen.connect(self.chosen)
                box.typed.connect(self.typed)
        boxes = [row.box for group in self.groups.values() for row in group.in_order(wanted)]
        for before, after in pairwise(boxes):
            QWidget.setTabOrder(before, after)
        self._arrange()

    def show_settings(self, holder_of: HolderOf, kind: OutputKind) -> None:
        """Show the current values, and only settings and options that have an effect for a kind of output."""
        for group in self.groups.values():
            for row in group.rows.values():
                setting = row.box.setting
                holder = holder_of(setting)
                row.box.offer(kind)
                row.show_value(setting.read(holder), is_used=setting.is_used(holder) and setting.suits(kind))

    def show_note(self, setting: Setting[Any], text: str) -> None:
        """Show a message under a setting's field; an empty one removes it."""
        self.groups[setting.group].rows[setting.key].show_note(text)

    def box(self, key: str) -> SettingBox:
        """Return the control of a setting."""
        return next(group.rows[key].box for group in self.groups.values() if key in group.rows)

    def focus_first(self) -> None:
        """Focus the first visible setting."""
        for group in self.groups.values():
            for row in group.rows.values():
                if not row.isHidden():
                    row.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
                    return

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the settings in as many columns as fit."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        room = self.viewport().width() + GAP_PX
        n = max(1, min(room // (COLUMN_WIDTH_PX + GAP_PX), len(self.groups)))
        if n == self._n_columns:
            return
        self._n_columns = n
        while self._columns.count():
            item = self._columns.takeAt(0)
            # The widgets stay children of the content; only the layout is deleted.
            while item.layout() is not None and item.layout().count():
                item.layout().takeAt(0)
        columns = []
        for _ in range(n):
            column = QVBoxLayout()
            column.setSpacing(14)
            self._columns.addLayout(column, 1)
            columns.append(column)
        sizes = [len(group.rows) + 2 for group in self.groups.values()]
        share, filled = sum(sizes) / n, 0.0
        for group, size in zip(self.groups.values(), sizes, strict=True):
            # Columns are assigned by a group's middle, which keeps the order of headings.
            columns[min(int((filled + size / 2) / share), n - 1)].addWidget(group)
            filled += size
        for column in columns:
            column.addStretch(1)


class SettingGroup(QWidget):
    """A heading and the settings under it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, SettingRow] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        heading = QLabel(title, self)
        heading.setFont(font(12, bold=True))
        self._layout.addWidget(heading)

    def add(self, setting: Setting[Any]) -> SettingBox:
        """Add a setting at the end and return its control."""
        row = SettingRow(setting, self)
        self.rows[setting.key] = row
        self._layout.addWidget(row)
        return row.box

    def add_below(self, widget: QWidget) -> None:
        """Add a picture or a button below the settings."""
        self._layout.addWidget(widget)

    def drop_all_but(self, keys: set[str]) -> None:
        """Remove the rows of other settings."""
        for key in [key for key in self.rows if key not in keys]:
            row = self.rows.pop(key)
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()

    def in_order(self, settings: list[Setting[Any]]) -> list["SettingRow"]:
        """Sort the rows in the order of the settings, and return them."""
        keys = [setting.key for setting in settings if setting.key in self.rows]
        if keys != list(self.rows):
            self.rows = {key: self.rows[key] for key in keys}
            for place, row in enumerate(self.rows.values()):
                self._layout.insertWidget(1 + place, row)
        return list(self.rows.values())


@contained
class SettingRow(QWidget):
    """One setting: its name, its control, and an error message below."""

    def __init__(self, setting: Setting[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        label = QLabel(setting.shown_title(), self)
        label.setFont(font(12))
        label.setProperty("role", "muted")
        label.setToolTip(setting.described())
        label.setMinimumWidth(LABEL_WIDTH_PX)
        self.box = SettingBox(setting, self)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.setMinimumWidth(108)
        label.setBuddy(self.box)
        self._note = _Note(self)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.box, 0, 1)
        grid.addWidget(self._note, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_value(self, text: str, *, is_used: bool) -> None:
        """Show the current value, unless another one is being typed."""
        self.setVisible(is_used)
        line = self.box.lineEdit()
        if line is None or not (line.hasFocus() and line.isModified()):
            self.box.show_value(text)
            self.show_note("")

    def show_note(self, text: str) -> None:
        """Show a message, or none."""
        if text != self._note.text() or self._note.isVisible() != bool(text):
            self._note.setText(text)
            self._note.setVisible(bool(text))
            self._note.fit(self.width())
            self.box.setAccessibleDescription(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the message for the new width."""
        super().resizeEvent(event)
        self._note.fit(self.width())


class _Note(QLabel):
    """A wrapped message of fixed height: scroll areas ignore height-for-width."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent)
        self.setFont(font(11))
        self.setProperty("role", "warning")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def hasHeightForWidth(self) -> bool:
        """Report no height-for-width to layouts."""
        return False

    def fit(self, width: int) -> None:
        """Set the height that the lines need."""
        self.setFixedHeight(max(self.heightForWidth(width), 0))
