"""Schemas: discovered from traffic, kept with their versions, sampled, and turned into code that compiles."""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.patterns import compile_event_pattern
from flows.services.kinds import KINDS
from flows.services.schemas.documents import DRAFT4, OPENAPI, as_draft4, draft4, event_document, openapi, read
from flows.services.schemas.shape import merged, shape_of
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.services.events_cast import SHOP, an_account, put

REGISTRY, NAME = "discovered-schemas", "shop@OrderPlaced"
TSC = Path(__file__).parents[2] / "static" / "node_modules" / ".bin" / "tsc"
SHAPES = (
    lambda n: {"order": n, "customer": {"id": f"c-{n}", "vip": n % 2 == 0}, "placedAt": "2026-01-01T00:00:00Z"},
    lambda n: {"order": n, "customer": {"id": f"c-{n}"}, "lines": [{"sku": "a", "amount": 2.5}], "note": None},
    lambda n: {"order": n, "customer": {"id": f"c-{n}"}, "total": n + 0.5, "class": "gold", "note": "soon"},
)


def discovered(events=100, order=range(3)):
    """A bus whose events of three shapes were watched."""
    run = an_account()
    run.ok("schemas:CreateDiscoverer", SourceArn=SHOP)
    shapes = [SHAPES[index] for index in order]
    for number in range(events):
        put(run, shapes[number % 3](number))
    return run


def content(run, **version):
    said = run.ok("schemas:DescribeSchema", RegistryName=REGISTRY, SchemaName=NAME, **version)
    return json.loads(said["Content"])


def sample(run, number=0):
    return run.ok("schemas:GetSampleEvent", RegistryName=REGISTRY, SchemaName=NAME, Number=number)["Event"]


# ── discovery ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hundred_events_of_three_shapes_are_one_schema_of_three_versions():
    run = discovered()
    versions = run.ok("schemas:ListSchemaVersions", RegistryName=REGISTRY, SchemaName=NAME)["SchemaVersions"]
    assert [version["SchemaVersion"] for version in versions] == ["3", "2", "1"]
    detail = content(run)["components"]["schemas"]["OrderPlaced"]
    assert detail["required"] == ["customer", "order"]
    assert detail["properties"] == {
        "class": {"type": "string"},
        "customer": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}, "vip": {"type": "boolean"}},
        },
        "lines": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["amount", "sku"],
                "properties": {"amount": {"type": "number"}, "sku": {"type": "string"}},
            },
        },
        "note": {"type": "string", "nullable": True},
        "order": {"type": "integer"},
        "placedAt": {"type": "string", "format": "date-time"},
        "total": {"type": "number"},
    }


def test_the_newest_version_does_not_depend_on_the_order_of_events():
    one, other = content(discovered()), content(discovered(order=(2, 0, 1)))
    assert one["components"] == other["components"]


def test_what_changed_between_two_versions_is_told():
    run = discovered()
    said = run.ok(
        "schemas:GetSchemaDifference", RegistryName=REGISTRY, SchemaName=NAME, SchemaVersion="2", FromVersion="1"
    )
    assert said["Differences"] == [
        {"path": "$.detail.customer.vip", "change": "changed", "before": "boolean", "after": "boolean, optional"},
        {"path": "$.detail.lines", "change": "added", "before": "", "after": "array, optional"},
        {"path": "$.detail.note", "change": "added", "before": "", "after": "null, optional"},
        {
            "path": "$.detail.placedAt",
            "change": "changed",
            "before": "string (date-time)",
            "after": "string (date-time), optional",
        },
    ]


def test_a_generated_event_passes_its_own_rule_and_its_own_schema():
    validators = pytest.importorskip("jsonschema_rs")
    run = discovered()
    pattern = compile_event_pattern(
        '{"source": ["shop"], "detail-type": ["OrderPlaced"], "detail": {"order": [{"exists": true}]}}'
    )
    exported = run.ok("schemas:ExportSchema", RegistryName=REGISTRY, SchemaName=NAME, Type=DRAFT4)["Content"]
    validator = validators.Draft4Validator(json.loads(exported))
    events = [sample(run, number) for number in range(50)]
    assert all(pattern.matches(event) for event in events)
    assert [validator.is_valid(event) for event in events] == [True] * 50
    assert events == [sample(run, number) for number in range(50)]
    assert len({json.dumps(event) for event in events}) == 50


