"""SNS's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers. All of the API's are here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from flows.services.ports import Answer, Caller, Json, Operation, Refusal, Run, operations
from flows.services.sns import (
    arns,
    listing,
    mobile,
    permissions,
    publishing,
    refusals,
    sms,
    subscribing,
    tags,
    topics,
)
from flows.services.sns.account import topic_at
from flows.services.sns.topic import Topic

if TYPE_CHECKING:
    from flows.services.world import World

OnTopic: TypeAlias = "Callable[[World, Caller, Topic, Json], Json | Refusal]"
Plain: TypeAlias = "Callable[[World, Caller, Json], Json | Refusal]"


def on_topic(run: OnTopic) -> Run:
    """The operation of a topic: it is found first, and an output or a refusal is made an answer."""

    def operation(world: World, caller: Caller, params: Json) -> Answer:
        arn = arns.topic_arn(caller, params)
        if isinstance(arn, Refusal):
            return Answer(refusal=arn)
        topic = topic_at(world, arn.text)
        return Answer(refusal=refusals.no_such_topic()) if topic is None else _answer(run(world, caller, topic, params))

    return operation


def plain(run: Plain) -> Run:
    def operation(world: World, caller: Caller, params: Json) -> Answer:
        return _answer(run(world, caller, params))

    return operation


def _answer(result: Json | Refusal) -> Answer:
    return Answer(refusal=result) if isinstance(result, Refusal) else Answer(result)


OPERATIONS = operations(
    Operation("Publish", plain(publishing.publish)),
    Operation("PublishBatch", on_topic(publishing.publish_batch)),
    # topics
    Operation("CreateTopic", plain(topics.create_topic)),
    Operation("DeleteTopic", plain(topics.delete_topic)),
    Operation("GetTopicAttributes", on_topic(topics.get_topic_attributes), mutates=False),
    Operation("SetTopicAttributes", on_topic(topics.set_topic_attributes)),
    Operation("ListTopics", plain(listing.list_topics), mutates=False),
    Operation("AddPermission", on_topic(permissions.add_permission)),
    Operation("RemovePermission", on_topic(permissions.remove_permission)),
    Operation("GetDataProtectionPolicy", plain(topics.get_data_protection_policy), mutates=False),
    Operation("PutDataProtectionPolicy", plain(topics.put_data_protection_policy)),
    Operation("TagResource", plain(tags.tag_resource)),
    Operation("UntagResource", plain(tags.untag_resource)),
    Operation("ListTagsForResource", plain(tags.list_tags_for_resource), mutates=False),
    # subscriptions
    Operation("Subscribe", on_topic(subscribing.subscribe)),
    Operation("ConfirmSubscription", plain(subscribing.confirm_subscription)),
    Operation("Unsubscribe", plain(subscribing.unsubscribe)),
    Operation("GetSubscriptionAttributes", plain(subscribing.get_subscription_attributes), mutates=False),
    Operation("SetSubscriptionAttributes", plain(subscribing.set_subscription_attributes)),
    Operation("ListSubscriptions", plain(listing.list_subscriptions), mutates=False),
    Operation("ListSubscriptionsByTopic", on_topic(listing.list_subscriptions_by_topic), mutates=False),
    # mobile push
    Operation("CreatePlatformApplication", plain(mobile.create_platform_application)),
    Operation("DeletePlatformApplication", plain(mobile.delete_platform_application)),
    Operation("GetPlatformApplicationAttributes", plain(mobile.get_platform_application_attributes), mutates=False),
    Operation("SetPlatformApplicationAttributes", plain(mobile.set_platform_application_attributes)),
    Operation("ListPlatformApplications", plain(mobile.list_platform_applications), mutates=False),
    Operation("CreatePlatformEndpoint", plain(mobile.create_platform_endpoint)),
    Operation("DeleteEndpoint", plain(mobile.delete_endpoint)),
    Operation("GetEndpointAttributes", plain(mobile.get_endpoint_attributes), mutates=False),
    Operation("SetEndpointAttributes", plain(mobile.set_endpoint_attributes)),
    Operation(
        "ListEndpointsByPlatformApplication", plain(mobile.list_endpoints_by_platform_application), mutates=False
    ),
    # text messages
    Operation("GetSMSAttributes", plain(sms.get_sms_attributes), mutates=False),
    Operation("SetSMSAttributes", plain(sms.set_sms_attributes)),
    Operation("CheckIfPhoneNumberIsOptedOut", plain(sms.check_if_phone_number_is_opted_out), mutates=False),
    Operation("ListPhoneNumbersOptedOut", plain(sms.list_phone_numbers_opted_out), mutates=False),
    Operation("OptInPhoneNumber", plain(sms.opt_in_phone_number)),
    Operation("GetSMSSandboxAccountStatus", plain(sms.get_sms_sandbox_account_status), mutates=False),
    Operation("CreateSMSSandboxPhoneNumber", plain(sms.create_sms_sandbox_phone_number)),
    Operation("VerifySMSSandboxPhoneNumber", plain(sms.verify_sms_sandbox_phone_number)),
    Operation("DeleteSMSSandboxPhoneNumber", plain(sms.delete_sms_sandbox_phone_number)),
    Operation("ListSMSSandboxPhoneNumbers", plain(sms.list_sms_sandbox_phone_numbers), mutates=False),
    Operation("ListOriginationNumbers", plain(sms.list_origination_numbers), mutates=False),
)
