"""Every section of the inspector paints and explains whatever network, input and unit it may be given."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nnstudio.data.problem import InputSpace, OutputSpace, Quantity, Samples
from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.initialise import initialise
from nnstudio.insight.activation_curve import values_of
from nnstudio.insight.reading import read
from nnstudio.insight.sample_results import SampleEvaluation
from nnstudio.studio.painting.numbers import plain, scientific, signed
from nnstudio.studio.painting.theme import THEMES, appearance
from nnstudio.studio.panels.inspector.by_class import ByClassSection
from nnstudio.studio.panels.inspector.curve import CurveSection
from nnstudio.studio.panels.inspector.examples import ExamplesSection
from nnstudio.studio.panels.inspector.formula import FORMULAS, FormulaSection
from nnstudio.studio.panels.inspector.gradient import GradientSection
from nnstudio.studio.panels.inspector.histogram import HistogramSection
from nnstudio.studio.panels.inspector.nudge import NudgeSection
from nnstudio.studio.panels.inspector.over_input import OverInputSection
from nnstudio.studio.panels.inspector.pixels import PixelsSection
from nnstudio.studio.panels.inspector.row_sources import LOGIT_SENSITIVITY, ONWARD, TERMS
from nnstudio.studio.panels.inspector.rows import RowsSection
from nnstudio.studio.panels.inspector.softmax import SoftmaxSection
from nnstudio.studio.panels.inspector.subject import Subject
from nnstudio.studio.panels.inspector.template import TemplateSection
from nnstudio.studio.panels.inspector.view import InspectorView
from nnstudio.studio.panels.inspector.weight import WeightSection
from nnstudio.studio.session.layer_names import layer_names
from nnstudio.studio.views.figure_export import drawn_as_svg
from tests.studio.gestures import discard, move_to, places_in, turn_wheel, type_into
from tests.studio.plots import check_navigation, place_of, ranges, read_out

IMAGE = InputSpace("image", (28, 28), 0.0, 1.0)
WIDE = InputSpace("image", (4, 9), 0.0, 1.0)
PLANE = InputSpace("plane", (2,), -1.0, 1.0, ("x₁", "x₂"))


def subject_of(
    space=IMAGE,
    hidden_sizes=(12, 8),
    n_classes=10,
    unit=(0, 3),
    *,
    has_input=True,
    has_results=False,
    hidden="relu",
    output="softmax",
    scale=1.0,
    **facts,
):
    architecture = Architecture.of((space.n_features, *hidden_sizes, n_classes), hidden=hidden, output=output)
    rng = np.random.default_rng(0)
    theta = initialise(architecture, rng=rng) * np.float32(scale)
    x = rng.uniform(space.low, space.high, space.n_features).astype(np.float32)
    results = None
    if has_results:
        samples = rng.uniform(space.low, space.high, (40, space.n_features)).astype(np.float32)
        labels = rng.integers(0, max(n_classes - 1, 1), 40)
        loss = "cross_entropy" if output == "softmax" else "squared_error"
        results = SampleEvaluation(architecture, theta, Samples(samples, labels), loss, unit=unit).finish()
    return Subject(
        architecture=architecture,
        theta=theta,
        input_space=space,
        output_space=OutputSpace(tuple(f"c{k}" for k in range(n_classes))),
        layer_names=layer_names(architecture),
        loss="cross_entropy" if output == "softmax" else "squared_error",
        reading=read(architecture, theta, x) if has_input else None,
        unit=unit,
        results=results,
        **facts,
    )


@pytest.fixture
def show(qtbot):
    panels = []

    def show_one(subject, size=(270, 500)):
        panel = InspectorView("Inspector")
        panel.resize(*size)
        panel.show()
        qtbot.waitExposed(panel)
        panel.show_subject(subject)
        panels.append(panel)
        return panel

    yield show_one
    for panel in panels:
        discard(panel)


def kind_of(section):
    return section.source if isinstance(section, RowsSection) else type(section)


def section(panel, kind):
    return next(one for one in panel.sections if kind_of(one) is kind)


def visible(panel):
    return {kind_of(one) for one in panel.sections if not one.isHidden()}


SUBJECTS = [
    {},
    {"unit": (1, 7), "has_results": True},
    {"unit": (2, 9), "has_results": True, "answer": 4},
    {"unit": None},
    {"unit": None, "has_input": False},
    {"unit": (0, 0), "has_input": False, "obstacle": "The test set is not loaded yet.", "can_load": True},
    {"unit": (0, 0), "source": 17, "has_results": True},
    {"unit": (1, 0), "source": 5},
    {"space": WIDE, "unit": (0, 1), "hidden": "tanh", "has_results": True},
    {"space": WIDE, "unit": None},
    {"space": PLANE, "unit": (0, 1), "n_classes": 2, "has_results": True, "picture": np.eye(28)},
    {"space": PLANE, "unit": (2, 1), "n_classes": 2, "hidden": "sine"},
    {"space": PLANE, "unit": None, "n_classes": 2},
    {"hidden_sizes": (), "unit": (0, 3), "has_results": True},
    {"n_classes": 47, "unit": (0, 3), "has_results": True},
    {"n_classes": 47, "unit": (2, 46)},
    {"output": "sigmoid", "unit": (2, 1)},
    {"scale": 0.0, "has_results": True},
    {"hidden_sizes": (1,) * 30, "unit": (14, 0)},
]


@pytest.mark.parametrize("facts", SUBJECTS)
def test_all_subjects_in_both_themes_at_all_sizes(show, facts):
    subject = subject_of(**facts)
    for size in ((270, 300), (420, 1200), (760, 1000)):
        panel = show(subject, size)
        for theme in THEMES.values():
            appearance.set_theme(theme)
            panel.grab()
        for one in panel.sections:
            if one.isHidden():
                continue
            assert one.height() == one.tall(panel.subject, one.width())
            one.grab()
            for place in places_in(one, 16):
                assert "nan" not in one.explain(place)


def test_each_subject_has_the_sections_that_concern_it(show):
    common = {
        FormulaSection,
        CurveSection,
        TERMS,
        ExamplesSection,
        ByClassSection,
        GradientSection,
        HistogramSection,
    }
    evaluated = subject_of(has_results=True)
    assert visible(show(evaluated)) == common | {TemplateSection, NudgeSection, LOGIT_SENSITIVITY, ONWARD}
    assert visible(show(subject_of(unit=(1, 0)))) == common | {NudgeSection, LOGIT_SENSITIVITY}
    assert visible(show(subject_of(unit=(2, 0), source=1))) == common | {SoftmaxSection, WeightSection}
    assert visible(show(subject_of(unit=None))) == {PixelsSection}
    assert visible(show(subject_of(unit=None, has_input=False))) == set()


def test_a_section_nobody_sees_works_nothing_out(show, qtbot):
    panel = show(subject_of(has_results=True), (270, 260))
    qtbot.waitUntil(lambda: panel._area.verticalScrollBar().maximum() > 500)
    panel.show_subject(subject_of(has_results=True))
    worked_out = vars(panel.subject)
    # In sight: template and formula, which need the terms and ∂L/∂a; far below: the pushes.
    qtbot.waitUntil(lambda: "terms" in worked_out)
    assert "towards" not in worked_out
    pushes = section(panel, LOGIT_SENSITIVITY)
    panel._area.verticalScrollBar().setValue(pushes.y())
    qtbot.waitUntil(lambda: "towards" in worked_out)


def test_a_heading_closes_and_opens_its_section(show):
    panel = show(subject_of())
    heading = panel._headings[panel.sections.index(section(panel, TERMS))]
    QTest.keyClick(heading, Qt.Key.Key_Space)
    panel.show_subject(subject_of(unit=(0, 5)))
    assert section(panel, TERMS).isHidden()
    QTest.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert not section(panel, TERMS).isHidden()
    assert section(panel, TERMS).subject is panel.subject


def test_pointing_at_a_term_marks_its_pixel_and_a_pixel_its_term(show):
    panel = show(subject_of(), (270, 900))
    terms, template = section(panel, TERMS), section(panel, TemplateSection)
    row = terms._row_box(panel.subject, 2).center().toPoint()
    move_to(terms, row)
    assert panel.attention.source == panel.subject.terms.index[2]
    place = place_in(template, 1, 3, 5)
    move_to(template.picture.viewport(), place)
    assert panel.attention.source == 3 * 28 + 5
    subject = panel.subject
    said = template.explain(place)
    assert f"w = {subject.w[89]:+.4f}".replace("-", "−") in said
    assert "row 3, col 5" in said


def test_a_click_on_a_pixel_or_a_term_chooses_the_weight(show, qtbot):
    panel = show(subject_of(), (270, 900))
    terms, template = section(panel, TERMS), section(panel, TemplateSection)
    with qtbot.waitSignal(panel.attention.weight_chosen) as signal:
        row = terms._row_box(panel.subject, 1).center().toPoint()
        QTest.mouseClick(terms, Qt.MouseButton.LeftButton, pos=row)
    assert signal.args == [panel.subject.terms.index[1]]
    with qtbot.waitSignal(panel.attention.weight_chosen) as signal:
        QTest.keyClick(template.picture, Qt.Key.Key_Right)
    assert signal.args == [14 * 28 + 14]
    panel.show_subject(subject_of(source=14 * 28 + 14))
    with qtbot.waitSignal(panel.attention.weight_chosen) as signal:
        QTest.keyClick(template.picture, Qt.Key.Key_Up)
    assert signal.args == [13 * 28 + 14]
    with qtbot.waitSignal(panel.attention.weight_chosen) as signal:
        place = place_in(template, 0, 3, 5)
        QTest.mouseClick(template.picture.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == [3 * 28 + 5]
    with qtbot.waitSignal(panel.attention.weight_chosen) as signal:
        QTest.keyClick(terms, Qt.Key.Key_Down)
        QTest.keyClick(terms, Qt.Key.Key_Return)
    assert signal.args == [panel.subject.terms.index[2]]


def test_the_weight_tells_its_numbers_and_the_way_to_its_unit(show, qtbot):
    panel = show(subject_of(unit=(1, 2), source=5), (270, 900))
    weight, subject = section(panel, WeightSection), panel.subject
    lines = dict(weight._lines(subject))
    assert lines["weight w"] == f"{subject.w[5]:+.4f}".replace("-", "−")
    assert float(lines["term w · x"].replace("−", "-")) == pytest.approx(
        subject.w[5] * subject.reading.a[0][5], abs=1e-4
    )
    with qtbot.waitSignal(panel.attention.unit_chosen) as signal:
        QTest.mouseClick(weight._go, Qt.MouseButton.LeftButton)
    assert signal.args == [0, 5]


def test_a_fed_unit_is_one_click_away(show, qtbot):
    panel = show(subject_of(), (270, 900))
    onward = section(panel, ONWARD)
    key = onward._current().keys[0]
    with qtbot.waitSignal(panel.attention.unit_chosen) as signal:
        place = onward._row_box(panel.subject, 0).center().toPoint()
        QTest.mouseClick(onward, Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == [1, key]


def test_samples_come_in_the_order_of_their_activations(show, qtbot):
    panel = show(subject_of(has_results=True, hidden="tanh"), (270, 900))
    examples, a = section(panel, ExamplesSection), panel.subject.sample_activations
    found = examples._current()
    assert found.most[0] == a.argmax()
    assert list(a[found.most]) == sorted(a, reverse=True)[:6]
    assert list(a[found.least]) == sorted(a)[:6]
    with qtbot.waitSignal(panel.attention.sample_chosen) as signal:
        place = examples._box(0, 2).center().toPoint()
        QTest.mouseClick(examples, Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == [found.most[2]]
    with qtbot.waitSignal(panel.attention.sample_chosen) as signal:
        QTest.keyClick(examples, Qt.Key.Key_Down)
        QTest.keyClick(examples, Qt.Key.Key_Return)
    assert signal.args == [found.least[2]]


def test_without_the_test_set_there_is_a_way_to_it(show, qtbot):
    panel = show(subject_of(obstacle="The test set is not loaded yet.", can_load=True), (270, 900))
    examples = section(panel, ExamplesSection)
    with qtbot.waitSignal(panel.attention.test_set_wanted):
        QTest.mouseClick(examples._load, Qt.MouseButton.LeftButton)
    panel.show_subject(subject_of(has_results=True))
    assert examples._load.isHidden()


def test_the_bands_are_those_of_each_class(show):
    panel = show(subject_of(has_results=True), (270, 900))
    by_class, subject = section(panel, ByClassSection), panel.subject
    by_class.grab()
    for label in range(9):
        a = subject.sample_activations[subject.results.labels == label]
        if len(a):
            np.testing.assert_allclose(
                by_class._bands[label],
                np.quantile(a, (0.05, 0.25, 0.5, 0.75, 0.95), method="nearest"),
                rtol=1e-6,
            )
            assert by_class._active[label] == pytest.approx((a > 0).mean())
        else:
            assert np.isnan(by_class._bands[label]).all()
    place = place_of(by_class.plot, 0.0, 0.0)
    assert by_class.explain(place) == "class c9: no test samples"
    assert by_class.explain(QPoint(5, place.y())) == "class c9: no test samples", "names are in rows too"
    assert [text for _, text in by_class.plot.getAxis("left")._tickLevels[0]] == list(
        subject.output_space.class_names
    )
    shares = [text for _, text in by_class.plot.getAxis("right")._tickLevels[0]]
    assert shares == [*(f"{100 * share:.0f} %" for share in by_class._active[:9]), ""]


def test_the_bands_are_drawn_from_top_to_bottom_zoom_and_wait_for_the_test_set(show):
    panel = show(subject_of(has_results=True), (270, 1500))
    by_class = section(panel, ByClassSection)
    check_navigation(by_class.plot)
    known = np.isfinite(by_class._bands[:, 0])
    x0, _, x1, _ = by_class._box._getNormalizedCoords()
    np.testing.assert_allclose(np.stack([x0, x1], axis=1), by_class._bands[known][:, [1, 3]])
    np.testing.assert_array_equal(by_class._box.opts["y"], 9 - np.flatnonzero(known))
    low, high = ranges(by_class.plot)[0]
    assert low <= by_class._bands[known].min() <= by_class._bands[known].max() <= high
    panel.show_subject(subject_of(obstacle="The test set is not loaded yet."))
    assert by_class.plot._hint.text() == "The test set is not loaded yet."
    assert len(by_class._box.opts["x0"]) == 0
    panel.show_subject(subject_of(has_results=True, unit=(2, 1)))
    assert not by_class.plot._hint.isVisible()
    assert by_class.plot.getAxis("right").labelText == "answered"


def test_the_histogram_counts_every_weight_once(show):
    panel = show(subject_of(), (420, 1200))
    histogram = section(panel, HistogramSection)
    edges, counts = histogram._bars.getData()
    assert counts.sum() == 784
    np.testing.assert_array_equal(counts, np.histogram(panel.subject.w, edges)[0])
    np.testing.assert_allclose(edges, -edges[::-1])
    assert edges[-1] >= np.abs(panel.subject.w).max()
    low, high = histogram.plot.box.viewRange()[1]
    assert low <= 0 < counts.max() <= high


def test_the_histogram_zooms_and_tells_how_many_weights_are_where_the_pointer_is(show):
    panel = show(subject_of(), (420, 1200))
    histogram = section(panel, HistogramSection)
    check_navigation(histogram.plot)
    edges, counts = histogram._bars.getData()
    told = read_out(histogram.plot, (edges[12] + edges[13]) / 2)
    assert told == f"{counts[12]} weights\n{signed(edges[12], 3)} … {signed(edges[13], 3)}"
    turn_wheel(histogram.plot.viewport(), 240)
    part_seen = histogram.plot.x_range
    panel.show_subject(subject_of(unit=(0, 4)))
    assert histogram.plot.x_range == part_seen, "units of a layer can be compared"
    panel.show_subject(subject_of(unit=(1, 4)))
    assert histogram.plot.is_fitted


def test_a_closed_histogram_counts_when_it_is_opened(show):
    panel = show(subject_of(), (420, 1200))
    histogram = section(panel, HistogramSection)
    heading = panel._headings[panel.sections.index(histogram)]
    heading.click()
    panel.show_subject(subject_of(unit=(1, 4)))
    assert histogram._counts.sum() == 784
    heading.click()
    assert histogram._counts.sum() == 12


LINE = InputSpace("line", (1,), -10.0, 10.0, ("x",))


def one_neuron(w, b, x, activation="sigmoid"):
    """Return the subject of a neuron with one input, or without one."""
    architecture = Architecture((1, 1), (activation,))
    theta = np.array([w, b], np.float32)
    return Subject(
        architecture=architecture,
        theta=theta,
        input_space=LINE,
        output_space=OutputSpace(quantities=(Quantity("y"),)),
        layer_names=layer_names(architecture),
        loss="squared_error",
        reading=None if x is None else read(architecture, theta, np.array([x], np.float32)),
        unit=(0, 0),
    )


def test_the_curve_has_the_units_sum_activation_and_slope_on_it(show):
    panel = show(one_neuron(1.0, 0.0, 0.0), (420, 900))
    curve = section(panel, CurveSection)
    assert np.column_stack(curve.point.getData()).tolist() == [[0.0, 0.5]]
    assert curve.numbers.text() == "z = 0.0000 · a = 0.5000 · slope 0.2500"
    z, a = curve.curve.getData()
    np.testing.assert_allclose(a, 1 / (1 + np.exp(-z)), atol=1e-7)
    (z0, z1), (a0, a1) = curve.tangent.getData()
    assert ((z0 + z1) / 2, (a0 + a1) / 2) == pytest.approx((0, 0.5))
    assert (a1 - a0) / (z1 - z0) == pytest.approx(0.25)
    panel.show_subject(one_neuron(2.0, 1.0, 7.0))
    assert curve.numbers.text() == "z = 15.0000 · a = 1.0000 · slope 0.0000"
    assert ranges(curve.plot)[0, 1] >= 15, "the point is seen"


def test_the_curve_zooms_and_tells_slopes(show):
    panel = show(one_neuron(1.0, 0.0, 0.5), (420, 900))
    curve = section(panel, CurveSection)
    check_navigation(curve.plot)
    lines = read_out(curve.plot, 1.0).splitlines()
    z = float(lines[0].split()[1])
    a = 1 / (1 + np.exp(-z))
    assert float(lines[1].split()[1]) == pytest.approx(a, abs=2e-3)
    assert float(lines[2].split()[1]) == pytest.approx(a * (1 - a), abs=2e-3)


def test_a_sigmoid_with_a_large_weight_is_a_step_but_near_its_place(show):
    w, b = 50.0, -25.0
    # Outside of |x + b/w| > ln 99 / 50 = 0.092, the two differ by 0.01 at most.
    for x, right in ((0.5 - 0.092, 0.0), (0.5 + 0.092, 1.0)):
        panel = show(one_neuron(w, b, x), (420, 900))
        _, (a,) = section(panel, CurveSection).point.getData()
        assert a == pytest.approx(right, abs=0.01)


@pytest.mark.parametrize(
    ("w", "b", "activation"), [(2.0, -1.0, "sigmoid"), (-3.0, 1.5, "relu"), (0.0, 0.5, "tanh")]
)
def test_a_neuron_of_one_input_is_drawn_over_it_with_its_line_below(show, w, b, activation):
    panel = show(one_neuron(w, b, 0.75, activation), (420, 900))
    over, subject = section(panel, OverInputSection), panel.subject
    x, a = over.curves[0].getData()
    assert (x.min(), x.max()) == pytest.approx((-10, 10))
    np.testing.assert_allclose(a, values_of(activation, w * x + b), atol=1e-9)
    x, z = over.curves[1].getData()
    np.testing.assert_allclose(z, w * x + b)
    marks = [np.column_stack(point.getData()).tolist() for point in over.points]
    assert marks == [[[0.75, subject.a]], [[0.75, subject.z]]]


def test_the_plots_over_the_input_zoom_as_one_and_tell_numbers(show):
    panel = show(one_neuron(2.0, -1.0, 0.75), (420, 900))
    over = section(panel, OverInputSection)
    check_navigation(over.plot)
    name, z, a = read_out(over.plot, 1.0).splitlines()
    x = float(name.split()[1])
    assert float(z.split()[-1]) == pytest.approx(2 * x - 1, abs=0.02)
    assert float(a.split()[-1]) == pytest.approx(1 / (1 + np.exp(1 - 2 * x)), abs=0.01)
    turn_wheel(over.plot.viewport(), 240)
    assert over.line_plot.x_range == pytest.approx(over.plot.x_range)


def test_units_of_several_inputs_or_of_later_layers_are_not_drawn_over_one(show):
    for facts in ({"space": PLANE, "n_classes": 2}, {"space": LINE, "unit": (1, 0)}):
        assert section(show(subject_of(**facts)), OverInputSection).isHidden()


def test_without_an_input_the_curve_has_no_mark_and_there_is_no_nudge(show):
    panel = show(one_neuron(1.0, 0.0, None), (420, 900))
    curve = section(panel, CurveSection)
    assert len(curve.curve.getData()[0]) > 100
    assert curve.point.getData()[0] is None or not len(curve.point.getData()[0])
    assert section(panel, NudgeSection).isHidden()


def test_softmax_is_no_curve_of_one_number(show):
    panel = show(subject_of(unit=(2, 3)), (420, 900))
    curve = section(panel, CurveSection)
    assert curve.plot.isHidden()
    assert "not a curve of one number" in curve.sentence.text()
    assert "table" in curve.sentence.text()
    panel.show_subject(subject_of(unit=(1, 3)))
    assert not curve.plot.isHidden()
    assert curve.sentence.isHidden()


def test_a_nudge_is_predicted_by_the_slope_and_a_step_is_not(show):
    panel = show(one_neuron(1.0, 0.0, 0.5), (420, 900))
    nudge = section(panel, NudgeSection)
    type_into(nudge.row.number, "0.1")
    (name, smooth), (step_name, step) = nudge.found()
    assert (name, step_name) == ("Sigmoid", "Step")
    assert (smooth.predicted, smooth.real) == pytest.approx((0.011750, 0.011676), abs=5e-7)
    assert (step.predicted, step.real) == (0, 0)
    assert nudge.row.slider.value() > 0, "the slider goes along"
    assert nudge.row.accessibleDescription() == (
        "Sigmoid: predicted +0.011750, real +0.011676; Step: predicted 0.000000, real 0.000000"
    )


def test_the_bias_is_nudged_as_well(show):
    panel = show(one_neuron(1.0, 0.0, 0.5), (420, 900))
    nudge = section(panel, NudgeSection)
    QTest.mouseClick(nudge.of_bias, Qt.MouseButton.LeftButton)
    assert nudge.row.caption.text() == "Δ b₁[1]"
    type_into(nudge.row.number, "0.1")
    (_, smooth), _ = nudge.found()
    slope = np.exp(-0.5) / (1 + np.exp(-0.5)) ** 2
    assert smooth.predicted == pytest.approx(0.1 * slope, abs=1e-6)
    assert smooth.z_after == pytest.approx(0.6)
    QTest.mouseClick(nudge.of_bias, Qt.MouseButton.LeftButton)
    assert nudge.row.caption.text() == "Δ W₁[1, 1]"
    assert nudge.change == 0


def test_a_step_jumps_at_once_where_the_sum_crosses_0(show):
    panel = show(one_neuron(-1.0, 0.0, 0.5), (420, 900))
    nudge = section(panel, NudgeSection)
    QTest.keyClick(nudge.row.slider, Qt.Key.Key_End)
    assert nudge.change > 1, "the slider reaches beyond the crossing"
    jumps = []
    for change in ("0.9", "0.99", "1.01", "1.1"):
        type_into(nudge.row.number, change)
        jumps.append(nudge.found()[1][1].real)
    assert jumps == [0, 0, 1, 1]


def test_the_nudged_weight_is_the_chosen_one_and_keeps_its_change(show):
    panel = show(subject_of(unit=(1, 2), source=5), (420, 900))
    nudge = section(panel, NudgeSection)
    assert nudge.row.caption.text() == "Δ W₂[3, 6]"
    QTest.keyClick(nudge.row.slider, Qt.Key.Key_Right)
    change = nudge.change
    assert change > 0
    panel.show_subject(subject_of(unit=(1, 2), source=5, scale=0.9))
    assert nudge.change == change
    panel.show_subject(subject_of(unit=(1, 2), source=4))
    assert (nudge.change, nudge.row.caption.text()) == (0, "Δ W₂[3, 5]")


def numbers_written(pixels):
    """Return the numbers that are written into the pixels of the input."""
    svg = drawn_as_svg(pixels.picture, "Input", appearance.theme.panel).decode()
    return re.findall(r">(0|1|\.\d\d)\s*</text>", svg)


def test_the_numbers_of_the_input_are_written_where_it_is_zoomed(show):
    panel = show(subject_of(unit=None), (270, 700))
    pixels = section(panel, PixelsSection)
    picture = pixels.picture
    assert numbers_written(pixels) == []
    QTest.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    place = picture.images[0].mapToScene(QPointF(3.5, 2.5)).toPoint()
    for _ in range(8):
        turn_wheel(picture.viewport(), 120, at=place)
    value = panel.subject.reading.x[2 * 28 + 3]
    assert pixels.explain(place) == f"row 2, column 3: x = {value:.4f} (0 paper … 1 full ink)"
    written = numbers_written(pixels)
    assert f"{value:.2f}".lstrip("0") in written
    assert 9 <= len(written) < 200
    part_seen = picture.box.viewRange()
    panel.show_subject(subject_of(unit=None))
    assert picture.box.viewRange() == part_seen
    panel.show_all()
    assert picture.navigation.is_fitted


def test_a_wide_panel_writes_every_pixel(show):
    panel = show(subject_of(unit=None), (760, 900))
    assert len(numbers_written(section(panel, PixelsSection))) == 784


def test_numbers_are_written_alike_in_right_to_left_languages(show, qapp):
    looks = []
    try:
        for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
            qapp.setLayoutDirection(direction)
            picture = section(show(subject_of(unit=None), (760, 900)), PixelsSection).picture
            looks.append(picture.grab().toImage())
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert looks[0] == looks[1]


def test_numbers_that_are_no_image_have_a_line_each(show, qtbot):
    panel = show(subject_of(space=PLANE, n_classes=2, unit=None), (270, 500))
    pixels = section(panel, PixelsSection)
    assert not pixels.picture.isVisible()
    first, second = panel.subject.reading.x
    assert pixels._words.text() == f"x₁ = {plain(first, 4)}\nx₂ = {plain(second, 4)}"
    qtbot.waitUntil(lambda: pixels._words.height() >= pixels._words.sizeHint().height())


def test_the_true_class_is_the_answer_until_it_is_known(show, qtbot):
    panel = show(subject_of(unit=(2, 1)), (270, 900))
    assert panel.answer.classes.currentText() == "as answered"
    assert panel.subject.right_answer == panel.subject.reading.label
    with qtbot.waitSignal(panel.answer_chosen) as signal:
        panel.answer.classes.setCurrentIndex(4)
        panel.answer.classes.activated.emit(4)
    assert signal.args == [3]
    panel.show_subject(subject_of(unit=(2, 1), answer=3))
    assert panel.answer.classes.currentText() == "c3"
    loss = panel.subject.slopes.loss
    assert panel.subject.softmax.cross_entropy(3) == pytest.approx(loss, rel=1e-5)


def test_every_activation_has_its_formula(show):
    assert set(FORMULAS) == set(ACTIVATIONS)
    for hidden in (name for name, kind in ACTIVATIONS.items() if not kind.output_only):
        panel = show(subject_of(hidden=hidden), (330, 500))
        text = "".join(
            piece for line in section(panel, FormulaSection)._lines(panel.subject) for piece, _ in line
        )
        assert ACTIVATIONS[hidden].title in text
        assert "∂L/∂a" in text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0123456, "+0.0123"), (-2e-9, "−2.00·10⁻⁹"), (0.0, "0"), (-1e20, "−1.00·10²⁰")]
)
def test_numbers_of_any_size_keep_three_figures(value, text):
    assert scientific(value) == text


def test_in_the_plane_hovering_tells_the_activation_there(show):
    field = np.arange(16, dtype=np.float32).reshape(4, 4)
    panel = show(subject_of(space=PLANE, n_classes=2, unit=(0, 1), picture=field))
    template = section(panel, TemplateSection)
    corner = place_in(template, 0, 0, 3)
    assert template.explain(corner) == "x₁ = 0.75, x₂ = 0.75: activation a = 3.000"


def place_in(template, image, row, column):
    """Return the pixel of a cell of one of a template's images."""
    template.picture.grab()
    return template.picture.images[image].mapToScene(QPointF(column + 0.5, row + 0.5)).toPoint()


