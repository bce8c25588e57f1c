"""What the gallery says that happens when one tries its experiments: containers, delivery streams, graphs, databases."""

from __future__ import annotations

from tests.topology.playing import HOUR, SECOND, Play, experiment, play


def test_containers_and_functions_do_the_same_work():
    run = play("containers-on-a-queue")
    assert run["ForContainers", "MessageDeleted"] == run["ForFunctions", "MessageDeleted"] == 57
    assert run["ForContainersDlq", "DeadLetterArrived"] == run["ForFunctionsDlq", "DeadLetterArrived"] == 3
    early = play("containers-on-a-queue", until=30 * SECOND)
    assert (early["ForContainers", "MessageReceived"], early["ForFunctions", "MessageDeleted"] > 40) == (0, True)


@experiment("containers-on-a-queue", 1)
def test_six_tasks_are_done_after_a_minute():
    six = play("containers-on-a-queue", {"DesiredCount: 2": "DesiredCount: 6"}, 60 * SECOND)
    two = play("containers-on-a-queue", until=60 * SECOND)
    assert (six["ForContainers", "MessageDeleted"], two["ForContainers", "MessageDeleted"] < 40) == (57, True)
    assert play("containers-on-a-queue", until=110 * SECOND)["ForContainers", "MessageDeleted"] == 57


@experiment("containers-on-a-queue", 2)
def test_throttling_the_function_kills_healthy_messages_and_limiting_the_mapping_does_not():
    run = Play("containers-on-a-queue", sends=False)
    run.ask("lambda:PutFunctionConcurrency", FunctionName="render", ReservedConcurrentExecutions=2).send().until()
    assert run["ForFunctionsDlq", "DeadLetterArrived"] > 3
    item = "FunctionResponseTypes: [ReportBatchItemFailures]"
    limited = {item: f"{item}\n            ScalingConfig: {{MaximumConcurrency: 2}}"}
    assert play("containers-on-a-queue", limited)["ForFunctionsDlq", "DeadLetterArrived"] == 3


@experiment("clicks-to-a-lake", 1)
def test_a_shorter_interval_writes_more_objects():
    assert play("clicks-to-a-lake")["Bucket", "ObjectCreated"] == 2
    shorter = {"IntervalInSeconds: 60": "IntervalInSeconds: 30"}
    assert play("clicks-to-a-lake", shorter)["Bucket", "ObjectCreated"] == 4


@experiment("clicks-to-a-lake", 2)
def test_what_cannot_be_cleaned_is_kept_as_it_came():
    run = Play("clicks-to-a-lake", sends=False).ask("playground:PutFault", Target="Clean", Kind="outage")
    run.send().until(3 * HOUR)
    assert run["Lake", "FirehoseRecordUnprocessed"] == 200
    keys = [each["Key"] for each in run.ask("s3:ListObjectsV2", Bucket="lake-123456789012").answer["Contents"]]
    assert keys
    assert all(key.startswith("broken/") for key in keys)


def test_what_fails_is_one_field_and_the_others_answer():
    run = play("one-request-many-sources")
    assert (run["Shop", "GraphqlResponseReturned"], run["Shop", "GraphqlErrorsReturned"]) == (50, 10)
    assert run["Shop", "FieldFailed"] == run["Delivery", "InvocationFailed"] == 10
    assert run["Orders", "ItemPut"] == run["Packing", "MessageSent"] == run["Prices", "InvocationSucceeded"] == 60


@experiment("one-request-many-sources", 1)
def test_an_answer_without_a_source_still_has_all_the_others():
    run = Play("one-request-many-sources", sends=False).ask("playground:PutFault", Target="Delivery", Kind="outage")
    run.send().until()
    assert (run["Shop", "GraphqlErrorsReturned"], run["Shop", "FieldFailed"]) == (60, 60)
    assert run["Orders", "ItemPut"] == run["Packing", "MessageSent"] == run["Prices", "InvocationSucceeded"] == 60


@experiment("one-request-many-sources", 2)
def test_without_batches_every_line_is_an_invocation():
    alone = {"      MaxBatchSize: 10\n": "", "output: [{data: 12}, {data: 8}, {data: 3}]": "output: 12"}
    run = play("one-request-many-sources", alone)
    assert (run["Prices", "InvocationSucceeded"], run["Shop", "FieldFailed"]) == (180, 10)


@experiment("one-request-many-sources", 3)
def test_who_listens_is_told_of_every_order():
    run = Play("one-request-many-sources", sends=False)
    sample = run.ask("appsync:GetSampleRequest", TargetArn=run.arn("Shop")).answer["Subscription"]
    assert sample == "subscription { placed { id to lines { item price } delivery thanks } }"
    run.ask("appsync:Subscribe", TargetArn=run.arn("Shop"), Query=sample).send().until()
    assert run["Shop", "SubscriberTold"] == 60
    (listener,) = run.ask("appsync:ListSubscriptions", TargetArn=run.arn("Shop")).answer["Subscriptions"]
    assert (listener["Field"], listener["Told"]) == ("placed", 60)


def test_a_burst_takes_all_connections_and_a_queue_needs_a_handful():
    run = play("too-many-connections")
    assert (run["ByConnection", "StatementSucceeded"], run["NotBooked", "FailureArrived"]) == (189, 211)
    assert (run["ByConnection", "ConnectionRefused"], run["ByDataApi", "StatementSucceeded"]) == (3 * 211, 400)
    assert run.ask("rds:GetDatabaseUse", TargetArn=run.arn("ByDataApi")).answer["MostConnections"] <= 10
    assert run["ByConnection", "DatabasePaused"] == run["ByDataApi", "DatabasePaused"] == 1


@experiment("too-many-connections", 1)
def test_more_capacity_moves_the_limit():
    larger = {"MaxCapacity: 1": "MaxCapacity: 2"}
    run = play("too-many-connections", larger)
    assert (run["NotBooked", "FailureArrived"], run["ByConnection", "StatementSucceeded"]) == (0, 400)
    assert play("too-many-connections", larger, Count=401)["ByConnection", "ConnectionRefused"] > 0


@experiment("too-many-connections", 2)
def test_the_data_api_lends_a_connection_for_one_statement():
    lent = {
        "operation: 'rds:Query'": "operation: 'rds-data:ExecuteStatement'",
        "DBClusterIdentifier: by-connection\n": "DBClusterIdentifier: by-connection\n      EnableHttpEndpoint: true\n",
    }
    run = play("too-many-connections", lent)
    assert (run["NotBooked", "FailureArrived"], run["ByConnection", "StatementSucceeded"]) == (0, 400)


@experiment("too-many-connections", 3)
def test_a_database_that_sleeps_is_waited_for_in_two_ways():
    run = play("too-many-connections")
    lost = run["NotBooked", "FailureArrived"]
    run.send().until(2 * HOUR)
    assert run["ByConnection", "ConnectionWaits"] == 400
    assert (run["BookByConnection", "InvocationTimedOut"], run["NotBooked", "FailureArrived"] > lost) == (400, True)
    assert (run["ByDataApi", "StatementMetResuming"] > 0, run["ByDataApi", "StatementSucceeded"]) == (True, 800)
    assert run["NeverBooked", "DeadLetterArrived"] == 0
