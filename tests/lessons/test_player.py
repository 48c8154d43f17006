"""The player without a window: actions change the state, a snapshot brings it back bit for bit."""

import numpy as np
import pytest

from nnstudio.data.problems import PointOptions
from nnstudio.lessons import actions
from nnstudio.lessons.checks import Check
from nnstudio.lessons.player import HeadlessPlayer, PlayError
from nnstudio.lessons.quantities import read_quantity
from nnstudio.lessons.state import QuantityError


@pytest.fixture
def player():
    return HeadlessPlayer()


@pytest.fixture
def measure(player):
    return lambda text: read_quantity(text).measure(player.state(), player.state())


def test_the_network_of_the_talk_gives_its_numbers(player, measure):
    player.obey(actions.OpenNetwork("two-inputs"))
    assert [measure(f"z 0 {unit}") for unit in range(4)] == pytest.approx(
        [0.70, -0.39, 0.24, -0.58], abs=5e-7
    )
    assert measure("z 1 0") == pytest.approx(-0.724, abs=5e-7)
    assert measure("output 0") == pytest.approx(-0.601, abs=5e-7)
    assert measure("collapsed 0 0") == pytest.approx(-0.143, abs=1e-6)
    assert measure("collapsed bias 0") == pytest.approx(-0.688, abs=1e-6)
    assert (measure("paths 0 0"), measure("constant terms 0")) == (12, 16)
    assert measure("largest difference to a plane") == pytest.approx(0, abs=1e-6)
    player.obey(actions.ChangeNetwork(activations=("relu", "relu", "identity"), keep_weights=True))
    assert measure("output 0") == pytest.approx(-0.4694, abs=5e-5)
    assert measure("bend between 1 1 -1 -1") == pytest.approx(0.026, abs=5e-7)


def test_a_written_network_brings_points_of_its_own(player):
    player.obey(actions.ChooseProblem("curve-three-points"))
    player.obey(actions.OpenNetwork("one-input"))
    assert (player.state().problem.name, player.state().problem.input_space.low) == ("one-input", (-1.0,))


def test_the_three_points_of_the_talk(player, measure):
    player.obey(actions.ChooseProblem("curve-three-points"))
    player.obey(actions.SetLine((2.0, 0.0)))
    player.obey(actions.ChangeSettings({"learning_rate": 0.1}))
    assert (measure("line J"), measure("residual 0")) == pytest.approx((0.5, 1))
    assert (measure("slope of J by m"), measure("slope of J by b")) == pytest.approx((-1, -1))
    assert measure("J after a step") == pytest.approx(0.32333, abs=5e-6)
    assert (measure("predicted fall"), measure("real fall")) == pytest.approx((0.2, 0.17667), abs=5e-6)
    assert measure("largest rate") == pytest.approx(0.8377, abs=5e-5)
    assert measure("J after 200 steps of 0.5") < 0.001
    assert measure("J after 200 steps of 0.9") > 1e6
    player.obey(actions.ChangeSettings({"learning_rate": 0.9}))
    player.obey(actions.DescendLine(1000))
    assert measure("diverged")


def test_a_snapshot_restores_the_run_bit_for_bit(player):
    player.obey(actions.ChooseProblem("curve-temperature"))
    player.obey(actions.Train(steps=30))
    kept = player.snapshot()
    player.obey(actions.Train(steps=20))
    once = player.state().theta
    player.obey(actions.PutNumber(0, 0, 0, 5.0))
    player.restore(kept)
    assert player.state().theta is kept.state.theta
    player.obey(actions.Train(steps=20))
    np.testing.assert_array_equal(player.state().theta, once)


def test_a_text_can_say_what_was_at_first(player):
    player.obey(actions.PutNumber(0, 0, 0, 2.0))
    start = player.state()
    player.obey(actions.PutNumber(0, 0, 0, 3.0))
    assert read_quantity("at first w 0 0 0").measure(player.state(), start) == 2
    with pytest.raises(QuantityError, match="there is w LAYER"):
        read_quantity("at first w 0")


def test_training_that_diverges_keeps_the_last_good_weights(player, measure):
    player.obey(actions.ChooseProblem("curve-line"))
    player.obey(actions.ChangeSettings({"optimiser": "sgd", "learning_rate": 1e6}))
    player.obey(actions.Train(steps=200))
    assert measure("diverged")
    assert np.isfinite(player.state().theta).all()


@pytest.mark.parametrize(
    "action",
    [
        actions.OpenNetwork("nobody"),
        actions.SetInput((0.1, 0.2)),
        actions.SetInput(sample=5000),
        actions.PaintPixel(0, 0, 1.0),
        actions.SelectUnit(0, 99),
        actions.PutNumber(9, 0, 0, 1.0),
        actions.SetWeights(((((1.0,),), (0.0,)),)),
        actions.ChangeNetwork(sizes=(2, 1)),
        actions.MovePoint(99, (1.0, 1.0)),
        actions.MovePoint(0, ()),
        actions.LineAsNetwork(),
    ],
)
def test_what_is_impossible_leaves_everything_as_it_was(player, action):
    before = player.state()
    with pytest.raises(PlayError):
        player.obey(action)
    assert player.state() is before


