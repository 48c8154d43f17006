"""A row of buttons of which one is down."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nnstudio.studio.painting.theme import font


def choice_buttons(
    choices: Sequence[tuple[str, str]], choose: Callable[[int], object], parent: QWidget
) -> tuple[QButtonGroup, QHBoxLayout]:
    """Return a group of buttons with the numbers of choices, and the row that they stand in.

    Parameters
    ----------
    choices : sequence of (str, str)
        Titles and hover texts. The first is chosen.
    choose : callable (int)
        Called with the number of the one that the user chooses.
    parent : QWidget
    """
    group, row = QButtonGroup(parent), QHBoxLayout()
    row.setSpacing(6)
    for k, (title, tip) in enumerate(choices):
        button = QToolButton(parent)
        button.setText(title)
        button.setToolTip(tip)
        button.setFont(font(12))
        # Three of them stand in the narrowest panel.
        button.setStyleSheet("padding: 4px 8px;")
        button.setCheckable(True)
        button.setChecked(k == 0)
        group.addButton(button, k)
        row.addWidget(button)
    row.addStretch(1)
    group.idClicked.connect(choose)
    return group, row