def test_a_template_zooms_once_it_was_clicked_and_lets_the_column_scroll_before(show):
    panel = show(subject_of(), (270, 300))
    picture, bar = section(panel, TemplateSection).picture, panel._area.verticalScrollBar()
    panel._headings[0].setFocus()
    place = place_in(section(panel, TemplateSection), 0, 3, 5)
    assert not turn_wheel(picture.viewport(), 240, at=place), "the column may have it"
    assert picture.navigation.is_fitted
    QTest.mouseClick(picture.viewport(), Qt.MouseButton.LeftButton, pos=place)
    before = picture.explain(place)
    assert turn_wheel(picture.viewport(), 240, at=place)
    assert not picture.navigation.is_fitted
    assert picture.explain(place) == before
    assert bar.value() == 0
    panel.show_all()
    assert picture.navigation.is_fitted


def test_the_same_part_of_another_neuron_is_seen(show):
    panel = show(subject_of(), (270, 600))
    picture = section(panel, TemplateSection).picture
    QTest.keyClick(picture, Qt.Key.Key_Plus)
    part = picture.box.viewRange()
    panel.show_subject(subject_of(unit=(0, 5)))
    assert picture.box.viewRange() == part
    np.testing.assert_array_equal(picture.images[0].tiles.ravel(), panel.subject.w)
    np.testing.assert_array_equal(picture.images[1].tiles.ravel(), panel.subject.products)


