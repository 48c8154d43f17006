"""The network view: any network at any size, what it says, and every way to move in it."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace, OutputSpace
from nnstudio.data.problems import DIGITS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.reading import read
from nnstudio.insight.tiles import layer_tiles
from nnstudio.studio.painting.colour_scale import Scope
from nnstudio.studio.painting.numbers import brief, plain, signed
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.views.figure_export import drawn_as_svg
from nnstudio.studio.views.network.layout import FOOTER_HEIGHT, SCALE_HEIGHT
from nnstudio.studio.views.network.painting import range_boxes
from nnstudio.studio.views.network.scene import UnitAddress
from nnstudio.studio.views.network.shown_units import SUMMARY
from nnstudio.studio.views.network.view import NetworkView
from tests.studio.gestures import discard, move_to, places_in, turn_wheel

IMAGE = InputSpace("image", (28, 28), 0.0, 1.0)
WIDE = InputSpace("image", (4, 9), 0.0, 1.0)
PLANE = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))
SPACE = "{http://www.w3.org/2000/svg}"
PLACE = QPoint(300, 200)
"""Where the pointer stands when the wheel turns."""
NETWORKS = [
    (IMAGE, (784, 64, 32, 10)),
    (IMAGE, (784, 10)),
    (IMAGE, (784, 1000, 300, 26)),
    (IMAGE, (784, 20, 62)),
    (IMAGE, (784, *[10] * 31, 10)),
    (WIDE, (36, 1, 2)),
    (PLANE, (2, 8, 8, 2)),
    (PLANE, (2, 2)),
]


@pytest.fixture
def shown(qtbot):
    """Return a function that shows a network of random weights, with or without a reading."""
    views = []

    def show(space, sizes, size=(900, 500), *, reads=True, classes=None):
        architecture = Architecture.of(sizes, hidden="relu")
        theta = initialise(architecture, rng=np.random.default_rng(0))
        x = np.random.default_rng(1).random(space.n_features).astype(np.float32)
        view = NetworkView("Network")
        views.append(view)
        view.resize(*size)
        view.set_network(
            architecture, space, OutputSpace(classes or tuple(f"c{k}" for k in range(sizes[-1])))
        )
        layers = architecture.layers(theta)
        tiles = layer_tiles(architecture, theta, space)
        view.show_weights([layer.W for layer in layers], tiles, [layer.b for layer in layers])
        if reads:
            view.show_reading(read(architecture, theta, x))
        view.show()
        qtbot.waitExposed(view)
        return view

    yield show
    for view in views:
        discard(view)


def words_of(view):
    """Return the texts that a view writes."""
    tree = ElementTree.fromstring(drawn_as_svg(view, "", appearance.theme.panel))
    return [" ".join("".join(text.itertext()).split()) for text in tree.iter(f"{SPACE}text")]


def middle_of(view, layer, place):
    return view.placed().layers[layer].cell_box(place).center().toPoint()


def test_a_network_with_hardly_any_room_is_painted(shown):
    view = shown(PLANE, (2, 8, 8, 2))
    view.setMinimumSize(1, 1)
    view.resize(112, 90)
    # An error of painting fails the test.
    assert view.grab().width() == view.width() == 112


@pytest.mark.parametrize("size", [(420, 240), (900, 500)])
@pytest.mark.parametrize(("space", "sizes"), NETWORKS)
def test_any_network_in_both_themes_with_and_without_a_reading(shown, space, sizes, size):
    view = shown(space, sizes, size)
    reading = view.scene.reading
    for theme in THEMES.values():
        appearance.set_theme(theme)
        for given in (None, reading):
            view.show_reading(given)
            pictures = [view.grab().toImage()]
            QTest.mouseMove(view, middle_of(view, 0, 0))
            turn_wheel(view, 360, at=PLACE)
            pictures.append(view.grab().toImage())
            turn_wheel(view, -720, at=PLACE)
            QTest.mouseMove(view, QPoint(1, 1))
            assert pictures[0] != pictures[1]
            assert view.grab().toImage() == pictures[0]
    for place in places_in(view):
        assert "nan" not in view.explain(place)


def test_a_network_before_its_weights_and_none_at_all(qtbot):
    view = NetworkView("Network")
    view.resize(500, 300)
    view.grab()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(50, 290))
    turn_wheel(view, 120, at=PLACE)
    assert view.explain(QPoint(100, 100)) == ""
    view.set_network(Architecture.of((784, 300, 10)), IMAGE, DIGITS)
    view.grab()
    discard(view)


def test_a_click_on_a_unit_tells_which(shown, qtbot):
    view = shown(IMAGE, (784, 64, 32, 10))
    for layer, unit in ((0, 17), (1, 31), (2, 9)):
        with qtbot.waitSignal(view.unit_clicked) as signal:
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle_of(view, layer, unit))
        assert signal.args == [layer, unit]


def test_a_large_layer_shows_its_most_active_units_and_says_so(shown, qtbot):
    view = shown(IMAGE, (784, 512, 10))
    view.grab()
    units = view.scene.shown[0].units
    a = view.scene.reading.a[0]
    assert set(units.tolist()) == set(np.argsort(-np.abs(a), kind="stable")[:SUMMARY].tolist())
    (_, column, _) = view.scene.columns(view.placed())
    assert column.size == "512 · ReLU"
    assert column.remark == "64 most active"
    with qtbot.waitSignal(view.unit_clicked) as signal:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle_of(view, 0, 5))
    assert signal.args == [0, units[5]]


def test_pages_turn_by_click_key_and_wheel(shown):
    view = shown(IMAGE, (784, 512, 10))
    view.grab()
    shown_units = view.scene.shown[0]
    x, y = view.placed().layers[0].box.center().x(), view.height() - SCALE_HEIGHT - FOOTER_HEIGHT / 2
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x + 50), round(y)))
    assert shown_units.units.tolist() == list(range(64))
    assert view.scene.columns(view.placed())[1].remark == "no. 1 to 64"
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert shown_units.units[0] == 64
    turn_wheel(view, -120, Qt.KeyboardModifier.ShiftModifier, at=PLACE)
    assert shown_units.units[0] == 128
    turn_wheel(view, 120, Qt.KeyboardModifier.ShiftModifier, at=PLACE)
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x - 50), round(y)))
    assert shown_units.page == 0
    assert "512 units" in view.explain(QPoint(round(x), round(y)))


def test_a_selected_unit_has_a_place_however_quiet(shown):
    view = shown(IMAGE, (784, 512, 10))
    view.grab()
    quiet = int(np.abs(view.scene.reading.a[0]).argmin())
    assert view.cell_of(UnitAddress(0, quiet)) is None
    view.select(0, quiet)
    view.grab()
    assert view.cell_of(UnitAddress(0, quiet)) is not None


def test_pointing_at_a_unit_shows_its_edges_alone_both_ways(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    scene = view.scene
    assert [layer for layer, _ in scene.edges(None)] == [0, 1, 2]
    unit = int(scene.reading.a[1].argmax())
    found = dict(scene.edges(UnitAddress(1, unit)))
    assert sorted(found) == [1, 2]
    assert set(found[1].target.tolist()) == {unit}
    assert set(found[2].source.tolist()) == {unit}
    W, a = scene.weights[1], scene.reading.a[0]
    np.testing.assert_allclose(found[1].strength, W[unit, found[1].source] * a[found[1].source], rtol=1e-6)
    np.testing.assert_allclose(
        found[2].strength, scene.weights[2][found[2].target, unit] * scene.reading.a[1][unit], rtol=1e-6
    )


def test_edges_of_a_large_layer_are_those_of_the_units_shown(shown):
    view = shown(IMAGE, (784, 300, 200, 10))
    view.grab()
    scene = view.scene
    (_, edges) = scene.edges(None)[1]
    sources, targets = scene.shown[0].units[edges.source], scene.shown[1].units[edges.target]
    product = scene.weights[1] * scene.reading.a[0]
    np.testing.assert_allclose(edges.strength, product[targets, sources], rtol=1e-6)
    among = np.abs(product[np.ix_(scene.shown[1].units, scene.shown[0].units)]).ravel()
    np.testing.assert_allclose(np.sort(np.abs(edges.strength)), np.sort(among)[-len(edges) :], rtol=1e-6)


def test_the_card_of_a_unit_has_its_numbers(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    reading = view.scene.reading
    card = view.scene.card(UnitAddress(1, 7))
    assert card[0] == "Hidden 2 · unit 8"
    assert card[1] == f"z = {reading.z[1][7]:+.3f}".replace("-", "−")
    assert card[2] == f"ReLU(z) = {reading.a[1][7]:.3f}"
    assert view.scene.card(UnitAddress(2, 3))[0] == "Output for c3"


def test_every_pixel_of_the_input_is_told(shown):
    view = shown(IMAGE, (784, 10))
    box = view.placed().input_box
    place = QPoint(round(box.left() + 3.5 * box.width() / 28), round(box.top() + 5.5 * box.height() / 28))
    value = view.scene.reading.x[5 * 28 + 3]
    assert view.explain(place) == f"input 143, the pixel in row 5, column 3: {value:.2f}"


def test_a_layers_title_is_told_where_the_zoomed_input_lies_behind_it(shown):
    view = shown(IMAGE, (784, 64, 10))
    turn_wheel(view, 1200, at=QPoint(60, 240))
    column = view.placed().input_box
    assert column.top() < 0
    assert column.bottom() > view.height()
    assert view.explain(QPoint(60, 5)) == ""
    assert view.explain(QPoint(60, 240)).startswith("input ")


def test_a_layer_has_its_title_and_pages_while_any_of_it_is_seen(shown):
    view = shown(IMAGE, (784, 512, 10))
    view.grab()
    turn_wheel(view, 1200, at=middle_of(view, 0, 7))
    view.grab()
    assert not 0 < view.placed().layers[0].box.center().x() < view.width()
    assert {"Hidden 1", "512 · ReLU"} <= set(words_of(view))
    room = view._footers()[0]
    assert 0 <= room.left() < room.right() <= view.width()
    QTest.mouseClick(
        view, Qt.MouseButton.LeftButton, pos=QPointF(room.right() - 8, room.center().y()).toPoint()
    )
    assert view.scene.shown[0].page == 1


def test_arrow_keys_walk_and_enter_selects(shown, qtbot):
    view = shown(IMAGE, (784, 4, 10))
    keys = Qt.Key
    seen = []
    for key in (keys.Key_Down, keys.Key_Down, keys.Key_Right, keys.Key_Up, keys.Key_Left):
        QTest.keyClick(view, key)
        seen.append((view.pointed.layer, view.pointed.unit))
    columns = view.placed().layers[0].columns
    assert seen[:2] == [(0, 0), (0, columns)]
    while view.pointed.layer == 0:
        QTest.keyClick(view, keys.Key_Right)
    for _ in range(12):
        QTest.keyClick(view, keys.Key_Down)
    with qtbot.waitSignal(view.unit_clicked) as signal:
        QTest.keyClick(view, keys.Key_Return)
    assert signal.args == [1, 9]


def test_walking_goes_on_at_the_same_height_in_the_next_layer(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.select(1, 16)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.pointed.layer == 2
    y = view.cell_of(view.pointed).center().y()
    assert abs(y - view.cell_of(UnitAddress(1, 16)).center().y()) <= view.placed().layers[2].cell


def test_zoom_by_wheel_and_keys_keeps_the_point_and_a_double_click_shows_all(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    at = middle_of(view, 0, 27)
    turn_wheel(view, 480, at=at)
    assert view.camera.zoom > 2
    assert view.unit_at(QPointF(at)) == UnitAddress(0, 27)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 40))
    assert view.camera.is_fitted
    turn_wheel(view, 480, at=at)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.camera.is_fitted, "on a unit as well"
    QTest.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Equal)
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.camera.zoom == pytest.approx(1.25)
    for fit in (Qt.Key.Key_A, Qt.Key.Key_Home):
        QTest.keyClick(view, Qt.Key.Key_Plus)
        assert not view.camera.is_fitted
        QTest.keyClick(view, fit)
        assert view.camera.is_fitted
    QTest.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view.camera.is_fitted, "with Ctrl they change the size of text"


def test_the_right_button_neither_selects_nor_drags(shown, qtbot):
    view = shown(IMAGE, (784, 64, 32, 10))
    at = middle_of(view, 0, 27)
    turn_wheel(view, 480, at=at)
    before = view.camera.offset
    with qtbot.assertNotEmitted(view.unit_clicked):
        QTest.mousePress(view, Qt.MouseButton.RightButton, pos=at)
        # Its menu takes the release.
        move_to(view, at + QPoint(60, 20))
        QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=at)
    assert view.camera.offset == before


def test_a_click_selects_the_unit_that_is_seen_after_zooming(shown, qtbot):
    view = shown(IMAGE, (784, 64, 32, 10))
    turn_wheel(view, 960, at=middle_of(view, 1, 16))
    seen = [k for k in range(32) if view.field().contains(view.placed().layers[1].cell_box(k))]
    assert 0 < len(seen) < 32
    for place in seen:
        with qtbot.waitSignal(view.unit_clicked) as signal:
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle_of(view, 1, place))
        assert signal.args == [1, place]


def test_units_and_edges_have_their_numbers_where_zoom_makes_room(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.grab()
    assert "×" not in " ".join(words_of(view)).replace("28 × 28", "")
    reading, weights = view.scene.reading, view.scene.weights
    turn_wheel(view, 1200, at=middle_of(view, 1, 16))
    view.grab()
    words = words_of(view)
    seen = [k for k in range(32) if view.field().contains(view.placed().layers[1].cell_box(k))]
    for unit in seen:
        assert {str(unit), plain(float(reading.a[1][unit]))} <= set(words)
    written = {word for word in words if " × " in word}
    terms = {
        f"{signed(float(weights[1][j, i]))} × {plain(float(reading.a[0][i]))}"
        for j in range(32)
        for i in range(64)
    }
    assert written & terms
    QTest.keyClick(view, Qt.Key.Key_A)
    turn_wheel(view, 1200, at=QPoint(60, 240))
    view.grab()
    assert plain(float(reading.x[14 * 28 + 5])) in words_of(view), "a pixel of the input"


def test_numbers_may_be_due_when_the_reading_goes(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.grab()
    view.show_reading(None)
    view.show_numbers()
    view.grab()
    assert view.numbers.ranges == {}
    view.show_numbers()
    view.set_network(Architecture.of((784, 5, 10)), IMAGE, DIGITS)
    view.grab()


def test_a_figure_has_titles_as_letters_and_edges_as_curves(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.grab()
    svg = drawn_as_svg(view, "Network", appearance.theme.panel)
    tree = ElementTree.fromstring(svg)
    assert {"Input", "Hidden 1", "Hidden 2", "Output", "64 · ReLU", "c3"} <= set(words_of(view))
    paths = [path.get("d") for path in tree.iter(f"{SPACE}path")]
    n_edges = sum(len(edges) for _, edges in view.scene.edges(None))
    assert sum("C" in path for path in paths) >= n_edges
    assert len(svg) < 2_000_000


def test_dragging_moves_and_does_not_click(shown, qtbot):
    view = shown(IMAGE, (784, 64, 32, 10))
    at = middle_of(view, 0, 27)
    turn_wheel(view, 480, at=at)
    button = Qt.MouseButton.LeftButton
    with qtbot.assertNotEmitted(view.unit_clicked):
        QTest.mousePress(view, button, pos=at)
        QTest.mouseMove(view, at + QPoint(40, 10))
        QTest.mouseMove(view, at + QPoint(60, 20))
        QTest.mouseRelease(view, button, pos=at + QPoint(60, 20))
    assert view.unit_at(QPointF(at + QPoint(60, 20))) == UnitAddress(0, 27)
    before = view.camera.offset
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.camera.offset.x() < before.x()


def test_walking_out_of_sight_moves_the_network_along(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    turn_wheel(view, 720, at=PLACE)
    view.select(0, 0)
    for _ in range(40):
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.pointed.layer == 2
    assert view.field().contains(view.cell_of(view.pointed).center())


def test_pixels_are_computed_only_when_something_is_new(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.grab()
    n = view._image.compositions
    for _ in range(3):
        view.grab()
    assert view._image.compositions == n
    view.show_reading(view.scene.reading)
    view.grab()
    assert view._image.compositions == n + 1


def test_a_unit_is_marked_before_the_view_is_shown_first(qtbot):
    view = NetworkView("Network")
    qtbot.addWidget(view)
    view.mark(UnitAddress(0, 3))
    assert view.marked == UnitAddress(0, 3)


def test_a_frozen_layer_says_so(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.set_frozen((0,))
    columns = view.scene.columns(view.placed())
    assert [column.size.endswith("frozen") for column in columns] == [k == 1 for k in range(len(columns))]
    assert "Frozen" in view.scene.layer_words(0)
    view.set_frozen(())
    assert "Frozen" not in view.scene.layer_words(0)


def test_dead_units_are_struck_through_counted_and_explained(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    whole = view.grab().toImage()
    dead = np.zeros(64, np.bool_)
    dead[[3, 40]] = True
    view.set_dead((dead, np.zeros(32, np.bool_)))
    assert view.grab().toImage() != whole
    assert view.scene.columns(view.placed())[1].remark == "2 dead"
    assert view.scene.dead_places(0).tolist() == [3, 40]
    assert "dead" in view.explain(middle_of(view, 0, 3))
    assert "dead" not in view.explain(middle_of(view, 0, 4))
    assert "dead" in "".join(view.scene.card(UnitAddress(0, 40)))
    view.set_dead(())
    assert view.grab().toImage() == whole


def test_edges_say_how_strong_they_are(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.grab()
    boxes = range_boxes(view.placed())
    assert set(boxes) == {0, 1, 2}
    ((entered, edges),) = [found for found in view.scene.edges(None) if found[0] == 1]
    largest = float(np.abs(edges.strength).max())
    words = view.explain(boxes[entered].center().toPoint())
    assert f"{len(edges)} strongest of {64 * 32:,} edges" in words
    assert f"±{largest:.3g}" in words
    view.show_reading(None)
    view.grab()
    assert "With an input" in view.explain(boxes[entered].center().toPoint())


def test_the_numbers_of_edges_wait_and_those_of_a_unit_do_not(shown):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.grab()
    before = view.numbers.ranges
    reading = view.scene.reading
    view.show_reading(replace(reading, a=tuple(2 * a for a in reading.a)))
    view.grab()
    assert view.numbers.ranges == before
    view.show_numbers()
    view.grab()
    assert view.numbers.ranges[1].largest == pytest.approx(2 * before[1].largest)
    QTest.mouseMove(view, middle_of(view, 1, 4))
    view.grab()
    assert set(view.numbers.ranges) == {1, 2}


def test_what_is_looked_at_elsewhere_is_framed_and_brought_in(shown):
    view = shown(IMAGE, (784, 512, 10))
    view.grab()
    compositions = view._image.compositions
    away = next(unit for unit in range(512) if view.scene.shown[0].place_of(unit) is None)
    plain = view.grab().toImage()
    here = int(view.scene.shown[0].units[5])
    view.mark(UnitAddress(0, here))
    assert view.grab().toImage() != plain
    assert view._image.compositions == compositions, "a mark costs no new edges"
    view.mark(UnitAddress(0, away))
    view.grab()
    assert view.scene.shown[0].place_of(away) is not None
    view.mark(None)
    unmarked = view.grab().toImage()
    view.mark(300)
    assert view.grab().toImage() != unmarked, "a pixel of the input"


def test_the_scale_of_the_tiles_has_its_number_and_changes_by_click(shown, qtbot):
    view = shown(IMAGE, (784, 64, 32, 10))
    view.grab()
    assert view.scene.tile_limit(None) == pytest.approx(float(np.abs(view.scene.tiles[0]).max()))
    view.set_scope(Scope.UNIT)
    assert view.scene.tile_limit(None) is None
    one = UnitAddress(0, 3)
    assert view.scene.tile_limit(one) == pytest.approx(float(np.abs(view.scene.tiles[0][3]).max()))
    with qtbot.waitSignal(view.scale_clicked):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, view.height() - 8))


def test_many_classes_stand_in_one_row_and_edges_do_not_cover_them(shown):
    names = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for size, columns in (((640, 380), 1), ((640, 260), 2)):
        view = shown(IMAGE, (784, 64, 26), size, classes=names)
        crossed = view.grab().toImage()
        assert view.placed().outputs.columns == columns
        best = int(view.scene.reading.outputs.argmax())
        view.show_reading(None)
        plain_image = view.grab().toImage()
        for k in set(range(26)) - {best}:
            middle = view.placed().outputs.cell_box(k).center().toPoint()
            name = QRect(middle - QPoint(3, 3), QSize(7, 7))
            assert crossed.copy(name) == plain_image.copy(name)


def test_a_units_card_says_how_many_of_its_edges_are_shown(shown):
    view = shown(IMAGE, (784, 64, 10))
    lines = view.scene.card(UnitAddress(0, int(view.scene.reading.a[0].argmax())))
    assert any(line.startswith("60 of 784 edges in") for line in lines)
    assert any(line.startswith("10 of 10 edges out") for line in lines)


def test_numbers_come_in_at_nodes_with_their_names(shown):
    view = shown(PLANE, (2, 8, 8, 2))
    nodes = view.scene.input_nodes(view.placed())
    assert [view.explain(node.center().toPoint()) for node in nodes] == [
        f"the input {name} = {signed(float(x), 3)}"
        for name, x in zip(PLANE.names, view.scene.reading.x, strict=True)
    ]
    picture = view.grab().toImage()
    for node in nodes:
        edge = node.center() - QPointF(node.width() / 2 - 4, 0)
        assert picture.pixelColor(edge.toPoint()).name() == appearance.theme.control
    assert not shown(IMAGE, (784, 10)).scene.input_nodes(view.placed())


def boxes_of_numbers(view, monkeypatch):
    """Return the boxes and words that one repaint writes."""
    written, write = [], NetworkView.write

    def note(self, painter, box, text, **style):
        written.append((text, QRectF(box)))
        write(self, painter, box, text, **style)

    with monkeypatch.context() as patch:
        patch.setattr(NetworkView, "write", note)
        view.grab()
    return written


@pytest.mark.parametrize("reads", [True, False])
def test_a_small_network_has_its_weights_and_biases_written(shown, monkeypatch, reads):
    view = shown(PLANE, (2, 4, 3, 2), reads=reads)
    written = boxes_of_numbers(view, monkeypatch)
    words = [text for text, _ in written]
    wanted = [brief(w) for W in view.scene.weights for w in W.ravel().tolist()]
    wanted += [f"b {brief(b)}" for values in view.scene.biases for b in values.tolist()]
    for word in wanted:
        assert word in words
        words.remove(word)
    on_edges = [box for text, box in written if text in wanted]
    covered = sum((a & b).isValid() for k, a in enumerate(on_edges) for b in on_edges[:k])
    assert covered <= 2, "numbers make room for each other"


def test_units_of_a_small_network_stand_below_each_other(shown):
    assert [box.columns for box in shown(PLANE, (2, 4, 3, 2)).placed().hidden] == [1, 1]


def test_numbers_keep_their_places_when_their_digits_change(shown, monkeypatch):
    view = shown(PLANE, (2, 4, 3, 2))
    places = []
    for value in (0.5, -0.25):
        weights = [np.full_like(W, value) for W in view.scene.weights]
        view.show_weights(weights, view.scene.tiles, [np.full_like(b, value) for b in view.scene.biases])
        view.show_numbers()
        texts = (brief(value), f"b {brief(value)}")
        written = boxes_of_numbers(view, monkeypatch)
        places.append([box.center() for text, box in written if text in texts])
    assert len(places[0]) == view.scene.architecture.n_params
    assert places[0] == places[1]


def test_numbers_on_edges_are_written_less_often_than_edges_are_drawn(shown, monkeypatch):
    view = shown(PLANE, (2, 3, 2))
    before = boxes_of_numbers(view, monkeypatch)
    view.show_weights([2 * W for W in view.scene.weights], view.scene.tiles, view.scene.biases)
    assert boxes_of_numbers(view, monkeypatch) == before
    view.show_numbers()
    assert boxes_of_numbers(view, monkeypatch) != before


@pytest.mark.parametrize(("space", "sizes"), [(PLANE, (2, 8, 8, 2)), (WIDE, (36, 1, 2))])
def test_a_larger_network_or_a_picture_has_no_numbers_on_edges(shown, space, sizes):
    view = shown(space, sizes)
    view.grab()
    assert not view.numbers.written
    assert not view.number_boxes()
