"""How many websockets this process holds for one address, one account, one execution.

Each costs a little memory, a row that is renewed every few seconds and a share of every chunk; so the bounds are wide enough for a room
of three hundred behind one router, with a few pages each, and narrow enough that one visitor does not shut out the rest.
An IPv6 address counts with its /64: a visitor has that whole.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FULL = {
    "address": "Too many pages are open from your address.",
    "account": "Too many pages are open with your account.",
    "execution": "Too many pages watch this execution.",
}
SUBNET = 64


@dataclass(slots=True)
class Places:
    """`most` of each kind; 0: as many as come."""

    most: Callable[[], Mapping[str, int]]
    _taken: Counter[tuple[str, str]] = field(default_factory=Counter)

    def take(self, kind: str, whose: str) -> bool:
        """False: there is none left."""
        most = self.most()[kind]
        if most and self._taken[kind, whose] >= most:
            return False
        self._taken[kind, whose] += 1
        return True

    def give_back(self, kind: str, whose: str) -> None:
        self._taken[kind, whose] -= 1
        if not self._taken[kind, whose]:
            del self._taken[kind, whose]

    def __len__(self) -> int:
        return len(self._taken)


def neighbourhood(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, SUBNET), strict=False))
