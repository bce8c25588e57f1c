"""The cast: Alice owns an `orders` topology and runs it, Bob is a stranger, Carol comes without an account."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard import library
from flows.models import Topology
from flows.runs import api as runs

DOCUMENT = {
    "format": 1,
    "name": "orders",
    "region": "eu-west-1",
    "account": "123456789012",
    "resources": {
        "Orders": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": "orders",
                "VisibilityTimeout": 30,
                "RedrivePolicy": {
                    "deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:orders-dlq",
                    "maxReceiveCount": 5,
                },
            },
        },
        "OrdersDlq": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": "orders-dlq", "MessageRetentionPeriod": 1209600},
        },
    },
}


@pytest.fixture
def alice(db):
    return User.objects.create_user("alice")


@pytest.fixture
def bob(db):
    return User.objects.create_user("bob")


@pytest.fixture
def hosted(settings):
    """An installation with accounts."""
    settings.REDRIVE_MODE = "hosted"


@pytest.fixture
def topology(alice):
    return library.save(DOCUMENT, alice).version.topology


@pytest.fixture
def example(db):
    version = library.save({**DOCUMENT, "name": "an example"}, None).version
    Topology.objects.filter(pk=version.topology.pk).update(is_example=True)
    return Topology.objects.get(pk=version.topology.pk)


@pytest.fixture
def execution(topology, alice):
    return runs.create_execution(topology.latest, seed=1, actor="alice", owner=alice)


@pytest.fixture
def local():
    """The one owner of a local installation, at her own machine."""
    return Client(headers={"host": "localhost"})


@pytest.fixture
def by():
    """A browser in which somebody has logged in; None: nobody has."""

    def browser(user=None, **kwargs):
        client = Client(**kwargs)
        if user is not None:
            client.force_login(user)
        return client

    return browser