def test_a_stopped_discoverer_sees_nothing_and_a_deleted_one_is_gone():
    run = an_account()
    id_ = run.ok("schemas:CreateDiscoverer", SourceArn=SHOP)["DiscovererId"]
    assert run.no("schemas:CreateDiscoverer", SourceArn=SHOP)[0] == "ConflictException"
    run.ok("schemas:StopDiscoverer", DiscovererId=id_)
    put(run)
    assert run.ok("schemas:ListSchemas", RegistryName=REGISTRY)["Schemas"] == []
    run.ok("schemas:StartDiscoverer", DiscovererId=id_)
    put(run)
    assert [each["SchemaName"] for each in run.ok("schemas:ListSchemas", RegistryName=REGISTRY)["Schemas"]] == [NAME]
    run.ok("schemas:DeleteDiscoverer", DiscovererId=id_)
    put(run, {"other": 1})
    assert len(run.ok("schemas:ListSchemaVersions", RegistryName=REGISTRY, SchemaName=NAME)["SchemaVersions"]) == 1


def test_the_default_bus_can_be_watched():
    run = an_account()
    run.ok("schemas:CreateDiscoverer", SourceArn="arn:aws:events:eu-west-1:123456789012:event-bus/default")
    put(run, EventBusName="default")
    assert [each["SchemaName"] for each in run.ok("schemas:ListSchemas", RegistryName=REGISTRY)["Schemas"]] == [NAME]


def test_a_box_keeps_what_was_discovered():
    run = discovered(10)
    simulation = Simulation.restore(run.simulation.checkpoint(), run.topology)
    straight = run.simulation.digest()
    assert simulation.digest() == straight
    run.simulation = simulation
    put(run, {"unheard": True})
    assert run.ok("schemas:DescribeSchema", RegistryName=REGISTRY, SchemaName=NAME)["SchemaVersion"] == "4"


def test_the_books_balance():
    run = discovered(20)
    assert violations(KINDS, [run.simulation.drain()]) == []


# ── registries ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_schema_is_written_down_changed_searched_and_deleted():
    run = an_account()
    run.ok("schemas:CreateRegistry", RegistryName="ours", Tags={"team": "a"})
    assert run.no("schemas:CreateRegistry", RegistryName="ours")[0] == "ConflictException"
    first, second = ({"type": "object", "properties": {"sku": {"type": kind}}} for kind in ("string", "integer"))
    given = {"RegistryName": "ours", "SchemaName": "line", "Type": DRAFT4}
    assert run.ok("schemas:CreateSchema", **given, Content=json.dumps(first))["SchemaVersion"] == "1"
    assert run.ok("schemas:UpdateSchema", **given, Content=json.dumps(second))["SchemaVersion"] == "2"
    (found,) = run.ok("schemas:SearchSchemas", RegistryName="ours", Keywords="SKU integer")["Schemas"]
    assert found["SchemaName"] == "line"
    assert run.no("schemas:DeleteRegistry", RegistryName="ours")[0] == "BadRequestException"
    run.ok("schemas:DeleteSchemaVersion", RegistryName="ours", SchemaName="line", SchemaVersion="1")
    assert run.no("schemas:DescribeSchema", RegistryName="ours", SchemaName="line", SchemaVersion="1") == (
        "NotFoundException",
        "Schema version 1 does not exist.",
    )
    run.ok("schemas:DeleteSchema", RegistryName="ours", SchemaName="line")
    run.ok("schemas:DeleteRegistry", RegistryName="ours")
    assert run.no("schemas:DescribeRegistry", RegistryName="ours")[0] == "NotFoundException"


@pytest.mark.parametrize(
    ("text", "type_"), [("[]", DRAFT4), ("{", DRAFT4), ("{}", OPENAPI), ('{"openapi": "2.0"}', OPENAPI)]
)
def test_what_is_no_schema_is_refused(text, type_):
    run = an_account()
    run.ok("schemas:CreateRegistry", RegistryName="ours")
    refused = run.no("schemas:CreateSchema", RegistryName="ours", SchemaName="s", Type=type_, Content=text)
    assert refused[0] == "BadRequestException"


