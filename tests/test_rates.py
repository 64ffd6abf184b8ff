from concurrent.futures import ThreadPoolExecutor

from limits import parse

from assistant.api.rates import Rates


def test_a_window_that_moves() -> None:
    now = 0.0
    rates = Rates(lambda: now)
    rate = parse("2/minute")
    assert rates.hit(rate, "a") == 0
    now = 30.0
    assert rates.hit(rate, "a") == 0
    assert rates.hit(rate, "a") == 30
    assert rates.hit(rate, "b") == 0
    now = 60.0
    assert rates.hit(rate, "a") == 0
    assert rates.hit(rate, "a") == 30


def test_whoever_asks_at_once_is_counted() -> None:
    rates, rate = Rates(), parse("100/minute")
    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(lambda _: rates.hit(rate, "a") == 0, range(400)))
    assert sum(let_in) == 100


def test_those_who_ask_no_more_are_forgotten() -> None:
    now = 0.0
    rates = Rates(lambda: now)
    rate = parse("1/minute")
    for number in range(10_001):
        rates.hit(rate, str(number))
    now = 61.0
    rates.hit(rate, "last")
    assert len(rates._asked) == 1
