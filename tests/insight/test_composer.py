import math

import numpy as np
import pytest

from nnstudio.engine.activations import ACTIVATIONS
from nnstudio.engine.architecture import ArchitectureError
from nnstudio.engine.passes import predict
from nnstudio.insight.composer import (
    STAGE_FUNCTIONS,
    ChainStage,
    ComposerError,
    compose,
    fold_network,
    fold_remark,
)
from nnstudio.insight.piecewise import PiecewiseError, linear_pieces

TALK = [ChainStage(name) for name in ("exp", "cosine", "sqrt", "sine", "exp", "sqrt")]


def test_each_stage_has_the_values_of_its_function():
    x = np.linspace(-3, 0.4, 50)
    found = compose(TALK, x)
    expected = [np.exp(x)]
    for function in (np.cos, np.sqrt, np.sin, np.exp, np.sqrt):
        expected.append(function(expected[-1]))
    np.testing.assert_allclose(found.values, expected, rtol=1e-14)
    assert not found.remarks()


def test_the_chain_of_the_talk_exists_where_cos_exp_x_is_not_negative_alone():
    x = np.linspace(-2, 3, 5_001)
    found = compose(TALK, x)
    exists = np.cos(np.exp(x)) >= 0
    np.testing.assert_array_equal(~np.isnan(found.values[-1]), exists)
    np.testing.assert_array_equal(~np.isnan(found.values[1]), True)
    gaps = found.gaps(2)
    assert len(gaps) == 3
    # cos u < 0 between π/2 and 3π/2, and so on.
    for nth, (low, high) in enumerate(gaps):
        assert low == pytest.approx(math.log(math.pi / 2 + 2 * math.pi * nth), abs=1e-3)
        assert high == pytest.approx(math.log(3 * math.pi / 2 + 2 * math.pi * nth), abs=1e-3)
    assert not any(found.gaps(nth) for nth in (0, 1, 3, 4, 5))
    assert found.remarks() == (
        "Stage 3, Square root, has no number at some x, as from 0.452 to 1.55: the curve stops there.",
    )


def test_a_stage_without_numbers_anywhere_is_named():
    found = compose(
        [ChainStage("exp"), ChainStage("sqrt", w=-1.0), ChainStage("sigmoid")], np.linspace(-1, 1, 9)
    )
    assert found.remarks() == ("Stage 2, Square root, has no number anywhere.",)
    assert np.isnan(found.values[1:]).all()


def test_a_value_too_large_for_numbers_is_none_and_stays_none():
    found = compose([ChainStage("exp", w=1000.0), ChainStage("tanh")], np.array([0.0, 1.0]))
    np.testing.assert_array_equal(found.values, [[1, np.nan], [np.tanh(1), np.nan]])
    assert found.gaps(0) == [(1, 1)]


def test_weights_and_biases_of_a_stage():
    assert compose([ChainStage("absolute", 2.0, -3.0)], np.array([1.0, 4.0])).values.tolist() == [[1, 5]]


def test_every_activation_of_hidden_layers_can_be_a_stage():
    assert set(STAGE_FUNCTIONS) == {*ACTIVATIONS, "exp", "sqrt", "cosine"} - {"softmax"}
    x = np.linspace(-2, 2, 11)
    for name in STAGE_FUNCTIONS:
        values = compose([ChainStage(name)], x).values[0]
        assert np.isfinite(values).all() == (name != "sqrt")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: ChainStage("softmax"), "There is no function 'softmax'"),
        (lambda: ChainStage("exp", w=math.inf), "finite numbers, not inf"),
        (lambda: ChainStage("exp", b=math.nan), "and nan"),
        (lambda: compose([], np.zeros(1)), "1 to 12 stages, not 0"),
        (lambda: compose([ChainStage("exp")] * 13, np.zeros(1)), "not 13"),
        (lambda: fold_network(0), "once or more, not 0"),
    ],
)
def test_what_is_no_chain_is_refused(make, sentence):
    with pytest.raises(ComposerError, match=sentence):
        make()


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 6, 12])
def test_k_folds_make_2_to_the_k_pieces(k, absolute):
    architecture, theta = fold_network(k, absolute=absolute)
    assert architecture.layer_sizes == (1, *((1,) if absolute else (2,)) * k, 1)
    pieces = linear_pieces(architecture, theta, 0, 1)
    assert len(pieces) == 2**k
    np.testing.assert_array_equal(pieces.edges, np.arange(2**k + 1) / 2**k)
    np.testing.assert_array_equal(pieces.values, np.arange(2**k + 1) % 2)
    np.testing.assert_array_equal(np.abs(pieces.slopes), 2.0**k)


def test_too_many_pieces_are_not_counted():
    with pytest.raises(PiecewiseError, match="more than 100,000 kinks; its pieces are not counted"):
        linear_pieces(*fold_network(31), 0, 1)


def test_both_ways_of_folding_are_one_function():
    x = np.random.default_rng(0).uniform(0, 1, (500, 1))
    relu, absolute = (predict(*fold_network(4, absolute=each), x) for each in (False, True))
    np.testing.assert_allclose(relu, absolute, atol=1e-14)


def test_many_folds_are_finer_than_a_pixel_which_is_told():
    assert not fold_remark(12)
    assert fold_remark(13) == "13 folds make 8,192 pieces, finer than a pixel."
    assert fold_network(31)[0].n_layers == 32
    with pytest.raises(ArchitectureError, match="between 2 and"):
        fold_network(32)
