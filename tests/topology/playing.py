"""An example played without a browser: its own traffic, the template as it is or with a few words of it changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flows.importers.cloudformation import import_template
from flows.services.kinds import KINDS
from flows.services.sqs.event import message_identity
from flows.simulation import Command, Simulation
from flows.topology import CompiledTopology, compile_topology
from flows.topology.examples import all_examples

EXAMPLES = {example.slug: example for example in all_examples()}
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
NAMES: dict[Any, str] = {row["number"]: str(row["name"]) for row in KINDS.as_json()}


class Play:
    """One execution of an example. `changes` replaces words of its template: what an experiment says to change."""

    def __init__(self, slug: str, changes: dict[str, str] | None = None, **other: Any) -> None:
        self.example = EXAMPLES[slug]
        text = self.example.files[self.example.main].decode()
        for old, new in (changes or {}).items():
            assert old in text, old
            text = text.replace(old, new)
        document = import_template({self.example.main: text.encode()}, self.example.main).document
        assert document is not None
        self.topology: CompiledTopology = compile_topology(document)
        self.simulation = Simulation.begin(self.topology, seed=1)
        self.counts: Counter[tuple[str, str]] = Counter()
        self.given = 0
        if other.pop("sends", True):
            self.send(**other)

    def send(self, target: str = "", **other: Any) -> Play:
        """The traffic of the example, or what it says for another target."""
        prepared = {each["target"]: each for each in (self.example.traffic, *self.example.also)}
        traffic = prepared[target or self.example.traffic["target"]] | other
        arn = self.topology.node(traffic["target"]).arn
        return self.ask("client:StartTraffic", TargetArn=arn, **{k: v for k, v in traffic.items() if k != "target"})

    def ask(self, operation: str, **params: Any) -> Play:
        self.given += 1
        answer = self.simulation.apply(Command(self.given, self.simulation.now_at, "me", operation, params))
        assert answer.ok, answer
        self.answer: Any = answer.output
        return self

    def until(self, at: int = HOUR) -> Play:
        self.simulation.run_until(at)
        self.segment = self.simulation.drain()
        columns: Any = self.segment.columns
        self.counts.update(
            (self.topology.nodes[node].id, NAMES[int(kind)])
            for node, kind in zip(columns["node"], columns["kind"], strict=True)
        )
        return self

    def __getitem__(self, wanted: tuple[str, str]) -> int:
        return self.counts[wanted]

    def arn(self, id_: str) -> str:
        return self.topology.node(id_).arn

    def url(self, id_: str) -> str:
        return self.topology.node(id_).url

    def present(self, id_: str) -> int:
        """The messages that lie in a queue now."""
        attributes = self.ask("sqs:GetQueueAttributes", QueueUrl=self.url(id_), AttributeNames=["All"]).answer[
            "Attributes"
        ]
        return sum(int(attributes[name]) for name in attributes if name.startswith("ApproximateNumberOfMessages"))

    def bodies(self, id_: str) -> list[str]:
        """What the messages in a queue say."""
        queue: Any = self.simulation.world.nouns[self.topology.node(id_).index]
        environment = self.simulation.environment
        subjects = [queue.messages.subject[slot] for slot in queue.messages.living()]
        return [environment.bodies.text(environment.subjects.body[subject]) for subject in subjects]

    def redrive(self, id_: str) -> Play:
        """All that lies in a dead-letter queue, back to where it died: what the page's button does."""
        queue: Any = self.simulation.world.nouns[self.topology.node(id_).index]
        letters = [{"MessageId": message_identity(queue, slot)} for slot in queue.messages.living()]
        return self.ask("sqs:RedriveMessages", SourceArn=self.arn(id_), Messages=letters)


def play(slug: str, changes: dict[str, str] | None = None, until: int = HOUR, **other: Any) -> Play:
    return Play(slug, changes, **other).until(until)


CLAIMED: set[tuple[str, int]] = set()


def experiment(slug: str, number: int) -> Any:
    """This test shows that the n-th experiment of an example has the outcome that the gallery promises."""
    assert 1 <= number <= len(EXAMPLES[slug].experiments)

    def marked(test: Any) -> Any:
        CLAIMED.add((slug, number))
        return test

    return marked
