"""Tables made, told about, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.engine.identifiers import request_id
from flows.services.dynamodb import records, refusals
from flows.services.dynamodb.config import IndexConfig, TableConfig
from flows.services.dynamodb.lookups import find_table
from flows.services.dynamodb.quotas import QUOTAS, SECOND_US
from flows.services.dynamodb.table import UPDATING, Table
from flows.services.dynamodb.table_stream import TableStream
from flows.services.dynamodb.values import item_weight
from flows.services.ports import Caller, Json, Refusal

if TYPE_CHECKING:
    from flows.services.world import World

TYPE = "AWS::DynamoDB::Table"
ON_DEMAND, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"
TABLES_FROM = 2**31 + 2**29
"""Numbers of tables, apart from those of subjects."""
WARM = {"ReadUnitsPerSecond": 12_000, "Status": "ACTIVE", "WriteUnitsPerSecond": 4_000}


def create_table(world: World, caller: Caller, params: Json) -> Json | Refusal:
    name = str(params["TableName"]).rpartition("/")[2]
    types = {each["AttributeName"]: each["AttributeType"] for each in params.get("AttributeDefinitions") or ()}
    keys = _keys(params.get("KeySchema") or [])
    mode, throughput = params.get("BillingMode", PROVISIONED), params.get("ProvisionedThroughput")
    wrong = _wrong(params, types, keys, mode, throughput)
    if wrong is not None:
        return wrong
    if find_table(world, name) is not None:
        return refusals.table_exists(name)
    stream = params.get("StreamSpecification") or {}
    units = throughput if mode == PROVISIONED and throughput else {}
    config = TableConfig(
        name,
        *keys,
        tuple(sorted(types.items())),
        units.get("ReadCapacityUnits", 0),
        units.get("WriteCapacityUnits", 0),
        stream.get("StreamViewType", "") if stream.get("StreamEnabled") else "",
        indexes=(
            *(_index(each, local=False) for each in params.get("GlobalSecondaryIndexes") or ()),
            *(_index(each, local=True) for each in params.get("LocalSecondaryIndexes") or ()),
        ),
        created=True,
    )
    node = world.create(TYPE, name, config, caller=caller)
    table: Table = world.nouns[node.index]
    table.tags.update({tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()})
    return {"TableDescription": description(table)}


def _wrong(params: Json, types: Json, keys: tuple[str, str], mode: str, throughput: Json | None) -> Refusal | None:
    """What AWS says to a table that cannot be."""
    schema = params.get("KeySchema") or []
    if not keys[0] or schema[0]["KeyType"] != "HASH":
        return refusals.validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    if len(schema) > 1 and schema[1]["KeyType"] != "RANGE":
        return refusals.validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
    if len(schema) > 1 and keys[0] == keys[1]:
        return refusals.validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
    indexes = [*(params.get("GlobalSecondaryIndexes") or ()), *(params.get("LocalSecondaryIndexes") or ())]
    used = {name for name in keys if name}
    for index in indexes:
        used |= {name for name in _keys(index["KeySchema"]) if name}
    if not used <= set(types):
        shown = ", ".join(name for name in keys if name)
        return refusals.invalid(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: [{shown}], AttributeDefinitions: [{', '.join(sorted(types))}]"
        )
    if set(types) - used:
        return refusals.invalid(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"
        )
    if mode == PROVISIONED and not throughput:
        return refusals.invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    if mode == ON_DEMAND and throughput:
        return refusals.invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    return _wrong_stream(params.get("StreamSpecification"))


def _wrong_stream(stream: Json | None) -> Refusal | None:
    if stream is not None and stream.get("StreamEnabled") and not stream.get("StreamViewType"):
        return refusals.invalid("Table requires StreamViewType when its stream is enabled")
    return None


def _keys(schema: list[Json]) -> tuple[str, str]:
    names = {each["KeyType"]: each["AttributeName"] for each in schema}
    return names.get("HASH", ""), names.get("RANGE", "")


def _index(given: Json, *, local: bool) -> IndexConfig:
    projection = given.get("Projection") or {}
    return IndexConfig(
        given["IndexName"],
        *_keys(given["KeySchema"]),
        projection.get("ProjectionType", "ALL"),
        tuple(projection.get("NonKeyAttributes") or ()),
        local,
    )


def delete_table(world: World, caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["TableName"])
    if table is None:
        return refusals.no_such_table(params["TableName"])
    if table.status != "ACTIVE":
        return refusals.in_use(
            f"Attempt to change a resource which is still in use: Table is being created: {table.name}"
        )
    told = {**description(table), "TableStatus": "DELETING"}
    world.remove(table.node, caller)
    return {"TableDescription": told}


def describe_table(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["TableName"])
    return refusals.no_such_table(params["TableName"]) if table is None else {"Table": description(table)}


def list_tables(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    after, most = params.get("ExclusiveStartTableName") or "", params.get("Limit") or QUOTAS.listed
    names = sorted(
        table.name for table in world.nouns_of("dynamodb") if isinstance(table, Table) and table.name > after
    )
    answer: Json = {"TableNames": names[:most]}
    return {**answer, "LastEvaluatedTableName": names[most - 1]} if len(names) > most else answer


def update_table(world: World, caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["TableName"])
    if table is None:
        return refusals.no_such_table(params["TableName"])
    if table.status != "ACTIVE":
        return refusals.in_use(
            f"Attempt to change a resource which is still in use: Table is being updated: {table.name}"
        )
    stream, throughput, mode = (
        params.get(name) for name in ("StreamSpecification", "ProvisionedThroughput", "BillingMode")
    )
    refused = _wrong_stream(stream) or _stream_clash(table, stream)
    if refused is not None:
        return refused
    if mode == ON_DEMAND:
        table.provision(0, 0)
        table.updated_to_on_demand_at = table.environment.now_at
        _tell(table, caller, "BillingMode", mode)
    elif throughput is not None:
        table.provision(throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"])
        said = f"{throughput['ReadCapacityUnits']} read, {throughput['WriteCapacityUnits']} write"
        _tell(table, caller, "ProvisionedThroughput", said)
    if stream is not None:
        _turn_stream(table, stream)
        _tell(table, caller, "StreamSpecification", stream.get("StreamViewType") or "off")
    table.changing(UPDATING)
    return {"TableDescription": {**description(table), "WarmThroughput": WARM}}


def _stream_clash(table: Table, stream: Json | None) -> Refusal | None:
    if stream is None:
        return None
    if stream.get("StreamEnabled") and table.stream is not None:
        return refusals.validation(f"Table already has an enabled stream: TableName: {table.name}")
    if not stream.get("StreamEnabled") and table.stream is None:
        return refusals.validation(f"Table has no stream to disable: TableName: {table.name}")
    return None


def _turn_stream(table: Table, stream: Json) -> None:
    if stream.get("StreamEnabled"):
        table.stream = TableStream(table, stream["StreamViewType"])
    elif table.stream is not None:
        table.stream.close()
        table.stream = None


def update_time_to_live(world: World, caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["TableName"])
    if table is None:
        return refusals.no_such_table(params["TableName"])
    given = params["TimeToLiveSpecification"]
    wanted = given["AttributeName"] if given["Enabled"] else ""
    if wanted and table.ttl_attribute:
        said = "is active on a different AttributeName" if wanted != table.ttl_attribute else "is already enabled"
        return refusals.validation(f"TimeToLive {said}")
    if not wanted and not table.ttl_attribute:
        return refusals.validation("TimeToLive is already disabled")
    table.expire_by(wanted)
    _tell(table, caller, "TimeToLive", wanted or "off")
    return {"TimeToLiveSpecification": {"Enabled": given["Enabled"], "AttributeName": given["AttributeName"]}}


def describe_time_to_live(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["TableName"])
    if table is None:
        return refusals.no_such_table(params["TableName"])
    attribute = table.ttl_attribute
    said = (
        {"TimeToLiveStatus": "ENABLED", "AttributeName": attribute} if attribute else {"TimeToLiveStatus": "DISABLED"}
    )
    return {"TimeToLiveDescription": said}


def tag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["ResourceArn"])
    if table is None:
        return refusals.not_found()
    table.tags.update({tag["Key"]: tag["Value"] for tag in params["Tags"]})
    return {}


def untag_resource(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["ResourceArn"])
    if table is None:
        return refusals.not_found()
    for key in params["TagKeys"]:
        table.tags.pop(key, None)
    return {}


def list_tags(world: World, _caller: Caller, params: Json) -> Json | Refusal:
    table = find_table(world, params["ResourceArn"])
    if table is None:
        return refusals.not_found()
    return {"Tags": [{"Key": key, "Value": table.tags[key]} for key in sorted(table.tags)]}


def _tell(table: Table, caller: Caller, setting: str, value: str) -> None:
    write = table.environment.recorder.write
    write(records.CHANGED, table.node, 0, caller.request, caller.cause, 0, (setting, value))


def description(table: Table) -> Json:
    environment = table.environment
    schema = [{"AttributeName": table.hash_key, "KeyType": "HASH"}]
    if table.range_key:
        schema.append({"AttributeName": table.range_key, "KeyType": "RANGE"})
    answer: Json = {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in table.types.items()],
        "TableName": table.name,
        "KeySchema": schema,
        "TableStatus": table.status,
        "CreationDateTime": environment.wall_us(table.made_at) / SECOND_US,
        "ProvisionedThroughput": {
            "NumberOfDecreasesToday": 0,
            "ReadCapacityUnits": table.units[0],
            "WriteCapacityUnits": table.units[1],
        },
        "TableSizeBytes": sum(item_weight(item) for item in table.everything()),
        "ItemCount": table.count(),
        "TableArn": table.arn,
        "TableId": request_id(environment.seed, TABLES_FROM + table.node),
        "DeletionProtectionEnabled": False,
    }
    if not any(table.units):
        at = table.updated_to_on_demand_at if table.updated_to_on_demand_at >= 0 else table.made_at
        answer["BillingModeSummary"] = {"BillingMode": ON_DEMAND}
        if table.status != "CREATING":
            answer["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = environment.wall_us(at) / SECOND_US
    if table.stream is not None:
        answer["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": table.stream.view_type}
        answer["LatestStreamLabel"] = table.stream.label
        answer["LatestStreamArn"] = table.stream.stream_arn
    for name, local in (("GlobalSecondaryIndexes", False), ("LocalSecondaryIndexes", True)):
        rows = [_index_json(table, index) for index in table.indexes.values() if index.local == local]
        if rows:
            answer[name] = rows
    return answer


def _index_json(table: Table, index: IndexConfig) -> Json:
    schema = [{"AttributeName": index.hash_key, "KeyType": "HASH"}]
    if index.range_key:
        schema.append({"AttributeName": index.range_key, "KeyType": "RANGE"})
    projection: Json = {"ProjectionType": index.projection}
    if index.included:
        projection["NonKeyAttributes"] = list(index.included)
    answer: Json = {
        "IndexName": index.name,
        "KeySchema": schema,
        "Projection": projection,
        "IndexArn": f"{table.arn}/index/{index.name}",
    }
    return answer if index.local else {**answer, "IndexStatus": "ACTIVE"}
