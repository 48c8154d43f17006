import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QSlider
from safetensors import numpy as safetensors_numpy

from nnstudio.data.letters import LETTERS
from nnstudio.files.exports import export
from nnstudio.files.model_file import load_model, save_model
from nnstudio.insight.reading import read
from nnstudio.studio.documents.layer_order_question import LayerOrderQuestion
from nnstudio.studio.documents.recent_files import RecentFiles
from nnstudio.studio.panels.compare.panel import ComparePanel
from nnstudio.studio.panels.compare.path_plot import PathPlot
from nnstudio.studio.panels.compare.worker import PATH_SHARES
from nnstudio.studio.panels.network import NetworkPanel
from nnstudio.studio.panels.surgery.panel import SurgeryPanel
from tests.studio.gestures import turn_wheel, write_stroke
from tests.studio.networks import model_of
from tests.studio.plots import check_navigation, drag, place_of, read_out


@pytest.fixture
def part(session, show_alone, until):
    """Compare a network with itself before an epoch."""
    session.training.prepare()
    until(lambda: session.network.snapshot is not None)
    part = show_alone(ComparePanel)
    write_stroke(session.input, [(0.2, 0.2), (0.8, 0.8)])
    part.comparer.pin()
    session.training.step_epoch()
    until(lambda: session.network.snapshot.epoch == 1.0)
    # What is measured at the end of the epoch comes with weights of its own.
    until(
        lambda: (
            session.network.snapshot.test_step == session.network.snapshot.step
            and not session.training.is_running
        )
    )
    until(lambda: part.comparer.agreement is not None and len(part.comparer.path) == 21)
    return part


def test_both_read_the_same_drawing(session, part, until):
    other = part.comparer.other
    readings = [
        read(session.network.architecture, session.network.displayed_weights, session.input.x),
        read(other.architecture, other.theta, session.input.x),
    ]
    assert (readings[0].outputs != readings[1].outputs).any()
    for view, reading in zip(part.outputs, readings, strict=True):
        until(lambda view=view, reading=reading: np.array_equal(view.classes._values, reading.outputs))
    found = part.comparer.agreement
    words = f"A {100 * found.n_first / found.n:.2f} %, B {100 * found.n_second / found.n:.2f} % right"
    until(lambda: words in part.result.text())


def test_the_whole_window_can_show_b_the_difference_and_what_lies_between(session, part, show_alone, until):
    network = show_alone(NetworkPanel)
    own, other = session.network.own_weights, part.comparer.other.theta
    part.lenses["second"].click()
    assert np.array_equal(session.network.displayed_weights, other)
    until(lambda: np.array_equal(session.network.reading.outputs, part.outputs[1].classes._values))
    part.lenses["difference"].click()
    assert np.array_equal(session.network.displayed_weights, other - own)
    until(lambda: np.array_equal(session.network.reading.outputs, part.outputs[0].classes._values))
    until(lambda: "B − A" in network.note.text())
    part.share.setValue(50)
    np.testing.assert_allclose(session.network.displayed_weights, (own + other) / 2, atol=1e-7)
    part.lenses["first"].click()
    assert session.network.displayed_weights is own
    assert part.lenses["first"].isChecked()


def test_networks_of_other_layers_are_drawn_side_by_side_with_their_sizes_and_counts(session, part, until):
    assert part.networks.isHidden()
    other = model_of((784, 7, 10), seed=3)
    part.comparer.choose_model(other)
    assert part.pictures.isChecked()
    until(lambda: part.networks.views[1].scene is not None)
    captions = [caption.text() for caption in part.networks.captions]
    assert captions == [
        "A · 784-12-8-10 · 9,584 weights, 30 biases",
        "B · 784-7-10 · 5,558 weights, 17 biases",
    ]
    first, second = (view.scene for view in part.networks.views)
    assert (first.architecture, second.architecture) == (session.network.architecture, other.architecture)
    np.testing.assert_array_equal(second.weights[0], other.architecture.layers(other.theta)[0].W)
    expected = read(other.architecture, other.theta, session.input.x).outputs
    np.testing.assert_array_equal(second.reading.outputs, expected)
    part.pictures.click()
    assert part.networks.isHidden()
    assert part.outputs[1].isVisible()


def test_a_difference_is_no_network_to_be_saved_or_judged_by(session, part, tmp_path):
    part.lenses["difference"].click()
    path = tmp_path / "saved.safetensors"
    export(path, session.network.model())
    assert np.array_equal(load_model(path).theta, session.network.own_weights)
    part.lenses["second"].click()
    export(path, session.network.model())
    saved = load_model(path)
    assert np.array_equal(saved.theta, part.comparer.other.theta)
    assert "epochs" not in saved.card, "those are of A"


def test_the_way_begins_with_a_and_ends_with_b(session, part):
    path, found = part.comparer.path, part.comparer.agreement
    assert path[0].accuracy == pytest.approx(found.n_first / found.n)
    assert path[-1].accuracy == pytest.approx(found.n_second / found.n)


