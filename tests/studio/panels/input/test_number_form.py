"""The form in which several numbers are the input."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace, OutputSpace, Quantity
from nnstudio.studio.panels.input.number_form import NumberForm
from nnstudio.studio.panels.input.panel import InputPanel
from tests.studio.gestures import type_into
from tests.studio.networks import model_of

SPACE = InputSpace("numbers", (3,), (0.0, -1.0, 10.0), (10.0, 1.0, 20.0), ("width", "tilt", "age"))
PRICE = OutputSpace(quantities=(Quantity("price", "€"),))


@pytest.fixture
def model():
    return model_of((3, 4, 1), space=SPACE, outputs=PRICE, raster=None, output="identity")


@pytest.fixture
def form(show_alone):
    panel = show_alone(InputPanel)
    form = panel.widget.editors.currentWidget()
    assert isinstance(form, NumberForm)
    return form


@pytest.fixture(autouse=True)
def _own_clipboard(qapp):
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


def shown(form):
    return [field.text() for field in form.fields]


def test_each_number_has_a_field_with_its_name_and_range(form):
    assert [field.accessibleName() for field in form.fields] == ["width", "tilt", "age"]
    assert [label.text() for label in form._ranges] == ["0 … 10", "−1 … 1", "10 … 20"]
    assert shown(form) == ["5", "0", "15"], "the middle of each range"
    assert all(field.toolTip() for field in form.fields)


def test_a_typed_number_is_read_at_once(form, session, until):
    type_into(form.fields[0], "2,5")
    assert session.input.x.tolist() == [2.5, 0, 15]
    type_into(form.fields[1], "-1/4")
    assert session.input.x.tolist() == [2.5, -0.25, 15]
    assert shown(form) == ["2.5", "−0.25", "15"]
    until(
        lambda: session.network.reading is not None and session.network.reading.x.tolist() == [2.5, -0.25, 15]
    )


@pytest.mark.parametrize("wrong", ["abc", "1/0", "1e9", "1,234"])
def test_what_is_no_number_is_marked_and_stays_typed(form, session, wrong):
    type_into(form.fields[0], wrong)
    assert session.input.x.tolist() == [5, 0, 15]
    assert form.fields[0].text() == wrong
    assert form.fields[0].property("role") == "warning"
    assert session.sentences[-1][0].endswith("Nothing was changed.")
    type_into(form.fields[0], "3")
    assert form.fields[0].property("role") == ""


def test_arrow_keys_step_by_shares_of_the_range(form, session):
    QTest.keyClick(form.fields[0], Qt.Key.Key_Up)
    assert session.input.x[0] == pytest.approx(5.1)
    QTest.keyClick(form.fields[1], Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert session.input.x[1] == pytest.approx(-0.2)


def test_a_number_outside_its_range_is_read_and_the_range_marked(form, session):
    type_into(form.fields[2], "40")
    assert session.input.x[2] == 40
    assert form._ranges[2].property("role") == "warning"
    type_into(form.fields[2], "12")
    assert form._ranges[2].property("role") == "muted"


def test_pasted_numbers_fill_the_fields(form, session):
    QGuiApplication.clipboard().setText("1\t0,5\t11")
    QTest.keyClick(form.fields[0], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.input.x.tolist() == [1, 0.5, 11]
    QGuiApplication.clipboard().setText("7; 8; 9")
    QTest.keyClick(form.fields[1], Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.input.x.tolist() == [1, 0.5, 11]
    assert "3 numbers were pasted, and there are 2 fields" in session.sentences[-1][0]


def test_another_network_has_other_fields(form, session, until):
    space = InputSpace("numbers", (2,), 0.0, 1.0, ("a", "b"))
    session.open_model(model_of((2, 3, 1), space=space, outputs=PRICE, raster=None, output="identity"))
    until(lambda: len(form.fields) == 2)
    assert shown(form) == ["0.5", "0.5"]


def test_an_input_from_elsewhere_is_shown(form, session):
    session.input.set_x(np.array([1, 0.25, 19], np.float32))
    assert shown(form) == ["1", "0.25", "19"]
    session.input.set_x(None)
    assert shown(form) == ["", "", ""]


def test_space_is_the_windows(form):
    QTest.keyClick(form.fields[0], Qt.Key.Key_Space)
    assert shown(form) == ["5", "0", "15"]
