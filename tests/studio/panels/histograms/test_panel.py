from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from nnstudio.engine.architecture import Architecture
from nnstudio.insight.distributions import LEVELS
from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.panels.histograms.panel import HistogramsPanel
from nnstudio.studio.panels.histograms.view import LayerBands, QuantileBands
from nnstudio.studio.session.changes import Changes
from nnstudio.studio.session.curve_options import CurveOptions
from tests.studio.gestures import leave, turn_wheel
from tests.studio.plots import check_navigation, ranges, read_out

EPOCHS = np.array([0.0, 1.0, 2.0])


@pytest.fixture
def options():
    return CurveOptions()


@pytest.fixture
def bands(qtbot, options):
    bands = QuantileBands("Histograms", options)
    qtbot.addWidget(bands)
    bands.resize(500, 160)
    bands.show()
    qtbot.waitExposed(bands)
    return bands


def layer(title, scale):
    values = scale * np.array([-4, -2, -1, 0, 1, 2, 4]) * np.array([[1], [2], [3]])
    return LayerBands(title, "7 units", values)


def tips(bands):
    """Return the hover texts of all layers, half-way up and close to the lower and the upper end."""
    found = set()
    for layer in bands.plots[: len(bands.layers)]:
        box = layer.plot.box.sceneBoundingRect()
        found |= {
            layer.explain(QPoint(x, round(box.top() + share * box.height())))
            for x in range(layer.plot.width())
            for share in (0.1, 0.5, 0.9)
        }
    return found - {""}


def test_hover_tells_the_quantiles_of_the_layer_at_that_epoch(bands):
    bands.show_bands("weight", EPOCHS, [layer("Hidden 1", 0.1), layer("Output", 1.0)], logarithmic=False)
    bands.grab()
    found = tips(bands)
    assert len(found) == 6
    (text,) = [tip for tip in found if tip.startswith("Hidden 1, epoch 1.00")]
    assert "median 0;" in text
    assert "half lie in −0.2 … 0.2" in text
    assert "90 % in −0.4 … 0.4" in text
    assert "all in −0.8 … 0.8" in text


def two_layers(bands):
    bands.resize(620, 260)
    bands.show_bands("weight", EPOCHS, [layer("Hidden 1", 0.1), layer("Output", 1.0)], logarithmic=False)
    bands.grab()
    return [each.plot for each in bands.plots]


def test_all_layers_show_the_same_epochs_on_their_own_axes(bands):
    first, second = two_layers(bands)
    check_navigation(first)
    assert second.is_fitted
    everything = ranges(second)
    turn_wheel(first.viewport(), 240)
    assert second.x_range == first.x_range
    np.testing.assert_array_equal(ranges(second)[1], everything[1])
    two_layers(bands)
    assert second.x_range == first.x_range, "what is looked at stays while training"
    QTest.keyClick(second, Qt.Key.Key_A)
    assert first.is_fitted
    assert second.is_fitted
    turn_wheel(first.viewport(), 240, at=QPoint(10, 60))
    assert second.is_fitted, "a vertical axis is of one layer"
    bands.show_bands("activation", EPOCHS, list(bands.layers), logarithmic=False)
    assert first.is_fitted, "another quantity has other values"
    turn_wheel(second.viewport(), 240)
    bands.show_all()
    assert first.is_fitted
    assert second.is_fitted
    turn_wheel(second.viewport(), 240)
    bands.show_message("Another run begins")
    assert second.is_fitted


def test_they_show_the_epochs_that_other_plots_show(bands, options):
    first, second = two_layers(bands)
    heights = [ranges(plot)[1] for plot in (first, second)]
    options.choose_epochs((0.5, 1.5))
    assert first.x_range == second.x_range == (0.5, 1.5)
    np.testing.assert_array_equal([ranges(plot)[1] for plot in (first, second)], heights)
    turn_wheel(first.viewport(), 240)
    assert options.epochs == first.x_range
    assert options.epochs[0] > 0.5
    bands.hide()
    options.choose_epochs((1.0, 2.0))
    bands.show()
    two_layers(bands)
    assert first.x_range == second.x_range == (1.0, 2.0)
    options.choose_epochs(None)
    assert first.is_fitted
    assert second.is_fitted


def test_epochs_are_logarithmic_where_those_of_other_plots_are(bands, options):
    first, second = two_layers(bands)
    bands.show_moment(1.5)
    options.set_log_epochs(True)
    for each in bands.plots:
        assert each.plot.is_logarithmic == (True, False)
        assert each._moment.value() == pytest.approx(np.log10(1.5))
    x, _ = bands.plots[0]._median.getData()
    np.testing.assert_allclose(x, np.log10([1.0, 2.0]), err_msg="the beginning has no logarithm")
    assert first.x_range == pytest.approx((0, np.log10(2)), abs=0.01)
    read_out(first, np.log10(1.9))
    assert bands.plots[1]._title.text() == "Output · 2"
    turn_wheel(second.viewport(), 240)
    assert options.epochs == pytest.approx(tuple(10**end for end in second.x_range))
    assert first.x_range == pytest.approx(second.x_range)
    bands.show_bands(
        "weight", EPOCHS[:1], [LayerBands("Output", "", layer("", 1.0).values[:1])], logarithmic=False
    )
    assert len(bands.plots[0]._median.getData()[0]) == 2
    options.set_log_epochs(False)
    assert bands.plots[0].plot.is_logarithmic == (False, False)


