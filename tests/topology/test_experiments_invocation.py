"""What the gallery says that happens when one tries its experiments: ways to invoke, errors and retries."""

from __future__ import annotations

from tests.topology.playing import HOUR, MINUTE, SECOND, Play, experiment, play

OUTAGE = "{Kind: outage, From: 10 s, Until: 20 s}"
NO_OUTAGE = "{Kind: outage, From: 10 d, Until: 20 d}"


def seconds_until(done: str, count: int, slug: str, changes: dict[str, str] | None = None, **other: object) -> int:
    run = Play(slug, changes, **other)
    at = 0
    while run[done, "MessageDeleted"] < count:
        at += 10
        run.until(at * SECOND)
    return at


@experiment("order-queue-with-dead-letters", 1)
def test_all_dead_letters_are_charged_after_a_repair():
    run = play("order-queue-with-dead-letters")
    assert run.present("OrdersDlq") == 20
    run.ask("lambda:UpdateFunctionCode", FunctionName="charge-card", Behaviour={"failures": []})
    run.redrive("OrdersDlq").until(2 * HOUR)
    assert (run["Orders", "MessageDeleted"], run.present("OrdersDlq")) == (200, 0)


@experiment("order-queue-with-dead-letters", 2)
def test_without_reported_items_a_burst_kills_all():
    whole = {"            FunctionResponseTypes:\n              - ReportBatchItemFailures\n": ""}
    assert play("order-queue-with-dead-letters", whole, Mode="burst")["OrdersDlq", "DeadLetterArrived"] == 200
    assert play("order-queue-with-dead-letters", Mode="burst")["OrdersDlq", "DeadLetterArrived"] == 20


@experiment("whole-batch-failure", 1)
def test_reported_items_save_the_healthy_of_a_batch():
    window = "            MaximumBatchingWindowInSeconds: 2"
    reported = {
        "how: raise": "how: item",
        window: f"{window}\n            FunctionResponseTypes: [ReportBatchItemFailures]",
    }
    assert play("whole-batch-failure", reported)["OrdersDlq", "DeadLetterArrived"] == 10


@experiment("whole-batch-failure", 2)
def test_batches_of_one_share_no_fate_and_cost_more():
    alone = play(
        "whole-batch-failure", {"BatchSize: 10\n            MaximumBatchingWindowInSeconds: 2": "BatchSize: 1"}
    )
    assert (alone["OrdersDlq", "DeadLetterArrived"], alone["ChargeCard", "InvocationStarted"]) == (10, 220)


@experiment("backlog", 1)
def test_twenty_at_once_drain_the_queue_faster():
    two = seconds_until("Reports", 400, "backlog")
    twenty = seconds_until("Reports", 400, "backlog", {"MaximumConcurrency: 2": "MaximumConcurrency: 20"})
    assert two / twenty > 7


@experiment("backlog", 2)
def test_twice_as_many_reports_take_twice_as_long():
    run = play("backlog", Count=800)
    assert (run["Reports", "MessageDeleted"], run["ReportsDlq", "DeadLetterArrived"]) == (800, 0)
    once, twice = seconds_until("Reports", 400, "backlog"), seconds_until("Reports", 800, "backlog", Count=800)
    assert 1.9 < twice / once < 2.1


def test_three_sources_start_the_same_function():
    run = Play("source-function-services").send("Shop").send("default-bus").until()
    assert (run["Uploads", "ObjectCreated"], run["Shop", "ResponseReturned"]) == (12, 12)
    assert run["InvoiceServerStopped", "RuleMatched"] == 1
    assert run["Invoices", "ItemPut"] == run["Mail", "MessageSent"] == 25


@experiment("source-function-services", 1)
def test_a_server_that_runs_concerns_nobody():
    running = (
        '{"Source": "aws.ec2", "DetailType": "EC2 Instance State-change Notification", "Detail": {"state": "running"}}'
    )
    run = Play("source-function-services", sends=False).send("default-bus", MessageBody=running).until()
    assert (run["default-bus", "EventUnmatched"], run["Invoice", "InvocationStarted"]) == (1, 0)


@experiment("source-function-services", 2)
def test_an_error_goes_to_the_client_that_waits_and_to_lambda_where_nobody_does():
    run = Play("source-function-services", sends=False).ask("playground:PutFault", Target="Invoices", Kind="outage")
    run.send("Shop", Count=1).send("Uploads", Count=1).until()
    assert run["Shop", "ErrorReturned"] == 3
    assert run["Invoice", "EventFailed"] == 3


def test_three_ways_of_invoking_have_three_ways_of_failing():
    run = Play("three-ways-to-invoke")
    for target in ("News", "Clicks", "Stock"):
        run.send(target)
    run.until()
    assert (run["Shop", "ErrorReturned"], run["Shop", "ResponseReturned"]) == (3, 9)
    assert (run["React", "EventFailed"], run["ReactDlq", "FailureArrived"]) == (3, 1)
    assert (run["Clicks", "StreamBatchFailed"], run["Clicks", "StreamBatchDiscarded"]) == (12, 2)
    assert run["SkippedBatches", "FailureArrived"] == 4


