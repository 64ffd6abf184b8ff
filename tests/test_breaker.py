from retrieval.breaker import Breaker


def test_open_until_the_cooldown_is_over() -> None:
    now = 100.0
    breaker = Breaker(cooldown=30, clock=lambda: now)
    assert not breaker.is_open
    breaker.trip()
    assert breaker.is_open
    now += 31
    assert not breaker.is_open
