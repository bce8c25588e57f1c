"""The chapters of the gallery: those of the talk "I want you to write less Python code", in its order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    slug: str
    title: str
    slides: str
    """Of the talk; none where it had no picture."""
    says: str


CHAPTERS: tuple[Chapter, ...] = (
    Chapter("start", "Start here", "", "One queue, one function, and what becomes of the messages that fail."),
    Chapter("invocation", "Ways to invoke a function", "8–11", "Who calls the function, who waits for it, and who notices when it fails."),
    Chapter("errors", "Errors and retries", "13–16", "Do not catch what you cannot mend: whoever invoked you knows how to try again."),
    Chapter("dead-letters", "Dead-letter queues", "17–19", "Where a message goes when nobody can deliver it, and how it comes back."),
    Chapter("destinations", "Destinations", "20–22", "The result goes on by itself, with a record of what was asked and answered."),
    Chapter("order", "Standard and FIFO", "23", "What strict order gives, and what it costs."),
    Chapter("decoupling", "Decoupling", "24–27", "By contract, so that the inside may change; in time, so that a failure does not travel."),
    Chapter("buses", "Event buses", "28–32", "Rules, schemas, archives and replays: routing that no program contains."),
    Chapter("machines", "State machines", "33–34", "The steps, the retries and the way back, in a definition instead of in code."),
    Chapter("boxes", "Containers, streams, graphs and databases", "7", "What the talk names beside functions and queues."),
)  # fmt: skip
