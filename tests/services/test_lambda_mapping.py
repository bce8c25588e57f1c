"""Event source mappings on a queue: batches, windows, partial answers, concurrency, throttling, scaling."""

from __future__ import annotations

from collections import Counter

from tests.builders import MINUTE, SECOND, Run, a_function, a_mapping, a_queue, a_topology, an_order_topology, arn, url

POISON = [
    {"body": {"path": "$.poison", "equals": True}, "error": {"type": "CardDeclined", "message": "no"}, "how": "item"}
]
PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
POISONED = '{"poison": true}'


def burst(run: Run, count: int, body: str = "order", **params) -> None:
    run.ok("client:StartTraffic", TargetArn=arn("orders"), Mode="burst", Count=count, MessageBody=body, **params)


def sizes(run: Run) -> list[int]:
    return [row["batch_size"] for row in run.records() if row["kind"] == "InvocationStarted"]


def test_a_message_is_received_invokes_and_is_deleted_when_the_function_answers():
    run = Run(an_order_topology(ms=250))
    run.send(at=SECOND)
    run.until(10 * SECOND)
    rows = run.records()[2:]
    assert [(row["at"], row["kind"]) for row in rows] == [
        (SECOND, "MessageSent"),
        (SECOND, "MessageReceived"),
        (SECOND, "InvocationStarted"),
        (SECOND + 250_000, "InvocationSucceeded"),
        (SECOND + 250_000, "MessageDeleted"),
    ]
    sent, received, started, succeeded, deleted = rows
    invocation = started["subject"]
    assert {row["request"] for row in rows[1:]} == {invocation}
    assert [row["cause"] for row in rows[1:]] == [row["sequence"] for row in (sent, received, started, succeeded)]
    assert received["link"] == started["link"] == run.topology.link("Mapping").index
    assert (succeeded["duration"], succeeded["failed_items"]) == (250_000, 0)
    assert deleted["attempt"] == 1
    assert run.simulation.quiet


def test_a_burst_is_read_by_five_pollers_in_batches_of_ten():
    run = Run(an_order_topology())
    burst(run, 100)
    run.until(0)
    assert sizes(run) == [10] * 5
    run.until(100_000)
    assert sizes(run) == [10] * 5


def test_while_messages_wait_five_pollers_are_added_every_second():
    run = Run(an_order_topology(ms=1500, queue={"VisibilityTimeout": 600}))
    burst(run, 10_000)
    run.until(3 * SECOND)
    rows = run.records()
    scaled = [(row["at"], row["concurrency"]) for row in rows if row["kind"] == "MappingScaled"]
    assert scaled == [(SECOND, 10), (2 * SECOND, 15), (3 * SECOND, 20)]
    first = next(row for row in rows if row["kind"] == "MappingScaled")
    assert first["link"] == run.topology.link("Mapping").index
    assert rows[first["cause"] - 1]["kind"] == "MessageReceived"
    assert run.simulation.world.nouns[run.topology.node("ChargeCard").index].executing == 20


def test_pollers_never_exceed_the_maximum_concurrency():
    run = Run(
        an_order_topology(
            ms=60_000,
            queue={"VisibilityTimeout": 600},
            mapping={"ScalingConfig": {"MaximumConcurrency": 7}},
            Timeout=100,
        )
    )
    burst(run, 1000)
    run.until(50 * SECOND)
    assert [row["concurrency"] for row in run.records() if row["kind"] == "MappingScaled"] == [7]


def test_a_maximum_concurrency_below_five_holds_from_the_start():
    run = Run(an_order_topology(mapping={"ScalingConfig": {"MaximumConcurrency": 2}}))
    burst(run, 100)
    run.until(0)
    assert sizes(run) == [10, 10]


def test_pollers_stop_at_1250_and_start_from_five_after_an_idle_minute():
    run = Run(an_order_topology(ms=900_000, queue={"VisibilityTimeout": 6000}, mapping={"BatchSize": 1}, Timeout=900))
    run.command("lambda:PutFunctionConcurrency", FunctionName="charge-card", ReservedConcurrentExecutions=1000)
    burst(run, 30_000)
    run.until(400 * SECOND)
    scaled = [row["concurrency"] for row in run.records() if row["kind"] == "MappingScaled"]
    assert scaled[-1] == 1250
    run.ok("sqs:PurgeQueue", QueueUrl=url("orders"))
    run.until(2000 * SECOND)
    run.records()
    run.send()
    run.until(2000 * SECOND)
    assert [row["concurrency"] for row in run.records() if row["kind"] == "MappingScaled"] == [5]


