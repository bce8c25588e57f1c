"""A definition as a drawing: its states and the transitions between them, whatever they stand in.

Theory of operation. A *scope* is an object with `StartAt` and `States`: the machine, a branch of a Parallel, the processor of a Map.
A state's id is its name with the way to it: `Reserve Products[item]/Choice` stands in the Map "Reserve Products",
`Verify[1]/Check address` in the second branch of "Verify". So ids stay unique where names are not (which the lint refuses).

A drawing is wanted while somebody still types. So anything that can be drawn is drawn: what is no state is left out, a transition to
a state that does not exist is left out, and nothing raises. Scopes wait in a list, so depth cannot exhaust the stack.

The order is the text's, what stands in a state right after it; `tests/asl/test_graph.py` compares with the states and transitions of 26 public definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

NEXT, CHOICE, DEFAULT, CATCH = "next", "choice", "default", "catch"
ENDING = ("Succeed", "Fail")
PATTERNS = {".sync:2": "sync:2", ".sync": "sync", ".waitForTaskToken": "waitForTaskToken"}
REQUEST_RESPONSE = "request-response"
DEEPEST = 40
"""States inside states that are drawn; the lint refuses more."""
COMPARISON_WORDS = {
    "LessThanEquals": "≤",
    "GreaterThanEquals": "≥",
    "LessThan": "<",
    "GreaterThan": ">",
    "Equals": "=",
    "Matches": "matches",
}
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class State:
    """`parent` is the id of the Map or Parallel that holds it, `branch` which branch of a Parallel, else None."""

    id: str
    name: str
    type: str
    parent: str = ""
    branch: int | None = None
    scope: str = ""
    start: bool = False
    terminal: bool = False
    resource: str = ""
    integration: str = ""
    pattern: str = ""
    mode: str = ""
    retriers: int = 0
    catchers: int = 0


@dataclass(frozen=True, slots=True)
class Transition:
    """`source` and `target` are ids of states; `index` is the rule's or the catcher's number in its list."""

    source: str
    target: str
    kind: str
    label: str = ""
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    states: tuple[State, ...] = ()
    transitions: tuple[Transition, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "states": [asdict(state) for state in self.states],
            "transitions": [asdict(transition) for transition in self.transitions],
        }


@dataclass(frozen=True, slots=True)
class _Scope:
    given: dict[str, Any]
    path: str = ""
    parent: str = ""
    branch: int | None = None
    depth: int = 0

    def id_of(self, name: str) -> str:
        return f"{self.path}/{name}" if self.path else name


def graph(definition: object) -> Graph:
    states: list[State] = []
    transitions: list[Transition] = []
    open_ = [_states(_Scope(definition))] if isinstance(definition, dict) else []
    while open_:
        found = next(open_[-1], None)
        if found is None:
            open_.pop()
            continue
        name, given, scope = found
        states.append(_state(name, given, scope))
        transitions += _transitions(name, given, scope)
        open_ += [_states(inner) for inner in reversed([*_inside(name, given, scope)])]
    return Graph(tuple(states), tuple(transitions))


def _states(scope: _Scope) -> Iterator[tuple[str, dict[str, Any], _Scope]]:
    given = scope.given.get("States")
    return ((name, state, scope) for name, state in _members(given) if isinstance(state, dict))


def _members(given: object) -> Iterable[tuple[str, Any]]:
    return given.items() if isinstance(given, dict) else ()


def _state(name: str, given: dict[str, Any], scope: _Scope) -> State:
    resource = _text(given, "Resource")
    integration, pattern = _integration(resource) if given.get("Type") == "Task" else ("", "")
    return State(
        id=scope.id_of(name),
        name=name,
        type=_text(given, "Type"),
        parent=scope.parent,
        branch=scope.branch,
        scope=scope.path,
        start=scope.given.get("StartAt") == name,
        terminal=given.get("Type") in ENDING or given.get("End") is True,
        resource=resource,
        integration=integration,
        pattern=pattern,
        mode=_mode(given) if given.get("Type") == "Map" else "",
        retriers=len(_list(given, "Retry")),
        catchers=len(_list(given, "Catch")),
    )


def _transitions(name: str, given: dict[str, Any], scope: _Scope) -> Iterator[Transition]:
    source, states = scope.id_of(name), scope.given["States"]

    def to(target: object, kind: str, label: str = "", index: int | None = None) -> Iterator[Transition]:
        if isinstance(target, str) and isinstance(states.get(target), dict):
            yield Transition(source, scope.id_of(target), kind, label, index)

    yield from to(given.get("Next"), NEXT)
    for index, rule in _objects(given, "Choices"):
        yield from to(rule.get("Next"), CHOICE, _condition(rule), index)
    yield from to(given.get("Default"), DEFAULT, "otherwise")
    for index, catcher in _objects(given, "Catch"):
        errors = [error for error in _list(catcher, "ErrorEquals") if isinstance(error, str)]
        yield from to(catcher.get("Next"), CATCH, _short(", ".join(errors[:5])), index)


def _inside(name: str, given: dict[str, Any], scope: _Scope) -> Iterator[_Scope]:
    id_ = scope.id_of(name)
    if scope.depth == DEEPEST:
        return
    if given.get("Type") == "Map":
        processor = given["ItemProcessor"] if "ItemProcessor" in given else given.get("Iterator")
        if isinstance(processor, dict):
            yield _Scope(processor, f"{id_}[item]", id_, None, scope.depth + 1)
    elif given.get("Type") == "Parallel":
        for index, branch in _objects(given, "Branches"):
            yield _Scope(branch, f"{id_}[{index}]", id_, index, scope.depth + 1)


def _integration(resource: str) -> tuple[str, str]:
    """What a task calls, as `service:action`, and how it waits for the answer."""
    parts = resource.split(":")
    suffix = next((suffix for suffix in PATTERNS if resource.endswith(suffix)), "")
    pattern = PATTERNS.get(suffix, REQUEST_RESPONSE)
    if len(parts) > 6 and parts[2] == "states" and not parts[3]:
        return ":".join(parts[5:]).removesuffix(suffix), pattern
    if ":activity:" in resource or (resource.startswith("${") and "activity" in resource.lower()):
        return "activity", REQUEST_RESPONSE
    return ("lambda", REQUEST_RESPONSE) if resource else ("", "")


def _mode(given: dict[str, Any]) -> str:
    processor = given.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    mode = config.get("Mode") if isinstance(config, dict) else None
    return mode if isinstance(mode, str) else "INLINE"


def _condition(rule: dict[str, Any]) -> str:
    """A choice rule in a few words."""
    if isinstance(rule.get("Condition"), str):
        return _short(rule["Condition"].removeprefix("{%").removesuffix("%}").strip())
    for name in ("And", "Or"):
        if isinstance(rule.get(name), list):
            return f"{name.lower()} of {len(rule[name])}"
    if isinstance(rule.get("Not"), dict):
        return _short(f"not {_comparison(rule['Not'])}")
    return _short(_comparison(rule))


def _comparison(rule: dict[str, Any]) -> str:
    variable = _text(rule, "Variable")
    for name, value in rule.items():
        if name.startswith("Is"):
            return f"{variable} {'is' if value is True else 'is not'} {name[2:].lower()}"
        for ending, word in COMPARISON_WORDS.items():
            if name.removesuffix("Path").endswith(ending):
                return f"{variable} {word} {value if not isinstance(value, dict | list) else '…'}"
    return variable


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""


def _list(given: dict[str, Any], name: str) -> list[Any]:
    value = given.get(name)
    return value if isinstance(value, list) else []


def _objects(given: dict[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((index, value) for index, value in enumerate(_list(given, name)) if isinstance(value, dict))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"
