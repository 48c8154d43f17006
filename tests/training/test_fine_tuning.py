"""Fine-tuning a network to a few drawings: it must learn them, and forget next to nothing."""

from itertools import pairwise

import numpy as np
import pytest

from nnstudio.data.outliers import draw_outliers
from nnstudio.data.rasterise import MNIST_SPEC, rasterise_all
from nnstudio.data.rewrite import RewriteStrengths, rewrite
from nnstudio.data.strokes import Drawing, flatten
from nnstudio.data.synthetic import synthetic_digits, synthetic_drawing
from nnstudio.engine.architecture import Architecture
from nnstudio.engine.ood_detector import ood_scores
from nnstudio.engine.passes import predict
from nnstudio.files.model_file import load_model
from nnstudio.paths import resource
from nnstudio.training import fine_tuning
from nnstudio.training.fine_tuning import FineTuningError, LabelledDrawings, ReplayData, fine_tune

SAME_HAND = RewriteStrengths(0.0, 0.02, 0.05, 0.05, 4.0, 0.05, 0.1, 0.08, 5.0)


def line(*corners):
    """Draw through corners, a dozen points to an edge."""
    return np.concatenate([np.linspace(start, stop, 12) for start, stop in pairwise(corners)])


SEVEN_LIKE_A_Z = Drawing((line((0, 0), (6, 0), (1.5, 9), (6, 9)),))
MIRRORED_SEVEN = Drawing((line((6, 0), (0, 0), (2, 9)),))