def test_a_failure_returns_the_whole_batch_without_partial_answers():
    run = Run(an_order_topology(POISON, mapping={"ScalingConfig": {"MaximumConcurrency": 2}}))
    burst(run, 3, Variants=[{"Every": 3, "MessageBody": POISONED}])
    run.until(SECOND)
    rows = run.records()
    failed = next(row for row in rows if row["kind"] == "InvocationFailed")
    assert (failed["at"], failed["error_type"], failed["duration"]) == (100_000, "CardDeclined", 100_000)
    assert run.simulation.environment.bodies.text(failed["error"]) == '{"errorType":"CardDeclined","errorMessage":"no"}'
    deliveries = [row for row in rows if row["kind"] == "DeliveryFailed"]
    assert [(row["attempt"], row["cause"], row["error_type"]) for row in deliveries] == [
        (1, failed["sequence"], "CardDeclined")
    ] * 3
    assert run.counts() == (0, 3, 0)
    run.until(30 * SECOND - 1)
    assert run.counts() == (0, 3, 0)
    run.until(90 * SECOND)
    assert run.counts("orders-dlq") == (3, 0, 0)


def test_with_partial_answers_only_the_failed_message_stays():
    run = Run(an_order_topology(POISON, mapping=PARTIAL))
    burst(run, 3, Variants=[{"Every": 3, "MessageBody": POISONED}])
    run.until(SECOND)
    kinds = Counter(row["kind"] for row in run.records())
    assert (kinds["InvocationSucceeded"], kinds["MessageDeleted"], kinds["DeliveryFailed"]) == (1, 2, 1)
    assert run.counts() == (0, 1, 0)
    run.until(90 * SECOND)
    assert run.story("InvocationStarted", "InvocationSucceeded", "DeliveryFailed")[-2:] == [
        (90 * SECOND, "Orders", "MessageMovedToDeadLetterQueue"),
        (90 * SECOND, "OrdersDlq", "DeadLetterArrived"),
    ]


def test_the_dead_letter_is_caused_by_its_failed_deliveries():
    run = Run(an_order_topology(POISON, maximum=1))
    run.send(POISONED)
    run.until(30 * SECOND)
    rows = run.records()
    chain, row = [], rows[-1]
    while row["cause"]:
        chain.append(row["kind"])
        row = rows[row["cause"] - 1]
    assert chain == [
        "DeadLetterArrived",
        "MessageMovedToDeadLetterQueue",
        "MessageBecameVisible",
        "DeliveryFailed",
        "InvocationFailed",
        "InvocationStarted",
        "MessageReceived",
        "MessageSent",
    ]


def test_a_function_slower_than_the_visibility_timeout_deletes_nothing_that_was_received_again():
    run = Run(an_order_topology(ms=3000, queue={"VisibilityTimeout": 2}, maximum=10, Timeout=10))
    run.send()
    run.until(2 * SECOND)
    assert [row[2] for row in run.story()].count("InvocationStarted") == 2
    run.until(3 * SECOND)
    assert run.counts() == (0, 1, 0)
    run.ok("lambda:UpdateEventSourceMapping", UUID="Mapping", Enabled=False)
    run.until(60 * SECOND)
    ends = [(row["at"], row["attempt"]) for row in run.records() if row["kind"] == "MessageDeleted"]
    assert ends == [(5 * SECOND, 2)]


def test_a_function_that_ends_late_leaves_the_next_tenant_of_its_messages_slot_alone():
    run = Run(an_order_topology(ms=3000, queue={"VisibilityTimeout": 60}, Timeout=10))
    run.send("old")
    run.until(SECOND)
    run.ok("lambda:UpdateEventSourceMapping", UUID="Mapping", Enabled=False)
    run.ok("sqs:PurgeQueue", QueueUrl=url("orders"))
    run.send("new")
    run.until(10 * SECOND)
    assert run.counts() == (1, 0, 0)
    assert [message["Body"] for message in run.receive()] == ["new"]


def test_a_window_gathers_messages_in_flight_until_it_is_over():
    run = Run(an_order_topology(mapping={"BatchSize": 10, "MaximumBatchingWindowInSeconds": 5}))
    for at in range(3):
        run.send(at=at * SECOND)
    run.until(2 * SECOND)
    assert run.counts() == (0, 3, 0)
    run.until(5 * SECOND - 1)
    assert sizes(run) == []
    run.until(5 * SECOND)
    assert sizes(run) == [3]


