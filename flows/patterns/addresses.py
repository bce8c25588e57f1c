"""IP addresses and CIDR blocks, as event-ruler reads them.

A text in a pattern that is an address equals every spelling of that address (`::1` and `0:0:0:0:0:0:0:1`). What looks like
one and is none (`12:30`, `300.1.1.1`) is a text. Octets are decimal, leading zeros allowed; `::ffff:a00:1` is the version 4
address 10.0.0.1, as Java says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import TypeAlias

Address: TypeAlias = tuple[int, int]
"""Number of bits, and the address as a number."""
VERSION_4 = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
VERSION_6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*")
LONGEST_4, LONGEST_6 = 15, 39
WHOLE = re.compile(r"[+-]?[0-9]{1,10}")


class BadBlock(ValueError):
    """No CIDR block: AWS's sentence."""


@dataclass(frozen=True, slots=True)
class Block:
    """A CIDR block: all addresses whose first `length` bits are those of `network`."""

    bits: int
    network: int
    length: int

    def holds(self, address: Address) -> bool:
        bits, value = address
        return bits == self.bits and value >> (bits - self.length) == self.network


@lru_cache(4096)
def address(text: str) -> Address | None:
    """The address that a text is, or None."""
    if len(text) > LONGEST_6:
        return None
    if VERSION_4.fullmatch(text):
        octets = [int(octet) for octet in text.split(".")]
        if len(text) > LONGEST_4 or max(octets) > 255:
            return None
        return 32, int.from_bytes(bytes(octets))
    if not VERSION_6.fullmatch(text):
        return None
    try:
        found = IPv6Address(text)
    except AddressValueError:
        return None
    return (32, int(found.ipv4_mapped)) if found.ipv4_mapped else (128, int(found))


def block(text: str) -> Block:
    """A block in CIDR notation; the address may have bits behind the mask."""
    parts = text.rstrip("/").split("/")
    if len(parts) != 2:
        raise BadBlock("Malformed CIDR, one '/' required")
    base, mask = parts
    if not WHOLE.fullmatch(mask) or abs(int(mask)) >= 2**31:
        raise BadBlock("Malformed CIDR, mask bits must be an integer")
    length = int(mask)
    if length < 0:
        raise BadBlock("Malformed CIDR, mask bits must not be negative")
    if not VERSION_4.fullmatch(base) and not VERSION_6.fullmatch(base):
        raise BadBlock(f"Nonstandard IP address: {base}")
    found = address(base)
    if found is None:
        raise BadBlock(f"Invalid IP address: {base}")
    bits, value = found
    if length >= bits:
        raise BadBlock(f"IPv{4 if bits == 32 else 6} mask bits must be < {bits}")
    return Block(bits, value >> (bits - length), length)
