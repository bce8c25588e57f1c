"""The details of a packed chunk: each kind's as columns, numbers and texts apart (`packed.py` says how they lie)."""

from __future__ import annotations

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
    ages = _ages(columns["at"], columns["cause"])
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
                residuals["C"] = whole - ages[owners[numbers]]
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
    """How long before each record its cause was; 0 where that is in another chunk."""
    rows = np.arange(len(at), dtype=np.int64) - cause
    return np.where((rows >= 0) & (cause > 0), at - at[np.maximum(rows, 0)], 0) if len(at) else at


def read(cold: Reader, columns: dict[str, Column]) -> list[Detail]:
    owners = _owners(columns["detail"])
    kinds = columns["kind"][owners]
    ages = _ages(columns["at"], columns["cause"])
    texts = cold.words["texts"]
    details: list[Detail] = [()] * len(owners)
    for kind, arity, places in cold.words["details"]:
        numbers = np.flatnonzero(kinds == kind)
        if arity < 0:
            rows = places
        else:
            alone = Groups.alone(len(numbers))
            read = [
                place if isinstance(place, list) else _values(cold, alone, ages[owners[numbers]]) for place in places
            ]
            read = [
                [texts[each] for each in values] if place == "texts" else values
                for place, values in zip(places, read, strict=True)
            ]
            rows = list(zip(*read, strict=True)) if arity else [()] * len(numbers)
        for number, row in zip(numbers.tolist(), rows, strict=True):
            details[number] = tuple(row)
    return details


def _values(cold: Reader, alone: Groups, ages: Column) -> list[int]:
    residuals, bases = cold.next(alone)
    values = residuals + ages if bases == "C" else packing.undo_pointers(alone, residuals, bases, 0)
    numbers: list[int] = values.tolist()
    return numbers
