"""What a function's code says, where the code came along: the services whose clients it makes, the texts it contains.

Nothing is run and nothing parsed: in six languages a client is made in a handful of spellings, and a spelling is a pattern. The
handler's module is read, and the modules beside it that it imports.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SUFFIXES = (".py", ".js", ".mjs", ".cjs", ".ts", ".java", ".go", ".cs", ".rb", ".kt")
LARGEST = 400_000
"""Characters of one function's code that are looked at."""
MOST_MODULES = 20

CLIENTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"""\b(?:client|resource)\(\s*(?:service_name\s*=\s*)?["']([a-z0-9-]+)["']""",  # boto3
        r"""@aws-sdk/(?:client|lib)-([a-z0-9-]+)""",  # JavaScript, version 3
        r"""\bAWS\.([A-Za-z0-9]+)\b""",  # JavaScript, version 2
        r"""aws-sdk/clients/([a-z0-9]+)""",
        r"""software\.amazon\.awssdk\.services\.([a-z0-9]+)""",  # Java, version 2
        r"""com\.amazonaws\.services\.(?!lambda\.runtime)([a-z0-9]+)""",  # Java, version 1
        r"""aws-sdk-go(?:-v2)?/service/([a-z0-9]+)""",
        r"""\bAmazon\.(?!Lambda\.Core)([A-Z][A-Za-z0-9]+)""",  # .NET
        r"""\bAws::([A-Za-z0-9]+)::Client""",  # Ruby
    )
)
SERVICES = {
    "sqs": "sqs",
    "sns": "sns",
    "simplenotificationservice": "sns",
    "s3": "s3",
    "dynamodb": "dynamodb",
    "dynamodbv2": "dynamodb",
    "dynamodbstreams": "",
    "eventbridge": "events",
    "events": "events",
    "cloudwatchevents": "events",
    "sfn": "states",
    "stepfunctions": "states",
    "lambda": "lambda",
    "kinesis": "kinesis",
    "firehose": "firehose",
    "kinesisfirehose": "firehose",
    "rdsdata": "rds-data",
    "rdsdataservice": "rds-data",
    "apigatewaymanagementapi": "execute-api",
    "appsync": "appsync",
    "ecs": "ecs",
}
"""A client's name, without dashes and in small letters → the service as policies call it."""

OPERATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "sqs": (("send_?message", "sqs:SendMessage"), ("delete_?message", "sqs:DeleteMessage")),
    "sns": ((r"publish", "sns:Publish"),),
    "s3": (
        (r"put_?object|upload|copy_?object|\.put\(", "s3:PutObject"),
        (r"get_?object|download|head_?object|\.get\(", "s3:GetObject"),
        (r"delete_?object", "s3:DeleteObject"),
    ),
    "dynamodb": (
        (r"put_?item|putcommand|\.put\(|batch_?writ|transact_?write|save_?item", "dynamodb:PutItem"),
        (r"update_?item|updatecommand|\.update\(", "dynamodb:UpdateItem"),
        (r"delete_?item|deletecommand|\.delete\(", "dynamodb:DeleteItem"),
        (r"get_?item|getcommand|\.get\(", "dynamodb:GetItem"),
        (r"\.query\(|querycommand", "dynamodb:Query"),
        (r"\.scan\(|scancommand", "dynamodb:Scan"),
    ),
    "events": (("put_?events", "events:PutEvents"),),
    "states": (
        ("start_?(?:sync_?)?execution", "states:StartExecution"),
        ("get_?execution_?history|describe_?execution", "states:DescribeExecution"),
    ),
    "lambda": (("invoke", "lambda:InvokeFunction"),),
    "kinesis": (("put_?records?", "kinesis:PutRecord"),),
    "firehose": (("put_?record", "firehose:PutRecord"),),
    "rds-data": (("(?:batch_?)?execute_?statement", "rds-data:ExecuteStatement"),),
    "execute-api": (("post_?to_?connection", "execute-api:ManageConnections"),),
    "ecs": (("run_?task", "ecs:RunTask"),),
    "appsync": (),
}
"""Service → what a call looks like in any language, case aside, and the operation it is. A client alone is no call."""

IMPORTS = (
    re.compile(r"^[ \t]*(?:from|import)[ \t]+\.?([\w.]+)", re.MULTILINE),
    re.compile(r"""(?:require\(|from|import\()\s*["'](\.{1,2}/[^"']+)["']"""),
)


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    calls: dict[str, tuple[str, ...]]
    """Service → the operations that are called, for each service that a client is made of."""

    def says(self, word: str) -> bool:
        """Whether it contains a name, as a word of its own."""
        return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", self.text) is not None


def code_of(shorthand: dict[str, Any], properties: dict[str, Any], text_of: Callable[[str], str]) -> Code | None:
    """The code that is in the template or was uploaded with it; None where there is none."""
    inline = shorthand.get("InlineCode") or _member(properties.get("Code"), "ZipFile")
    if isinstance(inline, str) and inline:
        return read(inline)
    folder, handler = shorthand.get("CodeUri", properties.get("Code")), properties.get("Handler")
    if not isinstance(handler, str) or not (folder is None or isinstance(folder, str)):
        return None
    module = handler.split("::")[0].rpartition(".")[0].replace(".", "/") or handler
    text = _modules(posixpath.normpath(posixpath.join(folder or ".", module)), text_of)
    return read(text) if text else None


def read(text: str) -> Code:
    text = text[:LARGEST]
    made = {
        SERVICES.get(found.group(1).replace("-", "").lower(), "")
        for spelling in CLIENTS
        for found in spelling.finditer(text)
    }
    if "lib-dynamodb" in text:
        made.add("dynamodb")
    calls = {}
    for service in sorted(made - {""}):
        calls[service] = tuple(said for shape, said in OPERATIONS[service] if re.search(shape, text, re.IGNORECASE))
    return Code(text, calls)


def _modules(module: str, text_of: Callable[[str], str]) -> str:
    """The text of a module and of those beside it that it imports."""
    waiting, texts = [module], []
    seen: set[str] = set()
    while waiting and len(seen) < MOST_MODULES:
        here = waiting.pop(0)
        if here in seen:
            continue
        seen.add(here)
        text = next((found for suffix in ("", *SUFFIXES) if (found := text_of(here + suffix))), "") or text_of(
            f"{here}/index.js"
        )
        texts.append(text)
        for spelling in IMPORTS:
            for found in spelling.findall(text[:LARGEST]):
                name = found if found.startswith(".") else found.replace(".", "/")
                waiting.append(posixpath.normpath(posixpath.join(posixpath.dirname(here), name)))
    return "\n".join(text for text in texts if text)


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None
