"""Chance is a function of (seed, name, counter)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.engine.box import pack, unpack
from flows.engine.random_streams import BLOCK, RandomStreams, Stream


def test_the_numbers_of_a_name_are_always_these() -> None:
    stream = RandomStreams(7).stream("charge-card/duration")
    assert [stream.next_u32() for _ in range(4)] == [133344080, 3175365728, 1925563011, 1074999584]
    assert stream.counter == 4


def test_the_numbers_are_splitmix64s_upper_halves() -> None:
    def splitmix64(key: int, n: int) -> int:
        mask = 2**64 - 1
        z = (key + (n + 1) * 0x9E3779B97F4A7C15) & mask
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & mask
        return (z ^ (z >> 31)) >> 32

    key = 2**64 - 3
    stream = Stream(key)
    assert [stream.next_u32() for _ in range(2 * BLOCK + 3)] == [splitmix64(key, n) for n in range(2 * BLOCK + 3)]


def test_a_new_name_never_shifts_another() -> None:
    alone, together = RandomStreams(7), RandomStreams(7)
    expected = [alone.stream("a").next_u32() for _ in range(10)]
    drawn = []
    for _ in range(10):
        together.stream("b").next_u32()
        drawn.append(together.stream("a").next_u32())
    assert drawn == expected
    assert together.stream("a") is together.stream("a")


@given(st.integers(0, 3 * BLOCK))
def test_a_stream_goes_on_after_the_box(drawn: int) -> None:
    streams = RandomStreams(3)
    for _ in range(drawn):
        streams.stream("x").next_u32()
    again = unpack(pack(streams))
    assert again.stream("x").counter == drawn
    assert [again.stream("x").next_u64() for _ in range(5)] == [streams.stream("x").next_u64() for _ in range(5)]


@given(st.integers(0, 2**64 - 1), st.integers(1, 2**32))
def test_below_is_below(key: int, n: int) -> None:
    stream = Stream(key)
    assert all(0 <= stream.below(n) < n for _ in range(20))


def test_a_chance_of_one_in_ten_is_one_in_ten() -> None:
    stream = Stream(1)
    assert 9_700 < sum(stream.chance_ppm(100_000) for _ in range(100_000)) < 10_300
    assert not any(stream.chance_ppm(0) for _ in range(1_000))
    assert all(stream.chance_ppm(1_000_000) for _ in range(1_000))


@given(st.integers(0, 2**64 - 1), st.lists(st.integers(0, 10**12), min_size=2, max_size=257).map(sorted))
def test_a_sample_lies_within_its_quantiles(key: int, quantiles: list[int]) -> None:
    stream = Stream(key)
    assert all(quantiles[0] <= stream.sample(quantiles) <= quantiles[-1] for _ in range(20))


def test_samples_follow_the_quantiles() -> None:
    stream = Stream(5)
    quantiles = (0, 100, 1_000)
    samples = sorted(stream.sample(quantiles) for _ in range(10_001))
    assert 90 < samples[5_000] < 130
    assert 500 < samples[7_500] < 600
