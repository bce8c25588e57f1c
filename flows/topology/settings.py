"""What the inspector lists for a node or a link: one row per property of a model, its value, unit and where it is from.

`source` is "template" for what somebody wrote and "AWS default" for what AWS fills in.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.compiled import Setting
from flows.topology.links.draft import Draft, get, members
from flows.topology.properties import (
    PROPERTY_MODELS,
    InvokeConfigProperties,
    RetryPolicyModel,
    SubscriptionProperties,
    default_batch_size,
)
from flows.topology.property_base import Properties
from flows.topology.resources.api import ApiConfig
from flows.topology.resources.delivery_stream import MEBIBYTE, BufferConfig, DeliveryStreamConfig
from flows.topology.resources.function import QUANTILE_POINTS, FunctionConfig
from flows.topology.store_properties import PipeStreamModel, StreamMappingProperties

WRITTEN, DEFAULT = "template", "AWS default"
ASYNCHRONOUS = frozenset({"async-dlq", "async-on-success", "async-on-failure"})


def node_settings(resource: Resource) -> tuple[Setting, ...]:
    model = PROPERTY_MODELS.get(resource.type)
    if model is not None:
        return _rows(model, resource.properties)
    return tuple(_plain(name, value) for name, value in sorted(resource.properties.items()) if _short(value))


def function_settings(config: object) -> tuple[Setting, ...]:
    """What belongs to a function and stands elsewhere: how its environments begin, versions, aliases, its URL."""
    if not isinstance(config, FunctionConfig):
        return ()
    rows: list[Setting] = []
    if config.behaviour.init is not None:
        median_us = config.behaviour.init.quantiles[QUANTILE_POINTS // 2]
        rows.append({"name": "Cold start", "value": median_us // 1000, "unit": "ms", "source": WRITTEN})
    for number, provisioned in config.versions:
        rows.append(_plain(f"Version {number}", "published" + _ready(provisioned)))
    for alias in config.aliases:
        share = f", {alias.second_ppm / 10_000:g} % to version {alias.second}" if alias.second else ""
        rows.append(_plain(f"Alias {alias.name}", f"version {alias.version}{share}{_ready(alias.provisioned)}"))
    if config.url:
        rows.append(_plain("URL", f"invokes {config.url}"))
    return tuple(rows)


def api_settings(config: object) -> tuple[Setting, ...]:
    """What an API does not say as a property of its own: its stage, its routes, its limits."""
    if not isinstance(config, ApiConfig):
        return ()
    limits = (
        _plain(
            f"Limit {limit.method or 'ANY'} {limit.path or '/*'}",
            f"{limit.rate_milli / 1000:g}/s, {limit.burst} at once",
        )
        for limit in config.throttles
    )
    routes = (_plain(f"Route {index}", route.key) for index, route in enumerate(config.routes, 1))
    return (_plain("Stage", config.stage), *limits, *routes)


def delivery_settings(config: object) -> tuple[Setting, ...]:
    """How a delivery stream gathers, transforms and hands on."""
    if not isinstance(config, DeliveryStreamConfig):
        return ()
    rows = [*_buffer("", config.output.buffer), _plain("Prefix", config.output.prefix or "(the date, by the hour)")]
    if config.output.error_prefix:
        rows.append(_plain("Error prefix", config.output.error_prefix))
    if config.transform is not None:
        rows += _buffer("Transformation: ", config.transform.buffer)
        rows.append(_plain("Transformation: retries", config.transform.retries))
    if config.backup is not None:
        rows += _buffer("Backup: ", config.backup.buffer)
    if config.elsewhere:
        rows.append(_plain("Destination", config.elsewhere))
    return tuple(rows)


def _buffer(of: str, buffer: BufferConfig) -> list[Setting]:
    interval: Setting = {
        "name": f"{of}buffer interval",
        "value": buffer.interval_us // 1_000_000,
        "unit": "s",
        "source": WRITTEN,
    }
    return [{**interval, "name": f"{of}buffer size", "value": buffer.size_bytes / MEBIBYTE, "unit": "MB"}, interval]


def _ready(provisioned: int) -> str:
    return f", {provisioned} environments stand ready" if provisioned else ""


def link_settings(draft: Draft, catalogue: Catalogue) -> tuple[Setting, ...]:
    if draft.kind == "esm":
        return _mapping(draft, catalogue)
    if draft.kind == "pipe-source" and draft.properties.get("StartingPosition"):
        return _rows(
            PipeStreamModel, {name: value for name, value in draft.properties.items() if name != "FilterCriteria"}
        ) + _filters(draft)
    if draft.kind in {"rule-target", "rule-dlq"}:
        return _rows(RetryPolicyModel, draft.properties) + _form(draft)
    if draft.kind in {"subscription", "subscription-dlq"} and isinstance(draft.given, dict):
        return _rows(SubscriptionProperties, draft.given)
    if draft.kind in ASYNCHRONOUS:
        return _rows(
            InvokeConfigProperties, catalogue.invoke_configs.get(draft.source.id, {"FunctionName": draft.source.id})
        )
    return tuple(_plain(name, value) for name, value in draft.properties.items() if value not in (None, [], {}))


def _form(draft: Draft) -> tuple[Setting, ...]:
    """In which form a rule's target gets its events."""
    said = (
        ("Input", get(draft.given, "Input")),
        ("InputPath", get(draft.given, "InputPath")),
        ("InputTemplate", get(draft.given, "InputTransformer", "InputTemplate")),
        ("MessageGroupId", get(draft.given, "SqsParameters", "MessageGroupId")),
    )
    return tuple(_plain(name, value) for name, value in said if value is not None)


