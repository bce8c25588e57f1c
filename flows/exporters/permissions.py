"""Who may send to whom: policies of queues and topics, permissions of functions, roles of what acts by itself.

A drawing knows no permissions, but a template without them does not work. They follow from the links: one policy per queue or topic
with all the services that send to it, one permission per function and service, one role per machine, pipe, schedule and rule.
"""

from __future__ import annotations

from typing import Any

from flows.exporters.identifiers import free
from flows.exporters.references import References
from flows.topology.catalogue import Resource
from flows.topology.links.draft import Draft, get, members

SENDERS = {
    "rule-target": "events.amazonaws.com",
    "rule-dlq": "events.amazonaws.com",
    "subscription": "sns.amazonaws.com",
    "subscription-dlq": "sns.amazonaws.com",
    "s3-notification": "s3.amazonaws.com",
    "api-integration": "apigateway.amazonaws.com",
    "api-authorizer": "apigateway.amazonaws.com",
}
"""Link kind → the service that sends over it, where its target says who may."""
POLICIES = {
    "queue": ("AWS::SQS::QueuePolicy", "Queues", "sqs:SendMessage"),
    "topic": ("AWS::SNS::TopicPolicy", "Topics", "sns:Publish"),
}
ROLES = {
    "AWS::StepFunctions::StateMachine": ("states.amazonaws.com", ("RoleArn",)),
    "AWS::Pipes::Pipe": ("pipes.amazonaws.com", ("RoleArn",)),
    "AWS::Scheduler::Schedule": ("scheduler.amazonaws.com", ("Target", "RoleArn")),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose.amazonaws.com", ()),
}
"""Type → the service that takes on its role, and where the role stands. A rule has one per target."""
RULE, FIREHOSE = "AWS::Events::Rule", "AWS::KinesisFirehose::DeliveryStream"
WITHOUT_ROLE = frozenset({"queue", "topic", "function"})
"""Kinds of a rule's targets that say themselves who may send."""
DOES = {
    "queue": ["sqs:SendMessage"],
    "topic": ["sns:Publish"],
    "function": ["lambda:InvokeFunction"],
    "machine": ["states:StartExecution", "states:StartSyncExecution"],
    "bus": ["events:PutEvents"],
    "stream": ["kinesis:PutRecord", "kinesis:PutRecords"],
    "delivery-stream": ["firehose:PutRecord", "firehose:PutRecordBatch"],
    "table": ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query"],
    "bucket": ["s3:GetObject", "s3:PutObject"],
    "api-destination": ["events:InvokeApiDestination"],
    "api": ["execute-api:Invoke"],
    "container-task": ["ecs:RunTask"],
    "database": ["rds-data:ExecuteStatement"],
    "graphql-api": ["appsync:GraphQL"],
}
READS = {
    "queue": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    "stream": ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
    "table": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
}


class Permissions:
    def __init__(self, references: References, drafts: list[Draft], taken: set[str]) -> None:
        self._references, self._drafts, self._taken = references, drafts, taken
        self.resources: dict[str, dict[str, Any]] = {}

    def write(self) -> None:
        """What the targets of links need: policies and permissions."""
        senders: dict[str, set[str]] = {}
        for draft in self._drafts:
            service = SENDERS.get(draft.kind)
            if service is not None and draft.target.id in self._references.ids:
                senders.setdefault(draft.target.id, set()).add(service)
        for id_, services in sorted(senders.items()):
            target = self._references.catalogue.resources[id_]
            if target.kind in POLICIES:
                self._policy(target, sorted(services))
            elif target.kind == "function":
                for service in sorted(services):
                    self._permission(target, service)

    def give_role(self, owner: Resource, properties: dict[str, Any]) -> list[str]:
        """A role for what acts by itself and has none; the pointers of what was written into its properties."""
        if owner.type == RULE:
            return self._rule_roles(owner, properties)
        service, path = ROLES.get(owner.type, ("", ()))
        if owner.type == FIREHOSE:
            return self._firehose_roles(owner, properties)
        place: Any = properties
        for name in path[:-1]:
            place = place.get(name) if isinstance(place, dict) else None
        if not service or not isinstance(place, dict) or place.get(path[-1]) is not None:
            return []
        place[path[-1]] = self._role(owner, service)
        return ["/" + "/".join(path)]

    def _rule_roles(self, rule: Resource, properties: dict[str, Any]) -> list[str]:
        added, role = [], None
        given = members(rule.properties.get("Targets"))
        for index, target in enumerate(members(properties.get("Targets"))):
            found = self._references.catalogue.find(get(given[index], "Arn"))
            if (
                isinstance(target, dict)
                and "RoleArn" not in target
                and found is not None
                and found.kind not in WITHOUT_ROLE
            ):
                role = role or self._role(rule, "events.amazonaws.com")
                target["RoleArn"] = role
                added.append(f"/Targets/{index}/RoleArn")
        return added

    def _firehose_roles(self, stream: Resource, properties: dict[str, Any]) -> list[str]:
        """Every source and destination of a delivery stream names the role it is reached with."""
        added, role = [], None
        for name, given in properties.items():
            if (
                isinstance(given, dict)
                and name.endswith(("DestinationConfiguration", "SourceConfiguration"))
                and "RoleARN" not in given
            ):
                role = role or self._role(stream, "firehose.amazonaws.com")
                given["RoleARN"] = role
                added.append(f"/{name}/RoleARN")
        return added

    def _role(self, owner: Resource, service: str) -> dict[str, Any]:
        id_ = free(f"{self._references.ids[owner.id]}Role", self._taken)
        statements = []
        for draft in self._drafts:
            reads = draft.target.id == owner.id and draft.kind in {"pipe-source", "firehose-source"}
            other = draft.source.id if reads else draft.target.id if draft.source.id == owner.id else ""
            resource = self._references.catalogue.resources.get(other)
            actions = (READS if reads else DOES).get(resource.kind) if resource is not None else None
            if resource is not None and actions and resource.arn:
                arn = self._references.arn(owner.id, resource)
                statements.append({"Effect": "Allow", "Action": actions, "Resource": arn})
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        properties: dict[str, Any] = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
        if statements:
            document = {"Version": "2012-10-17", "Statement": statements}
            properties["Policies"] = [{"PolicyName": "links", "PolicyDocument": document}]
        self.resources[id_] = {"Type": "AWS::IAM::Role", "Properties": properties}
        return {"Fn::GetAtt": [id_, "Arn"]}

    def _policy(self, target: Resource, services: list[str]) -> None:
        type_, list_name, action = POLICIES[target.kind]
        template_id = self._references.ids[target.id]
        arn = {"Ref": template_id} if target.kind == "topic" else {"Fn::GetAtt": [template_id, "Arn"]}
        statement = {"Effect": "Allow", "Principal": {"Service": services}, "Action": action, "Resource": arn}
        self.resources[free(f"{template_id}Policy", self._taken)] = {
            "Type": type_,
            "Properties": {
                list_name: [{"Ref": template_id}],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            },
        }

    def _permission(self, function: Resource, service: str) -> None:
        template_id = self._references.ids[function.id]
        name = service.split(".", maxsplit=1)[0].capitalize()
        self.resources[free(f"{template_id}From{name}", self._taken)] = {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": {"Ref": template_id},
                "Principal": service,
                "SourceAccount": {"Ref": "AWS::AccountId"},
            },
        }