def test_a_full_batch_does_not_wait_for_its_window():
    run = Run(an_order_topology(mapping={"BatchSize": 25, "MaximumBatchingWindowInSeconds": 5}))
    burst(run, 60)
    run.until(0)
    assert sizes(run) == [25, 25]
    run.until(5 * SECOND)
    assert sizes(run) == [10]


def test_what_is_being_gathered_goes_as_it_is_when_the_mapping_changes():
    run = Run(an_order_topology(mapping={"BatchSize": 25, "MaximumBatchingWindowInSeconds": 5}))
    run.send()
    run.until(SECOND)
    assert sizes(run) == []
    run.ok("lambda:UpdateEventSourceMapping", UUID="Mapping", Enabled=False)
    assert sizes(run) == [1]
    run.send()
    run.until(10 * SECOND)
    assert run.counts() == (1, 0, 0)


def test_a_poller_that_meets_only_dead_letters_looks_again_until_there_is_nothing():
    run = Run(
        an_order_topology([{"attempts_up_to": 1}], maximum=1, mapping={"ScalingConfig": {"MaximumConcurrency": 100}})
    )
    burst(run, 1000)
    run.until(60 * SECOND)
    assert run.counts("orders-dlq") == (1000, 0, 0)
    assert run.counts() == (0, 0, 0)
    assert run.simulation.quiet


def test_a_throttled_batch_comes_back_after_its_visibility_timeout_and_counts_as_received():
    run = Run(an_order_topology(ms=10_000, mapping={"BatchSize": 1}, ReservedConcurrentExecutions=1, Timeout=20))
    run.send("runs")
    run.until(0)
    run.send("throttled")
    run.until(0)
    throttled = run.records()[-1]
    assert (throttled["kind"], throttled["link"]) == ("MappingThrottled", run.topology.link("Mapping").index)
    assert throttled["reason"] == "all 1 reserved executions are running"
    run.until(10 * SECOND)
    assert run.counts() == (0, 1, 0)
    run.until(30 * SECOND)
    received = [row for row in run.records() if row["kind"] == "MessageReceived"]
    assert [(row["at"], row["attempt"]) for row in received] == [(30 * SECOND, 2)]


def test_throttled_pollers_rest_a_second_and_so_receive_a_backlog_slowly():
    run = Run(an_order_topology(ReservedConcurrentExecutions=0))
    burst(run, 100)
    run.until(SECOND - 1)
    assert run.counts() == (50, 50, 0)
    run.until(SECOND)
    assert run.counts() == (0, 100, 0)


def test_functions_without_reservation_share_the_accounts_thousand():
    run = Run(an_order_topology(ms=10_000, mapping={"BatchSize": 1}, Timeout=20))
    account = run.simulation.world.nouns[run.topology.node("ChargeCard").index].account
    assert account.unreserved == 1000
    account.reserved = 998
    burst(run, 5)
    run.until(0)
    throttled = [row["reason"] for row in run.records() if row["kind"] == "MappingThrottled"]
    assert throttled == ["all 2 unreserved executions of the account are running"] * 3
    run.until(20 * SECOND)
    assert account.executing == 0


def test_a_disabled_mapping_reads_nothing_until_it_is_enabled():
    run = Run(an_order_topology(mapping={"Enabled": False}))
    run.send()
    run.until(MINUTE)
    assert run.counts() == (1, 0, 0)
    answer = run.ok("lambda:UpdateEventSourceMapping", UUID="Mapping", Enabled=True)
    assert answer["State"] == "Enabling"
    run.until(MINUTE + SECOND - 1)
    assert run.counts() == (1, 0, 0)
    run.until(MINUTE + SECOND)
    assert run.counts() == (0, 1, 0)
    assert run.ok("lambda:GetEventSourceMapping", UUID="Mapping")["State"] == "Enabled"
    assert [row["state"] for row in run.records() if row["kind"] == "MappingStateChanged"] == ["Enabled"]


def test_two_mappings_compete_for_a_queue():
    topology = a_topology(
        Orders=a_queue("orders"),
        One=a_function("one"),
        Two=a_function("two"),
        First=a_mapping("orders", "one", BatchSize=1),
        Second=a_mapping("orders", "two", BatchSize=1),
    )
    run = Run(topology)
    for at in range(6):
        run.send(at=at * SECOND)
    run.until(10 * SECOND)
    nodes = Counter(node for _, node, kind in run.story() if kind == "InvocationStarted")
    assert nodes == {"One": 3, "Two": 3}
