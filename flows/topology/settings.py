"""What the inspector lists for a node or a link: one row per property of a model, its value, unit and where it is from.

`source` is "template" for what somebody wrote and "AWS default" for what AWS fills in.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from flows.topology.catalogue import Catalogue, Resource
from flows.topology.compiled import Setting
from flows.topology.links.draft import Draft
from flows.topology.properties import (
    PROPERTY_MODELS,
    InvokeConfigProperties,
    Properties,
    SubscriptionProperties,
    default_batch_size,
)

WRITTEN, DEFAULT = "template", "AWS default"
ASYNCHRONOUS = frozenset({"async-dlq", "async-on-success", "async-on-failure"})


def node_settings(resource: Resource) -> tuple[Setting, ...]:
    model = PROPERTY_MODELS.get(resource.type)
    if model is not None:
        return _rows(model, resource.properties)
    return tuple(_plain(name, value) for name, value in sorted(resource.properties.items()) if _short(value))


def link_settings(draft: Draft, catalogue: Catalogue) -> tuple[Setting, ...]:
    if draft.kind == "esm":
        return _mapping(draft, catalogue)
    if draft.kind in {"subscription", "subscription-dlq"} and isinstance(draft.given, dict):
        return _rows(SubscriptionProperties, draft.given)
    if draft.kind in ASYNCHRONOUS:
        return _rows(
            InvokeConfigProperties, catalogue.invoke_configs.get(draft.source.id, {"FunctionName": draft.source.id})
        )
    return tuple(_plain(name, value) for name, value in draft.properties.items() if value not in (None, [], {}))


def _mapping(draft: Draft, catalogue: Catalogue) -> tuple[Setting, ...]:
    rows = node_settings(catalogue.resources[draft.via])
    if any(row["name"] == "BatchSize" for row in rows) or not draft.source.id:
        return rows
    size = default_batch_size(catalogue.resources[draft.source.id].kind)
    return (*rows, {"name": "BatchSize", "value": size, "unit": "", "source": DEFAULT})


def _rows(model: type[Properties], given: Any) -> tuple[Setting, ...]:
    try:
        values = model.model_validate(given)
    except ValidationError:
        return ()
    rows: list[Setting] = []
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
            rows.append({"name": name, "value": value, "unit": unit, "source": source})
    return tuple(rows)


def _plain(name: str, value: object) -> Setting:
    return {"name": name, "value": value, "unit": "", "source": WRITTEN}


def _short(value: object) -> bool:
    return isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) <= 200)
