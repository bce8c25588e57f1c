"""What the topology says about schedules, as the simulator reads it."""

from __future__ import annotations

from flows.topology.resources.schedule import DEFAULT_GROUP, ScheduleConfig, ScheduleLinkConfig

__all__ = ["DEFAULT_GROUP", "ScheduleConfig", "ScheduleLinkConfig"]
