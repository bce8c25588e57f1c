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
        """(path, sentence): the first field that did not suit."""
        policy, pattern = self._policies[number], self._built.patterns[number]
        if policy.scope == BODY:
            found = explain_body(pattern, self._publication.text(policy.protocol))
        else:
            found = pattern.explain(self._attributes)
        return (found.path, found.sentence) if found is not None else ("", "")


class Built:
    """What is made of the policies; it never enters a box."""

    def __init__(self, policies: dict[int, Policy]) -> None:
        self.all = frozenset(policies)
        self.patterns = {number: compile_sns_policy(each.text, each.scope) for number, each in policies.items()}
        self.on_attributes = self._index(policies, on_body=False)
        self.on_body = self._index(policies, on_body=True)

    def _index(self, policies: dict[int, Policy], *, on_body: bool) -> PatternIndex | None:
        numbers = [number for number, each in policies.items() if (each.scope == BODY) == on_body]
        index = PatternIndex()
        for number in numbers:
            index.add(number, self.patterns[number])
        return index if numbers else None
