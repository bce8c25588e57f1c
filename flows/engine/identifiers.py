"""Identifiers that look like AWS's and are pure functions of (seed, handle, counter).

Nothing is stored: a message id is computed when someone asks for it, here or in the browser. So the algorithm uses 32-bit
integer arithmetic only, and `static/src/studio/model/identifiers.ts` is its twin; both are held to
`tests/frames/identifiers.json`. All arithmetic is modulo 2³²; `imul` is Math.imul, >>> is the unsigned shift:

    mix(h):        h ^= h >>> 16;  h = imul(h, 0x85EBCA6B);  h ^= h >>> 13;  h = imul(h, 0xC2B2AE35);  h ^= h >>> 16
    absorb(h, v):  mix((h ^ v) + 0x9E3779B9)
    base(purpose, seed, handle, counter):
                   h = absorb(purpose, seed % 2³²);  h = absorb(h, floor(seed / 2³²));
                   h = absorb(h, handle);  absorb(h, counter)
    word(i):       absorb(base, i)                       for i = 0, 1, 2 …

    purposes:      message id 1, request id 2, receipt handle 3, receipt mask 4

    uuid:          words 0–3, each written as 8 hexadecimal digits, most significant first: 32 digits. Digit 12 becomes
                   "4"; digit 16 becomes one of "89ab" (its value & 3); hyphens after digits 8, 12, 16, 20.
    message_id     uuid of purpose 1 with counter 0;     request_id: uuid of purpose 2 with counter 0.
    receipt handle "AQEB" + base64 (standard alphabet) of 24 words, each as 4 bytes, most significant first, 128 characters:
                   words 0–21 of purpose 3 with counter = receive;
                   then handle ^ word(0) of base(4, seed, 0, 0);
                   then receive ^ word(1) of base(4, seed, handle, 0).

A receipt handle can be read back (`read_receipt_handle`), so no table of the receipts given out is kept. Seeds are below
2⁵³, handles and counters below 2³².
"""

from __future__ import annotations

import base64
import binascii

MASK = 0xFFFFFFFF
MESSAGE_ID, REQUEST_ID, RECEIPT, RECEIPT_MASK = 1, 2, 3, 4
RECEIPT_WORDS = 22
RECEIPT_PREFIX = "AQEB"
RECEIPT_LENGTH = len(RECEIPT_PREFIX) + 128


def message_id(seed: int, handle: int) -> str:
    """The MessageId of the message with that handle."""
    return _uuid(_base(MESSAGE_ID, seed, handle, 0))


def request_id(seed: int, handle: int) -> str:
    """The RequestId of the invocation, batch or request with that handle."""
    return _uuid(_base(REQUEST_ID, seed, handle, 0))


def receipt_handle(seed: int, handle: int, receive: int) -> str:
    """The ReceiptHandle given out at a message's `receive`-th receive."""
    base = _base(RECEIPT, seed, handle, receive)
    words = [_absorb(base, index) for index in range(RECEIPT_WORDS)]
    words.append(handle ^ _absorb(_base(RECEIPT_MASK, seed, 0, 0), 0))
    words.append(receive ^ _absorb(_base(RECEIPT_MASK, seed, handle, 0), 1))
    return RECEIPT_PREFIX + base64.b64encode(b"".join(word.to_bytes(4, "big") for word in words)).decode()


def read_receipt_handle(seed: int, text: str) -> tuple[int, int] | None:
    """The (handle, receive) that a receipt handle of this execution stands for; None if it is not one."""
    if len(text) != RECEIPT_LENGTH or not text.startswith(RECEIPT_PREFIX):
        return None
    try:
        raw = base64.b64decode(text[len(RECEIPT_PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        return None
    handle = int.from_bytes(raw[-8:-4], "big") ^ _absorb(_base(RECEIPT_MASK, seed, 0, 0), 0)
    receive = int.from_bytes(raw[-4:], "big") ^ _absorb(_base(RECEIPT_MASK, seed, handle, 0), 1)
    return (handle, receive) if receipt_handle(seed, handle, receive) == text else None


def _uuid(base: int) -> str:
    digits = "".join(f"{_absorb(base, index):08x}" for index in range(4))
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def _base(purpose: int, seed: int, handle: int, counter: int) -> int:
    h = _absorb(purpose, seed & MASK)
    h = _absorb(h, seed >> 32)
    h = _absorb(h, handle)
    return _absorb(h, counter)


def _absorb(h: int, value: int) -> int:
    h = ((h ^ value) + 0x9E3779B9) & MASK
    h ^= h >> 16
    h = h * 0x85EBCA6B & MASK
    h ^= h >> 13
    h = h * 0xC2B2AE35 & MASK
    return h ^ (h >> 16)
