"""What the schema registry may write in the trace. Numbers 690–699; they are stable, stored traces hold them."""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

DISCOVERED, MADE, DELETED, DISCOVERER_STARTED, DISCOVERER_STOPPED = 690, 691, 692, 693, 694
REGISTRY_MADE, REGISTRY_DELETED, BINDING_MADE = 695, 696, 697

SERVICE = "schemas"
SCHEMA = Field("schema", FieldType.STRING)
VERSION = Field("version", FieldType.STRING)
REGISTRY = Field("registry", FieldType.STRING)

KINDS = (
    Kind(
        DISCOVERED,
        SERVICE,
        "SchemaDiscovered",
        (SCHEMA, VERSION),
        "version {version} of {schema} was discovered on {node}",
    ),
    Kind(MADE, SERVICE, "SchemaVersionCreated", (SCHEMA, VERSION), "version {version} of {schema} was created"),
    Kind(DELETED, SERVICE, "SchemaDeleted", (SCHEMA, VERSION), "{schema} {version} was deleted"),
    Kind(DISCOVERER_STARTED, SERVICE, "DiscovererStarted", (), "schemas are discovered from the events of {node}"),
    Kind(
        DISCOVERER_STOPPED,
        SERVICE,
        "DiscovererStopped",
        (),
        "no schemas are discovered from the events of {node} any more",
    ),
    Kind(REGISTRY_MADE, SERVICE, "RegistryCreated", (REGISTRY,), "registry {registry} was created"),
    Kind(REGISTRY_DELETED, SERVICE, "RegistryDeleted", (REGISTRY,), "registry {registry} was deleted"),
    Kind(
        BINDING_MADE,
        SERVICE,
        "CodeBindingCreated",
        (SCHEMA, VERSION, Field("language", FieldType.STRING)),
        "code binding of {schema}, version {version}, for {language} was created",
    ),
)
