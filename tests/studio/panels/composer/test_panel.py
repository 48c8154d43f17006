"""The panel Composer: chains with their gaps and pieces, and depth counted against width."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnstudio.engine.passes import predict
from nnstudio.insight.composer import MAX_STAGES, ChainStage
from nnstudio.insight.piecewise import linear_pieces
from nnstudio.studio.painting.theme import LIGHT, appearance
from nnstudio.studio.panels.composer.chain import EXAMPLES, formula
from nnstudio.studio.panels.composer.panel import ComposerPanel
from tests.studio.gestures import choose, leave, type_into
from tests.studio.plots import ranges, read_out


@pytest.fixture
def panel(show_alone):
    panel = show_alone(ComposerPanel, (820, 900))
    panel.widget.grab()
    return panel


@pytest.fixture
def chain(panel):
    return panel.chain


@pytest.fixture
def depth(panel):
    QTest.mouseClick(panel.choice.button(1), Qt.MouseButton.LeftButton)
    panel.widget.grab()
    assert panel.depth.isVisible()
    assert not panel.chain.isVisible()
    return panel.depth


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def functions(chain):
    return [stage.function for stage in chain.stages]


def show_example(chain, index):
    chain.examples.setCurrentIndex(index)
    chain.examples.activated.emit(index)


def test_the_chain_of_the_talk_is_drawn_and_stops_where_a_root_has_no_number(chain):
    assert chain.formula.text() == "f(x) = √(exp(sin(√(cos(exp(x))))))"
    x, y = chain.rows[-1]._curve.getData()
    exists = np.cos(np.exp(x)) >= 0
    np.testing.assert_array_equal(np.isfinite(y), exists)
    np.testing.assert_allclose(y[exists], np.sqrt(np.exp(np.sin(np.sqrt(np.cos(np.exp(x[exists])))))))
    assert chain.remarks.text().startswith("Stage 3, Square root, has no number at some x")
    assert chain.remarks.property("role") == "warning"
    shaded = chain.rows[2]._gaps.getData()[0]
    assert (shaded.min(), shaded.max()) == pytest.approx(
        (math.log(math.pi / 2), math.log(3 * math.pi / 2)), abs=0.01
    )
    assert not len(chain.rows[1]._gaps.getData()[0])


def test_a_stage_without_numbers_anywhere_is_named(chain):
    chain.show_stages([ChainStage("exp"), ChainStage("sqrt", -1.0), ChainStage("sigmoid")])
    assert chain.remarks.text() == "Stage 2, Square root, has no number anywhere."
    assert chain.rows[1].plot._hint.text() == "no number anywhere"


def test_stages_are_added_removed_swapped_and_changed(chain):
    click(chain.rows[2].value)
    click(chain.editor.up)
    assert functions(chain) == ["exp", "sqrt", "cosine", "sine", "exp", "sqrt"]
    assert chain.chosen == 1
    click(chain.rows[3].value)
    click(chain.editor.remove)
    assert functions(chain) == ["exp", "sqrt", "cosine", "exp", "sqrt"]
    click(chain.rows[0].value)
    assert not chain.editor.up.isEnabled()
    choose(chain.editor.functions, "tanh")
    assert functions(chain)[0] == "tanh"
    assert chain.formula.text() == "f(x) = √(exp(cos(√(tanh(x)))))"
    for _ in range(MAX_STAGES):
        click(chain.add)
    assert len(chain.rows) == MAX_STAGES
    assert not chain.add.isEnabled()
    for _ in range(MAX_STAGES):
        click(chain.editor.remove)
    assert functions(chain) == ["tanh"]
    assert not chain.editor.remove.isEnabled()


def test_weight_and_bias_are_typed_or_dragged(chain):
    chain.show_stages([ChainStage("absolute"), ChainStage("identity")])
    weight = chain.editor.weight
    type_into(weight.number, "2")
    type_into(chain.editor.bias.number, "-3")
    assert chain.stages[0] == ChainStage("absolute", 2.0, -3.0)
    x, y = chain.rows[1]._curve.getData()
    np.testing.assert_allclose(y, np.abs(2 * x - 3))
    click(chain.rows[1].plot.viewport())
    assert chain.chosen == 1
    weight.slider.setValue(200)
    assert chain.stages[1].w == 1.0
    QTest.keyClick(weight.number, Qt.Key.Key_Up)
    assert chain.stages[1].w == pytest.approx(1.1)
    type_into(weight.number, "40")
    assert chain.stages[1].w == 40.0
    assert weight.slider.value() == weight.slider.maximum()


def test_all_stages_are_read_at_one_x(chain):
    type_into(chain.at, "0")
    assert [row.value.text() for row in chain.rows[:3]] == ["a₁ = 1.00", "a₂ = 0.5403", "a₃ = 0.7351"]
    type_into(chain.at, "1")
    assert chain.rows[2].value.text() == "a₃ = –"
    words = read_out(chain.rows[0].plot, 0.0).replace("−", "-")
    read = dict(line.split(" = ") for line in words.splitlines())
    assert float(read["a₁"]) == pytest.approx(math.exp(float(read["x"])), abs=0.01)
    root = float(chain.rows[2].value.text().removeprefix("a₃ = "))
    assert root == pytest.approx(0.7351, abs=0.02), "what is pointed at is read in every stage"
    leave(chain.rows[0].plot.viewport())
    assert chain.rows[2].value.text() == "a₃ = –"


def test_a_range_that_is_none_is_refused(chain, session):
    before = chain.composition
    type_into(chain.low, "5")
    sentence, is_warning = session.sentences[-1]
    assert sentence.startswith("x goes from a smaller to a larger number, not from 5 to 2.")
    assert is_warning
    assert chain.composition is before
    assert chain.low.lineEdit().property("role") == "warning"
    type_into(chain.low, "1")
    assert chain.low.lineEdit().property("role") == ""
    assert (chain.composition.x[0], chain.composition.x[-1]) == (1, 2)
    assert ranges(chain.rows[0].plot)[0] == pytest.approx((1, 2), abs=0.05)


def test_folds_by_absolute_units_are_counted(chain):
    show_example(chain, 1)
    assert chain.remarks.text() == "8 straight pieces, of 4 units."
    click(chain.editor.remove)
    assert chain.remarks.text().startswith("4 straight pieces")


def test_a_chain_of_activations_becomes_a_network(chain, session):
    assert not chain.network.isEnabled()
    assert "Exponential, Cosine, Square root" in chain.network.toolTip()
    show_example(chain, 1)
    click(chain.network)
    network = session.network
    assert network.architecture.layer_sizes == (1, 1, 1, 1, 1)
    found = chain.composition
    np.testing.assert_allclose(
        predict(network.architecture, network.own_weights, found.x[:, None].astype("f4"))[:, 0],
        found.values[-1],
        atol=1e-5,
    )
    assert network.input_space.kind == "line"


@pytest.mark.parametrize(
    ("stages", "text"),
    [
        ([ChainStage("exp"), ChainStage("cosine", -2, 1)], "cos(−2·exp(x) + 1)"),
        ([ChainStage("identity", 1, 2), ChainStage("identity", 3)], "3·(x + 2)"),
        ([ChainStage("absolute", -1, -0.5), ChainStage("sigmoid")], "σ(|−x − 0.5|)"),
        ([ChainStage("relu", 0)], "relu(0·x)"),
    ],
)
def test_the_formula_of_a_chain(stages, text):
    assert formula(stages) == text


def counted_words(n, noun):
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize(
    ("k", "deep", "wide"), [(1, 2, 3), (2, 4, 5), (3, 8, 7), (6, 64, 13), (12, 4096, 25)]
)
def test_depth_doubles_the_pieces_and_width_adds_two(depth, k, deep, wide, kind):
    click(depth.kind.button(kind))
    type_into(depth.n_folds, str(k))
    assert len(depth.deep_pieces) == deep
    layers, units = counted_words(k, "layer"), counted_words(k if kind else 2 * k, "unit")
    pieces = f"{deep:,}".replace(",", "\u2009")
    assert depth.words.text() == (
        f"{layers} with {units}: {pieces} pieces. One layer of {2 * k} ReLU: at most {wide}."
    )
    counted = len(linear_pieces(*depth._wide_network(), 0, 1))
    assert min(2 * k, deep) == counted <= wide


def test_one_wide_layer_follows_as_far_as_its_kinks_reach(depth):
    type_into(depth.n_folds, "2")
    np.testing.assert_allclose(depth._wide.getData()[1][:5], [0, 1, 0, 1, 0])
    type_into(depth.n_folds, "4")
    x, y = depth._wide.getData()
    corners = np.arange(9) / 16
    np.testing.assert_allclose(np.interp(corners, x, y), np.arange(9) % 2, atol=1e-9)
    assert abs(y[-1]) > 1.5, "it goes straight on"


def test_folds_finer_than_a_pixel_are_told_and_are_no_network(depth):
    type_into(depth.n_folds, "13")
    assert depth.words.text().endswith("13 folds make 8,192 pieces, finer than a pixel.")
    assert depth.words.property("role") == "warning"
    assert not depth.network.isEnabled()
    depth.slider.setValue(3)
    assert depth.k == 3
    assert depth.network.isEnabled()


def test_the_folded_line_becomes_a_network(depth, session):
    type_into(depth.n_folds, "3")
    click(depth.network)
    network = session.network
    assert network.architecture.layer_sizes == (1, 2, 2, 2, 1)
    assert len(linear_pieces(network.architecture, network.own_weights, 0, 1)) == 8


def test_numbers_are_those_of_the_page(panel, depth):
    names, rows = panel.numbers()
    assert names == ("folds", "units", "pieces by depth", "most pieces by width")
    assert [row[2:] for row in rows[:6]] == [(2, 3), (4, 5), (8, 7), (16, 9), (32, 11), (64, 13)]
    assert "k = 5" in read_out(depth.counts, 5)
    click(panel.choice.button(0))
    names, rows = panel.numbers()
    assert names == ("x", "a₁", "a₂", "a₃", "a₄", "a₅", "a₆")
    assert rows[0][:2] == [-3, pytest.approx(math.exp(-3))]


def test_both_pages_follow_the_theme_and_show_all(panel, depth):
    dark = panel.widget.grab().toImage()
    appearance.set_theme(LIGHT)
    assert panel.widget.grab().toImage() != dark
    depth.plot.box.setXRange(0.2, 0.3)
    panel.show_all()
    assert ranges(depth.plot)[0] == pytest.approx((0, 1), abs=0.05)


def test_every_example_has_numbers(chain):
    for index in range(len(EXAMPLES)):
        show_example(chain, index)
        assert np.isfinite(chain.composition.values[-1]).any()