def test_one_cross_hair_tells_the_values_of_all_layers(bands):
    first, second = two_layers(bands)
    read_out(first, 1.1)
    assert second._cross.value() == pytest.approx(first._cross.value())
    assert [each._title.text() for each in bands.plots] == ["Hidden 1 · 1", "Output · 1"]
    assert [each._remark.text() for each in bands.plots] == [
        "0 (−0.2 … 0.2)",
        "0 (−2 … 2)",
    ]
    leave(first.viewport())
    assert [each._title.text() for each in bands.plots] == ["Hidden 1", "Output"]
    assert [each._remark.text() for each in bands.plots] == ["7 units"] * 2
    assert not second._cross.isVisible()


def test_the_numbers_are_all_quantiles(bands):
    two_layers(bands)
    columns, rows = bands.numbers()
    assert columns[:4] == ("layer", "epoch", "weight: smallest", "weight: 5 %")
    assert columns[-1] == "weight: largest"
    assert [row[0] for row in rows] == ["Hidden 1"] * 3 + ["Output"] * 3
    shown = [layer(name, scale).values for name, scale in (("Hidden 1", 0.1), ("Output", 1.0))]
    np.testing.assert_array_equal([row[2:] for row in rows], np.concatenate(shown))
    np.testing.assert_array_equal([row[1] for row in rows], np.tile(EPOCHS, 2))
    bands.show_message("Nothing yet")
    assert bands.numbers()[1] == []


@pytest.mark.parametrize(("width", "label"), [(600, "weight"), (280, "")])
def test_narrow_plots_leave_the_room_of_the_label_to_the_bands(bands, qtbot, width, label):
    plots = two_layers(bands)
    bands.resize(width, 160)
    bands.grab()
    for plot in plots:
        assert plot.getAxis("left").labelText == label
        qtbot.waitUntil(lambda plot=plot: plot.box.width() > 0.55 * plot.width())


def test_lines_of_numbers_are_not_mirrored_in_right_to_left_languages(bands):
    bands.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    two_layers(bands)
    assert bands.plots[0]._remark.layoutDirection() == Qt.LayoutDirection.LeftToRight


def test_the_displayed_epoch_is_marked_in_every_layer(bands):
    bands.show_moment(1.5)
    two_layers(bands)
    assert [each._moment.value() for each in bands.plots] == [1.5, 1.5]
    bands.show_moment(None)
    assert not any(each._moment.isVisible() for each in bands.plots)


@pytest.mark.parametrize("size", [(200, 120), (300, 500), (900, 130), (900, 500)])
@pytest.mark.parametrize("n", [1, 3, 8])
def test_plots_lie_beside_each_other_within_the_panel(bands, size, n):
    bands.resize(*size)
    for many in (n, 12, n):
        named = [layer(f"Hidden {k}", 1.0) for k in range(many)]
        bands.show_bands("weight", EPOCHS, named, logarithmic=False)
    bands.grab()
    boxes = [each.geometry() for each in bands.plots if each.isVisible()]
    assert len(boxes) == n
    assert all(bands.rect().adjusted(0, 0, 1, 1).contains(box) for box in boxes) or size[0] == 200
    assert not any(one.intersects(other) for k, one in enumerate(boxes) for other in boxes[:k])
    widths = [box.width() for box in boxes]
    assert max(widths) - min(widths) <= 6


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("values", [0.0, 1e-20, 5.0, 1e12])
@pytest.mark.parametrize("size", [(200, 90), (1200, 500)])
def test_any_values_are_painted(bands, logarithmic, values, size):
    bands.resize(*size)
    many = [LayerBands(f"Hidden {k}", "9 units", np.full((3, len(LEVELS)), values)) for k in range(6)]
    bands.show_bands("weight", EPOCHS, many, logarithmic=logarithmic)
    bands.grab()
    bands.show_bands(
        "weight", EPOCHS[:1], [LayerBands("a", "b", m.values[:1]) for m in many], logarithmic=True
    )
    appearance.set_theme(LIGHT)
    bands.grab()


@pytest.fixture
def part(session, show_alone, until):
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    return show_alone(HistogramsPanel)


def told(part):
    return tips(part.plots)


def test_the_run_is_recorded_while_somebody_looks(session, part, frames, until):
    session.training.play()
    until(lambda: len({tip.partition(":")[0] for tip in told(part)}) >= 6)
    session.training.pause()


def test_nothing_is_recorded_while_nobody_looks(session, part, frames, until):
    until(lambda: bool(told(part)))
    part.widget.hide()
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1 and not session.training.is_running)
    for _ in range(5):
        frames.step()
    assert not any("epoch 1" in tip for tip in told(part))
    part.widget.show()
    until(lambda: any("epoch 1" in tip for tip in told(part)))


def test_weights_activations_and_gradients_can_be_shown(session, part, until):
    until(lambda: bool(told(part)))
    for title, quantity in (("Activations", "activation"), ("Gradients", "∂L/∂w"), ("Weights", "weight")):
        (button,) = [b for b in part.widget.findChildren(QToolButton) if b.text() == title]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        until(lambda quantity=quantity: any(quantity in tip for tip in told(part)))


def test_another_run_begins_another_history(session, part, until):
    session.training.step_epoch()
    until(lambda: any("epoch 1" in tip for tip in told(part)))
    session.training.reset()
    until(lambda: bool(told(part)) and not any("epoch 1" in tip for tip in told(part)))


def test_a_network_of_more_layers_takes_the_place_of_one_with_fewer(session, part, until):
    session.training.step_batch()
    until(lambda: len(part._spreads.epochs) > 1)
    config = session.network.config
    session.history.configure(replace(config, architecture=Architecture.of((784, 6, 5, 4, 4, 10))))
    part.refresh(Changes(network=True))
    until(lambda: len(part.plots.layers) == 5)
