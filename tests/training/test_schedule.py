import pytest

from nnstudio.training.schedule import SCHEDULES, rate_factor


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


def test_step_falls_at_once_and_exponential_evenly():
    def factors(schedule):
        return [
            rate_factor(schedule, epoch, warmup_epochs=1.0, epochs=None, decay=0.25, decay_epochs=2.0)
            for epoch in (1.0, 2.0, 2.9, 3.0, 5.0)
        ]

    assert factors("step") == [1, 1, 1, 1 / 4, 1 / 16]
    assert factors("exponential") == pytest.approx([1, 1 / 2, 0.25**0.95, 1 / 4, 1 / 16])


def test_one_cycle_climbs_for_three_tenths():
    factors = [rate_factor("one_cycle", epoch / 10, warmup_epochs=0.0, epochs=10.0) for epoch in range(101)]

    assert factors[0] == pytest.approx(1 / 25)
    assert max(factors) == factors[30] == 1.0
    assert factors[100] == pytest.approx(1 / 25e4)
    assert factors[:31] == sorted(factors[:31])
    assert factors[30:] == sorted(factors[30:], reverse=True)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_warms_up_and_stays_between_nothing_and_all(schedule):
    factors = [rate_factor(schedule, epoch / 7, warmup_epochs=2.0, epochs=20.0) for epoch in range(1, 150)]

    assert factors[:7] == pytest.approx([epoch / 14 for epoch in range(1, 8)])
    assert all(0 <= factor <= 1 for factor in factors)