def test_the_plot_of_the_way_tells_what_was_measured_and_its_line_shows_what_lies_between(
    session, part, until
):
    plot, path = part.path, part.comparer.path
    until(plot.slider_line.isVisible)
    plot.grab()
    check_navigation(plot)
    told = read_out(plot, 50)
    assert "50 % from A to B" in told
    assert f"accuracy {100 * path[10].accuracy:.1f} %" in told
    columns, rows = part.numbers()
    assert columns == ("from A to B (%)", "loss", "accuracy (%)")
    measured = [
        (100 * share, one.loss, 100 * one.accuracy) for share, one in zip(PATH_SHARES, path, strict=True)
    ]
    np.testing.assert_allclose(rows, measured)
    drag(plot, place_of(plot, 0), place_of(plot, 40))
    assert part.share.value() == pytest.approx(40, abs=2)
    share = part.share.value() / 100
    own, other = session.network.own_weights, part.comparer.other.theta
    between = (1 - share) * own + share * other
    np.testing.assert_allclose(session.network.displayed_weights, between, atol=1e-6)


@pytest.mark.parametrize("width", [120, 300])
def test_both_curves_fill_their_common_axes(qtbot, width):
    slider = QSlider()
    plot = PathPlot(slider)
    for widget in (slider, plot):
        qtbot.addWidget(widget)
    plot.resize(width, 140)
    plot.show()
    plot.show_path((0.0, 0.5, 1.0), (2.1, 0.4, 1.0), (0.2, 0.9, 0.8), 0.5, "")
    plot.grab()
    assert plot.getAxis("right").isVisible() == (width == 300)
    assert plot.getAxis("left").scale * plot._loss_curve.getData()[1].max() == pytest.approx(2.1)
    assert plot.getAxis("right").scale * plot._score_curve.getData()[1].max() == pytest.approx(90)
    assert plot._loss_curve.getData()[1].max() > 0.5


def test_the_axis_of_losses_is_of_usual_size_where_none_is_known(qtbot):
    slider = QSlider()
    plot = PathPlot(slider)
    for widget in (slider, plot):
        qtbot.addWidget(widget)
    plot.show_path((0.0, 0.5, 1.0), (), (), None, "")
    assert plot.getAxis("left").scale == 1.0


def test_training_goes_on_from_a_and_weights_are_changed_in_a(session, part, show_alone):
    surgery = show_alone(SurgeryPanel)
    part.share.setValue(40)
    assert session.network.weight_override is not None
    session.selection.select(0, 3)
    surgery.units.silence_unit()
    assert "go back to A" in session.sentences[-1][0]
    session.training.step_batch()
    assert session.network.weight_override is None
    assert part.lenses["first"].isChecked()


def test_a_moment_of_a_run_and_a_file_can_be_chosen(session, part, tmp_path, until):
    entries = [part.other.itemText(k) for k in range(part.other.count())]
    place = next(k for k, text in enumerate(entries) if text.endswith(", first"))
    part.other.setCurrentIndex(place)
    part.other.activated.emit(place)
    assert np.array_equal(part.comparer.other.theta, session.history.run.first.theta)
    path = tmp_path / "small.safetensors"
    save_model(path, model_of((784, 9, 10)))
    part._open(path)
    until(lambda: part.comparer.other.architecture.layer_sizes == (784, 9, 10))
    assert not part.lenses["difference"].isEnabled()
    until(lambda: part.comparer.agreement is not None)
    assert not part.comparer.path


def test_the_newest_moment_of_a_run_is_the_one_when_it_is_chosen(session, part):
    entries = [part.other.itemText(k) for k in range(part.other.count())]
    place = next(k for k, text in enumerate(entries) if text.endswith(", newest"))
    part.other.setCurrentIndex(place)
    part.other.activated.emit(place)
    assert session.history.run.last.step > 0
    assert part.comparer.other.theta is session.history.run.last.theta
    assert any(text.endswith(", best") for text in entries)


def test_a_network_for_other_classes_is_refused(session, part, until, tmp_path):
    before = part.comparer.other
    model = model_of((784, 9, 26), outputs=LETTERS)
    path = tmp_path / "letters.safetensors"
    save_model(path, model)
    part._open(path)
    until(lambda: "cannot be compared" in session.sentences[-1][0])
    assert part.comparer.other is before
    part._open(tmp_path / "nothing.safetensors")
    until(lambda: "nothing.safetensors" in session.sentences[-1][0])
    assert part.comparer.other is before


def test_the_difference_and_what_lies_between_follow_training(session, part, until):
    other = part.comparer.other.theta
    part.lenses["difference"].click()
    session.training.play()
    until(lambda: session.training.is_running)
    part.lenses["difference"].click()
    before = session.network.own_weights
    until(lambda: session.network.own_weights is not before)
    assert np.array_equal(session.network.displayed_weights, other - session.network.own_weights)
    part.share.setValue(50)
    before = session.network.own_weights
    until(lambda: session.network.own_weights is not before)
    np.testing.assert_allclose(
        session.network.displayed_weights, (session.network.own_weights + other) / 2, atol=1e-6
    )
    # What both get right is measured while A goes on being trained.
    asked = part.comparer.agreement
    until(lambda: part.comparer.agreement not in (None, asked))
    assert session.training.is_running
    session.training.pause()


