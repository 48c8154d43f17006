"""The list shows theta in its order, and is the network that it shows: typed, folded, selected."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnstudio.data.problems import load_problem
from nnstudio.engine.architecture import Architecture
from nnstudio.insight.parameters import Parameter, parameter
from nnstudio.studio.panels.weight_list.model import BAR, NAME, VALUE
from nnstudio.studio.panels.weight_list.panel import WeightListPanel
from tests.studio.gestures import drag_by_mouse, explained, key, leave, move_to
from tests.studio.networks import model_of, show_difference

MOONS = load_problem("plane-moons")
SMALL = ["W₁[1, 1]", "W₁[1, 2]", "W₁[2, 1]", "W₁[2, 2]", "W₁[3, 1]", "W₁[3, 2]", "b₁[1]", "b₁[2]", "b₁[3]"]


@pytest.fixture
def model():
    return model_of((2, 3, 2), space=MOONS.input_space, outputs=MOONS.output_space, raster=None)


@pytest.fixture
def services(make_services, model):
    return make_services(model, "digits-synthetic" if model.input_space.traits.has_pixels else MOONS.name)


@pytest.fixture
def part(session, show_alone, until):
    part = show_alone(WeightListPanel)
    until(lambda: part.weights.rowCount() > 1)
    return part


def texts(part, column=NAME):
    """Return the texts of all rows in a column."""
    weights = part.weights
    return [weights.index(row, column).data() for row in range(weights.rowCount())]


def middle_of(part, row, column=NAME):
    return part.table.visualRect(part.weights.index(row, column)).center()


def click(part, row, column=NAME):
    QTest.mouseClick(part.table.viewport(), Qt.MouseButton.LeftButton, pos=middle_of(part, row, column))


def finish(editor, code):
    """Press the key that ends an edit; Qt takes the text a moment later."""
    QTest.keyClick(editor, code)
    QApplication.processEvents()


def type_number(part, text):
    """Edit the number at the cursor: another text, and Enter."""
    QTest.keyClick(part.table, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor.hasSelectedText()
    # What is typed takes the place of all; no key writes a real minus.
    editor.insert(text)
    finish(editor, Qt.Key.Key_Return)


def theta(session):
    return session.network.displayed_weights


def test_a_small_network_is_unfolded_and_its_numbers_are_in_order(session, part):
    headings = ["Hidden 1 · 2 × 3 = 6 + 3", "Output · 3 × 2 = 6 + 2"]
    last = [f"W₂[{row}, {column}]" for row in (1, 2) for column in (1, 2, 3)] + ["b₂[1]", "b₂[2]"]
    assert texts(part) == [headings[0], *SMALL, headings[1], *last]
    shown = [text for text in texts(part, VALUE) if "×" not in text]
    assert [float(text.replace("−", "-")) for text in shown] == pytest.approx(
        theta(session).tolist(), abs=5e-5
    )
    assert part.count.text() == "12 weights and 5 biases"
    names, rows = part.numbers()
    assert [name for name, _ in rows] == [*SMALL, *last]
    assert [value for _, value in rows] == theta(session).tolist()
    assert len(names) == 2


class TestLarge:
    @pytest.fixture
    def model(self):
        return model_of((784, 100, 300, 10))

    def test_a_large_network_is_folded_under_its_counts(self, part, session):
        assert texts(part) == [
            "Hidden 1 · 784 × 100 = 78,400 + 100",
            "Hidden 2 · 100 × 300 = 30,000 + 300",
            "Output · 300 × 10 = 3,000 + 10",
        ]
        assert part.count.text() == "111,400 weights and 410 biases"
        QTest.keyClick(part.table, Qt.Key.Key_Down)
        for row in (2, 1, 0):
            click(part, row)
        assert part.weights.rowCount() == 111_810 + 3
        order = [part.weights.coordinate_at(row) for row in range(111_813)]
        assert [place for place in order if place is not None] == list(range(111_810))

    def test_numbers_out_of_sight_are_not_asked_for(self, part, session, monkeypatch):
        click(part, 0)
        asked = set()
        read = part.weights.coordinate_at
        monkeypatch.setattr(part.weights, "coordinate_at", lambda row: asked.add(row) or read(row))
        part.table.scrollTo(part.weights.index(40_000, NAME))
        part.table.grab()
        assert 1 < len(asked) < 100

    def test_the_strip_has_all_numbers_and_leads_to_them(self, part, session, until):
        strip = part.strip
        (image,) = strip.images
        assert np.array_equal(image.tiles.ravel()[:111_810], theta(session))
        strip.grab()
        place = strip.rect().center()
        cell = strip.cell_at(place)
        wanted = cell.row * image.tiles.shape[2] + cell.column
        name = parameter(session.network.architecture, wanted).name
        assert explained(strip, place).startswith(f"{name} = ")
        QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert part.table.current.name == name
        assert session.selection.unit == (part.table.current.layer, part.table.current.row)
        move_to(strip.viewport(), place)
        assert session.selection.pointed == session.selection.unit

    def test_a_selected_unit_is_unfolded_and_gone_to(self, part, session, until):
        session.selection.select(1, 41, 7)
        until(lambda: part.table.current == Parameter(1, 41, 7))
        assert part.weights.index(part.table.currentIndex().row(), NAME).data() == "W₂[42, 8]"
        room = part.table.viewport().rect()
        assert abs(part.table.visualRect(part.table.currentIndex()).center().y() - room.center().y()) < 30
        assert not part.weights.is_unfolded(0)


def test_a_short_list_needs_no_strip(part):
    assert part.strip.isHidden()


def test_layers_are_folded_by_mouse_and_by_keys(part):
    click(part, 0)
    assert texts(part)[:2] == ["Hidden 1 · 2 × 3 = 6 + 3", "Output · 3 × 2 = 6 + 2"]
    QTest.keyClick(part.table, Qt.Key.Key_Right)
    assert texts(part)[1] == "W₁[1, 1]"
    QTest.keyClick(part.table, Qt.Key.Key_Down)
    QTest.keyClick(part.table, Qt.Key.Key_Left)
    assert (part.table.currentIndex().row(), part.weights.is_unfolded(0)) == (0, False)
    QTest.keyClick(part.table, Qt.Key.Key_Return)
    assert part.weights.is_unfolded(0)
    assert part.table.columnSpan(10, NAME) == 3, "headings have the whole width"
    assert part.table.columnSpan(1, NAME) == 1


def test_the_cursor_and_the_selection_follow_each_other(part, session, until):
    click(part, 4, VALUE)
    assert (session.selection.unit, session.selection.source) == ((0, 1), 1)
    for _ in range(4):
        QTest.keyClick(part.table, Qt.Key.Key_Down)
    assert part.table.current == Parameter(0, 1)
    assert (session.selection.unit, session.selection.source) == ((0, 1), None)
    until(lambda: part.weights.unit == (0, 1))
    assert part.table.current == Parameter(0, 1), "a bias of the selected unit stays the current one"
    marked = [
        part.weights.index(row, NAME).data(Qt.ItemDataRole.BackgroundRole) is not None for row in range(10)
    ]
    assert marked == [False, False, False, True, True, False, False, False, True, False]
    session.selection.select(1, 0, 2)
    until(lambda: part.table.current == Parameter(1, 0, 2))
    assert (session.selection.unit, session.selection.source) == ((1, 0), 2)
    session.selection.clear()
    until(lambda: part.weights.unit is None)


def test_the_unit_under_the_pointer_is_marked_elsewhere(part, session):
    move_to(part.table.viewport(), middle_of(part, 3))
    assert session.selection.pointed == (0, 1)
    move_to(part.table.viewport(), middle_of(part, 0))
    assert session.selection.pointed is None
    move_to(part.table.viewport(), middle_of(part, 7))
    assert session.selection.pointed == (0, 0)
    leave(part.table.viewport())
    assert session.selection.pointed is None


@pytest.mark.parametrize(("text", "value"), [("1/2", 0.5), ("0,25", 0.25), ("−3", -3.0), (".125", 0.125)])
def test_a_typed_number_is_one_step_to_undo(part, session, until, text, value):
    before = theta(session).copy()
    click(part, 2, VALUE)
    type_number(part, text)
    until(lambda: theta(session)[1] == value)
    assert np.flatnonzero(theta(session) != before).tolist() == [1]
    until(lambda: texts(part, VALUE)[2] == f"{value:+.4f}".replace("-", "−"))
    assert session.weight_editor.undo_stack.count() == 1
    assert session.weight_editor.undo_stack.undoText() == f"W₁[1, 2] = {value:g}".replace("-", "−")
    session.weight_editor.undo()
    until(lambda: np.array_equal(theta(session), before))


@pytest.mark.parametrize(
    ("text", "words"), [("1,234", "without a comma"), ("3x", "no number"), ("1/0", "divided")]
)
def test_a_refused_text_is_told_and_the_number_stays(part, session, text, words):
    before = theta(session).copy()
    click(part, 2, VALUE)
    type_number(part, text)
    sentence, is_warning = session.sentences[-1]
    assert words in sentence
    assert sentence.endswith("Nothing was changed.")
    assert is_warning
    assert np.array_equal(theta(session), before)
    assert not session.weight_editor.undo_stack.count()


def test_an_unchanged_number_is_no_step_and_escape_keeps_it(part, session):
    click(part, 2, VALUE)
    for code in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        QTest.keyClick(part.table, Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        assert np.float32(editor.text().replace("−", "-")) == theta(session)[1]
        if code == Qt.Key.Key_Escape:
            editor.setText("7")
        finish(editor, code)
    assert not session.weight_editor.undo_stack.count()
    assert not session.sentences


def test_letters_and_space_are_left_to_the_window(part):
    click(part, 2, VALUE)
    for code in (Qt.Key.Key_B, Qt.Key.Key_Space):
        key(part.table, code)
        assert QApplication.focusWidget() is part.table


def test_what_is_typed_survives_numbers_that_training_changes(part, session, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    click(part, 2, VALUE)
    QTest.keyClicks(part.table, "4")
    before = theta(session).copy()
    session.training.step_batch()
    until(lambda: not np.array_equal(theta(session), before))
    until(lambda: part.weights.theta is theta(session))
    editor = QApplication.focusWidget()
    assert editor.text() == "4"
    finish(editor, Qt.Key.Key_Return)
    until(lambda: theta(session)[1] == 4)


def test_a_bar_is_on_one_scale_for_the_network_and_has_its_colour(part, session, until):
    weights = theta(session).copy()
    weights[:2] = 2, -1
    session.weight_editor.do(weights, "two numbers")
    until(lambda: part.weights.limit == 2)
    assert part.weights.headerData(BAR, Qt.Orientation.Horizontal) == "±2"

    def colours(row):
        box = part.table.visualRect(part.weights.index(row, BAR))
        look = part.table.viewport().grab(box).toImage()
        line = [look.pixelColor(x, look.height() // 2) for x in range(look.width())]
        blue = sum(each.blue() > each.red() + 60 for each in line)
        return blue / len(line), sum(each.red() > each.blue() + 60 for each in line) / len(line)

    part.table.setCurrentIndex(part.weights.index(1, NAME))
    assert colours(1) == pytest.approx((0.47, 0), abs=0.05)
    assert colours(2) == pytest.approx((0, 0.235), abs=0.05)


def test_a_dragged_bar_is_one_step_to_undo_and_ends_at_the_scale(part, session, until):
    weights = theta(session).copy()
    weights[:3] = 2, 0.5, 0
    session.weight_editor.do(weights, "three numbers")
    until(lambda: part.weights.limit == 2)
    steps, before = session.weight_editor.undo_stack.count(), theta(session).copy()
    port, start = part.table.viewport(), middle_of(part, 2, BAR)
    quarter = QPoint(round((part.table.columnWidth(BAR) / 2 - 6) / 4), 0)
    drag_by_mouse(port, start, quarter)
    until(lambda: theta(session)[1] == pytest.approx(1.0, abs=0.02))
    assert np.flatnonzero(theta(session) != before).tolist() == [1]
    assert session.weight_editor.undo_stack.count() == steps + 1
    assert session.weight_editor.undo_stack.undoText().startswith("W₁[1, 2] = ")
    drag_by_mouse(port, start, QPoint(-2000, 0))
    until(lambda: theta(session)[1] == -2)
    session.weight_editor.undo()
    session.weight_editor.undo()
    until(lambda: np.array_equal(theta(session), before))


def test_a_click_on_a_bar_changes_nothing(part, session):
    show_difference(session)
    drag_by_mouse(part.table.viewport(), middle_of(part, 2, BAR), QPoint(2, 0))
    assert session.network.weight_override is not None, "what is shown stays so until a bar is dragged"
    assert part.table.current == Parameter(0, 0, 1)
    assert not session.weight_editor.undo_stack.count()
    assert not session.weight_editor.is_at_work


def test_the_unit_under_the_pointer_elsewhere_is_marked_here(part, session):
    session.selection.point_at(1, 1)
    cells = [part.weights.index(row, NAME) for row in range(part.weights.rowCount())]
    marked = [cell.data() for cell in cells if cell.data(Qt.ItemDataRole.BackgroundRole) is not None]
    assert marked == ["W₂[2, 1]", "W₂[2, 2]", "W₂[2, 3]", "b₂[2]"]


def test_a_difference_is_shown_and_is_not_typed_into(part, session, until):
    show_difference(session)
    until(lambda: part.weights.theta is theta(session))
    click(part, 2, VALUE)
    type_number(part, "5")
    assert "go back to A" in session.sentences[-1][0]
    assert not session.weight_editor.undo_stack.count()


class TestWithoutBiases:
    @pytest.fixture
    def model(self):
        with_biases = model_of((2, 3, 2), space=MOONS.input_space, outputs=MOONS.output_space, raster=None)
        architecture = Architecture((2, 3, 2), ("relu", "softmax"), has_biases=False)
        return replace(
            with_biases,
            architecture=architecture,
            theta=with_biases.theta * architecture.trained_mask().astype(np.float32),
        )

    def test_a_network_without_biases_has_weights_alone(self, part, session):
        assert [text for text in texts(part) if text.startswith("b")] == []
        assert texts(part)[0] == "Hidden 1 · 2 × 3 = 6"
        assert part.count.text() == "12 weights, no biases"
        assert len(part.numbers()[1]) == 12
        last = part.weights.rowCount() - 1
        assert part.weights.coordinate_at(last) == session.network.architecture.coordinate(
            "layers.1.weight", 1, 2
        )
