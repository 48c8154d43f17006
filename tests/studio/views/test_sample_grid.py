import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.studio.views.sample_grid import Caption, SampleGrid, SampleList


def sample_list(n, asked=None):
    def pictures(rows):
        if asked is not None:
            asked.append(rows.tolist())
        return np.full((len(rows), 4, 4), 0.5, np.float32)

    rows = 100 + np.arange(n)
    return SampleList(
        rows, pictures, lambda row: Caption(f"{row}", "9 %", True), lambda row: f"sample {row}", "4→9 100 %"
    )


@pytest.fixture
def grid(qtbot):
    grid = SampleGrid("Samples")
    qtbot.addWidget(grid)
    grid.resize(340, 180)
    grid.show()
    return grid


def spots_of(grid, position):
    spots = ((x, y) for y in range(grid.height()) for x in range(grid.width()))
    return [(x, y) for x, y in spots if grid.position_at(QPointF(x, y)) == position]


def middle_of(grid, position):
    return next(QPoint(x, y) for x, y in spots_of(grid, position)) + QPoint(8, 8)


def test_asks_only_for_the_pictures_that_fit(grid):
    asked = []
    grid.show_samples(sample_list(500, asked), from_start=True)
    grid.grab()
    assert len(asked) == 1
    assert asked[0] == list(range(100, 100 + grid.columns * grid.lines))
    assert 4 <= grid.columns * grid.lines < 60


@pytest.mark.parametrize("size", [(70, 60), (240, 130), (340, 180), (500, 300)])
def test_no_picture_or_caption_is_cut_off(grid, size):
    grid.resize(*size)
    grid.show_samples(sample_list(500), from_start=True)
    last = grid.on_show()[-1]
    spots = spots_of(grid, last)
    widest, lowest = max(x for x, _ in spots), max(y for _, y in spots)
    assert widest < grid.width()
    assert lowest < grid.height()
    assert lowest - min(y for _, y in spots) >= 44


def test_a_larger_panel_shows_more(grid):
    grid.show_samples(sample_list(500), from_start=True)
    few = len(grid.on_show())
    grid.resize(800, 400)
    assert len(grid.on_show()) > 2 * few


def test_a_click_chooses_the_sample_and_hover_tells_of_it(grid, qtbot):
    grid.show_samples(sample_list(30), from_start=True)
    spot = middle_of(grid, 3)
    assert grid.explain(spot) == "sample 103"
    with qtbot.waitSignal(grid.chosen) as told:
        QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=spot)
    assert told.args == [103]


def test_keys_reach_every_sample(grid, qtbot):
    grid.show_samples(sample_list(50), from_start=True)
    grid.setFocus()
    chosen = []
    grid.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_End, Qt.Key.Key_Return):
        QTest.keyClick(grid, key)
    assert chosen == [101 + grid.columns, 149]
    assert 49 in grid.on_show()
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Return, Qt.Key.Key_Home, Qt.Key.Key_Return):
        QTest.keyClick(grid, key)
    assert chosen[2:] == [149 - grid.columns * grid.lines, 100]
    assert 0 in grid.on_show()


def test_scrolls_by_lines_as_far_as_there_are_any(grid):
    grid.show_samples(sample_list(50), from_start=True)
    grid.scroll_to(2)
    assert grid.on_show().start == 2 * grid.columns
    grid.scroll_to(10_000)
    assert grid.on_show()[-1] == 49
    grid.show_samples(sample_list(3), from_start=False)
    assert grid.on_show() == range(3)


def test_stays_where_it_was_when_the_list_is_a_newer_one(grid):
    grid.show_samples(sample_list(50), from_start=True)
    grid.scroll_to(1)
    grid.show_samples(sample_list(50), from_start=False)
    assert grid.first_line == 1
    grid.show_samples(sample_list(50), from_start=True)
    assert grid.first_line == 0


def test_an_empty_list_says_so_and_has_nothing_to_choose(grid, qtbot):
    grid.show_samples(sample_list(0), from_start=True)
    chosen = []
    grid.chosen.connect(chosen.append)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    QTest.keyClick(grid, Qt.Key.Key_End)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton)
    grid.grab()
    assert chosen == []