@experiment("three-ways-to-invoke", 1)
def test_without_retries_poison_is_a_dead_letter_at_once():
    run = Play("three-ways-to-invoke", sends=False)
    run.ask("lambda:UpdateFunctionEventInvokeConfig", FunctionName="react", MaximumRetryAttempts=0)
    assert run.send("News").until(10 * SECOND)["ReactDlq", "FailureArrived"] == 1


@experiment("three-ways-to-invoke", 2)
def test_only_who_waits_feels_latency():
    run = Play("three-ways-to-invoke", sends=False)
    run.ask("playground:PutFault", Target="Answer", Kind="latency", Latency="2 s").send().until(2 * SECOND)
    assert (run["Shop", "RequestReceived"] > 2, run["Shop", "ResponseReturned"]) == (True, 0)


def test_seven_clients_give_up_while_the_table_is_away():
    run = play("synchronous-service")
    assert (run["Orders", "ItemPut"], run["client", "RequestGivenUp"]) == (23, 7)


@experiment("synchronous-service", 1)
def test_with_a_table_all_thirty_are_placed():
    run = play("synchronous-service", {OUTAGE: NO_OUTAGE})
    assert (run["Shop", "ResponseReturned"], run["Shop", "ErrorReturned"]) == (30, 0)


@experiment("synchronous-service", 2)
def test_without_the_function_every_client_gives_up():
    run = Play("synchronous-service", {OUTAGE: NO_OUTAGE}, sends=False)
    run.ask("playground:PutFault", Target="PlaceOrder", Kind="outage", Until="60 s").send().until()
    assert (run["Shop", "ErrorReturned"], run["client", "RequestGivenUp"]) == (90, 30)


def test_nobody_but_lambda_notices_when_the_client_has_gone():
    run = play("asynchronous-service")
    assert (run["Orders", "ItemPut"], run["TakeIn", "EventFailed"]) == (30, 10)
    assert (run["client", "RequestGivenUp"], run["NotTakenIn", "FailureArrived"]) == (0, 0)


@experiment("asynchronous-service", 1)
def test_without_retries_the_outage_is_in_the_dead_letter_queue():
    run = Play("asynchronous-service", sends=False)
    run.ask("lambda:UpdateFunctionEventInvokeConfig", FunctionName="take-in", MaximumRetryAttempts=0).send().until()
    assert run["NotTakenIn", "FailureArrived"] == 10


@experiment("asynchronous-service", 2)
def test_a_long_outage_outlasts_the_retries():
    run = play("asynchronous-service", {"Until: 20 s": "Until: 610 s"})
    assert (run["Orders", "ItemPut"], run["NotTakenIn", "FailureArrived"]) == (10, 20)


@experiment("synchronous-beside-asynchronous", 1)
def test_who_hands_the_order_in_is_answered_at_once():
    run = play("synchronous-beside-asynchronous", Path="/orders/later")
    assert (run["Shop", "ResponseReturned"], run["Shop", "ErrorReturned"], run["Orders", "MessageDeleted"]) == (
        60,
        0,
        60,
    )


@experiment("synchronous-beside-asynchronous", 2)
def test_one_receive_is_no_second_chance():
    run = play("synchronous-beside-asynchronous", {"maxReceiveCount: 5": "maxReceiveCount: 1"}, Path="/orders/later")
    assert run["OrdersDlq", "DeadLetterArrived"] == 11


@experiment("upstream-to-a-queue", 1)
def test_a_short_visibility_timeout_asks_in_vain():
    patient, hasty = (
        play("upstream-to-a-queue"),
        play("upstream-to-a-queue", {"VisibilityTimeout: 60": "VisibilityTimeout: 5"}),
    )
    assert (patient["Orders", "MessageReceived"], hasty["Orders", "MessageReceived"]) == (201, 319)
    assert patient["Ledger", "ItemPut"] == hasty["Ledger", "ItemPut"] == 120
    assert patient["OrdersDlq", "DeadLetterArrived"] == 0


@experiment("upstream-to-a-queue", 2)
def test_who_tries_once_loses_what_met_the_outage():
    run = play("upstream-to-a-queue", {"maxReceiveCount: 5": "maxReceiveCount: 1"})
    assert run["OrdersDlq", "DeadLetterArrived"] == 81


def test_an_event_reaches_a_queue_a_function_and_a_machine():
    run = play("upstream-to-a-bus")
    assert (run["Parcels", "MessageDeleted"], run["Greet", "EventDelivered"]) == (40, 40)
    assert run["Approval", "StatesExecutionSucceeded"] == 10


@experiment("upstream-to-a-bus", 1)
def test_one_consumer_away_concerns_no_other():
    run = Play("upstream-to-a-bus", sends=False).ask("playground:PutFault", Target="Pack", Kind="outage")
    run.send().until(10 * MINUTE)
    assert (run["Greet", "EventDelivered"], run["Approval", "StatesExecutionSucceeded"]) == (40, 10)
    assert run.present("Parcels") == 40


@experiment("upstream-to-a-bus", 2)
def test_a_disabled_rule_starts_nothing():
    run = Play("upstream-to-a-bus", sends=False).ask("events:DisableRule", Name="to-approval", EventBusName="shop")
    run.send().until()
    assert (run["Approval", "StatesExecutionStarted"], run["Checkout", "EventDelivered"]) == (0, 40)