def test_the_slider_is_at_a_whenever_a_is_on_show(session, part):
    part.share.setValue(50)
    session.history.look_at_first()
    assert session.network.weight_override is None
    assert part.lenses["first"].isChecked()
    assert part.share.value() == 0


def test_a_branch_shows_a_again(session, part, until):
    part.lenses["second"].click()
    assert part.share.value() == 100
    session.history.branch()
    assert session.network.weight_override is None
    assert part.lenses["first"].isChecked()
    assert not part.lenses["second"].isChecked()
    assert part.share.value() == 0


def test_b_is_put_on_show_with_other_layers_too(ready, qtbot):
    session, compare = ready.session, ready.panels["compare"]
    ready.show_panel("compare")
    compare.comparer.choose(None)
    assert not compare.swap.isEnabled()
    first, second = session.network.own_weights, model_of((784, 6, 10), seed=3, name="second")
    compare.comparer.choose_model(second)
    QTest.mouseClick(compare.swap, Qt.MouseButton.LeftButton)
    assert session.network.model_name == "second"
    assert session.network.architecture == second.architecture
    assert compare.comparer.other.theta is not None
    np.testing.assert_array_equal(compare.comparer.other.theta, first)
    qtbot.waitUntil(lambda: compare.other.currentText() == "B: small")
    QTest.mouseClick(compare.swap, Qt.MouseButton.LeftButton)
    np.testing.assert_array_equal(session.network.own_weights, first)
    assert session.network.model_name == "small"


def choose(part, ending):
    """Choose the first entry of the list that ends so."""
    place = next(k for k in range(part.other.count()) if part.other.itemText(k).endswith(ending))
    part.other.setCurrentIndex(place)
    part.other.activated.emit(place)


def test_another_b_shows_a_again_and_nothing_of_the_b_before(session, part):
    part.lenses["second"].click()
    choose(part, ", newest")
    assert session.network.displayed_weights is session.network.own_weights
    assert part.lenses["first"].isChecked()
    assert not part.lenses["second"].isChecked()


def test_a_difference_cannot_be_kept_as_b(session, part):
    part.lenses["difference"].click()
    choose(part, "this network as it is now")
    assert part.comparer.other.theta is session.network.own_weights


def test_a_file_whose_layers_have_several_orders_asks_for_one(services, part, until, tmp_path, monkeypatch):
    sizes = {"a": (8, 784), "b": (8, 8), "c": (8, 8), "d": (10, 8)}
    tensors = {f"{name}.weight": np.full(shape, ord(name), np.float32) for name, shape in sizes.items()}
    path = tmp_path / "other.safetensors"
    path.write_bytes(safetensors_numpy.save(tensors))
    RecentFiles(services.settings, services.session).note(path)
    folders = []

    def chosen(_parent, _title, folder, _filters):
        folders.append(folder)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", chosen)
    choose(part, "a file …")
    until(lambda: part.widget.findChild(LayerOrderQuestion) is not None)
    question = part.widget.findChild(LayerOrderQuestion)
    question.setTextValue("a → c → b → d")
    question.accept()
    other = part.comparer.other
    assert [layer.W[0, 0] for layer in other.architecture.layers(other.theta)] == [*map(ord, "acbd")]
    assert folders == [str(tmp_path)], "it begins beside the last file"


@pytest.mark.parametrize("width", [300, 432, 700])
def test_nothing_is_cut_off_at_any_width(session, show_alone, qtbot, width):
    part = show_alone(ComparePanel, size=(width + 22, 170))
    views = (*part.outputs, part.pair.picture, part.path)
    below = part.path.parentWidget()
    qtbot.waitUntil(lambda: below.width() >= width)
    for view in views:
        box = view.rect().translated(view.mapTo(below, view.rect().topLeft()))
        assert below.rect().contains(box), f"{view.objectName()} at {width} pixels"


def test_the_selected_units_weights_are_shown_of_both(session, part, until):
    session.selection.select(0, 5)
    networks = (session.network.own_weights, part.comparer.other.theta)
    own, other = (session.network.architecture.layers(theta)[0].W[5] for theta in networks)

    def is_shown():
        shown = [image.tiles.ravel() for image in part.pair.picture.images]
        return len(shown) == 3 and all(map(np.array_equal, shown, (own, other, other - own)))

    until(is_shown)
    assert part.pair.picture.accessibleDescription() == "Hidden 1 · unit 6"
    part.pair.picture.grab()
    turn_wheel(part.pair.picture.viewport(), 240)
    assert not part.pair.picture.navigation.is_fitted
    part.show_all()
    assert part.pair.picture.navigation.is_fitted
    session.open_model(model_of((784, 5, 10)))
    until(lambda: not part.pair.picture.images)
