"""Stands in for CloudFormation in recorded scenarios: a change set's template makes, changes and removes resources by operations.

Our importer's loader and resolver read the template; physical names are the stack's name and the logical id. What CloudFormation
sets when a property is taken out again is recorded (cases/aws/sqs: a queue's `MaximumMessageSize` goes back to 262144, and its
deduplication scope, throughput limit and encryption stay as they were).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flows.importers.loader import load
from flows.importers.resolver import Resolver, section, type_of
from flows.importers.stubs import Stubs
from flows.services.ports import Answer, Json

Operation: TypeAlias = Callable[[str, str, Json], Answer]

QUEUE, TOPIC = "AWS::SQS::Queue", "AWS::SNS::Topic"
POLICIES = {"AWS::SQS::QueuePolicy": "Queues", "AWS::SQS::QueueInlinePolicy": "Queue"}
TAKEN_OUT = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
    "ContentBasedDeduplication": "false",
    "RedrivePolicy": "",
    "RedriveAllowPolicy": "",
    "KmsMasterKeyId": "",
    "KmsDataKeyReusePeriodSeconds": "300",
}
"""A queue's property → its attribute's value once the property is taken out of the template."""


@dataclass
class Stack:
    name: str
    id: str
    template: str = ""
    status: str = "REVIEW_IN_PROGRESS"
    resources: dict[str, tuple[str, Json]] = field(default_factory=dict)
    outputs: list[Json] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


class Stacks:
    def __init__(self, operation: Operation, region: str, account: str) -> None:
        self._operation = operation
        self._region, self._account = region, account
        self._stacks: dict[str, Stack] = {}

    def call(self, operation: str, params: Json) -> Json:
        """CloudFormation's operations as a scenario's set-up uses them."""
        name = str(params.get("StackName") or params.get("ChangeSetName") or "")
        stack = self._stacks.get(name)
        if operation in {"CreateChangeSet", "CreateStack"}:
            stack = self._stacks.get(name) or self._new(name)
            stack.template = str(params.get("TemplateBody", ""))
            if operation == "CreateStack":
                self._apply(stack)
            change_set = f"{stack.id.replace(':stack/', ':changeSet/')}/{params.get('ChangeSetName', '')}"
            self._stacks[change_set] = stack
            return {"Id": change_set, "StackId": stack.id}
        if stack is None:
            return {
                "Error": {
                    "Type": "Sender",
                    "Code": "ValidationError",
                    "Message": f"Stack with id {name} does not exist",
                }
            }
        if operation == "ExecuteChangeSet":
            self._apply(stack)
        elif operation == "DeleteStack":
            for id_ in reversed(stack.resources):
                self._delete(stack, id_)
            stack.resources, stack.status = {}, "DELETE_COMPLETE"
        elif operation == "DescribeChangeSet":
            return {
                "StackName": stack.name,
                "StackId": stack.id,
                "Status": "CREATE_COMPLETE",
                "ExecutionStatus": "AVAILABLE",
            }
        elif operation == "DescribeStacks":
            described = {
                "StackId": stack.id,
                "StackName": stack.name,
                "StackStatus": stack.status,
                "Outputs": stack.outputs,
            }
            return {"Stacks": [described]}
        return {}

    def _new(self, name: str) -> Stack:
        stack = Stack(name, f"arn:aws:cloudformation:{self._region}:{self._account}:stack/{name}/1")
        self._stacks[name] = self._stacks[stack.id] = stack
        return stack

    def _apply(self, stack: Stack) -> None:
        """The template's resources as they are now: made, changed, and those no longer named removed."""
        tree, problems = load(stack.template.encode(), "template.yaml")
        if tree is None:
            raise ValueError("; ".join(problem.message for problem in problems))
        stubs = Stubs(self._region, self._account)
        resolver = Resolver(
            tree, "template.yaml", stubs, region=self._region, account=self._account, prefix=f"{stack.name}-"
        )
        wanted = {id_: type_of(resource) for id_, resource in resolver.resources.items()}
        for id_ in [id_ for id_ in stack.resources if id_ not in wanted]:
            self._delete(stack, id_)
            del stack.resources[id_]
        in_order = sorted(wanted, key=lambda id_: (wanted[id_] in POLICIES, "RedrivePolicy" in _given(resolver, id_)))
        for id_ in in_order:
            path = ("Resources", id_, "Properties")
            properties = resolver.resolve(_given(resolver, id_), path)
            stack.names[id_] = resolver.name(id_)
            self._put(resolver, stack, id_, wanted[id_], properties)
            stack.resources[id_] = (wanted[id_], properties)
        stack.outputs = [
            {"OutputKey": key, "OutputValue": resolver.resolve(output.get("Value"), ("Outputs", key))}
            for key, output in section(tree, "Outputs").items()
        ]
        stack.status = "CREATE_COMPLETE" if stack.status == "REVIEW_IN_PROGRESS" else "UPDATE_COMPLETE"

    def _put(self, resolver: Resolver, stack: Stack, id_: str, type_: str, properties: Json) -> None:
        before = stack.resources.get(id_)
        if type_ == QUEUE:
            attributes = {key: _text(value) for key, value in properties.items() if key not in {"QueueName", "Tags"}}
            tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())}
            if before is None:
                self._operation(
                    "sqs", "CreateQueue", {"QueueName": stack.names[id_], "Attributes": attributes, "tags": tags}
                )
                return
            url = resolver.url(id_)
            out = {key: TAKEN_OUT[key] for key in before[1] if key not in properties and key in TAKEN_OUT}
            attributes.pop("FifoQueue", None)
            self._operation("sqs", "SetQueueAttributes", {"QueueUrl": url, "Attributes": {**out, **attributes}})
            former = [tag["Key"] for tag in before[1].get("Tags", ()) if tag["Key"] not in tags]
            if former:
                self._operation("sqs", "UntagQueue", {"QueueUrl": url, "TagKeys": former})
            if tags:
                self._operation("sqs", "TagQueue", {"QueueUrl": url, "Tags": tags})
        elif type_ == TOPIC and before is None:
            self._operation("sns", "CreateTopic", {"Name": stack.names[id_]})
        elif type_ in POLICIES:
            queues = properties.get(POLICIES[type_])
            for queue in queues if isinstance(queues, list) else [queues]:
                policy = {"Policy": _text(properties.get("PolicyDocument"))}
                self._operation("sqs", "SetQueueAttributes", {"QueueUrl": queue, "Attributes": policy})

    def _delete(self, stack: Stack, id_: str) -> None:
        type_, _ = stack.resources[id_]
        name = stack.names[id_]
        if type_ == QUEUE:
            url = f"https://sqs.{self._region}.amazonaws.com/{self._account}/{name}"
            self._operation("sqs", "DeleteQueue", {"QueueUrl": url})
        elif type_ == TOPIC:
            arn = f"arn:aws:sns:{self._region}:{self._account}:{name}"
            self._operation("sns", "DeleteTopic", {"TopicArn": arn})


def _given(resolver: Resolver, id_: str) -> dict[str, Any]:
    given = resolver.resources[id_].get("Properties")
    return given if isinstance(given, dict) else {}


def _text(value: Any) -> str:
    """A property as an attribute: everything is text there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
