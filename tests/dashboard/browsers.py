"""A browser on a websocket of ours, without a server between."""

from __future__ import annotations

import json

HELLO = {"type": "hello", "generation": None, "after": 0}


class Browser:
    def __init__(self, communicator):
        self.communicator = communicator

    async def say(self, **frame):
        await self.communicator.send_json_to(frame)

    async def hear(self):
        """The next frame; a chunk is its bytes."""
        event = await self.communicator.receive_output(timeout=60)
        assert event["type"] == "websocket.send", event
        if event.get("text") is None:
            return event["bytes"]
        return json.loads(event["text"])

    async def hear_until(self, type_):
        heard = []
        while not heard or not isinstance(heard[-1], dict) or heard[-1]["type"] != type_:
            heard.append(await self.hear())
        return heard

    async def complains_of(self):
        """The problems with what was said before this: a socket answers in order, and bytes are always one."""
        await self.communicator.send_to(bytes_data=b"the end")
        problems = []
        while "Frames from the client are text." not in problems:
            problems.append((await self.hear_until("problem"))[-1]["message"])
        return problems[:-1]

    async def is_closed_with(self):
        """The code, whatever is said before."""
        while (event := await self.communicator.receive_output(timeout=60))["type"] == "websocket.send":
            pass
        return event["code"]

    async def leave(self):
        await self.communicator.disconnect()
