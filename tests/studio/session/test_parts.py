"""Parts in a session: drawings as weights, gates with undo, steps that are not trained, and sigmoids."""

import numpy as np
import pytest

from nnstudio.data.problem import Problem, Samples
from nnstudio.data.problems import DIGITS
from nnstudio.files.part_drawings import FOUR_QUARTERS, open_parts
from nnstudio.insight.parts import Gate, GateKind
from nnstudio.studio.session.problem_sources import Loaded, ProblemSource

LEFT = np.array([[0.3, 0.3], [0.3, 0.7]])


@pytest.fixture
def parts(session, until):
    """Return the parts of a session with forty digits of noise."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (40, 784)).astype(np.uint8)
    labels = np.arange(40, dtype=np.int64) % 10
    samples = Samples(x, labels, 1 / 255)
    space = session.network.input_space
    problem = Problem("noise", "Noise", space, DIGITS, samples, samples, "Made for tests.")
    session.take(ProblemSource("noise", "Noise", lambda _: Loaded(problem)))
    until(lambda: session.training.trainer is not None and session.network.problem_name == "noise")
    session.parts.begin()
    assert session.training.trainer is None
    session.poll()
    assert session.selection.unit == (0, 0)
    return session.parts


def draw(session, *strokes, erased=()):
    session.input.clear()
    session.input.set_guide(np.zeros((28, 28), np.float32))
    for kind in (strokes, erased):
        for stroke in kind:
            session.input.begin_stroke(tuple(stroke[0]), erases=kind is erased)
            session.input.extend(tuple(stroke[-1]))
            session.input.finish_gesture()


def test_a_drawing_becomes_the_weights_of_the_unit(parts, session):
    draw(session, LEFT, erased=[LEFT + np.array([0.3, 0.0])])
    assert session.input.content.erased[0].shape == (2, 2)
    parts.take_drawing()
    template = parts.part.template.reshape(28, 28)
    assert (template[14, 8], template[14, 16]) == (1.0, -1.0)
    assert parts.part.scale == 1.0
    assert parts.part.threshold != 0.0
    assert parts.ticked == {0}
    parts.type(scale=2.5)
    parts.type(threshold=-4.0)
    assert (parts.part.scale, parts.part.threshold) == (2.5, -4.0)
    for _ in range(3):
        session.weight_editor.undo()
    assert not parts.weights.any()


def test_the_eraser_leaves_no_marks_without_a_guide(session):
    session.input.begin_stroke((0.5, 0.5), erases=True)
    session.input.extend((0.6, 0.6))
    session.input.finish_gesture()
    assert session.input.content.is_blank


def test_a_mark_of_the_eraser_is_a_step_of_the_canvas(parts, session):
    draw(session, erased=[LEFT])
    assert len(session.input.content.erased) == 1
    session.input.undo()
    assert not session.input.content.erased


def test_what_cannot_be_made_is_said(parts, session):
    session.input.clear()
    parts.take_drawing()
    assert "draw a part first" in session.sentences[-1][0]
    session.selection.select(1, 3)
    draw(session, LEFT)
    parts.take_drawing()
    assert "first layer" in session.sentences[-1][0]
    assert session.selection.unit == (0, 0)
    parts.make_gate(GateKind.AND)
    assert "No parts are ticked" in session.sentences[-1][0]
    assert not session.weight_editor.undo_stack.count()


def test_an_and_is_one_step_to_undo_and_is_read_from_the_weights(parts, session):
    for unit in range(3):
        parts.tick(unit, is_ticked=True)
    parts.tick(1, is_ticked=False)
    parts.choose_answer(7)
    parts.make_gate(GateKind.AND)
    assert (parts.gate_unit, parts.gate) == (7, Gate(GateKind.AND, (0, 2)))
    session.weight_editor.undo()
    assert parts.gate is None


def test_thresholds_of_ticked_parts_miss_a_share(parts, session):
    draw(session, LEFT)
    parts.take_drawing()
    usual = parts.part.threshold
    parts.set_misses(0.5)
    half = parts.part.threshold
    assert half > usual
    assert session.weight_editor.undo_stack.count() == 2
    # A part that is drawn later misses as much.
    session.selection.select(0, 1)
    parts.take_drawing()
    assert parts.part.threshold == half


def test_steps_are_not_trained_and_sigmoids_are_offered(parts, session, until):
    offered = []
    session.soft_steps_offered.connect(offered.append)
    parts.tick(0, is_ticked=True)
    parts.make_gate(GateKind.OR)
    session.play()
    assert "derivative zero" in offered[0]
    assert session.sentences[-1][0] == offered[0]
    assert not session.training.is_asked_to_train
    parts.soften()
    layers = session.network.architecture.layers(session.network.own_weights)
    assert [layer.activation for layer in layers] == ["sigmoid", "sigmoid"]
    assert (layers[1].W[0, 0], layers[1].b[0]) == (10.0, -5.0)
    session.step_epoch()
    until(lambda: session.network.snapshot is not None and session.network.snapshot.epoch == 1.0)
    assert len(offered) == 1


def test_the_four_quarters_open_with_thresholds_and_an_and(parts, session):
    session.open_parts(open_parts(FOUR_QUARTERS))
    assert parts.gate == Gate(GateKind.AND, (0, 1, 2, 3))
    assert session.network.model_name == "Four quarters of a 0"
    assert parts.has_steps
    assert "not trained" in session.sentences[-1][0]
