"""What a watch knows of an execution's commands, and who has to hear of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashboard.frames import CommandChanged

SNAPSHOT_COMMANDS = 500


class CommandLog:
    def __init__(self) -> None:
        self._known: dict[int, CommandChanged] = {}
        self._unsettled: set[int] = set()
        self._newest = -1

    def take(self, commands: Iterable[CommandChanged]) -> list[CommandChanged]:
        """Those that are news."""
        news = []
        for command in commands:
            if command.ordinal is not None and self._known.get(command.ordinal) != command:
                self._known[command.ordinal] = command
                self._newest = max(self._newest, command.ordinal)
                self._unsettled.discard(command.ordinal)
                if command.status == "accepted":
                    self._unsettled.add(command.ordinal)
                news.append(command)
        return news

    def known(self, ordinal: int | None) -> CommandChanged | None:
        return None if ordinal is None else self._known.get(ordinal)

    @property
    def first_unsettled(self) -> int:
        """From which ordinal on there may be news."""
        return min(self._unsettled, default=self._newest + 1)

    @property
    def is_settled(self) -> bool:
        return not self._unsettled

    @property
    def newest(self) -> list[CommandChanged]:
        return [self._known[ordinal] for ordinal in sorted(self._known)[-SNAPSHOT_COMMANDS:]]