def by_one_hand(drawing, n, seed=0):
    return rewrite(flatten([drawing] * n), SAME_HAND, rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def model():
    return load_model(resource("models", "seed.safetensors"))


def replay_data(seed):
    rng = np.random.default_rng(seed)
    others = np.concatenate(
        [draw_outliers(kind, 100, rng=rng) for kind in ("scribbles", "letters-synthetic")]
    )
    return ReplayData(synthetic_digits(1500, rng=rng)[0], others)


@pytest.fixture(scope="module")
def replay():
    return replay_data(1)


@pytest.fixture(scope="module")
def judged():
    return synthetic_digits(1000, rng=np.random.default_rng(2))


@pytest.fixture
def quick(monkeypatch):
    """Take few steps, where how well it learns does not matter."""
    monkeypatch.setattr(fine_tuning, "_ROUND", 10)
    monkeypatch.setattr(fine_tuning, "_MOST_ROUNDS", 1)
    monkeypatch.setattr(fine_tuning, "_N_REPLAYED", 32)


def taught(model, drawings, replay, judged, **options):
    drawings = LabelledDrawings(drawings, np.full(drawings.n_drawings, 7), MNIST_SPEC)
    return fine_tune(
        model.architecture, model.theta, drawings, replay, judged, loss="cross_entropy", **options
    )


def read(model, theta, drawings):
    return predict(model.architecture, theta, rasterise_all(drawings) / np.float32(255)).argmax(axis=1)


@pytest.mark.slow
def test_misread_sevens_are_read_right_afterwards_and_so_are_others_by_that_writer(model, replay, judged):
    mine, others = by_one_hand(SEVEN_LIKE_A_Z, 5), by_one_hand(SEVEN_LIKE_A_Z, 20, seed=1)
    assert (read(model, model.theta, mine) == 7).sum() <= 2
    result = taught(model, mine, replay, judged)
    assert result.personal.before <= 2
    assert result.personal[1:] == (5, 5)
    assert (read(model, result.theta, mine) == 7).all()
    assert (read(model, result.theta, others) == 7).mean() >= 0.9
    # Which digits are replayed, and which are judged, alone moves the loss of one network by 0.4 %.
    many = synthetic_digits(4000, rng=np.random.default_rng(2))
    results = [taught(model, mine, replay_data(seed), many).test for seed in (1, 2, 3)]
    lost = sum(test.before - test.after for test in results) / sum(test.n for test in results)
    assert lost <= 0.01


def test_the_detector_accepts_a_learned_seven_and_rejects_scribbles(model, replay, judged):
    mine = by_one_hand(MIRRORED_SEVEN, 3)
    result = taught(model, mine, replay, judged, detector=model.ood_detector)
    x = rasterise_all(mine) / np.float32(255)
    other = replay.others / np.float32(255)

    def rejected(theta, detector, x):
        return np.mean(ood_scores(model.architecture, theta, detector, x) > detector.threshold)

    assert rejected(model.theta, model.ood_detector, x) > 0.5
    assert rejected(result.theta, result.detector, x) == 0
    before, after = (
        rejected(theta, detector, other)
        for theta, detector in ((model.theta, model.ood_detector), (result.theta, result.detector))
    )
    assert abs(before - after) < 0.05


def test_the_weights_that_were_there_stay(model, replay, judged, quick):
    before = model.theta.copy()
    first, second = (taught(model, by_one_hand(MIRRORED_SEVEN, 1), replay, judged, seed=3) for _ in range(2))
    np.testing.assert_array_equal(model.theta, before)
    np.testing.assert_array_equal(first.theta, second.theta)
    with pytest.raises(ValueError, match="read-only"):
        first.theta[0] = 0


@pytest.mark.slow
def test_a_new_drawing_is_learned_among_many_that_are_known(model, replay, judged):
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 10
    known = [synthetic_drawing(int(label), rng=rng) for label in labels]
    mine = flatten([*known, SEVEN_LIKE_A_Z])
    drawings = LabelledDrawings(mine, np.append(labels, 7), MNIST_SPEC)
    result = fine_tune(model.architecture, model.theta, drawings, replay, judged, loss="cross_entropy")
    assert read(model, result.theta, mine)[-1] == 7
    assert result.personal.after >= result.personal.before + 1


def test_pruned_weights_stay_pruned(model, replay, judged, monkeypatch):
    monkeypatch.setattr(fine_tuning, "_ROUND", 40)
    pruned = model.theta.copy()
    model.architecture.layers(pruned)[0].W[5] = 0
    drawings = LabelledDrawings(by_one_hand(MIRRORED_SEVEN, 1), np.array([7]), MNIST_SPEC)
    result = fine_tune(model.architecture, pruned, drawings, replay, judged, loss="cross_entropy")
    first = model.architecture.layers(result.theta)[0]
    assert not first.W[5].any()
    assert result.personal.after == 1


def test_what_report_raises_ends_the_work(model, replay, judged, quick):
    class Enough(Exception):
        pass

    def report(done, total):
        if done == 3:
            raise Enough

    with pytest.raises(Enough):
        taught(model, by_one_hand(MIRRORED_SEVEN, 1), replay, judged, report=report)


def test_step_units_cannot_be_fine_tuned(model, replay, judged):
    drawings = LabelledDrawings(by_one_hand(MIRRORED_SEVEN, 1), np.array([7]), MNIST_SPEC)
    network = Architecture.of((784, 10), output="step")
    with pytest.raises(FineTuningError, match="no gradient"):
        fine_tune(
            network, np.zeros(network.n_params, np.float32), drawings, replay, judged, loss="perceptron"
        )


def test_a_single_output_for_two_classes_is_taught_too(model, replay, judged):
    """Whether it is a seven: the output of the seven, less the mean of all."""
    old = model.architecture
    one = Architecture((*old.layer_sizes[:-1], 1), (*old.activations[:-1], "sigmoid"))
    theta = np.zeros(one.n_params, np.float32)
    *same, last = one.layers(theta)
    *given, top = old.layers(model.theta)
    for new, layer in zip(same, given, strict=True):
        new.W[...], new.b[...] = layer.W, layer.b
    last.W[...], last.b[...] = 2 * (top.W[7] - top.W.mean(axis=0)), 2 * (top.b[7] - top.b.mean()) - 28
    mine = by_one_hand(MIRRORED_SEVEN, 3)
    drawings = LabelledDrawings(mine, np.ones(3, np.int64), MNIST_SPEC)
    test = judged[0], (judged[1] == 7).astype(np.int64)
    result = fine_tune(one, theta, drawings, replay, test, loss="binary_cross_entropy")
    assert result.personal.before < result.personal.after == 3
    assert result.test.before > 0.9 * result.test.n
    assert result.test.after > 0.95 * result.test.before
