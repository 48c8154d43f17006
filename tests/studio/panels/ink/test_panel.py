"""The panel Ink: the histogram stays as the picture moves; networks learn from features of what is drawn."""

import numpy as np
import pytest

from nnstudio.data.picture_features import PICTURE_FEATURES
from nnstudio.studio.panels.ink.panel import InkPanel, moved
from tests.studio.networks import model_of

pytestmark = pytest.mark.window(shared=True)

STROKE = np.array([(0.3, 0.2), (0.7, 0.2), (0.4, 0.8)])


@pytest.fixture
def model():
    return model_of((784, 6, 10))


@pytest.fixture
def panel(session, show_alone, until):
    session.input.set_strokes((STROKE,))
    session.poll()
    panel = show_alone(InkPanel)
    until(lambda: bool(panel.numbers()[1]))
    return panel


def values(panel):
    return np.array([value for _, value in panel.numbers()[1]])


def test_a_picture_is_moved_by_whole_pixels():
    picture = np.arange(12.0).reshape(3, 4)
    assert moved(picture, 1, -1).tolist() == [[0, 0, 0, 0], [1, 2, 3, 0], [5, 6, 7, 0]]
    assert not moved(picture, 3, 0).any()
    assert (moved(picture, 0, 0) == picture).all()


def test_one_vector_stays_and_the_other_changes(panel):
    before = values(panel)
    panel.moves[1].click()
    after = values(panel)
    assert (after[:16] == before[:16]).all()
    assert (after[16:] != before[16:]).any()
    assert "the same in all 16 numbers" in panel.compared.text()
    for _ in range(28):
        panel.moves[2].click()
    assert "ink has left the picture" in panel.compared.text()


def test_a_network_learns_from_features_and_reads_drawings(panel, session, until):
    panel.uses["ink"].click()
    until(lambda: session.network.input_space.kind == "features")
    assert session.network.input_space.names == PICTURE_FEATURES["ink"].names
    assert str(session.network.architecture).startswith("16-")
    # What is drawn is read through the same features.
    session.input.set_strokes((STROKE,))
    session.poll()
    expected = PICTURE_FEATURES["ink"].of(session.input.picture[None])[0]
    np.testing.assert_array_equal(session.network.reading.x, expected)
    until(lambda: panel.uses["ink"].isChecked() and not panel.uses[""].isChecked())
    # A network of features that is opened is trained on such features, though its problem was forgotten.
    made = session.network.model()
    del session.training.problem_sources["digits-synthetic ink"]
    session.network.problem_name = "digits-synthetic"
    session.training.forget_problem()
    session.open_model(made)
    assert session.network.problem_name.endswith(" ink")
    session.training.prepare()
    until(lambda: session.training.problem is not None)
    # A sample of the test set has features and no picture.
    session.training.random_test_input(lambda x, answer: session.input.show_sample(x, "a sample", answer))
    until(lambda: session.input.picture is None)
    assert session.input.x is not None
    assert session.input.right_answer is not None
    panel.uses[""].click()
    until(lambda: session.network.input_space.kind == "image")
    assert session.network.problem_name == "digits-synthetic"
