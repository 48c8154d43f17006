"""The view that numbers are shown in as colours."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPicture
from PySide6.QtTest import QTest

from nnstudio.studio.painting.theme import DARK, LIGHT, appearance, set_text_scale, text_font
from nnstudio.studio.views.picture import Cell, Picture, _write
from tests.studio.gestures import discard, move_to, turn_wheel
from tests.studio.plots import drag, ranges

TILES = np.linspace(-2, 2, 4 * 5 * 6, dtype=np.float32).reshape(4, 5, 6)


class Quadruple:
    """Four tiles in two columns that fill a picture."""

    def __init__(self, **options):
        self.picture = Picture("Four tiles", self.lay_out, self.explain, **options)

    def lay_out(self, room):
        for image in self.picture.images:
            image.arrange(2, QRectF(0, 0, room.width(), room.height()))

    def explain(self, cell):
        return f"{TILES[cell.tile, cell.row, cell.column]:.3f}"

    def show(self, tiles=TILES, limit=2.0, *, is_by_tile=False):
        (image,) = self.picture.set_images(1)
        image.show_tiles(tiles, limit)
        self.picture.arrange()
        self.picture.set_scale(float(np.max(limit)), "weight", is_by_tile=is_by_tile)


@pytest.fixture
def four(qtbot):
    four = Quadruple()
    four.picture.resize(400, 230)
    four.picture.show()
    qtbot.waitExposed(four.picture)
    four.show()
    four.picture.grab()
    yield four
    discard(four.picture)


@pytest.fixture
def picture(four):
    return four.picture


@pytest.fixture(autouse=True)
def _every_move_counts():
    """Let pyqtgraph drop no moves of the mouse, however quickly they come."""
    limit = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", 0)
    yield
    pg.setConfigOption("mouseRateLimit", limit)


def seen(picture):
    return np.array(picture.box.viewRange())


def place_of(picture, tile, row, column):
    (image,) = picture.images
    picture.box.updateMatrix()
    return image.mapToScene(image.tile_box(tile).topLeft() + QPointF(column + 0.5, row + 0.5)).toPoint()


def bar_at(picture, share):
    """Return the place on the colour bar, at a share of its width."""
    box = picture.bar.getViewBox().sceneBoundingRect()
    return QPoint(round(box.left() + share * box.width()), round(box.center().y()))


def test_the_wheel_zooms_about_the_pointer(picture):
    place = place_of(picture, 1, 2, 3)
    before = seen(picture)
    turn_wheel(picture.viewport(), 240, at=place)
    assert (np.ptp(seen(picture), axis=1) < 0.7 * np.ptp(before, axis=1)).all()
    assert picture.cell_at(place) == Cell(0, 1, 2, 3)
    assert not picture.navigation.is_fitted
    turn_wheel(picture.viewport(), -2400, at=place)
    np.testing.assert_allclose(seen(picture), before, atol=1e-6)
    assert picture.navigation.is_fitted, "all is seen again"


def test_a_drag_moves_and_does_not_select(picture):
    turn_wheel(picture.viewport(), 480, at=place_of(picture, 0, 4, 5))
    clicked, before = [], seen(picture)
    picture.clicked.connect(clicked.append)
    drag(picture, QPoint(200, 100), QPoint(200, 100) + QPoint(-60, 30))
    after = seen(picture)
    assert after[0, 0] > before[0, 0]
    assert after[1, 0] < before[1, 0]
    np.testing.assert_allclose(np.ptp(after, axis=1), np.ptp(before, axis=1))
    assert clicked == []


def test_nothing_beyond_the_numbers_is_seen(picture):
    everything = seen(picture)
    turn_wheel(picture.viewport(), 240, at=QPoint(5, 5))
    for _ in range(40):
        QTest.keyClick(picture, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(picture, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    np.testing.assert_allclose(seen(picture)[:, 0], everything[:, 0], atol=1e-6)


@pytest.mark.parametrize("key", [Qt.Key.Key_A, Qt.Key.Key_Home])
def test_keys_zoom_move_and_show_all(picture, key):
    everything = seen(picture)
    QTest.keyClick(picture, Qt.Key.Key_Plus)
    QTest.keyClick(picture, Qt.Key.Key_Equal)
    zoomed = seen(picture)
    np.testing.assert_allclose(np.ptp(zoomed, axis=1), np.ptp(everything, axis=1) / 1.25**2)
    QTest.keyClick(picture, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert seen(picture)[0, 0] > zoomed[0, 0]
    QTest.keyClick(picture, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert seen(picture)[1, 0] > zoomed[1, 0]
    QTest.keyClick(picture, key)
    np.testing.assert_allclose(seen(picture), everything)


def test_a_double_click_shows_all(picture):
    everything = seen(picture)
    turn_wheel(picture.viewport(), 480, at=QPoint(50, 50))
    QTest.mouseDClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    np.testing.assert_allclose(seen(picture), everything)


def test_arrows_and_pages_are_steps(picture):
    steps, pages = [], []
    picture.stepped.connect(lambda *step: steps.append(step))
    picture.turned.connect(pages.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up):
        QTest.keyClick(picture, key)
    QTest.keyClick(picture, Qt.Key.Key_PageDown)
    assert steps == [(1, 0), (0, -1)]
    assert pages == [1]
    assert picture.navigation.is_fitted


def test_a_click_tells_which_number(picture, qtbot):
    with qtbot.waitSignal(picture.clicked) as signal:
        QTest.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=place_of(picture, 2, 4, 0))
    assert signal.args == [Cell(0, 2, 4, 0)]


def test_hovering_tells_the_number_also_where_it_is_zoomed(picture):
    for _ in range(2):
        for cell in ((3, 1, 1), (3, 2, 4)):
            assert picture.explain(place_of(picture, *cell)) == f"{TILES[cell]:.3f}"
        turn_wheel(picture.viewport(), 120, at=place_of(picture, 3, 2, 3))
    assert "Wheel" in picture.toolTip()


def test_colours_are_those_of_the_numbers_at_every_zoom(picture):
    theme = appearance.theme
    for _ in range(3):
        image = picture.grab().toImage()
        assert image.pixelColor(place_of(picture, 3, 4, 5)).name() == theme.positive
        turn_wheel(picture.viewport(), 120, at=place_of(picture, 3, 4, 5))
    picture.show_all()
    assert picture.grab().toImage().pixelColor(place_of(picture, 0, 0, 0)).name() == theme.negative


def test_the_range_is_dragged_and_given_back_by_a_double_click(picture):
    (image,) = picture.images
    np.testing.assert_array_equal(picture.bar.drawn(image.limit), np.full((4, 1, 1), 2.0))
    drag(picture, bar_at(picture, 0.75), bar_at(picture, 0.75) + QPoint(12, 0))
    wide = picture.bar.levels()[1]
    assert wide > 2.2
    assert picture.bar.levels()[0] == -wide, "zero stays in the middle"
    assert picture.bar.drawn(image.limit)[0, 0, 0] == pytest.approx(wide)
    faint = picture.grab().toImage().pixelColor(place_of(picture, 3, 4, 5)).name()
    assert faint != DARK.positive
    move_to(picture.viewport(), bar_at(picture, 0.25))
    marks = picture.bar.region.lines
    reaches = [mark.mapRectToScene(mark.boundingRect()) for mark in marks]
    taker = picture.scene().lastHoverEvent.dragItems().get(Qt.MouseButton.LeftButton)
    assert taker is marks[0], (marks, taker, reaches, bar_at(picture, 0.25), picture.scene().dragItem)
    drag(picture, bar_at(picture, 0.25), bar_at(picture, 0.25) + QPoint(24, 0))
    assert picture.bar.levels()[1] < wide, "the other mark, inwards"
    drag(picture, bar_at(picture, 0.75), bar_at(picture, 0.75) + QPoint(-30, 0))
    assert 0.1 < picture.bar.levels()[1] < 1.5, "a hand's breadth does not leave nothing of it"
    QTest.mouseDClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=bar_at(picture, 0.5))
    assert picture.bar.levels() == (-2.0, 2.0)
    assert picture.grab().toImage().pixelColor(place_of(picture, 3, 4, 5)).name() == DARK.positive
    assert picture.navigation.is_fitted, "a drag of the bar does not move the picture"


def test_between_the_marks_of_the_bar_nothing_is_dragged(picture):
    drag(picture, bar_at(picture, 0.5), bar_at(picture, 0.5) + QPoint(24, 0))
    assert picture.bar.levels() == (-2.0, 2.0)
    assert not picture.bar.is_chosen


@pytest.mark.parametrize("size", [(0, 0), (200, 5), (5, 200)])
def test_keys_do_nothing_to_a_picture_without_room(picture, size):
    part = picture.part
    picture.setMinimumSize(0, 0)
    picture.resize(*size)
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Home, Qt.Key.Key_Right):
        QTest.keyClick(picture, key)
        QTest.keyClick(picture, key, Qt.KeyboardModifier.ShiftModifier)
    assert picture.part == part


def test_without_images_there_is_no_colour_bar(picture):
    picture.set_images(0)
    assert not picture.bar.effectiveOpacity()
    assert picture.explain(bar_at(picture, 0.5)) == picture.toolTip()
    picture.set_images(1)
    assert picture.bar.effectiveOpacity()


def test_a_chosen_range_stays_while_numbers_change(four, picture):
    QTest.keyClick(picture, Qt.Key.Key_Greater)
    assert picture.bar.levels() == pytest.approx((-2.5, 2.5))
    four.show(3 * TILES, 6.0)
    assert picture.bar.drawn(picture.images[0].limit)[0, 0, 0] == pytest.approx(2.5)
    QTest.keyClick(picture, Qt.Key.Key_Less)
    assert picture.bar.drawn(picture.images[0].limit)[0, 0, 0] == pytest.approx(2.0)
    QTest.keyClick(picture, Qt.Key.Key_Backspace)
    assert picture.bar.drawn(picture.images[0].limit)[0, 0, 0] == pytest.approx(6.0)


def test_the_range_follows_the_numbers_at_once_and_the_bar_soon(four, picture, qtbot):
    for limit in (3.0, 4.0, 5.0):
        four.show(TILES, limit)
        assert picture.bar.drawn(picture.images[0].limit)[0, 0, 0] == limit
    qtbot.waitUntil(lambda: picture.bar.levels() == (-5.0, 5.0))


def test_where_tiles_have_their_own_range_a_share_of_it_is_chosen(four, picture):
    limits = np.array([1.0, 2.0, 4.0, 8.0], np.float32)[:, None, None]
    four.show(TILES, limits, is_by_tile=True)
    QTest.keyClick(picture, Qt.Key.Key_Greater)
    np.testing.assert_allclose(picture.bar.drawn(picture.images[0].limit), 1.25 * limits)


def test_a_click_beside_the_bar_asks_for_another_scope(picture, qtbot):
    box = picture.bar.sceneBoundingRect()
    place = QPoint(round(box.right()) + 20, round(box.center().y()))
    assert "weight" in picture.explain(place)
    with qtbot.waitSignal(picture.scope_clicked):
        QTest.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "full colour" in picture.explain(bar_at(picture, 0.5))


def test_the_part_that_is_seen_stays_when_the_size_changes(picture):
    turn_wheel(picture.viewport(), 480, at=place_of(picture, 1, 2, 3))
    cell = picture.cell_at(picture.box.sceneBoundingRect().center().toPoint())
    share = np.ptp(seen(picture)[0]) / picture.box.width()
    picture.resize(640, 400)
    picture.grab()
    after = picture.cell_at(picture.box.sceneBoundingRect().center().toPoint())
    assert (after.tile, after.row) == (cell.tile, cell.row)
    assert np.ptp(seen(picture)[0]) / picture.box.width() == pytest.approx(share)
    picture.show_all()
    np.testing.assert_allclose(seen(picture)[:, 1], (picture.box.width(), picture.box.height()))


def test_it_follows_theme_and_text_scale(picture, qtbot):
    dark = picture.grab().toImage()
    appearance.set_theme(LIGHT)
    assert picture.grab().toImage().pixelColor(place_of(picture, 3, 4, 5)).name() == LIGHT.positive
    appearance.set_theme(DARK)
    assert picture.grab().toImage() == dark
    height = picture.bar.geometry().height()
    try:
        set_text_scale(2.0, [])
        appearance.set_theme(DARK)
        qtbot.waitUntil(lambda: picture.bar.geometry().height() >= 1.9 * height)
    finally:
        set_text_scale(1.0, [])


def test_it_is_named_and_not_mirrored(picture):
    assert picture.accessibleName() == "Four tiles"
    assert picture.accessibleDescription() == "weight"
    assert picture.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_it_looks_the_same_in_right_to_left_languages(qapp, qtbot):
    looks = []
    try:
        for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
            qapp.setLayoutDirection(direction)
            four = Quadruple(titles="top")
            four.picture.resize(400, 230)
            four.picture.show()
            qtbot.waitExposed(four.picture)
            four.show()
            four.picture.titles.write([[("× input ±0.2", "")]])
            four.picture.grab()
            looks.append(four.picture.grab().toImage())
            discard(four.picture)
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert looks[0] == looks[1]


def test_a_picture_of_nothing_says_so(picture):
    before = picture.grab().toImage()
    picture.set_images(0)
    picture.set_message("Nothing yet")
    picture.grab()
    assert picture.grab().toImage() != before
    assert picture.explain(QPoint(100, 50)) == picture.toolTip()


@pytest.mark.parametrize(("width", "written"), [(400, ["−2", "0", "+2"]), (120, ["±2"])])
def test_the_numbers_at_a_narrow_bar_do_not_run_into_each_other(picture, qtbot, width, written):
    picture.setMinimumSize(1, 1)
    picture.bar.setMaximumWidth(0.5 * width)
    picture.resize(width, 230)
    qtbot.waitUntil(lambda: [text for _, text in picture.bar.axis._tickLevels[0]] == written)


def codes_of(bar):
    image = bar.bar.pixmap().toImage()
    return [image.pixelColor(x, 0).name() for x in (0, image.width() - 1)]


def test_the_bar_begins_at_zero_where_no_number_is_negative(four, picture, qtbot):
    signed = codes_of(picture.bar)
    four.show(np.abs(TILES))
    picture.set_scale(2.0, "activation", is_signed=False)
    qtbot.waitUntil(lambda: picture.bar.levels() == (0.0, 2.0))
    assert [text for _, text in picture.bar.axis._tickLevels[0]] == ["0", "2"]
    zero, largest = codes_of(picture.bar)
    assert (zero, largest) == (DARK.panel, signed[1])
    picture.setFocus()
    QTest.keyClick(picture, Qt.Key.Key_Greater)
    assert picture.bar.levels() == (0.0, 2.5)
    drag(picture, bar_at(picture, 0.75), bar_at(picture, 0.75) + QPoint(12, 0))
    assert picture.bar.levels()[0] == 0.0
    assert picture.bar.levels()[1] > 2.5
    picture.set_scale(2.0, "weight")
    QTest.keyClick(picture, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: picture.bar.levels() == (-2.0, 2.0))
    assert codes_of(picture.bar) == signed


@pytest.mark.parametrize(("width", "is_written"), [(4, False), (90, True)])
def test_a_title_without_room_for_a_letter_is_left_out(qapp, width, is_written):
    paper = QImage(100, 20, QImage.Format.Format_RGB32)
    paper.fill(0)
    before = paper.copy()
    painter = QPainter(paper)
    _write(painter, QRectF(0, 0, width, 20), "change", text_font(12), DARK.text)
    painter.end()
    assert (paper != before) is is_written


@pytest.mark.parametrize("size", [(400, 100), (100, 400)])
def test_images_stand_side_by_side_as_large_as_they_fit_in_the_middle(four, picture, size):
    for image in picture.set_images(3):
        image.show_tiles(TILES[:1], 2.0)
    width, height = size
    first = picture.lay_side_by_side(QSizeF(width, height), 8.0)
    boxes = [image.mapRectToParent(image.boundingRect()) for image in picture.images]
    assert boxes[0] == first
    assert boxes[0].left() == pytest.approx(width - boxes[2].right())
    assert boxes[1].left() - boxes[0].right() == pytest.approx(8)
    assert first.width() / first.height() == pytest.approx(6 / 5)
    assert first.height() == pytest.approx(98) or boxes[2].right() == pytest.approx(width - 1)
    picture.set_images(0)
    assert picture.lay_side_by_side(QSizeF(width, height)).isEmpty()


@pytest.mark.parametrize(("titles", "place"), [("top", QPoint(200, 8)), ("left", QPoint(40, 100))])
def test_the_wheel_over_titles_zooms_what_they_are_of(qtbot, titles, place):
    four = Quadruple(titles=titles)
    four.picture.resize(400, 230)
    four.picture.show()
    qtbot.waitExposed(four.picture)
    four.show()
    four.picture.titles.write([[("Hidden 1", "")]])
    four.picture.grab()
    everything = ranges(four.picture)
    assert turn_wheel(four.picture.viewport(), 240, at=place)
    assert (np.ptp(ranges(four.picture), axis=1) < np.ptp(everything, axis=1)).all()
    discard(four.picture)


@pytest.mark.parametrize("limit", [7.16e-4, 1.23e-8, 0.00123, 1234.0, 3.21e7])
def test_the_ends_of_the_bar_are_written_whatever_the_range(picture, limit):
    picture.bar.follow(limit, is_by_tile=False)
    picture.grab()
    axis, numbers = picture.bar.axis, QPicture()
    painter = QPainter(numbers)
    painter.setFont(axis.style["tickFont"])
    *_, texts = axis.generateDrawSpecs(painter)
    painter.end()
    assert len(texts) == 3
    assert float(texts[-1][2].replace("−", "-")) == pytest.approx(limit, rel=0.01)