def test_events_by_hand_have_a_schema_too():
    run = an_account()
    event = {"source": "shop", "detail-type": "Order Placed", "detail": {"n": 1}}
    said = run.ok("schemas:GetDiscoveredSchema", Type=OPENAPI, Events=[json.dumps(event)])
    assert json.loads(said["Content"])["info"]["title"] == "OrderPlaced"


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES, VALUES)
def test_the_shape_of_many_does_not_depend_on_their_order(one, two, three):
    a, b, c = shape_of(one), shape_of(two), shape_of(three)
    assert merged(a, b) == merged(b, a)
    assert merged(merged(a, b), c) == merged(a, merged(b, c))
    assert merged(a, a) == a


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_the_schema_of_values_admits_each_of_them(values):
    validators = pytest.importorskip("jsonschema_rs")
    shape = shape_of(values[0])
    for value in values[1:]:
        shape = merged(shape, shape_of(value))
    validator = validators.Draft4Validator(draft4(shape))
    assert all(validator.is_valid(value) for value in values)
    document = {"openapi": "3.0.0", "components": {"schemas": {"Value": openapi(shape)}}}
    assert all(validators.Draft4Validator(as_draft4(document)).is_valid(value) for value in values)


@given(VALUES)
def test_a_schema_is_read_as_the_shape_it_was_written_from(value):
    shape = shape_of({"detail": value}).members["detail"]
    for type_ in (OPENAPI, DRAFT4):
        assert draft4(read(event_document("s", "t", shape, type_)).members["detail"]) == draft4(shape)


# ── bindings ────────────────────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = {
    "class": 1,
    "def": "x",
    "2nd": True,
    'quote"\\u002a/': 1.5,
    "orderId": 1,
    "order_id": 2,
    "String": {"Object": {"List": [1]}},
    "Array": [{"Record": {"a": 1}}],
    "": {"b": []},
    "from_json": None,
    "*/ }": [[{"x": 1}]],
    "ünï": "x",
}


def code(run, language, folder):
    """The archive of a binding, unpacked; its files."""
    given = {"RegistryName": REGISTRY, "SchemaName": NAME, "Language": language}
    assert run.no("schemas:GetCodeBindingSource", **given)[0] == "NotFoundException"
    assert run.ok("schemas:PutCodeBinding", **given)["Status"] == "CREATE_COMPLETE"
    body = run.ok("schemas:GetCodeBindingSource", **given)["Body"]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(body))) as archive:
        archive.extractall(folder)
        return [Path(folder) / name for name in archive.namelist()]


@pytest.fixture(params=["traffic", "hostile"])
def watched(request):
    run = discovered(3) if request.param == "traffic" else an_account()
    if request.param == "hostile":
        run.ok("schemas:CreateDiscoverer", SourceArn=SHOP)
        put(run, HOSTILE)
    return run


def test_python_bindings_read_and_write_events(watched, tmp_path):
    (path,) = code(watched, "Python36", tmp_path)
    spec = importlib.util.spec_from_file_location("bound", path)
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["bound"] = module
    spec.loader.exec_module(module)
    for number in range(10):
        event = sample(watched, number)
        again = module.AWSEvent.from_json(event).as_json()
        assert again == _without_nulls(event)


def test_typescript_bindings_are_typed(watched, tmp_path):
    if not TSC.exists():
        pytest.skip("static/node_modules has no tsc: run the set-up")
    (path,) = code(watched, "TypeScript3", tmp_path)
    event = json.dumps(sample(watched))
    (path.parent / "use.ts").write_text(
        f"import {{ parseAWSEvent, type AWSEvent }} from './index'\n"
        f"const event: AWSEvent = {event}\nexport const again: AWSEvent = parseAWSEvent(JSON.stringify(event))\n"
    )
    flags = ("--noEmit", "--strict", "--target", "es2022", "--moduleResolution", "bundler", "--module", "es2022")
    checked = subprocess.run([TSC, *flags, path.parent / "use.ts"], capture_output=True, text=True, timeout=120)
    assert checked.returncode == 0, checked.stdout


def test_java_bindings_compile(watched, tmp_path):
    javac = shutil.which("javac")
    if javac is None:
        pytest.skip("there is no javac on this machine")
    paths = code(watched, "Java8", tmp_path)
    checked = subprocess.run(
        [javac, "-encoding", "UTF-8", "-d", tmp_path / "out", *paths], capture_output=True, text=True, timeout=120
    )
    assert checked.returncode == 0, checked.stderr


def _without_nulls(value):
    """Optional members that are null are left out when they are written."""
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value
