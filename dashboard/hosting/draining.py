"""Whether this web process is on its way out: `/ready/` asks, and so does whoever would begin something long."""

from __future__ import annotations


class Draining:
    asked = False
