"""Every view paints whatever it may be given, at any size it may have."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from nnstudio.data.output_kinds import ACCURACY, RMSE
from nnstudio.data.problem import InputSpace
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.reading import read
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.curves.view import TrainingCurves
from nnstudio.studio.panels.input.view import ImageView
from nnstudio.studio.session.curve_options import CurveOptions
from nnstudio.studio.views.class_bars import ClassBars
from tests.studio.gestures import discard

IMAGE = InputSpace("image", (28, 28), 0.0, 1.0)


@pytest.fixture
def show(qtbot):
    views = []

    def show_one(view, size):
        view.resize(*size)
        view.show()
        qtbot.waitExposed(view)
        views.append(view)
        return view

    yield show_one
    for view in views:
        discard(view)


def parts(space, sizes, hidden="relu"):
    architecture = Architecture.of(sizes, hidden=hidden)
    theta = initialise(architecture, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).random(space.n_features).astype(np.float32)
    return architecture, theta, read(architecture, theta, x)


def hover_everywhere(view):
    for x in range(0, view.width(), 23):
        for y in range(0, view.height(), 17):
            assert "nan" not in view.explain(QPoint(x, y))


@pytest.mark.parametrize(
    "names", [tuple("0123456789"), ("upper moon", "lower moon"), tuple(map(str, range(47)))]
)
@pytest.mark.parametrize("size", [(200, 120), (300, 400)])
def test_outputs(show, names, size):
    view = show(ClassBars("Probabilities"), size)
    view.set_classes(names, are_probabilities=True)
    view.grab()
    values = np.linspace(0, 1, len(names), dtype=np.float32)
    view.show_outputs(values, values * 10)
    for theme in THEMES.values():
        appearance.set_theme(theme)
        view.grab()
    hover_everywhere(view)
    assert view.explain(QPoint(3, 3)) == f"class {names[0]}: probability 0.0000, logit z = 0.00"
    view.set_classes(names, are_probabilities=False)
    view.show_outputs(values * 300 - 100, values)
    view.grab()


def test_step_outputs_are_beside_their_sums(show):
    view = show(ClassBars("Answer"), (260, 120))
    view.set_classes(("0", "1", "2"), are_probabilities=False, n_steps=3)
    view.grab()
    assert view.firing == ""
    z = np.array([6.5, 2.4, -7.2], np.float32)
    view.show_outputs(np.heaviside(z, 0), z)
    view.grab()
    assert [view._number_texts(k, is_narrow=False)[0] for k in range(3)] == [
        "6.5 → fires",
        "2.4 → fires",
        "−7.2 → 0",
    ]
    assert view.firing == "2 fire: 0 and 1"
    assert view.explain(QPoint(3, 3)).startswith("class 0: its sum is z = +6.5000, so it fires.")
    view.show_outputs(np.heaviside(z, 0), z, right=2)
    assert view.firing == "2 fire: 0 and 1 · right: 2 · mean ½(t − y)² = 0.5"
    view.show_outputs(np.zeros(3, np.float32), -np.abs(z))
    assert view.firing == "none fires"
    view.clear()
    view.grab()
    assert view.firing == ""
    view.set_classes(("0", "1", "2"), are_probabilities=True)
    assert view.firing == ""


def test_a_single_step_output_speaks_for_two_classes(show):
    view = show(ClassBars("Answer"), (260, 120))
    view.set_classes(("no", "yes"), are_probabilities=False, n_steps=1)
    for z, told in ((6.5, "it fires: yes"), (-7.2, "it does not fire: no")):
        view.show_outputs(np.array([z <= 0, z > 0], np.float32), np.array([0, z], np.float32))
        view.grab()
        assert view.firing == told
    assert [view._number_texts(k, is_narrow=False)[0] for k in range(2)] == ["", "−7.2 → 0"]


def test_what_the_network_sees_pixel_by_pixel(show):
    view = show(ImageView("What the network sees", 86), (86, 86))
    assert view.explain(QPoint(10, 10)) == "nothing drawn yet"
    image = np.zeros((4, 4), np.float32)
    image[0, 3] = 1.0
    view.show_image(image)
    picture = view.grab().toImage()
    assert picture.pixelColor(80, 5).name() == view.theme.ink
    assert picture.pixelColor(5, 80).name() == view.theme.paper
    assert view.explain(QPoint(80, 5)) == "pixel row 0, column 3: ink 1.00 (0 paper … 1 full ink)"


@pytest.mark.parametrize("measure", [ACCURACY, RMSE])
def test_curves_of_any_length(show, measure):
    view = show(TrainingCurves("Curves", measure, CurveOptions()), (400, 200))
    none = np.empty(0)
    for n in (0, 1, 2, 1999, 2001, 20_000):
        epochs = np.linspace(0, n / 100, n)
        values = 1 / (1 + epochs)
        view.show_curves((epochs, values), (epochs[::50], values[::50]))
        view.grab()
    view.show_curves((np.array([1.0]), np.array([0.0])), (none, none))
    for theme in THEMES.values():
        appearance.set_theme(theme)
        view.grab()
    view.clear()
    view.grab()


def test_the_loss_axis_tells_the_loss_itself(show):
    view = show(TrainingCurves("Curves", RMSE, CurveOptions()), (400, 200))
    epochs = np.linspace(0, 5, 50)
    view.show_curves((epochs, np.full(50, 0.02)), (epochs, np.full(50, 0.05)))
    view.grab()
    axis = view.plot.getAxis("left")
    assert "0.001" not in axis.labelString()
    ((_, ticks),) = axis.tickValues(*view.plot.box.viewRange()[1], axis.height())
    written = axis.tickStrings(ticks, 1.0, None)
    assert dict(zip(written, (10.0 ** np.array(ticks)).round(6), strict=True))["0.05"] == 0.05


def test_bars_of_many_classes_leave_their_names_free(show):
    names = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    view = show(ClassBars("Probabilities"), (240, 150))
    view.set_classes(names, are_probabilities=True)
    values = np.full(26, 1.0, np.float32)
    view.show_outputs(values, values)
    picture = view.grab().toImage()
    bars = {view.theme.accent, view.theme.muted, view.theme.control}
    height = picture.height()
    names_end = int(view._name_box(0).right())
    assert names_end >= view.fontMetrics().horizontalAdvance("W") - 4
    found = {picture.pixelColor(x, y).name() for x in range(names_end) for y in range(height)}
    assert not found & bars
    assert {picture.pixelColor(40, y).name() for y in range(height)} & {view.theme.accent}


def test_bars_of_ten_classes_are_in_two_columns_where_one_would_be_too_low_to_click(show):
    heights = {}
    for size in ((290, 140), (290, 240), (200, 140)):
        view = show(ClassBars("Probabilities"), size)
        view.set_classes(tuple("0123456789"), are_probabilities=True)
        heights[size] = view._name_box(0).height()
    assert heights[290, 140] >= 17
    assert heights[290, 240] >= 17
    assert heights[200, 140] < 17, "two columns would have no room for bars"
