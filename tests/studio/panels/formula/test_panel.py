"""A small network written out, with the values of worked examples."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.engine.architecture import Architecture
from nnstudio.files.network_toml import open_network_toml
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.reading import read
from nnstudio.studio.panels.formula.panel import FormulaPanel
from nnstudio.studio.panels.formula.sections import MOST_LINES, FormulaSubject, sections
from nnstudio.studio.session.changes import Changes
from tests.studio.gestures import leave, move_to


def subject_of(name, *, activations=None, answer=None, place=None, x=None):
    written = open_network_toml(name)
    architecture = written.architecture
    if activations is not None:
        architecture = type(architecture)(architecture.layer_sizes, activations)
    x = np.array(written.x if x is None else x, np.float32)
    reading = read(architecture, written.theta, x)
    return FormulaSubject(
        architecture,
        written.theta,
        written.input_names,
        written.output_names,
        reading,
        answer,
        "squared_error",
        place,
    )


def lines(subject, title):
    found = next(section for section in sections(subject) if section.title.startswith(title))
    return [line.text for line in found.lines]


def struck(subject, title):
    found = next(section for section in sections(subject) if section.title.startswith(title))
    return [line for line in found.lines if line.is_struck]


def test_layers_without_activations_are_one_matrix():
    subject = subject_of("two-inputs")
    assert lines(subject, "The whole formula")[0] == "F̂(x) = W₃(W₂(W₁x + b₁) + b₂) + b₃"
    assert "W₁ has 4 × 2" in lines(subject, "The whole formula")[1]
    found = lines(subject, "Layers 1 to 3 are one matrix")
    assert found[0] == "a₁[1] = 0.1 u − 0.8 v + 0.1", "the layers stand beside their product"
    assert found[-1] == "f = −0.143 u − 0.206 v − 0.688"


def test_every_path_is_listed_and_the_sums_are_the_coefficients():
    found = lines(subject_of("two-inputs"), "Paths")
    assert found[0] == "12 paths from u to f, sum −0.143"
    assert found[13] == "12 paths from v to f, sum −0.206"
    assert found[26] == "16 paths from the constant to f, sum −0.688"
    assert len(found) == 3 + 12 + 12 + 16
    assert found[1].strip().startswith("0.1 · 0.3 · 0.3 = 0.009")


def test_of_many_paths_the_sums_alone_go_on():
    architecture = Architecture.of((8, 20, 6), hidden="relu", output="identity")
    theta = np.random.default_rng(0).standard_normal(architecture.n_params).astype(np.float32)
    names = tuple("abcdefgh")
    reading = read(architecture, theta, np.ones(8, np.float32))
    subject = FormulaSubject(architecture, theta, names, names[:6], reading, None, "squared_error", None)
    found = lines(subject, "Paths")
    sums = [line for line in found if " paths from " in line]
    assert len(sums) == 6 * 9
    assert len(found) - len(sums) <= MOST_LINES


def test_of_more_paths_than_can_be_read_the_strongest_are_listed():
    architecture = Architecture.of((2, 25, 25, 1), hidden="identity", output="identity")
    theta = np.random.default_rng(0).standard_normal(architecture.n_params).astype(np.float32)
    reading = read(architecture, theta, np.ones(2, np.float32))
    subject = FormulaSubject(architecture, theta, ("u", "v"), ("f",), reading, None, "squared_error", None)
    found = lines(subject, "Paths")
    assert found[0].startswith("625 paths from u to f, sum ")
    assert found[1] == "the strongest 50 of them:"
    values = [abs(float(line.split(" = ")[1].split()[0].replace("−", "-"))) for line in found[2:52]]
    assert values == sorted(values, reverse=True)


def test_with_relu_it_is_one_function_around_the_input():
    subject = subject_of("two-inputs", activations=("relu", "relu", "identity"))
    found = lines(subject, "The function at this input")
    assert found[0].startswith("here f = ")
    assert any(line.startswith("It holds in this piece: until unit") for line in found)
    (dead,) = struck(subject, "The function at this input")
    assert dead.text.strip() == "unit 2 of layer 1, unit 4 of layer 1, unit 1 of layer 2, unit 3 of layer 2"
    through_dead = struck(subject, "Paths")
    assert through_dead
    for line in through_dead:
        assert any((place.layer, place.row) in ((0, 1), (0, 3), (1, 0), (1, 2)) for place in line.path)
    reading = subject.reading
    assert reading.outputs[0] == pytest.approx(-0.4694, abs=1e-4)


def test_a_curved_activation_is_told():
    subject = subject_of("two-inputs", activations=("tanh", "tanh", "identity"))
    assert len(lines(subject, "The function at this input")) == 1
    assert not any(section.title == "Paths" for section in sections(subject))


def test_the_chain_rule_ends_with_the_derivative_of_the_weight():
    place = Parameter(0, 0, 0)
    subject = subject_of("one-two-one", answer=np.array([5.0], np.float32), place=place)
    found = lines(subject, "Chain rule: ∂L/∂W₁[1, 1]")
    assert found[-1].startswith("∂L/∂W₁[1, 1]")
    assert found[-1].endswith("= 12")
    assert lines(subject_of("one-two-one"), "Chain rule")[0].startswith("With an input, select a neuron")


def test_the_panel_follows_the_network_and_is_not_set_again_for_nothing(services, session, show_alone):
    panel = show_alone(FormulaPanel)
    panel.refresh(Changes.all())
    before = panel.text.document().toPlainText()
    assert "The whole formula" in before
    assert "written out for networks that read a few numbers" in before, "a network of pictures"
    session.open_written("two-inputs", open_network_toml("two-inputs"))
    panel.refresh(Changes.all())
    text = panel.text.document().toPlainText()
    assert "f = −0.143 u − 0.206 v − 0.688" in text
    names, rows = panel.numbers()
    assert len(names) == len(rows[0]) == 2
    assert [line for _, line in rows] == [line.text for section in panel.sections for line in section.lines]
    html = []
    panel.text.setHtml = html.append
    panel.refresh(Changes.all())
    assert not html


def test_the_path_under_pointer_or_cursor_is_lit(session, show_alone, qtbot):
    session.open_written("two-inputs", open_network_toml("two-inputs"))
    panel = show_alone(FormulaPanel, (500, 600))
    text = panel.text
    block = text.document().firstBlock()
    while "(W₁[1, 1] · W₂[1, 1] · W₃[1, 1])" not in block.text():
        block = block.next()
    cursor = text.textCursor()
    cursor.setPosition(block.position())
    text.setTextCursor(cursor)
    text.setFocus()
    qtbot.waitUntil(text.hasFocus)
    first = (Parameter(0, 0, 0), Parameter(1, 0, 0), Parameter(2, 0, 0))
    assert session.selection.path == first
    QTest.keyClick(text, Qt.Key.Key_Down)
    assert session.selection.path == (Parameter(0, 0, 0), Parameter(1, 1, 0), Parameter(2, 0, 1))
    text.clearFocus()
    assert session.selection.path == ()
    move_to(text.viewport(), text.cursorRect(cursor).center())
    assert session.selection.path == first
    leave(text.viewport())
    assert session.selection.path == ()