def _filters(draft: Draft) -> tuple[Setting, ...]:
    filters = members(get(draft.properties, "FilterCriteria", "Filters"))
    return tuple(
        _plain(f"FilterCriteria.Filters[{index}].Pattern", get(each, "Pattern")) for index, each in enumerate(filters)
    )


def _mapping(draft: Draft, catalogue: Catalogue) -> tuple[Setting, ...]:
    resource = catalogue.resources[draft.via]
    filters = members(get(resource.properties, "FilterCriteria", "Filters"))
    polled = catalogue.resources[draft.source.id].kind if draft.source.id else ""
    rows = (
        *(
            row
            for row in node_settings(resource)
            if not row["name"].startswith("FilterCriteria") and _suits(row, polled)
        ),
        *(
            _plain(f"FilterCriteria.Filters[{index}].Pattern", get(each, "Pattern"))
            for index, each in enumerate(filters)
        ),
    )
    if any(row["name"] == "BatchSize" for row in rows) or not draft.source.id:
        return rows
    size = default_batch_size(catalogue.resources[draft.source.id].kind)
    return (*rows, {"name": "BatchSize", "value": size, "unit": "", "source": DEFAULT})


def _suits(row: Setting, polled: str) -> bool:
    """A queue's mapping has nothing of what only streams know, unless somebody wrote it."""
    return polled != "queue" or row["source"] == WRITTEN or row["name"] not in StreamMappingProperties.model_fields


def _rows(model: type[Properties], given: Any) -> tuple[Setting, ...]:
    try:
        values = model.model_validate(given)
    except ValidationError:
        return ()
    rows: list[Setting] = []
    plain = values.model_dump(mode="json")
    for name, field in model.model_fields.items():
        value = getattr(values, name)
        if value in (None, []):
            continue
        extra = field.json_schema_extra
        unit = extra.get("unit", "") if isinstance(extra, dict) else ""
        source = WRITTEN if name in values.model_fields_set else DEFAULT
        if isinstance(value, Properties):
            rows.extend(
                {"name": f"{name}.{inner}", "value": part, "unit": "", "source": WRITTEN}
                for inner, part in value.model_dump(mode="json").items()
                if part not in (None, [])
            )
        else:
            rows.append({"name": name, "value": _in_words(plain[name]), "unit": unit, "source": source})
    return tuple(rows)


def _in_words(value: object) -> object:
    """A list of structures as one line: `id HASH, at RANGE`."""
    if not isinstance(value, list):
        return value
    return ", ".join(" ".join(map(str, each.values())) if isinstance(each, dict) else str(each) for each in value)


def _plain(name: str, value: object) -> Setting:
    return {"name": name, "value": value, "unit": "", "source": WRITTEN}


def _short(value: object) -> bool:
    return isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) <= 200)
