"""What a topic may write in the trace. Numbers 400–449; they are stable, stored traces hold them.

A publication fans out into notifications, one per subscription: copies whose parent it is, pending at the topic until delivered
or filtered out.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

PUBLISHED, FANNED_OUT, UNHEARD = 400, 401, 402
PENDING, DELIVERED, FAILED, MOVED, DISCARDED, ABANDONED = 403, 404, 405, 406, 407, 408
SUBSCRIBED, UNSUBSCRIBED, SUBSCRIPTION_CHANGED = 410, 411, 412
CONFIRMATION_ASKED, CONFIRMED, TOPIC_CHANGED = 413, 414, 415
FILTERED, BLOCKED, HELD = 420, 421, 422
GROUPED, DEDUPLICATED = 430, 431

LINK = Field("link", FieldType.LINK)
NAME = Field("subscription", FieldType.STRING)
SETTINGS = Field("settings", FieldType.STRING)
SUBSCRIPTIONS = Field("subscriptions", FieldType.INTEGER)
ERROR = (Field("error_type", FieldType.STRING), Field("message", FieldType.STRING))

KINDS = (
    Kind(
        PUBLISHED,
        "sns",
        "MessagePublished",
        (LINK,),
        "published to {node}",
        to="pending",
        motion="forward",
        rate=True,
    ),
    Kind(
        FANNED_OUT,
        "sns",
        "MessageFannedOut",
        (SUBSCRIPTIONS,),
        "{subscriptions} subscriptions of {node} get a copy",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        UNHEARD,
        "sns",
        "MessageUnheard",
        (),
        "nobody is subscribed to {node}: the message is gone",
        to="discarded",
        outcome="lost",
    ),
    Kind(
        PENDING, "sns", "NotificationPending", (LINK,), "a notification over {link} waits to be delivered", to="pending"
    ),
    Kind(
        DELIVERED,
        "sns",
        "NotificationDelivered",
        (LINK,),
        "delivered over {link} at attempt {attempt}",
        to="delivered",
        outcome="delivered",
    ),
    Kind(
        FAILED,
        "sns",
        "NotificationFailed",
        (LINK, *ERROR, Field("retry_at", FieldType.INSTANT)),
        "attempt {attempt} over {link} failed with {error_type}; next attempt: {retry_at}",
        to="pending",
        outcome="retry",
        motion="backward",
    ),
    Kind(
        MOVED,
        "sns",
        "NotificationMovedToDeadLetterQueue",
        (LINK,),
        "moved over {link} to the subscription's dead-letter queue after {attempt} attempts",
        to="moved",
        outcome="lost",
    ),
    Kind(
        DISCARDED,
        "sns",
        "NotificationDiscarded",
        (LINK,),
        "given up after {attempt} attempts; the subscription has no dead-letter queue that takes it: it is gone",
        to="discarded",
        outcome="lost",
    ),
    Kind(SUBSCRIBED, "sns", "Subscribed", (LINK, NAME), "{subscription} is subscribed to {node}"),
    Kind(UNSUBSCRIBED, "sns", "Unsubscribed", (LINK, NAME), "{subscription} is no longer subscribed to {node}"),
    Kind(
        SUBSCRIPTION_CHANGED,
        "sns",
        "SubscriptionChanged",
        (LINK, NAME, SETTINGS),
        "{subscription} changed: {settings}",
    ),
    Kind(
        ABANDONED,
        "sns",
        "NotificationAbandoned",
        (LINK, Field("reason", FieldType.STRING)),
        "not delivered any more after {attempt} attempts: {reason}",
        to="discarded",
        outcome="lost",
    ),
    Kind(
        CONFIRMATION_ASKED,
        "sns",
        "ConfirmationAsked",
        (LINK, NAME),
        "{subscription} gets nothing before it is confirmed: a token was sent over {link}",
    ),
    Kind(
        CONFIRMED,
        "sns",
        "SubscriptionConfirmed",
        (LINK, NAME),
        "{subscription} is confirmed: it gets messages from now on",
    ),
    Kind(TOPIC_CHANGED, "sns", "TopicChanged", (SETTINGS,), "{node} changed: {settings}"),
    Kind(
        FILTERED,
        "sns",
        "NotificationFiltered",
        (LINK, Field("path", FieldType.STRING), Field("why", FieldType.STRING)),
        "filtered by the policy of {link}: {why}",
        to="filtered",
    ),
    Kind(
        BLOCKED,
        "sns",
        "NotificationBlocked",
        (LINK, Field("group", FieldType.STRING), Field("blocker", FieldType.SUBJECT)),
        "blocked by {blocker}: the messages of group {group} are delivered over {link} one after another",
        to="pending",
    ),
    Kind(
        HELD,
        "sns",
        "NotificationHeld",
        (LINK, Field("until", FieldType.INSTANT), Field("per_second", FieldType.INTEGER)),
        "held until {until}: the throttle policy of {link} allows {per_second} deliveries a second",
        to="pending",
    ),
    Kind(
        GROUPED,
        "sns",
        "GroupedMessagePublished",
        (LINK, Field("group", FieldType.STRING), Field("sequence", FieldType.STRING)),
        "published to {node} in message group {group}, with sequence number {sequence}",
        to="pending",
        motion="forward",
        rate=True,
    ),
    Kind(
        DEDUPLICATED,
        "sns",
        "PublicationDeduplicated",
        (
            Field("original", FieldType.SUBJECT),
            Field("deduplication_id", FieldType.STRING),
            Field("until", FieldType.INSTANT),
        ),
        "a duplicate of {original}, which has the same deduplication id {deduplication_id}: until {until} such are accepted and not delivered",
        to="discarded",
    ),
)
