"""The curves of a run: axes, marks, smoothing, and what the pointer says."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.data.output_kinds import ACCURACY, RMSE
from nnstudio.studio.panels.curves.panel import LossPanel
from nnstudio.studio.panels.curves.view import TrainingCurves, smoothed
from nnstudio.studio.session.curve_options import CurveOptions
from nnstudio.training.changes import Change
from tests.studio.gestures import discard, turn_wheel

CHANGES = (Change(1.0, "batch 32 → 64"), Change(3.0, "optimiser Adam → SGD"))
EPOCHS = np.linspace(0.0, 4.0, 41)


@pytest.fixture
def options():
    return CurveOptions()


@pytest.fixture
def made(qtbot, options):
    """Return a function that shows curves of falling losses, or of shares."""
    views = []

    def make(is_share=False):
        name = "accuracy" if is_share else "loss"
        view = TrainingCurves(f"{name} curves", ACCURACY if is_share else LossPanel.measure, options)
        views.append(view)
        view.resize(420, 240)
        view.show()
        qtbot.waitExposed(view)
        view.show_curves((EPOCHS, 1 - EPOCHS / 8), (EPOCHS[::10], 0.9 - EPOCHS[::10] / 8))
        view.show_changes(CHANGES)
        view.grab()
        return view

    yield make
    for view in views:
        discard(view)


@pytest.fixture(params=[False, True])
def curves(request, made):
    return made(request.param)


def place_of(view, epoch, y=None):
    """Return the point of the plot at an epoch, half-way up or at an ordinate."""
    height = view.plot.box.viewRect().center().y() if y is None else y
    return view.plot.box.mapViewToScene(QPointF(epoch, height)).toPoint()


def point_at(view, epoch):
    place = place_of(view, epoch)
    QTest.mouseMove(view.plot.viewport(), place + QPoint(3, 0))
    QTest.mouseMove(view.plot.viewport(), place)


def written(view):
    """Return the words at the marks."""
    return [item.toPlainText() for item in view._words if item.isVisible()]


def test_a_mark_says_what_changed_and_has_its_words_written(curves):
    for change in CHANGES:
        assert curves.explain(place_of(curves, change.epoch)) == f"epoch {change.epoch:g}: {change.text}"
    assert written(curves) == [change.text for change in CHANGES]
    close = [Change(2 + k / 1000, f"rate {k}") for k in range(50)]
    curves.show_changes(close)
    assert written(curves) == ["rate 0"], "words do not cover one another"


def test_a_cross_hair_tells_the_values_of_all_curves(curves, qtbot):
    point_at(curves, 2.0)
    qtbot.waitUntil(curves.plot._readout.isVisible)
    assert curves.plot._cross.isVisible()
    unit = 100 if curves._measure.is_share else 1
    values = {name: float(text.split()[0]) / unit for name, text in curves.values_at(2.0)[1:]}
    assert values == pytest.approx({"training": 0.75, "test": 0.65}, abs=0.01)
    for name in ("epoch", "training", "test"):
        assert name in curves.plot._readout.toPlainText()
    point_at(curves, -0.05)
    qtbot.waitUntil(lambda: not curves.plot._readout.isVisible())
    assert curves.values_at(7.0) == []


def test_nothing_is_said_outside_the_axes(curves):
    assert curves.explain(QPoint(2, 2)) == ""


def test_marks_reach_from_end_to_end_and_go_with_their_run(curves):
    x, y = curves._marks.getData()
    assert x.tolist() == [1.0, 1.0, 3.0, 3.0]
    low, high = curves.plot.box.viewRange()[1]
    assert low <= y.min() < low + 0.1 * (high - low)
    assert high - 0.1 * (high - low) < y.max() <= high
    turn_wheel(curves.plot.viewport(), -240)
    wider = curves.plot.box.viewRange()[1]
    assert wider[0] < low
    assert curves._marks.getData()[1].min() == pytest.approx(wider[0])
    curves.clear()
    assert curves._marks.getData()[0] is None or not len(curves._marks.getData()[0])


def test_accuracy_is_in_percent_as_everywhere(made):
    view = made(is_share=True)
    view.show_curves((EPOCHS, 0.5 + EPOCHS / 10), (EPOCHS, 0.4 + EPOCHS / 10))
    assert view.values_at(1.0) == [("epoch", "1"), ("training", "60.0 %"), ("test", "50.0 %")]
    assert view.plot.getAxis("left").labelText == "accuracy (%)"
    assert view.plot.box.viewRange()[1][1] == pytest.approx(100, abs=2)


def test_a_share_has_one_sign_of_percent(made):
    view = made(is_share=True)
    view.set_measure(ACCURACY, "%")
    view.show_curves((EPOCHS, 0.5 + EPOCHS / 10), (EPOCHS, 0.4 + EPOCHS / 10))
    assert view.values_at(1.0)[1] == ("training", "60.0 %")


def test_one_measurement_is_no_curve_yet(curves):
    assert not curves.plot._hint.isVisible()
    curves.show_curves((np.empty(0), np.empty(0)), (np.zeros(1), np.full(1, 0.5)))
    assert curves.plot._hint.isVisible()


def test_what_is_looked_at_stays_while_training_until_all_is_followed_again(curves):
    box, viewport = curves.plot.box, curves.plot.viewport()
    everything = box.viewRange()
    assert not curves.controls.follow_button.isVisible()
    turn_wheel(viewport, 240)
    (left, right), _ = zoomed = box.viewRange()
    assert right - left < everything[0][1] - everything[0][0]
    assert curves.controls.follow_button.isVisible()
    epochs = np.linspace(0.0, 9.0, 50)
    curves.show_curves((epochs, 1 - epochs / 20), (epochs, 1 - epochs / 20))
    assert box.viewRange() == zoomed, "training goes on and what is looked at stays"
    curves.controls.follow_button.click()
    assert box.viewRange()[0][1] > 9
    assert not curves.controls.follow_button.isVisible()
    turn_wheel(viewport, 240)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton)
    assert box.viewRange()[0][1] > 9
    turn_wheel(viewport, 240)
    zoomed = box.viewRange()
    curves.clear()
    assert box.viewRange() == zoomed, "the same run may go on with another loss"


def test_loss_and_accuracy_show_the_same_epochs(made, options):
    loss, accuracy = made(), made(is_share=True)
    height = accuracy.plot.box.viewRange()[1]
    turn_wheel(loss.plot.viewport(), 240)
    assert accuracy.plot.x_range == pytest.approx(loss.plot.x_range)
    assert accuracy.plot.box.viewRange()[1] == height
    assert accuracy.controls.follow_button.isVisible()
    QTest.keyClick(accuracy.plot, Qt.Key.Key_A)
    assert loss.plot.is_fitted
    assert accuracy.plot.is_fitted
    assert options.epochs is None
    loss.controls.log_epochs.trigger()
    assert loss.plot.is_logarithmic == (True, True)
    assert accuracy.plot.is_logarithmic == (True, False)
    QTest.keyClick(loss.plot, Qt.Key.Key_Plus)
    assert accuracy.plot.x_range == pytest.approx(loss.plot.x_range)
    assert options.epochs == pytest.approx(tuple(10**end for end in loss.plot.x_range))


def test_keys_of_the_plot_come_before_those_of_the_window(ready, qtbot):
    ready.activateWindow()
    ready.show_panel("loss")
    plot = ready.panels["loss"].widget.plot
    plot.setFocus()
    rate = ready.session.network.config.hyper.learning_rate
    before = plot.x_range
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Right):
        QTest.keyClick(plot, key)
    assert plot.x_range[1] - plot.x_range[0] < before[1] - before[0]
    assert ready.session.network.config.hyper.learning_rate == rate
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.x_range == pytest.approx(before)
    ready.input.canvas.setFocus()
    QTest.keyClick(ready.input.canvas, Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: ready.session.network.config.hyper.learning_rate > rate)


def test_either_axis_can_be_logarithmic(curves):
    was_logarithmic = curves.plot.is_logarithmic[1]
    curves.controls.log_values.trigger()
    assert curves.plot.is_logarithmic[1] is not was_logarithmic
    curves.controls.log_epochs.trigger()
    # Epoch 0 has no place there; the first measurement after it has.
    assert curves.plot.x_range[0] <= np.log10(0.1)
    assert curves.explain(place_of(curves, np.log10(3.0))) == "epoch 3: optimiser Adam → SGD"
    for log_values in (True, False):
        curves.set_log_values(log_values)
        curves.show_moment(2.0)
        assert curves._moment.value() == pytest.approx(np.log10(2.0))
        curves.show_moment(0.0)
        assert not curves._moment.isVisible()
        low, high = curves.plot.box.viewRange()[1]
        y = curves._test.getData()[1]
        assert low <= y.min() <= y.max() <= high


def test_a_smoothed_curve_leaves_the_measured_one_behind_it(curves, options):
    rng = np.random.default_rng(0)
    epochs = np.linspace(0, 10, 1000)
    noisy = 0.5 + 0.1 * rng.normal(size=1000)
    curves.show_curves((epochs, noisy), (epochs[::100], noisy[::100]))
    assert curves._raw[0].getData()[0] is None or not len(curves._raw[0].getData()[0])
    measured = curves._train.getOriginalDataset()[1]
    curves.controls.smoothing.setValue(90)
    assert options.smoothing == 0.9
    smooth = curves._train.getOriginalDataset()[1]
    assert smooth.std() < measured.std() / 3
    assert smooth.mean() == pytest.approx(measured.mean(), rel=0.02)
    np.testing.assert_array_equal(curves._raw[0].getOriginalDataset()[1], measured)
    # Ten points far apart are no noise to be averaged.
    test = curves._test.getOriginalDataset()[1]
    np.testing.assert_allclose(test, curves._raw[1].getOriginalDataset()[1], rtol=0.01)


def test_the_best_measurement_is_marked(made):
    loss, accuracy = made(), made(is_share=True)
    values = np.array([0.5, 0.3, 0.2, 0.4])
    for view, best in ((loss, (2.0, 0.2)), (accuracy, (0.0, 50.0))):
        view.show_curves((np.arange(4.0), values), (np.arange(4.0), values))
        x, y = view._best.getOriginalDataset()
        assert (x[0], y[0]) == best
        place = place_of(view, x[0], np.log10(y[0]) if view is loss else y[0])
        assert view.explain(place).startswith("best test ")
    assert "best 0.2" in loss._legend.text()
    assert "best 50.0 %" in accuracy._legend.text()


def test_the_numbers_are_all_that_was_measured(curves, options):
    options.set_smoothing(0.5)
    epochs = np.linspace(0, 10, 5000)
    curves.show_curves((epochs, epochs / 11), (epochs[:3], epochs[:3]), [("Run 1", epochs[:2], epochs[:2])])
    columns, rows = curves.numbers()
    assert columns == ("curve", "epoch", curves._quantity, f"{curves._quantity}, smoothed")
    training = np.array([row[1:] for row in rows if row[0] == "training"])
    np.testing.assert_array_equal(training[:, :2], np.stack((epochs, epochs / 11), axis=1))
    x, drawn = curves._train.getOriginalDataset()
    np.testing.assert_allclose(training[:, 2], np.interp(epochs, x, drawn / curves._measure.factor))
    assert [row[0] for row in rows[5000:]] == ["test"] * 3 + ["Run 1"] * 2
    options.set_smoothing(0.0)
    columns, rows = curves.numbers()
    assert columns == ("curve", "epoch", curves._quantity)
    assert {len(row) for row in rows} == {3}


def test_the_cross_hair_tells_what_was_measured_and_what_is_drawn(curves, options):
    epochs = np.linspace(0, 10, 1000)
    noisy = 0.5 + 0.1 * np.random.default_rng(0).normal(size=1000)
    curves.show_curves((epochs, noisy), (epochs[::100], noisy[::100]))
    options.set_smoothing(0.9)
    text = dict(curves.values_at(epochs[500]))["training"]
    measured, smooth = map(float, text.replace(" %", "").split(", smoothed "))
    assert measured / curves._measure.factor == pytest.approx(noisy[500], abs=1e-3)
    assert smooth == pytest.approx(curves._train.getOriginalDataset()[1][500], rel=2e-3)
    assert "smoothed" in curves.values_at(3.0)[2][1]


def test_the_legend_keeps_the_signs_of_runs_that_it_has_no_room_for(curves):
    others = [(f"Branch of run {k}", EPOCHS, EPOCHS / 9) for k in range(3)]
    curves.show_curves((EPOCHS, EPOCHS / 9), (EPOCHS, EPOCHS / 9), others)
    curves.resize(900, 240)
    assert "Branch of run" in curves._legend.text()
    curves.resize(260, 240)
    assert "Branch of run" not in curves._legend.text()
    assert "╌" in curves._legend.text()
    assert "Branch of run 2" in curves._legend.toolTip()


def test_another_measure_has_another_title_scale_and_best_point(made):
    view = made(is_share=True)
    epochs, values = np.arange(4.0), np.array([0.9, 0.2, 0.4, 0.8])
    view.show_curves((epochs, values), (epochs, values))
    assert view._best_point() == (0.0, 0.9)
    view.set_measure(RMSE, "°C")
    assert view.plot.getAxis("left").labelText == "RMSE (°C)"
    assert view.plot.is_logarithmic[1]
    view.show_curves((epochs, values), (epochs, values))
    assert view._best_point() == (1.0, 0.2)
    assert "best 0.2 °C" in view._legend.text()
    assert view.controls.log_values.text() == "Logarithmic RMSE"
    view.set_measure(ACCURACY)
    assert not view.plot.is_logarithmic[1]


def test_an_average_follows_what_is_constant_from_its_first_point():
    x = np.linspace(3.0, 9.0, 500)
    np.testing.assert_allclose(smoothed(x, np.full(500, 2.5), 0.95), 2.5)
    step = np.where(x < 6, 0.0, 1.0)
    smooth = smoothed(x, step, 0.95)
    assert (np.diff(smooth) >= 0).all()
    assert 0.9 < smooth[-1] <= 1
    np.testing.assert_array_equal(smoothed(x, step, 0.0), step)
    for few in (np.zeros(0), np.ones(1), np.ones(2)):
        assert smoothed(few, few, 0.9).shape == few.shape


def test_a_loss_of_nearly_nothing_is_on_its_logarithmic_axis(made):
    view = made()
    epochs, losses = np.arange(5.0), 10.0 ** -np.arange(0, 15, 3)
    view.show_curves((epochs, losses), (epochs, losses))
    low, high = view.plot.box.viewRange()[1]
    assert low <= -12
    assert high >= 0
    view.grab()


def test_chance_is_a_line_of_the_accuracy(made):
    view = made(is_share=True)
    assert not view._chance_line.isVisible()
    view.show_chance(0.1)
    assert view._chance_line.value() == pytest.approx(10)
    assert view._chance_words.toPlainText() == "chance 10 %"
    view.set_log_values(True)
    assert view._chance_line.value() == pytest.approx(1)
    view.show_chance(None)
    assert not view._chance_line.isVisible()
