"""What an attacker sends: uploads, bodies, forms, frames and names. Each test failed, or would have, before something was fixed."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dashboard import library
from dashboard.api.service import api
from dashboard.asgi import application
from dashboard.cards import draw
from dashboard.limits import FRAMES_AT_ONCE, UPLOAD_BYTES, Pace
from flows.models import Execution, Topology
from flows.topology import compile_topology
from tests.dashboard.browsers import HELLO
from tests.dashboard.conftest import DOCUMENT
from tests.dashboard.test_api import no_worker, post  # noqa: F401 - a fixture is used by being there
from tests.grounds import on_both_grounds

pytestmark = [on_both_grounds, pytest.mark.django_db(databases=["default", "checkpoints"])]

TEMPLATE = b"Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n"
MARKUP = '</script><img src=x onerror="alert(1)">\'"'
HTMX = {"HX-Request": "true"}


# ── bodies ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "\\ud800"}',
        '{"text": "Resources: {}", "parameters": {"\\ud800": "x"}}',
        '{"text": "Resources: {}", "parameters": {"Stage": "\\udfff"}}',
        '{"text": "\\u0000"}',
    ],
)
def test_half_a_character_is_refused(local, body):
    answer = local.post("/api/topologies/import", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "Invalid")


def test_a_key_that_no_database_keeps_is_refused(local, execution):
    command = {"key": "a\x00b", "at": 0, "operation": "sqs:SendMessage"}
    answer = post(local, f"/api/executions/{execution.pk}/commands", command)
    assert [problem["path"] for problem in answer.json()["problems"]] == ["/key"]


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=\x01"])
def test_a_multipart_body_without_a_boundary_is_refused(local, kind):
    for address in ("/import/", "/api/topologies/import/files"):
        assert local.generic("POST", address, b"text=a", content_type=kind).status_code == 400


def test_what_the_report_says_must_be_plain_too(topology, alice):
    saved = library.save(DOCUMENT, alice, report=[{"verdict": "ignored", "reason": "a\x00b"}])
    assert [problem.code for problem in saved.problems] == ["DocumentNotPlain"]


def test_thousands_of_resources_are_refused_and_hundreds_are_drawn_at_once(local, alice):
    refused = post(local, "/api/topologies/import", {"text": json.dumps(chain(2001))})
    assert refused.json()["problems"][0]["code"] == "DocumentTooLarge"
    drawn = compile_topology(chain(2000))
    begun = time.process_time()
    draw(drawn)
    assert time.process_time() - begun < 0.5


async def test_a_body_without_a_length_is_cut_off_at_the_limit():
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/import/",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
    }
    browser = ApplicationCommunicator(application, scope)
    piece, sent = b" " * 2**20, 0
    while sent <= UPLOAD_BYTES + 2**20:
        await browser.send_input({"type": "http.request", "body": piece, "more_body": True})
        sent += len(piece)
    assert (await browser.receive_output(timeout=60))["status"] == 413
    assert json.loads((await browser.receive_output(timeout=60))["body"])["code"] == "TooLarge"


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\windows.yaml", "windows"),
        ("/etc/shadow", "shadow"),
        ("a\0b.yaml", "ab"),
    ],
)
def test_of_a_path_only_the_last_part_arrives(local, name, called):
    part = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
    body = part + TEMPLATE + b"\r\n--x--\r\n"
    answer = local.generic("POST", "/api/topologies/import/files", body, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, answer.json()["topology"]["name"]) == (201, called)


def test_two_files_of_the_same_name_are_not_one(local):
    files = [SimpleUploadedFile("template.yaml", TEMPLATE), SimpleUploadedFile("template.yaml", b"Resources: {}")]
    answer = local.post("/api/topologies/import/files", {"files": files})
    assert answer.json()["problems"][0]["message"] == "More than one file is called template.yaml."


def test_an_archive_is_not_unpacked(local):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("template.yaml", b"#" * 50_000_000)
    answer = local.post("/api/topologies/import/files", {"files": [SimpleUploadedFile("t.zip", bomb.getvalue())]})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "NotUtf8")


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_name_becomes_markup_on_any_page(local):
    document = {**DOCUMENT, "name": MARKUP}
    shown = [local.post("/import/", {"text": json.dumps(document)}, headers=HTMX)]
    wrong = {**document, "resources": {MARKUP: {"Type": "AWS::SQS::Queue", "Properties": {MARKUP: MARKUP}}}}
    shown += [local.post("/import/", {"text": json.dumps(wrong)}, headers=headers) for headers in ({}, HTMX)]
    template = f"Resources: {{{json.dumps(MARKUP)}: {{Type: {json.dumps(MARKUP)}}}, Q: {{Type: AWS::SQS::Queue}}}}"
    shown.append(local.post("/import/", {"text": template, "name": MARKUP}, headers=HTMX))
    topology = Topology.objects.filter(name=MARKUP).first()
    shown.append(local.get(f"/topologies/{topology.pk}/", follow=True))
    execution = Execution.objects.get(topology_version__topology=topology)
    Execution.objects.update(name=MARKUP)
    for address in ("/", "/executions/", f"/executions/{execution.pk}/", f"/executions/{execution.pk}/delete/"):
        shown.append(local.get(address))
    shown.append(local.get(f"/topologies/{topology.pk}/delete/"))
    shown.append(local.post(f"/topologies/{topology.pk}/delete/", {"confirmed": "1"}, follow=True))
    shown.append(local.get(f"/{MARKUP}/"))
    for page in shown:
        assert b"<img src=x" not in page.content, page.request
        assert b"</script><img" not in page.content, page.request


# ── forms of other sites ──────────────────────────────────────────────────────────────────────────────────────────────

UNSAFE = [
    (method, path)
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method in methods
    if method not in ("get", "head")
]


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_the_api_changes_nothing_for_another_site(method, path, kind, topology, execution):
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost", "origin": "http://evil.example"})
    address = path.format(topology_id=topology.pk, execution_id=execution.pk)
    for token in ({}, {"X-CSRFToken": "a" * 32}):
        answer = browser.generic(method.upper(), address, b'{"at": 0, "text": "Resources: {}"}', kind, headers=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "CsrfFailed")
    assert Topology.objects.count() == Execution.objects.count() == 1


# ── frames ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bucket_of_frames_refills():
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert all(pace.allows(1) for _ in range(FRAMES_AT_ONCE))
    assert not pace.allows(1)
    now[0] = 0.1
    assert all(pace.allows(1) for _ in range(8))
    now[0] = 3600
    assert all(pace.allows(1) for _ in range(FRAMES_AT_ONCE))
    assert not pace.allows(1)


@pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])
@pytest.mark.parametrize("text", ["{", json.dumps(HELLO), json.dumps({"type": "seen", "at": 0})])
async def test_whoever_pours_frames_is_cut_off(opened, text):
    browser = await opened()
    for _ in range(FRAMES_AT_ONCE + 200):
        await browser.communicator.send_to(text_data=text)
    while (said := await browser.communicator.receive_output(timeout=60))["type"] == "websocket.send":
        pass
    assert (said["type"], said["code"]) == ("websocket.close", 4429)


@pytest.mark.django_db(transaction=True, databases=["default", "checkpoints"])
async def test_whoever_takes_thousands_of_chunks_is_not(opened):
    browser = await opened()
    await browser.say(**HELLO)
    await browser.hear_until("advanced")
    for _ in range(FRAMES_AT_ONCE * 4):
        await browser.say(type="got", after=0)
    await browser.say(type="nonsense")
    assert "nonsense" in (await browser.hear_until("problem"))[-1]["message"]


def chain(length):
    """Queues, each the dead-letter queue of the next: the longest way there is, told from its end."""
    arn = "arn:aws:sqs:eu-west-1:123456789012:q{}"
    policy = {
        number: {"deadLetterTargetArn": arn.format(number - 1), "maxReceiveCount": 3} for number in range(1, length)
    }
    queues = {
        f"Q{number:05}": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": f"q{number}"} | ({"RedrivePolicy": policy[number]} if number else {}),
        }
        for number in range(length)
    }
    return {**DOCUMENT, "resources": queues}
