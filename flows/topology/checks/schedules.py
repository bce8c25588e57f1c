"""Checks of schedules and pipes: what AWS would refuse, and what stands still here.

A schedule that AWS would refuse stands still and nothing else does: its problems are warnings of the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.topology.checks.view import View, path_of
from flows.topology.configure_schedules import PIPE, READ_BY_PIPES, SCHEDULE, why_schedule_stands
from flows.topology.links.draft import get
from flows.topology.problems import Problem, problem


def schedules_are_accepted(view: View) -> Iterator[Problem]:
    for schedule in view.catalogue.of_type(SCHEDULE):
        why = why_schedule_stands(schedule)
        if why:
            path = path_of(schedule, "ScheduleExpression")
            yield problem("ScheduleRefused", path, schedule=schedule.id, why=why)
        target = schedule.properties.get("Target")
        if not get(target, "Arn"):
            yield problem("ScheduleWithoutTarget", path_of(schedule), schedule=schedule.id)
        letters = view.catalogue.find(get(target, "DeadLetterConfig", "Arn"))
        if letters is not None and letters.name.endswith(".fifo"):
            path = path_of(schedule, "Target", "DeadLetterConfig")
            yield problem("ScheduleDeadLettersFifo", path, schedule=schedule.id, target=letters.id)


def pipes_have_two_ends(view: View) -> Iterator[Problem]:
    for pipe in view.catalogue.of_type(PIPE):
        source = view.catalogue.find(pipe.properties.get("Source"))
        if source is None or source.kind not in READ_BY_PIPES:
            yield problem("PipeSourceNotSimulated", path_of(pipe, "Source"), pipe=pipe.id)
        if not pipe.properties.get("Target"):
            yield problem("PipeWithoutTarget", path_of(pipe), pipe=pipe.id)
