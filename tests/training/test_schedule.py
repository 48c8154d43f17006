import pytest

from nnstudio.training.schedule import rate_factor


def test_constant_stays():
    assert rate_factor("constant", 1000.0, warmup_epochs=0.0, epochs=None) == 1.0
    assert rate_factor("constant", 3.0, warmup_epochs=0.0, epochs=10.0) == 1.0


def test_cosine_climbs_then_falls_to_zero():
    factors = [rate_factor("cosine", epoch / 10, warmup_epochs=1.0, epochs=11.0) for epoch in range(111)]

    assert factors[0] == 0.0
    assert factors[5] == pytest.approx(0.5)
    assert max(factors) == factors[10] == 1.0
    assert factors[60] == pytest.approx(0.5)
    assert factors[110] == pytest.approx(0.0)
    assert factors[10:] == sorted(factors[10:], reverse=True)


def test_cosine_stays_at_zero_beyond_the_end():
    assert rate_factor("cosine", 12.0, warmup_epochs=0.0, epochs=11.0) == pytest.approx(0.0)
