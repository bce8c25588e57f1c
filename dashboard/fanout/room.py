"""How many bytes may be under way to one client: about as many as it takes in a second.

Theory of operation. Daphne takes any number of bytes and the kernel takes megabytes, so whoever sends sees neither when they leave nor
when they arrive. All that is heard is the client's `got`. A chunk that was sent behind so many bytes and was answered after so long
says how fast the line is: everything `ahead` of it, and itself, went over it meanwhile.

    answered within TARGET_S     the room grows by the chunk: it doubles with every round, up to MOST
    answered later               the room is what the line would have taken in TARGET_S, but LEAST

So a quick client has at most MOST under way, and behind a modem's queue nothing waits long: neither what its page asks for next
(`look`), nor the server's ping, which has to be answered within half a minute. The bound holds from the first byte on; a
client that never says `got` has used its room up once it was sent FIRST. One chunk may stand over the edge of the room, so that there
is always one that fits.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST = 16 * 1024
FIRST = 32 * 1024
MOST = 256 * 1024
TARGET_S = 1.0


@dataclass(frozen=True, slots=True)
class Sent:
    last: int
    size: int
    ahead: int
    """Bytes under way when it was sent, itself among them."""
    at: float


class Room:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.size = FIRST
        self.under_way = 0
        self.is_answered = False
        """Whether the client ever said `got`."""
        self.is_thin = False
        """Whether its last answer says that the line takes less than LEAST in TARGET_S."""
        self._led = 0
        self._clock = clock
        self._sent: deque[Sent] = deque()

    @property
    def is_left(self) -> bool:
        return self.under_way < self.size

    @property
    def waited_s(self) -> float:
        """Since the oldest chunk under way was sent."""
        return self._clock() - self._sent[0].at if self._sent else 0.0

    def sent(self, last: int, size: int) -> None:
        size, self._led = size + self._led, 0
        self.under_way += size
        self._sent.append(Sent(last, size, self.under_way, self._clock()))

    def got(self, after: int) -> None:
        self.is_answered = True
        while self._sent and self._sent[0].last <= after:
            self._answered(self._sent.popleft())

    def clear(self, leading: int = 0) -> None:
        """What is under way is not going to be answered. So many bytes go before the next chunk, and are answered with it."""
        self._sent.clear()
        self.under_way, self._led = 0, leading

    def _answered(self, chunk: Sent) -> None:
        self.under_way -= chunk.size
        took_s = self._clock() - chunk.at
        is_late = took_s > TARGET_S
        fitting = int(chunk.ahead * TARGET_S / took_s) if is_late else self.size + chunk.size
        self.is_thin = fitting < LEAST
        self.size = min(MOST, max(LEAST, fitting))
