"""A websocket client in a page of code, so that nothing of the server's side is used on the client's.

RFC 6455: a handshake, then frames; what a client sends is masked. Enough for a server that neither compresses nor fragments on
its own account; a fragmented message is put together.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import struct
from dataclasses import dataclass
from typing import Self

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
SWITCHING = b" 101 "


class Closed(ConnectionError):
    """By the other side; `code` says why, 1006 if it did not say."""

    def __init__(self, code: int = 1006) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


@dataclass(slots=True)
class Wire:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(
        cls, port: int, path: str, host: str = "127.0.0.1", headers: str = "", limit: int = 2**24, receives: int = 0
    ) -> Self:
        """`receives`: how many bytes the kernel may hold for us; 0: as many as it likes."""
        line = socket.socket()
        line.setblocking(False)
        if receives:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        try:
            await asyncio.get_running_loop().sock_connect(line, (host, port))
        except OSError:
            line.close()
            raise
        reader, writer = await asyncio.open_connection(sock=line, limit=limit)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n".encode()
        )
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            writer.close()
            raise Closed from error
        if SWITCHING not in answer.split(b"\r\n")[0]:
            writer.close()
            raise Closed
        return cls(reader, writer)

    @property
    def reading(self) -> asyncio.Transport:
        """To pause and resume what the kernel hands over."""
        transport = self.writer.transport
        assert isinstance(transport, asyncio.Transport)
        return transport

    async def hear(self) -> bytes | dict:
        """The next message: bytes as they are, text as the JSON it is."""
        message, kind = b"", 0
        while True:
            final, opcode, payload = await self._frame()
            if opcode == PING:
                self._send(PONG, payload)
            elif opcode == CLOSE:
                raise Closed(struct.unpack_from(">H", payload)[0] if len(payload) > 1 else 1005)
            elif opcode != PONG:
                message, kind = message + payload, opcode or kind
                if final:
                    return message if kind == BINARY else json.loads(message)

    def say(self, **frame: object) -> None:
        self._send(TEXT, json.dumps(frame).encode())

    def close(self) -> None:
        self.writer.close()

    async def _frame(self) -> tuple[bool, int, bytes]:
        try:
            first, second = await self.reader.readexactly(2)
            length = second & 127
            if length > 125:
                size, code = (2, ">H") if length == 126 else (8, ">Q")
                length = struct.unpack(code, await self.reader.readexactly(size))[0]
            return bool(first & 128), first & 15, await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Closed from error

    def _send(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        head = bytes([128 | opcode])
        if length < 126:
            head += bytes([128 | length])
        elif length < 2**16:
            head += bytes([128 | 126]) + struct.pack(">H", length)
        else:
            head += bytes([128 | 127]) + struct.pack(">Q", length)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index & 3] for index, byte in enumerate(payload))
        self.writer.write(head + mask + masked)
