"""The details of a packed chunk: each kind's as columns, numbers and texts apart (`packed.py` says how they lie)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from flows.engine.segment import Column, Detail
from flows.traces import packing
from flows.traces.packing import Blob, Groups, Reader, at_row

EXACT = 1 << 52
"""Whole numbers below it, and the differences of two of them, are exact in a browser."""


def add(blob: Blob, columns: dict[str, Column], details: list[Detail]) -> dict[str, Any]:
    """The details' columns; answers the JSON that says which they are."""
    owners = _owners(columns["detail"].astype(np.int64))
    kinds = columns["kind"][owners]
    before = _ages(columns["at"], columns["cause"])
    texts: dict[str, int] = {}
    directory = []
    for kind in np.unique(kinds).tolist():
        numbers = np.flatnonzero(kinds == kind)
        of_kind = [details[number] for number in numbers.tolist()]
        arity = len(of_kind[0])
        if any(len(each) != arity for each in of_kind):
            directory.append([kind, -1, of_kind])
            continue
        places: list[Any] = []
        for values in zip(*of_kind, strict=True):
            whole = _whole(values, texts)
            if whole is None:
                places.append(list(values))
                continue
            alone = Groups.alone(len(numbers))
            residuals = {"K": whole - at_row(whole, alone.before)}
            if not isinstance(values[0], str):
                residuals["C"] = whole - before[owners[numbers]]
            blob.add("", alone, residuals)
            places.append("texts" if isinstance(values[0], str) else "numbers")
        directory.append([kind, arity, places])
    return {"details": directory, "texts": list(texts)}


def _whole(values: tuple[Any, ...], texts: dict[str, int]) -> Column | None:
    """The values as whole numbers, if they all are, or all are texts."""
    if all(type(each) is str for each in values):
        return np.array([texts.setdefault(each, len(texts)) for each in values], dtype=np.int64)
    if all(type(each) is int and -EXACT < each < EXACT for each in values):
        return np.array(values, dtype=np.int64)
    return None


def _owners(detail: Column) -> Column:
    """The first row of each detail, in the details' order."""
    numbers, first = np.unique(detail, return_index=True)
    return first[numbers > 0]


def _ages(at: Column, cause: Column) -> Column:
    """Of every record."""
    return ages(at, np.arange(len(at), dtype=np.int64), cause)


def ages(at: Column, rows: Column, cause: Column) -> Column:
    """How long before each of these rows its cause was; 0 where that is in another chunk."""
    before = rows - cause
    return np.where((before >= 0) & (cause > 0), at[rows] - at[np.maximum(before, 0)], 0)


def read(cold: Reader, columns: dict[str, Column], owners: Column) -> list[Detail]:
    """All of them, in their order. `owners` is the row that had each first."""
    before = _ages(columns["at"], columns["cause"])
    everyone = np.ones(len(owners), dtype=bool)
    found = _picked(cold, columns["kind"][owners], owners, everyone, lambda rows: before[rows])
    details: list[Detail] = [()] * len(owners)
    for number, detail in found:
        details[number] = detail
    return details


def pick(
    cold: Reader, kinds: Column, owners: Column, numbers: Column, ages_of: Callable[[Column], Column]
) -> dict[int, Detail]:
    """Some of them, by their numbers from 1. `kinds` and `owners` are all details'; `ages_of` says of rows how long before
    them their causes were.
    """
    wanted = np.zeros(len(owners), dtype=bool)
    wanted[numbers[numbers > 0] - 1] = True
    return {number + 1: detail for number, detail in _picked(cold, kinds, owners, wanted, ages_of)}


def _picked(
    cold: Reader, kinds: Column, owners: Column, wanted: Column, ages_of: Callable[[Column], Column]
) -> Iterator[tuple[int, Detail]]:
    """The details that are wanted, each with its place among all. What is not wanted of a kind is not made of its columns."""
    for of_kind, arity, places in cold.words["details"]:
        mine = np.flatnonzero(kinds == of_kind)
        chosen = np.flatnonzero(wanted[mine])
        numbers = mine[chosen]
        if arity < 0:
            rows: Iterable[Iterable[Any]] = [places[place] for place in chosen.tolist()]
        else:
            read = [_values(cold, place, len(mine), chosen, lambda: ages_of(owners[numbers])) for place in places]  # noqa: B023
            rows = zip(*read, strict=True) if arity else [()] * len(chosen)
        for number, row in zip(numbers.tolist(), rows, strict=True):
            yield number, tuple(row)


def _values(cold: Reader, place: Any, count: int, chosen: Column, ages_of: Callable[[], Column]) -> list[Any]:
    """Of a kind's `count` details, those `chosen`: what stands at one place of them."""
    if isinstance(place, list):
        return place if len(chosen) == count else [place[row] for row in chosen.tolist()]
    if not len(chosen):
        cold.skip(count)
        return []
    alone = Groups.alone(count)
    residuals, bases = cold.next(alone)
    if bases == "C":
        values: list[int] = (residuals[chosen] + ages_of()).tolist()
    else:
        values = packing.undo_pointers(alone, residuals, bases, 0)[chosen].tolist()
    return [cold.words["texts"][each] for each in values] if place == "texts" else values
