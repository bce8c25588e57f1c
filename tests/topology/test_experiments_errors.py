"""What the gallery says that happens when one tries its experiments: errors, dead letters, destinations, order, decoupling."""

from __future__ import annotations

from tests.topology.playing import HOUR, SECOND, Play, experiment, play

QUEUE = "Queue: !GetAtt {}.Arn\n            BatchSize: {}"


def test_what_is_turned_away_waits_and_what_fails_is_counted():
    run = play("two-kinds-of-error", until=8 * HOUR)
    assert (run["Shrink", "EventDelivered"], run["GivenUp", "FailureArrived"]) == (54, 6)
    assert (run["Shrink", "EventFailed"], run["Shrink", "EventNotAccepted"] > 100) == (18, True)


@experiment("two-kinds-of-error", 1)
def test_with_room_for_all_only_the_corrupt_fail():
    run = play("two-kinds-of-error", {"ReservedConcurrentExecutions: 2": "ReservedConcurrentExecutions: 50"}, 8 * HOUR)
    assert (run["Shrink", "EventNotAccepted"], run["Shrink", "EventFailed"]) == (0, 18)


@experiment("two-kinds-of-error", 2)
def test_a_minute_of_patience_gives_up_good_photos():
    run = play("two-kinds-of-error", {"MaximumEventAgeInSeconds: 21600": "MaximumEventAgeInSeconds: 60"}, 8 * HOUR)
    assert run["GivenUp", "FailureArrived"] > 6
    assert any("EventAgeExceeded" in text for text in run.bodies("GivenUp"))


@experiment("fail-up-the-stack", 1)
def test_a_caught_error_loses_the_reading():
    run = play("fail-up-the-stack", {"catch: false": "catch: true"})
    assert (
        run["Forward", "InvocationFailed"],
        run["Measurements", "RecordPut"],
        run["ForwardDlq", "FailureArrived"],
    ) == (0, 10, 0)


@experiment("fail-up-the-stack", 2)
def test_a_long_outage_ends_in_the_dead_letter_queue():
    run = play("fail-up-the-stack", {"Until: 80 s": "Until: 610 s"})
    assert (run["Measurements", "RecordPut"], run["ForwardDlq", "FailureArrived"]) == (10, 50)


@experiment("the-error-nobody-saw", 2)
def test_the_red_one_loses_nothing_and_the_green_one_half():
    run = play("the-error-nobody-saw")
    assert (run["Forward", "InvocationFailed"], run["Measurements", "RecordPut"]) == (30, 60)
    assert (run["ForwardAndHide", "EventDelivered"], run["MeasurementsWithGaps", "RecordPut"]) == (60, 30)
    assert run["HiddenDlq", "FailureArrived"] == run["ForwardAndHide", "InvocationFailed"] == 0


@experiment("the-error-nobody-saw", 1)
def test_without_the_catch_both_hold_all():
    run = play("the-error-nobody-saw", {"catch: true": "catch: false"})
    assert (run["Measurements", "RecordPut"], run["MeasurementsWithGaps", "RecordPut"]) == (60, 60)


def test_the_same_poison_by_five_ways():
    run = play("retries-side-by-side")
    assert (run["ByCall", "InvocationFailed"], run["ByCall", "InvocationSucceeded"]) == (1, 9)
    assert (run["ByEvent", "EventFailed"], run["ByEventFailed", "FailureArrived"]) == (3, 1)
    assert (run["ByQueue", "InvocationFailed"], run["OrdersDlq", "DeadLetterArrived"]) == (3, 10)
    assert (run["ByShard", "InvocationFailed"], run["ByShardFailed", "FailureArrived"]) == (3, 1)
    assert (run["ByHalves", "InvocationSucceeded"], run["ByHalvesFailed", "FailureArrived"]) == (3, 1)
    assert (run["Readings", "StreamRecordProcessed"], run["Readings", "StreamRecordDiscarded"]) == (9, 11)


@experiment("retries-side-by-side", 1)
def test_alone_in_its_batch_poison_takes_nobody_down():
    alone = {QUEUE.format("Orders", 10) + "\n            MaximumBatchingWindowInSeconds: 5": QUEUE.format("Orders", 1)}
    assert play("retries-side-by-side", alone)["OrdersDlq", "DeadLetterArrived"] == 1


