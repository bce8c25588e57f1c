"""Schedule expressions for services that have schedules; they are read where topologies are checked (`flows/topology/schedules.py`)."""

from __future__ import annotations

from flows.topology.schedules import (
    LARGEST_RATE,
    UNITS,
    At,
    Cron,
    Rate,
    Schedule,
    ScheduleError,
    compile_schedule,
    to_utc,
)

__all__ = ["LARGEST_RATE", "UNITS", "At", "Cron", "Rate", "Schedule", "ScheduleError", "compile_schedule", "to_utc"]
