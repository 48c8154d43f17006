import math
from dataclasses import fields, replace

import numpy as np
import pytest

from nnstudio.engine import optimisers
from nnstudio.engine.hyper import HYPER_TITLES, Hyper, HyperError
from nnstudio.engine.optimisers import OPTIMISERS


def textbook_sgd(grad, memory, hyper, t):
    return hyper.learning_rate * grad


def textbook_momentum(grad, memory, hyper, t):
    memory["u"] = hyper.momentum * memory.get("u", 0.0) + grad
    return hyper.learning_rate * memory["u"]


def textbook_nesterov(grad, memory, hyper, t):
    memory["u"] = hyper.momentum * memory.get("u", 0.0) + grad
    return hyper.learning_rate * (grad + hyper.momentum * memory["u"])


def textbook_rmsprop(grad, memory, hyper, t):
    memory["v"] = hyper.rho * memory.get("v", 0.0) + (1 - hyper.rho) * grad**2
    return hyper.learning_rate * grad / (math.sqrt(memory["v"]) + hyper.eps)


def textbook_adagrad(grad, memory, hyper, t):
    memory["s"] = memory.get("s", 0.0) + grad**2
    return hyper.learning_rate * grad / (math.sqrt(memory["s"]) + hyper.eps)


def textbook_adam(grad, memory, hyper, t):
    """Algorithm 1 of Kingma & Ba, line by line."""
    m = memory["m"] = hyper.beta1 * memory.get("m", 0.0) + (1 - hyper.beta1) * grad
    v = memory["v"] = hyper.beta2 * memory.get("v", 0.0) + (1 - hyper.beta2) * grad * grad
    m_hat, v_hat = m / (1 - hyper.beta1**t), v / (1 - hyper.beta2**t)
    return hyper.learning_rate * m_hat / (math.sqrt(v_hat) + hyper.eps)


TEXTBOOK = {
    "sgd": textbook_sgd,
    "momentum": textbook_momentum,
    "nesterov": textbook_nesterov,
    "rmsprop": textbook_rmsprop,
    "adagrad": textbook_adagrad,
    "adam": textbook_adam,
    "adamw": textbook_adam,
}


def by_the_book(name, theta, grads, hyper):
    """Train one weight alone."""
    memory = {}
    for t, grad in enumerate(grads, start=1):
        slope = grad + hyper.l2 * theta + hyper.l1 * ((theta > 0) - (theta < 0))
        theta = theta * (1 - hyper.learning_rate * hyper.weight_decay)
        theta = theta - TEXTBOOK[name](slope, memory, hyper, t)
    return theta


def run(name, theta, grads, hyper):
    theta, state = theta.copy(), OPTIMISERS[name].initial_state(theta)
    for grad in grads:
        OPTIMISERS[name].step(theta, grad, state, hyper)
    assert state.t == len(grads)
    return theta


@pytest.mark.parametrize("extra", [{}, {"weight_decay": 0.1}, {"l2": 0.1}, {"l1": 0.01, "l2": 0.02}])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_hundred_steps_number_by_number(name, dtype, extra):
    rng = np.random.default_rng(3)
    theta = rng.standard_normal(5).astype(dtype)
    # Scales from 1e-9, where Adam's eps decides, to 10.
    grads = (rng.standard_normal((100, 5)) * [1e-9, 1e-4, 0.1, 1.0, 10.0]).astype(dtype)
    hyper = Hyper(learning_rate=0.01, **extra)
    expected = [
        by_the_book(name, start, column, hyper)
        for start, column in zip(theta.tolist(), grads.T.tolist(), strict=True)
    ]
    got = run(name, theta, grads, hyper)
    assert got.dtype == dtype
    # A weight that L1 drives through 0 has few digits left.
    tolerance = {"rtol": 1e-5, "atol": 1e-6} if dtype is np.float32 else {"rtol": 1e-11}
    np.testing.assert_allclose(got, expected, **tolerance)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_blocks_do_not_show(monkeypatch, name):
    rng = np.random.default_rng(4)
    theta, grads = rng.standard_normal(100), rng.standard_normal((3, 100))
    hyper = Hyper(l1=0.01, l2=0.1, weight_decay=0.1, clip_norm=3.0)
    whole = run(name, theta, grads, hyper)
    monkeypatch.setattr(optimisers, "BLOCK_SIZE", 7)
    assert (run(name, theta, grads, hyper) == whole).all()


def test_adams_first_step_is_the_rate_whatever_the_gradient():
    theta = run("adam", np.zeros(3), [np.array([1e-3, -5.0, 1e3])], Hyper(learning_rate=0.25))
    np.testing.assert_allclose(theta, [-0.25, 0.25, -0.25], rtol=2e-5)


def test_moments_are_named_and_of_thetas_shape():
    theta = np.zeros(6, np.float32)
    names = {name: set(optimiser.initial_state(theta).moments) for name, optimiser in OPTIMISERS.items()}
    assert names == {
        "sgd": set(),
        "momentum": {"velocity"},
        "nesterov": {"velocity"},
        "rmsprop": {"v"},
        "adagrad": {"total"},
        "adam": {"m", "v"},
        "adamw": {"m", "v"},
    }
    for moment in OPTIMISERS["adam"].initial_state(theta).moments.values():
        assert moment.shape == theta.shape
        assert moment.dtype == theta.dtype


def test_the_gradient_is_only_read():
    grad = np.arange(5.0)
    for name in OPTIMISERS:
        run(name, np.ones(5), [grad, grad], Hyper(weight_decay=0.1, l1=0.1, l2=0.1, clip_norm=0.5))
    assert grad.tolist() == [0, 1, 2, 3, 4]


