"""Texts, rounding and seeds as Java has them."""

from __future__ import annotations

import pytest

from flows.asl.expressions import java


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (1.1, "1.1"),
        (0.0, "0.0"),
        (-0.001, "-0.001"),
        (0.0001, "1.0E-4"),
        (0.00012345, "1.2345E-4"),
        (9999999.5, "9999999.5"),
        (1e7, "1.0E7"),
        (123456789.25, "1.2345678925E8"),
        (1e100, "1.0E100"),
        (-2.5e-9, "-2.5E-9"),
    ],
)
def test_doubles(value, text):
    assert java.double_text(value) == text


@pytest.mark.parametrize(("value", "whole"), [(0.5, 1), (-0.5, 0), (1.5, 2), (2.5, 3), (-1.5, -1), (-3.5, -3), (7, 7)])
def test_halves_round_upwards(value, whole):
    assert java.rounded(value) == whole


def test_the_numbers_of_a_seed():
    """The well-known beginning of `new Random(42)`: nextInt(), then nextInt(10) of another."""
    numbers = java.Random(42)
    assert [numbers.next_bits(32) for _ in range(4)] == [-1170105035, 234785527, -1360544799, 205897768]
    again = java.Random(42)
    assert [again.below(10) for _ in range(5)] == [0, 3, 8, 4, 0]


def test_a_bound_may_be_larger_than_an_int():
    assert 0 <= java.Random(1).below(1 << 40) < 1 << 40
