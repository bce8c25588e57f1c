"""DynamoDB's operations: the only door in. What is out of bounds is said before an operation reads it (`constraints.py`)."""

from __future__ import annotations

from flows.services.dynamodb import batches, forwarding, items, queries, tables
from flows.services.dynamodb.lookups import on_table, row
from flows.services.ports import operations

OPERATIONS = operations(
    row("PutItem", on_table(items.put_item)),
    row("GetItem", on_table(items.get_item)),
    row("UpdateItem", on_table(items.update_item)),
    row("DeleteItem", on_table(items.delete_item)),
    row("Query", on_table(queries.query)),
    row("Scan", on_table(queries.scan)),
    row("BatchGetItem", batches.batch_get_item),
    row("BatchWriteItem", batches.batch_write_item),
    row("TransactWriteItems", batches.transact_write_items),
    row("TransactGetItems", batches.transact_get_items),
    # tables
    row("CreateTable", tables.create_table),
    row("DeleteTable", tables.delete_table),
    row("DescribeTable", tables.describe_table, mutates=False),
    row("ListTables", tables.list_tables, mutates=False),
    row("UpdateTable", tables.update_table),
    row("UpdateTimeToLive", tables.update_time_to_live),
    row("DescribeTimeToLive", tables.describe_time_to_live, mutates=False),
    row("EnableKinesisStreamingDestination", forwarding.enable),
    row("DisableKinesisStreamingDestination", forwarding.disable),
    row("DescribeKinesisStreamingDestination", forwarding.describe, mutates=False),
    row("TagResource", tables.tag_resource),
    row("UntagResource", tables.untag_resource),
    row("ListTagsOfResource", tables.list_tags, mutates=False),
)
