import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest

from nnstudio.studio.painting.images import indexed_image
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.views.sample_grid import Caption, SampleGrid, SampleList
from tests.studio.gestures import explained, samples_in_sight


def sample_list(n, asked=None):
    def picture(row):
        if asked is not None:
            asked.append(row)
        return np.full((4, 4), 0.5, np.float32)

    rows = 100 + np.arange(n)
    return SampleList(
        rows, picture, lambda row: Caption(f"{row}", "9 %", True), lambda row: f"sample {row}", "4→9 100 %"
    )


@pytest.fixture
def grid(qtbot):
    grid = SampleGrid("Samples")
    qtbot.addWidget(grid)
    grid.resize(340, 180)
    grid.show()
    return grid


def box_of(grid, position):
    return grid.visualRect(grid.model().index(position, 0))


def middle_of(grid, position):
    return box_of(grid, position).topLeft() + QPoint(8, 8)


def columns(grid):
    return sum(box_of(grid, k).top() == box_of(grid, 0).top() for k in samples_in_sight(grid))


def test_asks_only_for_the_pictures_that_fit(grid):
    asked = []
    grid.show_samples(sample_list(500, asked), from_start=True)
    grid.grab()
    asked.clear()
    grid.grab()
    assert asked == [100 + k for k in samples_in_sight(grid)]
    assert 4 <= len(asked) < 60


@pytest.mark.parametrize("size", [(74, 62), (240, 130), (340, 180), (500, 300)])
def test_no_picture_or_caption_is_cut_off(grid, size):
    grid.resize(*size)
    grid.show_samples(sample_list(500), from_start=True)
    grid.grab()
    assert grid.size() == QSize(*size)
    last = box_of(grid, samples_in_sight(grid)[-1])
    assert last.right() < grid.width()
    assert last.bottom() < grid.height()
    assert last.height() >= 44
    # Nor is a part of any other in sight.
    assert samples_in_sight(grid, partly=True) == samples_in_sight(grid)


def test_a_larger_panel_shows_more(grid):
    grid.show_samples(sample_list(500), from_start=True)
    few = len(samples_in_sight(grid))
    grid.resize(800, 400)
    grid.grab()
    assert len(samples_in_sight(grid)) > 2 * few


def test_a_click_chooses_the_sample_and_hover_tells_of_it(grid, qtbot):
    grid.show_samples(sample_list(30), from_start=True)
    spot = middle_of(grid, 3)
    assert explained(grid, spot) == "sample 103"
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert told.args == [103]


def test_keys_reach_every_sample(grid, qtbot):
    grid.show_samples(sample_list(50), from_start=True)
    grid.setFocus()
    chosen = []
    grid.chosen.connect(chosen.append)
    across, page = columns(grid), len(samples_in_sight(grid))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_End, Qt.Key.Key_Return):
        QTest.keyClick(grid, key)
    assert chosen == [101 + across, 149]
    assert 49 in samples_in_sight(grid)
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Return, Qt.Key.Key_Home, Qt.Key.Key_Return):
        QTest.keyClick(grid, key)
    assert chosen[2:] == [149 - page, 100]
    assert 0 in samples_in_sight(grid)
    # From the end of a line to the start of the next.
    for _ in range(across):
        QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert chosen[-1] == 100 + across


def test_scrolls_by_lines_as_far_as_there_are_any(grid):
    grid.show_samples(sample_list(50), from_start=True)
    across = columns(grid)
    grid.verticalScrollBar().setValue(2)
    assert samples_in_sight(grid)[0] == 2 * across
    grid.verticalScrollBar().setValue(10_000)
    assert samples_in_sight(grid)[-1] == 49
    grid.show_samples(sample_list(3), from_start=False)
    assert samples_in_sight(grid) == [0, 1, 2]


def test_stays_where_it_was_when_the_list_is_a_newer_one(grid):
    grid.show_samples(sample_list(50), from_start=True)
    grid.verticalScrollBar().setValue(1)
    first = samples_in_sight(grid)[0]
    grid.show_samples(sample_list(50), from_start=False)
    assert samples_in_sight(grid)[0] == first > 0
    grid.show_samples(sample_list(50), from_start=True)
    assert samples_in_sight(grid)[0] == 0


def test_an_empty_list_says_so_and_has_nothing_to_choose(grid, qtbot):
    grid.show_samples(sample_list(0), from_start=True)
    chosen = []
    grid.chosen.connect(chosen.append)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    QTest.keyClick(grid, Qt.Key.Key_End)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton)
    grid.grab()
    assert chosen == []


def test_a_screen_reader_meets_every_sample(grid):
    grid.show_samples(sample_list(500), from_start=True)
    table = QAccessible.queryAccessibleInterface(grid)
    assert table.text(QAccessible.Text.Name) == "Samples"
    assert table.childCount() == 500
    assert table.child(499).text(QAccessible.Text.Name) == "599 9 %"
    assert table.child(499).text(QAccessible.Text.Description) == "sample 599"


def test_pictures_have_as_many_pixels_as_the_screen_gives_them(grid, monkeypatch):
    sizes = []
    monkeypatch.setattr(
        "nnstudio.studio.views.sample_grid.indexed_image",
        lambda index, table: sizes.append(index.shape) or indexed_image(index, table),
    )
    grid.show_samples(sample_list(2), from_start=True)
    grid.grab()
    side = round(grid._cells.side * grid.devicePixelRatioF())
    assert set(sizes) == {(side, side)}
    assert side >= 44


def test_both_themes_paint_their_own_paper_and_ink(grid):
    grid.show_samples(sample_list(1), from_start=True)
    for theme in THEMES.values():
        appearance.set_theme(theme)
        low, high = sorted(QColor(code).lightness() for code in (theme.paper, theme.ink))
        lightness = grid.grab().toImage().pixelColor(middle_of(grid, 0)).lightness()
        assert abs(lightness - (low + high) / 2) < 3
