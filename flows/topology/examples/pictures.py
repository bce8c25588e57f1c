"""The talk "I want you to write less Python code", picture by picture, and the examples that show each.

Headings and sentences are ours; the numbers are the slides'. The first example of a picture is the picture itself, the
others vary it. The docs' page of pictures and the line under an example's title come from here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    slides: str
    heading: str
    shows: str
    examples: tuple[str, ...]


PICTURES: tuple[Picture, ...] = (
    Picture("4–6", "Serverless: what you no longer manage", "A container beside a function: press m in the studio, and the lens says who looks after what.", ("containers-on-a-queue", "source-function-services")),
    Picture("7", "The boxes", "Compute, data and integration: every service of the talk, alive.", ("containers-on-a-queue", "clicks-to-a-lake", "one-request-many-sources", "too-many-connections")),
    Picture("8", "Event source, function, services", "Three kinds of source start the same function; it does its one thing and tells other services.", ("source-function-services",)),
    Picture("9", "Three ways to invoke a function", "Synchronously, asynchronously, by polling: who waits, and who tries again.", ("three-ways-to-invoke",)),
    Picture("10", "A synchronous service", "Client, API, function, table: the client waits and sees the error.", ("synchronous-service", "synchronous-beside-asynchronous")),
    Picture("11", "An asynchronous service", "Client, bucket, function, table: the client has gone, the service tries again.", ("asynchronous-service", "synchronous-beside-asynchronous")),
    Picture("13", "Two kinds of error", "Turned away before the function was reached, or failed inside it: Lambda treats them differently.", ("two-kinds-of-error",)),
    Picture("14–15", "Fail up the stack", "Do not catch: give the error back to whoever invoked you.", ("fail-up-the-stack", "the-error-nobody-saw")),
    Picture("16", "Automatic retries", "The same poison message by every way of invoking: how often, when, and where it ends.", ("retries-side-by-side", "poison-in-a-stream", "whole-batch-failure", "charged-twice")),
    Picture("17", "Dead-letter queues of four services", "A queue, a topic, a function and a bus, each with a dead-letter queue of its own.", ("dead-letters-of-each-kind", "order-queue-with-dead-letters")),
    Picture("18–19", "A dead-letter queue behind the function, and a way back", "Client, bucket, topic, function, dead-letter queue, reprocess.", ("dead-letters-at-every-hop",)),
    Picture("20–22", "Destinations", "The result of an asynchronous invocation is routed by Lambda, with a record of request and response.", ("on-success-on-failure",)),
    Picture("23", "Standard and FIFO", "The same traffic through both: order, duplicates, throughput, a blocked group.", ("standard-beside-fifo",)),
    Picture("24", "Choreography, orchestration, messaging", "The same order process with a bus, with a state machine, with topics and queues.", ("choreography-beside-orchestration", "filtered-fan-out")),
    Picture("25", "Contract decoupling", "Behind the contract the inside is exchanged while orders come in.", ("behind-the-contract",)),
    Picture("25", "Runtime decoupling", "A slow service takes its caller down; with a queue between it does not.", ("cascading-failure", "backlog")),
    Picture("26", "Upstream, queue, function, table", "The queue holds what the function cannot take yet.", ("upstream-to-a-queue", "backlog")),
    Picture("27", "Upstream, bus, three consumers, table", "One event; a queue, a function and a state machine each do their part.", ("upstream-to-a-bus",)),
    Picture("28–29", "Three kinds of bus", "The default bus, one of your own, one of a partner's.", ("event-buses",)),
    Picture("30", "Schemas are discovered", "The bus learns what its events look like, and keeps the versions.", ("schemas-from-traffic",)),
    Picture("31–32", "Archive and replay", "What happened is kept, and given again to the one that missed it.", ("archive-and-replay",)),
    Picture("33", "A state machine", "Discrete states, one start, one active at a time, ways out by rules.", ("one-state-at-a-time",)),
    Picture("34", "Step Functions", "Retries, catches, waiting, parallel work and a history of all of it.", ("saga-trip", "retries-of-each-kind", "give-up-in-time", "callback-approval", "parallel-checks", "map-parcels", "distributed-map", "poll-a-job", "jsonata-order", "nested-machines")),
    Picture("35", "Let the services do it", "Every example has a page with the code that its settings replace.", ("on-success-on-failure", "saga-trip", "filtered-fan-out")),
)  # fmt: skip


def pictures_of(slug: str) -> list[Picture]:
    return [picture for picture in PICTURES if slug in picture.examples]
