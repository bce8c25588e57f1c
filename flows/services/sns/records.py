"""What a topic may write in the trace. Numbers 400–429; they are stable, stored traces hold them.

A publication fans out into notifications, one per subscription: copies whose parent it is, pending at the topic until delivered.
"""

from __future__ import annotations

from flows.engine.kinds import Field, FieldType, Kind

PUBLISHED, FANNED_OUT, UNHEARD = 400, 401, 402
PENDING, DELIVERED, FAILED, MOVED, DISCARDED = 403, 404, 405, 406, 407
SUBSCRIBED, UNSUBSCRIBED, SUBSCRIPTION_CHANGED = 410, 411, 412

LINK = Field("link", FieldType.LINK)
NAME = Field("subscription", FieldType.STRING)
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
        (LINK, NAME, Field("settings", FieldType.STRING)),
        "{subscription} changed: {settings}",
    ),
)
