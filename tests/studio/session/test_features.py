"""Features as inputs of a network: a problem made of the points at hand, left again, saved and restored."""

import numpy as np
import pytest

from nnstudio.data.feature_maps import FEATURES, Feature
from nnstudio.data.feature_problem import features_of
from nnstudio.data.problem import InputSpace
from nnstudio.data.problems import load_problem
from nnstudio.files.session_file import open_session, save_session
from nnstudio.studio.documents.session_snapshot import captured
from tests.studio.plane import on_a_set, plane_model

R, PHI, PRODUCT = FEATURES["r"], FEATURES["phi"], FEATURES["x1*x2"]


@pytest.fixture
def model():
    return plane_model("plane-ring")


@pytest.fixture
def features(session, until, request):
    """Return the features of a session that learns rings, or the set that a test names."""
    name = getattr(request, "param", "plane-ring")
    session.network.output_space = load_problem(name).output_space
    on_a_set(session, name)
    until(lambda: session.training.trainer is not None)
    return session.features


def use(features, session, until, *chosen, standardised=False):
    features.use(chosen, standardised=standardised)
    until(lambda: features.active == chosen and session.training.trainer is not None)


def test_a_fresh_network_is_given_the_features(features, session, until):
    base = features.points
    use(features, session, until, R, PHI)
    network = session.network
    assert network.input_space.names == ("r", "φ")
    assert network.input_space.kind == "numbers"
    assert network.architecture.n_inputs == 2
    assert features.points is base
    x = session.training.problem.train.batch(np.arange(5))
    np.testing.assert_allclose(x[:, 0], np.hypot(*base.x[:5].T), rtol=1e-6)
    values, has_values = features.inputs_of(base.x[:5])
    np.testing.assert_array_equal(values, x)
    assert has_values.all()
    features.leave()
    until(lambda: network.input_space == base.input_space and session.training.trainer is not None)
    assert features.active == ()
    np.testing.assert_array_equal(features.points.x, base.x)


def test_features_of_features_are_those_of_the_points(features, session, until):
    use(features, session, until, R)
    base = features.base
    use(features, session, until, PRODUCT, R)
    assert features.base is base
    assert session.network.input_space.names == ("x₁·x₂", "r")


def test_the_same_features_of_other_points_are_another_problem(features, session, until):
    use(features, session, until, R)
    rings, name = features.base, session.network.problem_name
    session.choose_problem("plane-xor-blobs")
    until(lambda: not features.active and features.points is not None)
    use(features, session, until, R)
    assert len(features.base) == len(rings)
    assert features.base is not rings
    session.choose_problem(name)
    until(lambda: session.network.problem_name == name)
    assert features.base is rings


def test_the_switch_standardises(features, session, until):
    use(features, session, until, R, PHI, standardised=True)
    until(lambda: session.training.data.input_scaling == "standardised")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ((), "1 to 12 features, not 0"),
        ((R, Feature.parse("(r)")), "there twice"),
        ((Feature.parse("log(0*x1)"),), "No point to learn from has a number"),
    ],
)
def test_what_makes_no_input_is_refused(features, session, chosen, words):
    before = session.network.input_space
    features.use(chosen, standardised=False)
    sentence, is_warning = session.sentences[-1]
    assert words in sentence
    assert is_warning
    assert session.network.input_space == before


def test_points_without_a_number_are_told_and_left_out(features, session, until):
    log = Feature.parse("log(x1)")
    points = features.points
    is_lost = points.x[:, 0] <= 0
    n_lost, n_left = np.count_nonzero(is_lost), np.count_nonzero(~is_lost & ~points.is_test)
    use(features, session, until, log)
    assert f"{n_lost} points without a number for log(x₁) are left out." in session.sentences[-1][0]
    assert len(session.training.problem.train) == n_left
    values, has_values = features.inputs_of(np.array([[-1.0, 0.0], [1.0, 0.0]]))
    assert has_values.tolist() == [False, True]
    assert np.isnan(values[0, 0])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("features", "chosen", "least"),
    [("plane-ring", (R, PHI), 1.0), ("plane-ring", (R,), 1.0), ("plane-xor-blobs", (PRODUCT,), 0.97)],
    indirect=["features"],
)
def test_without_a_hidden_layer_the_right_feature_is_enough(features, session, until, chosen, least):
    use(features, session, until, *chosen)
    session.setting_changes.edit_network("")
    session.setting_changes.set_learning_rate(0.1)
    session.play()
    until(lambda: session.network.snapshot is not None)
    until(lambda: (session.network.snapshot.test_score or 0) >= least)


def test_a_session_comes_back_with_its_features(
    features, services, session, until, make_services, layout, tmp_path
):
    use(features, session, until, R, PRODUCT)
    session.step_epoch()
    until(lambda: session.network.snapshot.step > 0 and not session.training.is_running)
    path = tmp_path / "features.session"
    save_session(path, captured(services, layout))
    other = make_services(plane_model("plane-ring")).session
    other.restore(open_session(path))
    other.training.prepare()

    def is_back():
        other.poll()
        return other.training.trainer is not None

    until(is_back)
    assert other.features.active == (R, PRODUCT)
    np.testing.assert_array_equal(other.features.base.x, features.base.x)
    assert other.network.problem_name == session.network.problem_name


@pytest.mark.parametrize("names", [("width", "r"), ("r", "(r)"), ("x₁", "x₃")])
def test_names_that_are_no_different_formulas_are_no_features(names):
    assert features_of(InputSpace("numbers", (2,), 0.0, 1.0, names)) == ()