TOO_MUCH = ("product 1e9 1e9 1e9", "rises in 999999 wrong steps", "log 0", "bump weight 9 1 2 3 4 1")


@pytest.mark.parametrize(
    "text", ["z 7 0", "p A", "answer", "line m", "entry 0", "pixel 1 1", "x 0", *TOO_MUCH]
)
def test_what_cannot_be_measured_is_said(measure, text):
    with pytest.raises(QuantityError):
        measure(text)


BAND = ((0, 0, 1), (1, -1, 1), (-2, 2, 1), (1, 1, 0), (2, 0, 0), (-1, -1, 0), (0, -2, 0))


def test_a_fold_makes_a_band_separable(player, measure):
    player.obey(actions.SetPoints(BAND, ("outside", "band")))
    player.obey(actions.ChangeNetwork(sizes=(2, 2, 1), activations=("relu", "sigmoid")))
    player.obey(actions.SetWeights(((((1, 1), (-1, -1)), (-1, -1)), (((-20, -20),), (10,)))))
    assert (measure("separable"), measure("separable after z 0"), measure("separable after a 0")) == (0, 0, 1)
    assert (measure("accuracy train"), measure("rule comes back")) == (1, 1)
    # Own points have a name of their own, and are the user's.
    assert player.state().problem.name == "lesson-points"


def test_features_take_the_place_of_coordinates(player, measure):
    player.obey(actions.ChooseProblem("plane-ring", PointOptions(n=40)))
    player.obey(actions.ChangeData(features=("r",)))
    assert (measure("inputs"), measure("separable")) == (1, 1)


def test_bumps_come_near_the_sine(player, measure):
    player.obey(actions.ChooseProblem("curve-sine"))
    player.obey(actions.FillBumps(8))
    assert (measure("units 0"), measure("bumps")) == (32, 8)
    assert measure("largest error") == pytest.approx(0.191, abs=5e-4)


def test_the_rule_ends_for_and_and_comes_back_for_xor(player, measure):
    player.obey(actions.ChooseProblem("plane-and"))
    assert (measure("rule passes"), measure("rule w 0"), measure("rule w 1"), measure("rule b")) == (
        6,
        2,
        1,
        -2,
    )
    assert (measure("correction 0 w 0"), measure("rule comes back")) == (1, 0)
    player.obey(actions.ChooseProblem("plane-xor"))
    assert (measure("rule passes"), measure("rule comes back"), measure("separable")) == (3, 1, 0)


def test_gradients_of_samples_wobble_around_that_of_all(player, measure):
    player.obey(actions.ChooseProblem("plane-moons", PointOptions(n=40)))
    player.obey(actions.ChangeNetwork(sizes=(2, 2, 2), activations=("tanh", "softmax")))
    assert measure("mean of gradients off") == pytest.approx(0, abs=1e-12)
    assert (measure("wobble law 1"), measure("wobble of 40")) == pytest.approx((1, 0), abs=1e-9)
    assert (measure("rises in 5 wrong steps"), measure("rises in 5 right steps")) == (5, 0)


def test_slices_are_bowls_or_not(player, measure):
    player.obey(actions.ChooseProblem("plane-moons", PointOptions(n=40)))
    player.obey(actions.ChangeNetwork(sizes=(2, 2), activations=("softmax",)))
    assert (measure("violation 0 0 0"), measure("violation of square")) == (0, 0)
    assert measure("violation of cosine") == pytest.approx(1)
    assert measure("quotient 0 0 0 1e-6") == pytest.approx(measure("loss by 0 0 0"), abs=1e-5)


@pytest.mark.parametrize(
    ("quantity", "comparison", "limit", "words"),
    [
        ("unit chosen", "equals", 1.0, "Whether a unit is chosen: yes (now no)"),
        ("w 0 0 0", "at_least", 2.0, "A weight (0 0 0): at least 2 (now 1)"),
        ("w 0 0 0", "falls", None, "A weight (0 0 0): less than when the step began (now 1)"),
    ],
)
def test_a_goal_says_where_it_stands_in_words(player, quantity, comparison, limit, words):
    player.obey(actions.ChangeNetwork(sizes=(1, 1), activations=("identity",)))
    player.obey(actions.PutNumber(0, 0, 0, 1.0))
    state = player.state()
    assert Check(read_quantity(quantity), comparison, limit).words(state, state) == words


def test_points_are_moved_and_taken_out(player, measure):
    player.obey(actions.ChooseProblem("curve-anscombe-3"))
    assert measure("best m") == pytest.approx(0.499727, abs=5e-7)
    player.obey(actions.RemovePoint(2))
    assert (measure("best m"), measure("best b")) == pytest.approx((0.345390, 4.005649), abs=5e-6)
