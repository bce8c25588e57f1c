"""What a mapping on a stream says about a batch that it gives up: the record of its on-failure destination, as AWS was recorded.

It names the records (shard, first and last sequence number, arrivals) and does not hold them; only an object in a bucket has the
event itself as its `payload`. Nothing about a response is said of records that were too old, and nothing of a function's error
where only a partial batch response reported one. The invocation that did not take place any more is counted.

Sources: `shapes.json` and the recorded mappings (lambda_esm/recorded.jsonl); for objects' keys the developer guide, "Capturing
records of failed invocations".
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.dates import iso
from flows.services.deliveries import deliver
from flows.services.faults import Struck
from flows.services.lambda_.versions import LATEST
from flows.services.ports import Answer, Delivery, Json
from flows.services.streaming import records
from flows.services.streaming.failures import AGE, GivenUp, told_of

if TYPE_CHECKING:
    from flows.services.lambda_.stream_mapping import StreamMapping

UNHANDLED = "Unhandled"
LINK_KIND = "esm-on-failure"


def send_failure(mapping: StreamMapping, target: int, given_up: GivenUp) -> None:
    """The record goes to the destination. What does not arrive there is gone."""
    world = mapping.function.world
    node = world.topology.nodes[target]
    link = world.link_between(mapping.function.node, target, LINK_KIND)
    record = failure_record(mapping, given_up)
    if node.kind == "bucket":
        record["payload"] = _text(given_up.batch.event())
        key = _key(mapping, given_up)
        caller = replace(world.caller(mapping.function.name, 0, given_up.cause, mapping.function.node), link=link)
        caller = replace(caller, parent=given_up.batch.subject)
        answer = world.door.call(
            world, caller, "s3", "PutObject", {"Bucket": node.name, "Key": key, "Body": _text(record)}
        )
        refusal, cause = (answer.refusal, answer.cause) if isinstance(answer, Answer) else (None, 0)
    else:
        body = world.environment.bodies.number(_text(record))
        attempts = record["requestContext"]["approximateInvokeCount"]
        delivery = Delivery(
            body,
            given_up.batch.subject,
            link,
            0,
            given_up.cause,
            source=mapping.function.node,
            attempts=attempts,
            dead_letter=True,
        )
        got = deliver(world, target, delivery)
        refusal, cause = (got.refusal, got.cause) if isinstance(got, Struck) else (None, 0)
    if refusal is not None:
        detail = (link, refusal.code, refusal.message)
        write = world.environment.recorder.write
        write(records.UNDELIVERED, mapping.function.node, given_up.batch.subject, 0, cause or given_up.cause, 0, detail)


def failure_record(mapping: StreamMapping, given_up: GivenUp) -> Json:
    """Version 1.0 of the record."""
    environment, batch, aged = mapping.environment, given_up.batch, given_up.condition == AGE
    record: Json = {
        "requestContext": {
            "requestId": request_id(environment.seed, given_up.request or batch.subject),
            "functionArn": mapping.target_arn,
            "condition": given_up.condition,
            "approximateInvokeCount": batch.tried + (1 if aged else 0),
        }
    }
    if not aged:
        record["responseContext"] = {
            "statusCode": 200,
            "executedVersion": getattr(batch.reader.route, "number", "") or LATEST,
            "functionError": given_up.error or None,
        }
    return {**record, **told_of(batch)}


def _key(mapping: StreamMapping, given_up: GivenUp) -> str:
    environment, shard = mapping.environment, given_up.batch.reader.shard
    at = iso(environment)
    unique = request_id(environment.seed, given_up.batch.subject)
    return f"aws/lambda/{mapping.id}/{shard.id}/{at[:10].replace('-', '/')}/{at[:19].replace(':', '.')}-{unique}"


def _text(record: Json) -> str:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)
