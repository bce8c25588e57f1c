"""The filter policies of a topic's subscriptions: who wants a publication, and why another does not.

Policies are definitions. What is kept (and put in a box) is their text, by the number of their subscription; the indexes over the
compiled ones are built when a publication first needs them, and again after any policy changed. One index holds the policies on
message attributes, one those on the body; a body that is no JSON object suits none of the latter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flows.patterns.index import PatternIndex
from flows.patterns.sns import (
    Scope,
    attributes_event,
    body_event,
    compile_sns_policy,
    explain_body,
    matches_body,
)

if TYPE_CHECKING:
    from flows.services.sns.envelope import Publication

BODY: Final = "MessageBody"
ATTRIBUTES: Final = "MessageAttributes"
REMEMBERED = 512
"""Messages whose reasons are remembered."""


@dataclass(frozen=True, slots=True)
class Policy:
    text: str
    scope: Scope
    protocol: str


class Filters:
    """By a subscription's number; one without a policy, or with an empty one, is not here and wants everything."""

    def __init__(self) -> None:
        self.policies: dict[int, Policy] = {}
        self._built: Built | None = None

    def __bool__(self) -> bool:
        return bool(self.policies)

    def __getstate__(self) -> dict[int, Policy]:
        return self.policies

    def __setstate__(self, policies: dict[int, Policy]) -> None:
        self.policies, self._built = policies, None

    def put(self, number: int, policy: str, scope: str, protocol: str) -> None:
        self.drop(number)
        if policy and policy.strip() != "{}":
            self.policies[number] = Policy(policy, BODY if scope == BODY else ATTRIBUTES, protocol)

    def drop(self, number: int) -> None:
        if self.policies.pop(number, None) is not None or self._built is not None:
            self._built = None

    def judge(self, publication: Publication) -> Judgement:
        return Judgement(self.policies, self._compiled(), publication)

    def _compiled(self) -> Built:
        if self._built is None:
            self._built = Built(self.policies)
        return self._built


class Judgement:
    """What the policies say to one publication: `refusing` are the numbers of those that say no."""

    def __init__(self, policies: dict[int, Policy], built: Built, publication: Publication) -> None:
        self._policies, self._built, self._publication = policies, built, publication
        self._attributes = attributes_event(publication.attributes) if built.on_attributes is not None else {}
        self._key = repr(self._attributes)
        wanting: list[int] = []
        if built.on_attributes is not None:
            wanting += built.on_attributes.matching(self._attributes)
        if built.on_body is not None:
            wanting += self._wanting_body(built.on_body)
        self.refusing = built.all.difference(wanting)

    def _wanting_body(self, index: PatternIndex) -> list[int]:
        """Where protocols have texts of their own, each is looked at alone."""
        publication, patterns = self._publication, self._built.patterns
        if len(publication.texts) == 1:
            body = body_event(publication.text(""))
            return index.matching(body) if isinstance(body, dict) else []
        return [
            number
            for number, policy in self._policies.items()
            if policy.scope == BODY and matches_body(patterns[number], publication.text(policy.protocol))
        ]

    def why_not(self, number: int) -> tuple[str, str]:
        """(path, sentence): the first field that did not suit. What was found out for an equal message is not asked again."""
        policy = self._policies[number]
        on_body = policy.scope == BODY
        known = self._built.reasons(on_body, self._publication.text(policy.protocol) if on_body else self._key)
        why = known.get(number)
        if why is None:
            pattern = self._built.patterns[number]
            if on_body:
                found = explain_body(pattern, self._publication.text(policy.protocol))
            else:
                found = pattern.explain(self._attributes)
            why = known[number] = ("", "") if found is None else (found.path, found.sentence)
        return why


class Built:
    """What is made of the policies; it never enters a box."""

    def __init__(self, policies: dict[int, Policy]) -> None:
        self.all = frozenset(policies)
        self._reasons: dict[tuple[bool, str], dict[int, tuple[str, str]]] = {}
        self.patterns = {number: compile_sns_policy(each.text, each.scope) for number, each in policies.items()}
        self.on_attributes = self._index(policies, on_body=False)
        self.on_body = self._index(policies, on_body=True)

    def reasons(self, on_body: bool, message: str) -> dict[int, tuple[str, str]]:
        """Why such a message does not suit, as far as it is known, by number."""
        key = (on_body, message)
        known = self._reasons.get(key)
        if known is None:
            if len(self._reasons) >= REMEMBERED:
                self._reasons.clear()
            known = self._reasons[key] = {}
        return known

    def _index(self, policies: dict[int, Policy], *, on_body: bool) -> PatternIndex | None:
        numbers = [number for number, each in policies.items() if (each.scope == BODY) == on_body]
        index = PatternIndex()
        for number in numbers:
            index.add(number, self.patterns[number])
        return index if numbers else None
