"""Kinesis's operations: the only door in. What is out of bounds is said before an operation reads it (`constraints.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.services.kinesis import consumers, putting, reading, refusals, resharding, streams, tags
from flows.services.kinesis.lookups import on_stream, row, stream_of
from flows.services.ports import Caller, Json, Refusal, operations

if TYPE_CHECKING:
    from flows.services.world import World


def list_shards(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    """Of a stream, or on from a token that names it."""
    token = params.get("NextToken")
    if token and (params.get("StreamName") or params.get("StreamARN")):
        return refusals.invalid("NextToken and StreamName cannot be provided together.")
    stream = stream_of(world, {"StreamName": token.partition("/")[0]} if token else params)
    return stream if isinstance(stream, Refusal) else streams.list_shards(stream, params)


OPERATIONS = operations(
    row("PutRecord", on_stream(putting.put_record)),
    row("PutRecords", on_stream(putting.put_records)),
    row("GetShardIterator", on_stream(reading.get_shard_iterator), mutates=False),
    row("GetRecords", reading.get_records),
    # streams
    row("CreateStream", streams.create_stream),
    row("DeleteStream", on_stream(streams.delete_stream)),
    row("DescribeStream", on_stream(streams.describe_stream), mutates=False),
    row("DescribeStreamSummary", on_stream(streams.describe_stream_summary), mutates=False),
    row("DescribeLimits", streams.describe_limits, mutates=False),
    row("ListStreams", streams.list_streams, mutates=False),
    row("ListShards", list_shards, mutates=False),
    row("IncreaseStreamRetentionPeriod", on_stream(streams.increase_retention)),
    row("DecreaseStreamRetentionPeriod", on_stream(streams.decrease_retention)),
    row("UpdateStreamMode", streams.update_stream_mode),
    row("SplitShard", on_stream(resharding.split_shard)),
    row("MergeShards", on_stream(resharding.merge_shards)),
    # consumers
    row("RegisterStreamConsumer", consumers.register_consumer),
    row("DeregisterStreamConsumer", consumers.deregister_consumer),
    row("DescribeStreamConsumer", consumers.describe_consumer, mutates=False),
    row("ListStreamConsumers", consumers.list_consumers, mutates=False),
    # tags
    row("AddTagsToStream", on_stream(tags.add_tags)),
    row("RemoveTagsFromStream", on_stream(tags.remove_tags)),
    row("ListTagsForStream", on_stream(tags.list_tags), mutates=False),
    row("TagResource", tags.tag_resource),
    row("UntagResource", tags.untag_resource),
    row("ListTagsForResource", tags.list_tags_for_resource, mutates=False),
)
