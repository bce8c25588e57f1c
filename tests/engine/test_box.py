"""The state goes into the box; definitions stay outside."""

from __future__ import annotations

import copyreg
import os
import pickle
from types import MethodType

import pytest
import zstandard

from flows.engine.box import BoxProblem, pack, unpack
from flows.engine.environment import Environment, wall_us
from flows.engine.garbage import collected_between_slices


class Definition:
    definition_key = "topology"


class Noun:
    def __init__(self, definition: object, environment: Environment) -> None:
        self.definition = definition
        self.environment = environment


def test_a_definition_is_referred_to_and_given_again() -> None:
    old, new = Definition(), Definition()
    blob = pack(Noun(old, Environment.begin(3)), [old])
    assert unpack(blob, [new]).definition is new
    assert unpack(blob, {"topology": new}).definition is new
    with pytest.raises(BoxProblem, match="topology"):
        unpack(blob)


def test_a_definition_that_was_replaced_is_state() -> None:
    old, edited = Definition(), Definition()
    again = unpack(pack(Noun(edited, Environment.begin(3)), [old]), [old])
    assert again.definition is not old
    assert isinstance(again.definition, Definition)


def test_what_is_shared_before_the_box_is_shared_after_it() -> None:
    environment = Environment.begin(3)
    again = unpack(pack(environment))
    assert again.recorder._calendar is again.calendar
    assert again.recorder._subjects is again.subjects


@pytest.mark.parametrize("blob", [b"", b"nonsense", zstandard.compress(b"nonsense"), pack([1])[:-3]])
def test_a_damaged_box_is_a_problem_not_a_surprise(blob: bytes) -> None:
    with pytest.raises(BoxProblem):
        unpack(blob)


def test_a_box_calls_nothing_but_what_simulators_are_made_of() -> None:
    class Evil:
        def __reduce__(self) -> tuple:
            return os.system, ("true",)

    with pytest.raises(BoxProblem, match="system"):
        unpack(zstandard.compress(pickle.dumps(Evil())))


def test_a_bound_method_is_boxed_as_python_does_it_whatever_another_library_registered(monkeypatch) -> None:
    def another_way(_method: object) -> tuple:
        return os.getpid, ()

    monkeypatch.setitem(copyreg.dispatch_table, MethodType, another_way)  # as twisted.persisted.styles does at import
    environment = Environment.begin(3)
    again, now = unpack(pack((environment, environment.wall_us)))
    assert now == again.wall_us


def test_wall_dates_are_counted_from_the_epoch() -> None:
    environment = Environment.begin(1, "2026-01-01T00:00:00Z")
    assert environment.wall_us(1_500_000) == 1_767_225_601_500_000
    assert wall_us("2026-01-01T01:00:00+01:00") == wall_us("2026-01-01") == environment.epoch_us
    assert environment.now_at == 0


def test_garbage_waits_for_the_end_of_the_slice() -> None:
    import gc

    assert gc.isenabled()
    with collected_between_slices():
        assert not gc.isenabled()
        with collected_between_slices():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