def test_titles_tell_the_full_colour_of_each_image(show):
    panel = show(subject_of(), (420, 600))
    template = section(panel, TemplateSection)

    def told():
        return [pairs[0][0] for pairs in template.picture.titles._titles]

    largest = [float(np.abs(each).max()) for each in (panel.subject.w, panel.subject.products)]
    assert told() == [
        f"{name} ±{value:.2g}" for name, value in zip(("template", "× input"), largest, strict=True)
    ]
    QTest.keyClick(template.picture, Qt.Key.Key_Less)
    assert told()[0] == f"template ±{largest[0] / 1.25:.2g}"
    panel.show_subject(subject_of(has_input=False))
    assert len(template.picture.images) == len(told()) == 1


def test_the_largest_terms_and_the_weight_pointed_at_are_framed(show):
    panel = show(subject_of(), (270, 600))
    picture, theme = section(panel, TemplateSection).picture, appearance.theme
    strongest = divmod(int(panel.subject.terms.index[0]), 28)
    other = next(source for source in range(400, 500) if source not in panel.subject.terms.index)

    def is_framed(row, column):
        image = picture.grab().toImage()
        corner = picture.images[0].mapToScene(QPointF(column, row + 0.5)).toPoint()
        beside = [image.pixelColor(corner + QPoint(dx, 0)).name() for dx in (-1, 0, 1)]
        return theme.selection in beside

    place_in(section(panel, TemplateSection), 0, 0, 0)
    assert is_framed(*strongest)
    assert not is_framed(*divmod(other, 28))
    panel.attention.look_at(other)
    assert is_framed(*divmod(other, 28))
