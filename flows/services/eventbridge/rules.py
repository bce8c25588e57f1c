"""Rules made, described, switched on and off, deleted, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.patterns import PatternError, compile_event_pattern
from flows.patterns.envelope import NotAnEvent, read_event
from flows.services.eventbridge import refusals, tags
from flows.services.eventbridge.account import account_of, bus_arn, bus_name, exists, is_default, needed_bus
from flows.services.eventbridge.config import RuleConfig
from flows.services.eventbridge.listing import named, page
from flows.services.eventbridge.quotas import QUOTAS
from flows.services.eventbridge.records import RULE_CHANGED
from flows.services.eventbridge.rule import Rule, rule_arn
from flows.services.ports import Caller, Json, Refusal
from flows.services.schedules import ScheduleError, compile_schedule
from flows.topology.resources.bus import DISABLED, ENABLED

if TYPE_CHECKING:
    from flows.services.world import World

RULE = "AWS::Events::Rule"
PATTERN, SCHEDULE = "EventPattern", "ScheduleExpression"


def put_rule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """A rule, or the one of that name with what is said now; what is not said goes back to its default."""
    name, arn = str(params.get("Name")), bus_arn(caller, params.get("EventBusName"))
    refusal = _refused(params, arn)
    if refusal is not None:
        return refusal
    bus = needed_bus(world, arn, caller)
    if bus is None:
        return refusals.no_bus(bus_name(arn))
    given = tags.read(params.get("Tags"))
    if isinstance(given, Refusal):
        return given
    config = RuleConfig(
        name,
        arn,
        str(params.get(PATTERN) or ""),
        str(params.get(SCHEDULE) or ""),
        str(params.get("State") or ENABLED),
        str(params.get("Description") or ""),
        str(params.get("RoleArn") or ""),
        tags=tuple(given.items()),
    )
    rule = bus.rules.get(name)
    if rule is not None:
        _change(rule, config, caller)
    elif len(bus.rules) >= QUOTAS.rules:
        return refusals.too_many()
    else:
        world.create(RULE, name, config, arn=rule_arn(arn, name), caller=caller)
    return {"RuleArn": rule_arn(arn, name)}


def _refused(params: Json, bus: str) -> Refusal | None:
    pattern, schedule = params.get(PATTERN), params.get(SCHEDULE)
    if not pattern and not schedule:
        return refusals.invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    if schedule:
        if not is_default(bus):
            return refusals.invalid("ScheduleExpression is supported only on the default event bus.")
        try:
            compile_schedule(str(schedule))
        except ScheduleError:
            return refusals.parameter(SCHEDULE)
    return wrong_pattern(pattern)


def wrong_pattern(pattern: object) -> Refusal | None:
    """What AWS says of a pattern that is none."""
    if not pattern:
        return None
    try:
        compile_event_pattern(str(pattern))
    except PatternError as refused:
        return refusals.wrong_pattern(refused.message)
    return None


def _change(rule: Rule, config: RuleConfig, caller: Caller) -> None:
    said = {
        PATTERN: (rule.pattern, config.pattern),
        SCHEDULE: (rule.schedule, config.schedule),
        "State": (rule.state, config.state),
        "Description": (rule.description, config.description),
        "RoleArn": (rule.role_arn, config.role_arn),
    }
    rule.pattern, rule.schedule, rule.state = config.pattern, config.schedule, config.state
    rule.description, rule.role_arn = config.description, config.role_arn
    settings = ", ".join(f"{name} = {now}" for name, (before, now) in said.items() if before != now)
    note_change(rule, caller, settings or "nothing")
    rule.join_bus()


def note_change(rule: Rule, caller: Caller, said: str) -> None:
    write = rule.environment.recorder.write
    changed = write(RULE_CHANGED, rule.node, 0, caller.request, caller.cause, 0, (said,))
    rule.changed(changed)


def rule_of(world: World, caller: Caller, params: Json, name: str = "Name") -> Rule | Refusal:
    """The rule that a request is about."""
    arn = bus_arn(caller, params.get("EventBusName"))
    if not exists(world, arn):
        return refusals.no_bus(bus_name(arn))
    rule = account_of(world).rules.get(arn, {}).get(str(params.get(name)))
    return refusals.no_rule(str(params.get(name)), bus_name(arn)) if rule is None else rule


def delete_rule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    """One that is not there is no error; one with targets cannot go."""
    rule = rule_of(world, caller, params)
    if isinstance(rule, Refusal):
        return {} if "Rule " in rule.message else rule
    if rule.targets:
        return refusals.invalid("Rule can't be deleted since it has targets.")
    world.remove(rule.node, caller)
    return {}


def describe_rule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    rule = rule_of(world, caller, params)
    if isinstance(rule, Refusal):
        return rule
    return row(rule) | {"CreatedBy": rule.arn.split(":")[4]}


def enable_rule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    return _switch(world, caller, params, ENABLED)


def disable_rule(world: World, caller: Caller, params: Json) -> Json | Refusal:
    return _switch(world, caller, params, DISABLED)


def _switch(world: World, caller: Caller, params: Json, state: str) -> Json | Refusal:
    rule = rule_of(world, caller, params)
    if isinstance(rule, Refusal):
        return rule
    rule.state = state
    note_change(rule, caller, f"State = {state}")
    return {}


def list_rules(world: World, caller: Caller, params: Json) -> Json | Refusal:
    arn = bus_arn(caller, params.get("EventBusName"))
    if not exists(world, arn):
        return refusals.no_bus(bus_name(arn))
    found = account_of(world).rules.get(arn, {})
    return page(params, "Rules", [row(found[name]) for name in sorted(found) if named(params, name)])


def list_rule_names_by_target(world: World, caller: Caller, params: Json) -> Json | Refusal:
    arn = bus_arn(caller, params.get("EventBusName"))
    if not exists(world, arn):
        return refusals.no_bus(bus_name(arn))
    found = account_of(world).rules.get(arn, {})
    wanted = str(params.get("TargetArn"))
    names = [name for name in sorted(found) if any(target.arn == wanted for target in found[name].targets.values())]
    return page(params, "RuleNames", names)


def row(rule: Rule) -> Json:
    """A rule as lists and descriptions have it."""
    found: Json = {"Name": rule.name, "Arn": rule.arn}
    for name, value in (
        (PATTERN, rule.pattern),
        ("State", rule.state),
        ("Description", rule.description),
        (SCHEDULE, rule.schedule),
        ("RoleArn", rule.role_arn),
        ("EventBusName", rule.bus_name),
    ):
        if value:
            found[name] = value
    return found


def try_event_pattern(_world: World, _caller: Caller, params: Json) -> Json | Refusal:
    try:
        event = read_event(str(params.get("Event")))
    except NotAnEvent as refused:
        return refusals.invalid(str(refused))
    refusal = wrong_pattern(params.get(PATTERN) or "")
    if refusal is not None:
        return refusal
    return {"Result": compile_event_pattern(str(params.get(PATTERN) or "")).matches(event)}
