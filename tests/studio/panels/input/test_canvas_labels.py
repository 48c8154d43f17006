import pytest
from PySide6.QtCore import QRectF

from nnstudio.studio.panels.input.canvas_labels import LEAST_HEIGHT, CanvasLabel, CanvasLabels

SHEET = QRectF(0, 0, 320, 320)


def page(n_lines, ink):
    """Return the labels of lines of three characters, each line ``ink`` of its room high."""
    pitch = 1 / n_lines
    return tuple(
        CanvasLabel((left, top, left + 0.05, top + ink * pitch), "8", "99 %", "", chosen=False, line=line)
        for line in range(n_lines)
        for left in (0.1, 0.3, 0.5)
        for top in [line * pitch]
    )


@pytest.mark.parametrize(("n_lines", "ink"), [(2, 0.6), (5, 0.6), (9, 0.6), (12, 0.5)])
def test_the_labels_of_a_line_lie_between_it_and_the_next(canvas_labels, n_lines, ink):
    canvas_labels.labels = page(n_lines, ink)
    places = canvas_labels._places(SHEET)
    # Below the last line there may be less room than between lines.
    for label, place in list(zip(canvas_labels.labels, places, strict=True))[:-3]:
        assert place.top() >= label.box[3] * SHEET.height()
        assert place.bottom() <= (label.line + 1) / n_lines * SHEET.height()
        assert place.height() >= LEAST_HEIGHT


@pytest.fixture
def canvas_labels():
    return CanvasLabels(view=None)