@experiment("retries-side-by-side", 2)
def test_an_event_without_retries_is_handed_on_at_once():
    run = Play("retries-side-by-side", sends=False)
    run.ask("lambda:UpdateFunctionEventInvokeConfig", FunctionName="by-event", MaximumRetryAttempts=0)
    assert run.send().until(10 * SECOND)["ByEventFailed", "FailureArrived"] == 1


def test_one_shard_is_blocked_for_ten_minutes_and_one_for_seconds():
    run = play("poison-in-a-stream")
    assert run["PutAside", "FailureArrived"] == 2
    assert (run["Readings", "StreamRecordDiscarded"], run["Readings", "StreamRecordProcessed"]) == (24, 96)


@experiment("poison-in-a-stream", 1)
def test_without_an_age_the_stream_forgets_first():
    run = play("poison-in-a-stream", {"            MaximumRecordAgeInSeconds: 600\n": ""}, 23 * HOUR)
    assert run["Readings", "StreamRecordDiscarded"] == 2
    run.until(25 * HOUR)
    assert run["Readings", "RecordExpired"] == 60


@experiment("poison-in-a-stream", 2)
def test_without_bisect_the_healthy_are_put_aside_too():
    run = play("poison-in-a-stream", {"            BisectBatchOnFunctionError: true\n": ""})
    assert run["PutAside", "FailureArrived"] == 2
    assert run["Readings", "StreamRecordDiscarded"] == 28


@experiment("charged-twice", 1)
def test_who_waits_longer_than_the_gateway_charges_once():
    assert play("charged-twice", {"timeout_ms: 1000": "timeout_ms: 5000"})["Charges", "MessageSent"] == 30


@experiment("charged-twice", 2)
def test_without_the_sdk_s_retries_the_queue_asks_again():
    run = play("charged-twice", {"timeout_ms: 1000": "timeout_ms: 1000, max_attempts: 1"})
    assert run["ChargeCard", "InvocationFailed"] > 0
    assert run["Charges", "MessageSent"] > 30


@experiment("dead-letters-of-each-kind", 1)
def test_a_rule_s_letters_go_back_to_its_target_alone():
    run = play("dead-letters-of-each-kind")
    arrived = [run[queue, "FailureArrived"] for queue in ("RuleDlq", "SubscriptionDlq", "FunctionDlq")]
    assert ([*arrived, run["ParcelsDlq", "DeadLetterArrived"]], run["Mail", "MessageSent"]) == ([6, 2, 6, 6], 4)
    (fault,) = run.ask("playground:ListFaults").answer["Faults"]
    run.ask("playground:DeleteFault", FaultId=fault["FaultId"]).redrive("RuleDlq").until(2 * HOUR)
    assert (run.present("Ledger"), run.present("RuleDlq"), run["Shop", "EventPut"]) == (6, 0, 6)


@experiment("dead-letters-of-each-kind", 2)
def test_a_repaired_function_takes_its_letters_back():
    run = play("dead-letters-of-each-kind")
    run.ask("lambda:UpdateFunctionCode", FunctionName="invoice", Behaviour={"failures": []}).redrive(
        "FunctionDlq"
    ).until(2 * HOUR)
    assert (run["Invoice", "EventDelivered"], run.present("FunctionDlq")) == (6, 0)


@experiment("dead-letters-at-every-hop", 1)
def test_photos_are_resized_after_a_repair():
    run = play("dead-letters-at-every-hop")
    run.ask("lambda:UpdateFunctionCode", FunctionName="resize", Behaviour={"failures": []}).redrive("ResizeDlq").until(
        2 * HOUR
    )
    assert (run["Resize", "EventDelivered"], run.present("ResizeDlq")) == (60, 0)


@experiment("dead-letters-at-every-hop", 2)
def test_a_program_that_redrives_without_a_repair_is_a_loop():
    run = play("dead-letters-at-every-hop", {"Enabled: false": "Enabled: true"})
    assert run["Reprocess", "RecursiveLoopStopped"] > 0
    assert run.present("ResizeDlq") == 6


@experiment("dead-letters-at-every-hop", 3)
def test_on_the_way_to_the_function_it_is_sns_that_tries_again():
    run = Play("dead-letters-at-every-hop", sends=False)
    link = next(link.id for link in run.topology.links if link.kind == "subscription")
    run.ask("playground:PutFault", Target=link, Kind="outage").send(Count=1).until(2 * SECOND)
    assert run["Uploaded", "NotificationFailed"] == 5
    assert run.until()["Uploaded", "NotificationFailed"] > 100
    assert run["Resize", "InvocationStarted"] == 0
