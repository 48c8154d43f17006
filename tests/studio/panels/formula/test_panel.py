"""A small network written out, with the values of worked examples."""

import numpy as np
import pytest

from nnstudio.engine.architecture import Architecture
from nnstudio.files.network_toml import open_network_toml
from nnstudio.insight.parameters import Parameter
from nnstudio.insight.reading import read
from nnstudio.studio.panels.formula.panel import FormulaPanel
from nnstudio.studio.panels.formula.sections import MOST_LINES, Subject, sections
from nnstudio.studio.session.changes import Changes


def subject_of(name, *, activations=None, answer=None, place=None, x=None):
    written = open_network_toml(name)
    architecture = written.architecture
    if activations is not None:
        architecture = type(architecture)(architecture.layer_sizes, activations)
    x = np.array(written.x if x is None else x, np.float32)
    reading = read(architecture, written.theta, x)
    return Subject(
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
    return next(section.lines for section in sections(subject) if section.title.startswith(title))


def test_layers_without_activations_are_one_matrix():
    subject = subject_of("two-inputs")
    assert lines(subject, "The whole formula")[0] == "F̂(x) = W₃(W₂(W₁x + b₁) + b₂) + b₃"
    assert "W₁ has 4 × 2" in lines(subject, "The whole formula")[1]
    found = lines(subject, "Layers 1 to 3 are one matrix")
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
    subject = Subject(architecture, theta, names, names[:6], reading, None, "squared_error", None)
    found = lines(subject, "Paths")
    sums = [line for line in found if " paths from " in line]
    assert len(sums) == 6 * 9
    assert len(found) - len(sums) <= MOST_LINES


def test_with_relu_it_is_one_function_around_the_input():
    subject = subject_of("two-inputs", activations=("relu", "relu", "identity"))
    found = lines(subject, "The function at this input")
    assert found[0].startswith("here f = ")
    assert any(line.startswith("off, and without a part in it: unit 2 of layer 1") for line in found)
    assert any(line.startswith("It holds as far as") for line in found)
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
    html = []
    panel.text.setHtml = html.append
    panel.refresh(Changes.all())
    assert not html
