"""Texts, each stored once: message bodies, error payloads, outputs.

A body is known by its number (1, 2, 3 …; 0 is no body). Equal texts have one number, given when the text first appears.
"""

from __future__ import annotations


class Bodies:
    """Text ↔ number, within one execution."""

    __slots__ = ("_numbers", "_texts")

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of that text, a new one if it was never seen."""
        number = self._numbers.get(text)
        if number is None:
            self._texts.append(text)
            number = self._numbers[text] = len(self._texts)
        return number

    def text(self, number: int) -> str:
        """The text with that number."""
        if number < 1:
            raise IndexError(f"there is no body {number}")
        return self._texts[number - 1]

    def after(self, number: int) -> list[tuple[int, str]]:
        """(number, text) of every body newer than `number`."""
        return list(enumerate(self._texts[number:], start=number + 1))

    def __len__(self) -> int:
        return len(self._texts)

    def __getstate__(self) -> list[str]:
        return self._texts

    def __setstate__(self, texts: list[str]) -> None:
        self._texts = texts
        self._numbers = {text: number for number, text in enumerate(texts, start=1)}
