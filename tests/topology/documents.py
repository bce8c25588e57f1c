"""Small documents with our cast: an `Orders` queue with its `OrdersDlq`, and `ChargeCard` that reads from it."""

from __future__ import annotations

ARN = "arn:aws:sqs:eu-west-1:123456789012:{}"


def a_queue(**properties):
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def a_function(behaviour=None, **properties):
    return {"Type": "AWS::Lambda::Function", "Properties": properties, "playground": {"behaviour": behaviour}}


def a_topic(endpoint, protocol="lambda", **properties):
    return {
        "Type": "AWS::SNS::Topic",
        "Properties": {"Subscription": [{"Protocol": protocol, "Endpoint": endpoint}], **properties},
    }


def a_machine(definition, mocks=None, **properties):
    given = {} if definition is None else {"Definition": definition}
    playground = {} if mocks is None else {"mocks": mocks}
    return {"Type": "AWS::StepFunctions::StateMachine", "Properties": {**given, **properties}, "playground": playground}


def a_mapping(source="Orders", function="ChargeCard", **properties):
    return {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {"EventSourceArn": ARN.format(source), "FunctionName": function, **properties},
    }


def redrive(target="OrdersDlq", count=5):
    return {"deadLetterTargetArn": ARN.format(target), "maxReceiveCount": count}


def a_document(**resources):
    return {"format": 1, "name": "Orders", "resources": resources}


def the_cast(**changes):
    resources = {
        "Orders": a_queue(RedrivePolicy=redrive()),
        "OrdersDlq": a_queue(MessageRetentionPeriod=1_209_600),
        "ChargeCard": a_function(),
        "Mapping": a_mapping(),
    }
    return a_document(**{id_: found for id_, found in {**resources, **changes}.items() if found is not None})
