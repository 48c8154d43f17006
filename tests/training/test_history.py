import numpy as np
import pytest

from nnstudio.training.history import History


def test_keeps_what_was_appended():
    history = History()
    history.append_train(0.5, 2.0)
    history.append_train(1.0, 1.5)
    history.append_test(1.0, 1.75, 0.5, 0.625)

    view = history.view()

    assert view.train_epoch.tolist() == [0.5, 1.0]
    assert view.train_loss.tolist() == [2.0, 1.5]
    assert view.test_epoch.tolist() == [1.0]
    assert view.test_loss.tolist() == [1.75]
    assert view.test_score.tolist() == [0.5]
    assert view.train_score.tolist() == [0.625]


def test_view_is_read_only_and_not_changed_by_what_comes_later():
    history = History()
    history.append_train(1.0, 2.0)
    before = history.view()
    history.append_train(2.0, 1.0)

    assert before.train_loss.tolist() == [2.0]
    with pytest.raises(ValueError, match="read-only"):
        before.train_loss[0] = 0.0
    assert history.view() is history.view()


def test_long_runs_stay_within_the_capacity_and_keep_the_mean():
    history = History(capacity=64)
    n = 64 * 1024
    losses = np.random.default_rng(0).random(n)
    for step, loss in enumerate(losses):
        history.append_train(float(step), loss)

    view = history.view()

    assert 32 <= len(view.train_loss) <= 64
    assert view.train_loss.mean() == pytest.approx(losses.mean())
    assert (np.diff(view.train_epoch) > 0).all()
    assert view.train_epoch[-1] > 0.9 * n


def test_long_runs_drop_test_measurements_but_never_change_one():
    history = History(capacity=8)
    for step in range(100):
        history.append_test(float(step), 10.0 * step, step / 100, 0.0)

    view = history.view()

    assert 4 <= len(view.test_epoch) <= 8
    assert view.test_epoch[-1] == 99.0
    assert (view.test_loss == 10.0 * view.test_epoch).all()


def test_forgets_what_a_run_went_back_over():
    history = History()
    for step in range(10):
        history.append_train(float(step), 1.0)
        history.append_test(float(step), 1.0, 0.5, 0.5)
    history.drop_after(4.0)

    assert history.view().train_epoch.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert history.view().test_epoch.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("capacity", [0, 1, 7])
def test_refuses_a_capacity_that_cannot_be_halved(capacity):
    with pytest.raises(ValueError, match=str(capacity)):
        History(capacity)