def test_the_rate_may_change_between_steps():
    """Velocity holds gradients, not steps: a tenth of the rate is a tenth of the step."""
    optimiser, theta, grad = OPTIMISERS["momentum"], np.zeros(1), np.ones(1)
    state = optimiser.initial_state(theta)
    optimiser.step(theta, grad, state, Hyper(learning_rate=1.0))
    optimiser.step(theta, grad, state, Hyper(learning_rate=0.1))
    assert theta[0] == pytest.approx(-1 - 0.1 * 1.9)


def test_long_gradients_are_shortened_and_short_ones_are_not():
    long, short = np.array([3.0, 4.0]), np.array([0.3, 0.4])
    for grad, length in ((long, 1.0), (short, 0.5), (np.zeros(2), 0.0)):
        step = run("sgd", np.zeros(2), [grad], Hyper(learning_rate=1.0, clip_norm=1.0))
        np.testing.assert_allclose(np.linalg.norm(step), length, rtol=2e-6)
        assert step[0] * 4 == pytest.approx(step[1] * 3)


def test_clipping_looks_at_the_gradient_before_l2():
    theta = run("sgd", np.full(1, 100.0), [np.ones(1)], Hyper(learning_rate=0.1, l2=1.0, clip_norm=2.0))
    assert theta[0] == pytest.approx(100 - 0.1 * (1 + 100))


def test_a_pruned_weight_stays_pruned_and_the_others_do_not_notice():
    rng = np.random.default_rng(5)
    grads, mask = rng.standard_normal((20, 6)), np.array([1.0, 0, 1, 1, 0, 1])
    for name, optimiser in OPTIMISERS.items():
        theta = rng.standard_normal(6) * mask
        free = run(name, theta, grads, Hyper(learning_rate=0.1, weight_decay=0.1))
        state = optimiser.initial_state(theta)
        state.mask = mask
        for grad in grads:
            optimiser.step(theta, grad, state, Hyper(learning_rate=0.1, weight_decay=0.1))
        assert theta.tolist() == (free * mask).tolist()


def test_the_average_begins_with_the_first_step_and_follows_slowly():
    optimiser, theta, hyper = OPTIMISERS["sgd"], np.zeros(1), Hyper(learning_rate=1.0, ema_decay=0.75)
    state = optimiser.initial_state(theta)
    seen = []
    for grad in (-1.0, -1.0, -2.0):
        optimiser.step(theta, np.full(1, grad), state, hyper)
        seen.append((theta[0], state.average[0]))
    assert seen == [(1.0, 1.0), (2.0, 1.25), (4.0, 0.75 * 1.25 + 0.25 * 4)]


@pytest.mark.parametrize("grad", [np.zeros(4), np.zeros(5, np.float32)])
def test_a_gradient_of_another_kind_is_refused(grad):
    theta = np.zeros(5)
    state = OPTIMISERS["adam"].initial_state(theta)
    with pytest.raises(ValueError, match="theta's shape"):
        OPTIMISERS["adam"].step(theta, grad, state, Hyper())
    assert state.t == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("learning_rate", bad) for bad in (0, -1e-3, math.nan, math.inf, "0.1", None, True)],
        ("learning_rate", 10**400),
        ("momentum", 1.0),
        ("momentum", -0.1),
        ("beta1", 1),
        ("beta2", math.nan),
        ("eps", 0.0),
        ("eps", 1e-50),
        ("weight_decay", -1e-9),
        ("weight_decay", math.inf),
        ("rho", 1.0),
        ("l1", -0.1),
        ("l2", math.nan),
        ("clip_norm", 0.0),
        ("clip_norm", math.nan),
        ("ema_decay", 1.0),
    ],
)
def test_hyper_parameters_out_of_range_are_refused_by_title(name, value):
    with pytest.raises(HyperError, match=f"^The {HYPER_TITLES[name]} must be a number .*, not "):
        Hyper(**{name: value})


def test_titles_are_those_that_people_read():
    with pytest.raises(HyperError, match=r"^The L2 must be a number of at least 0, not -1"):
        Hyper(l2=-1)
    assert HYPER_TITLES.keys() == {field.name for field in fields(Hyper)}


def test_ranges_include_what_they_should_and_become_plain_floats():
    hyper = Hyper(learning_rate=np.float64(0.5), momentum=0, beta1=0.0, beta2=0, eps=1e-30, weight_decay=0)
    assert type(hyper.learning_rate) is type(hyper.momentum) is float


def test_the_smallest_eps_keeps_a_weight_without_gradient():
    hyper = Hyper(eps=1e-30)
    assert run("adam", np.ones(2, np.float32), [np.zeros(2, np.float32)] * 3, hyper).tolist() == [1, 1]


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("rate", [1e38, 1e300])
def test_an_absurd_rate_overflows_without_a_warning(name, rate):
    grads = [np.full(3, 10, np.float32)] * 3
    theta = run(name, np.ones(3, np.float32), grads, Hyper(learning_rate=rate, weight_decay=0.1))
    assert not np.isfinite(theta).all()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_each_rule_names_what_it_reads(name):
    rule = OPTIMISERS[name]
    usual = rule.coefficients(Hyper(), 0.1, 3)
    read = {
        field
        for field in ("momentum", "beta1", "beta2", "rho", "eps")
        if rule.coefficients(replace(Hyper(), **{field: 0.123}), 0.1, 3) != usual
    }
    assert set(rule.hyper_names) == read
