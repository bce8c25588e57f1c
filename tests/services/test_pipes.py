"""Pipes: from a queue through filter and enrichment to a target, and what stays in the queue."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.simulation import Simulation
from flows.traces.projections.ledger import violations
from tests.builders import MINUTE, SECOND, Run, a_function, a_queue, a_topology, arn, function_arn, url
from tests.services.events_cast import bodies

ROLE = "arn:aws:iam::123456789012:role/pipe"
MILLISECOND = 1_000
GATHERING = {"SqsQueueParameters": {"MaximumBatchingWindowInSeconds": 1}}


def a_pipe(source="orders", target="done", **properties):
    """A drawn pipe between two queues, unless the ends are ARNs."""
    ends = {name: end if end.startswith("arn:") else arn(end) for name, end in (("Source", source), ("Target", target))}
    return {"Type": "AWS::Pipes::Pipe", "Properties": {"Name": "ship", "RoleArn": ROLE, **ends, **properties}}


def an_account(seed=1, pipe=None, orders=None, **resources):
    queues = {
        "Orders": a_queue("orders", "letters", **(orders or {})),
        "Letters": a_queue("letters"),
        "Done": a_queue("done"),
    }
    return Run(a_topology(**{**queues, "Ship": pipe or a_pipe(), **resources}), seed)


def filtered(pattern, **batch):
    return {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]}, "SqsQueueParameters": batch}


def a_handler(name, output=None, failures=None, ms=100):
    function = a_function(name, ms, failures)
    function["playground"]["behaviour"]["output"] = output
    return function


# ── the way through ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_event_reaches_the_target_as_the_record_it_is_and_is_deleted():
    run = an_account()
    id_ = run.send("seven", at=SECOND)
    run.until(2 * SECOND)
    (event,) = bodies(run, "done")
    assert (event["messageId"], event["body"], event["eventSourceARN"]) == (id_, "seven", arn("orders"))
    assert run.counts() == (0, 0, 0)


def test_the_story_of_one_message():
    run = an_account()
    run.send("seven", at=SECOND)
    run.until(2 * SECOND)
    assert run.story("PipeStateChanged") == [
        (SECOND, "Orders", "MessageSent"),
        (SECOND, "Orders", "MessageReceived"),
        (SECOND + MILLISECOND, "Ship", "PipeRunStarted"),
        (SECOND + MILLISECOND, "Ship", "PipeTargetCalled"),
        (SECOND + MILLISECOND, "Done", "MessageSent"),
        (SECOND + MILLISECOND, "Ship", "PipeRunSucceeded"),
        (SECOND + MILLISECOND, "Orders", "MessageDeleted"),
    ]


def test_what_the_filter_does_not_let_through_is_deleted_and_says_why():
    run = an_account(pipe=a_pipe(SourceParameters=filtered({"body": {"kind": ["order"]}})))
    run.send('{"kind": "order"}')
    run.send('{"kind": "gossip"}')
    run.until(SECOND)
    (told,) = [row for row in run.records() if row["kind"] == "PipeEventFiltered"]
    assert told["why"] == 'body.kind is "gossip", wanted is "order"'
    assert [json.loads(event["body"])["kind"] for event in bodies(run, "done")] == ["order"]
    assert run.counts() == (0, 0, 0)


def test_an_input_template_shapes_the_event():
    template = '{"order": <$.body.id>, "of": "<$.body.who>", "pipe": "<aws.pipes.pipe-name>", "tags": <$.body.tags>}'
    run = an_account(pipe=a_pipe(TargetParameters={"InputTemplate": template}))
    run.send('{"id": 7, "who": "a \\"b\\"", "tags": ["x"]}')
    run.until(SECOND)
    assert bodies(run, "done") == [{"order": 7, "of": 'a "b"', "pipe": "ship", "tags": ["x"]}]


@pytest.mark.parametrize(
    ("template", "sent", "got"),
    [
        ("<$.body>", "plain words", "plain words"),
        ("<$.body>", '{"a": 1}', {"a": 1}),
        ("<$.body.a>", '{"a": {"b": 2}}', {"b": 2}),
        ("order <$.body.a>!", '{"a": 3}', "order 3!"),
        ("<$.body.nothing>", '{"a": 3}', ""),
        ('{"all": <$.body[*].n>}', '[{"n": 1}, {"n": 2}]', {"all": [1, 2]}),
    ],
)
def test_templates_by_example(template, sent, got):
    run = an_account(pipe=a_pipe(TargetParameters={"InputTemplate": template}))
    run.send(sent)
    run.until(SECOND)
    assert bodies(run, "done") == [got]


def test_parameters_may_be_paths_into_the_event():
    parameters = {"SqsQueueParameters": {"MessageGroupId": "$.body.who", "MessageDeduplicationId": "$.messageId"}}
    line = a_queue("line.fifo", FifoQueue=True)
    run = an_account(pipe=a_pipe(target="line.fifo", TargetParameters=parameters), Line=line)
    run.send('{"who": "Alice"}')
    run.until(SECOND)
    (message,) = run.receive(queue="line.fifo", AttributeNames=["All"])
    assert message["Attributes"]["MessageGroupId"] == "Alice"


def test_a_batching_window_gathers():
    batch = {"BatchSize": 3, "MaximumBatchingWindowInSeconds": 10}
    run = an_account(pipe=a_pipe(SourceParameters={"SqsQueueParameters": batch}))
    for at in (1, 2, 5, 6):
        run.send(str(at), at=at * SECOND)
    run.until(MINUTE)
    started = [(row["at"], row["events"]) for row in run.records() if row["kind"] == "PipeRunStarted"]
    assert started == [(5 * SECOND + MILLISECOND, 3), (16 * SECOND + MILLISECOND, 1)]


# ── enrichment ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_enrichments_answer_takes_the_place_of_the_events():
    enrich = a_handler("look-up", output=[{"name": "Alice"}, {"name": "Bob"}])
    pipe = a_pipe(Enrichment=function_arn("look-up"), TargetParameters={"InputTemplate": '{"who": <$.name>}'})
    run = an_account(pipe=pipe, LookUp=enrich)
    run.send("one")
    run.until(SECOND)
    assert bodies(run, "done") == [{"who": "Alice"}, {"who": "Bob"}]


def test_an_enrichment_that_leaves_nothing_ends_the_run():
    run = an_account(pipe=a_pipe(Enrichment=function_arn("look-up")), LookUp=a_handler("look-up", output=[]))
    run.send("one")
    run.until(SECOND)
    assert "PipeRunEmptied" in [row["kind"] for row in run.records()]
    assert (bodies(run, "done"), run.counts()) == ([], (0, 0, 0))


def test_an_express_machine_enriches():
    definition = {
        "StartAt": "Add",
        "States": {"Add": {"Type": "Pass", "Parameters": {"seen.$": "$[0].body"}, "End": True}},
    }
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"StateMachineName": "m", "StateMachineType": "EXPRESS", "Definition": definition},
    }
    pipe = a_pipe(Enrichment="arn:aws:states:eu-west-1:123456789012:stateMachine:m")
    run = an_account(pipe=pipe, Machine=machine)
    run.send("one")
    run.until(SECOND)
    assert bodies(run, "done") == [{"seen": "one"}]


def test_a_failing_enrichment_leaves_the_batch_in_the_queue_until_it_is_a_dead_letter():
    fails = a_handler("look-up", failures=[{"how": "raise"}])
    run = an_account(pipe=a_pipe(Enrichment=function_arn("look-up")), LookUp=fails)
    run.send("one")
    run.until(5 * MINUTE)
    failed = [row["at"] for row in run.records() if row["kind"] == "PipeRunFailed"]
    assert [at // (30 * SECOND) for at in failed] == [0, 1, 2]
    assert run.counts("letters")[0] == 1


# ── targets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_function_gets_the_batch_as_an_array_and_may_report_single_messages():
    run = an_account(
        pipe=a_pipe(target=function_arn("ship"), SourceParameters=GATHERING),
        Handler=a_handler("ship", output={"batchItemFailures": []}),
    )
    for number in range(3):
        run.send(str(number))
    run.until(2 * SECOND)
    records = run.records()
    assert [row["kind"] for row in records if row["kind"].startswith("Invocation")] == [
        "InvocationStarted",
        "InvocationSucceeded",
    ]
    assert run.counts() == (0, 0, 0)


def test_an_unknown_item_fails_the_whole_batch():
    reply = {"batchItemFailures": [{"itemIdentifier": "somebody else's"}]}
    run = an_account(
        pipe=a_pipe(target=function_arn("ship"), SourceParameters=GATHERING), Handler=a_handler("ship", output=reply)
    )
    for number in range(3):
        run.send(str(number))
    run.until(2 * SECOND)
    assert run.counts() == (0, 3, 0)


def test_a_bus_gets_an_event_each():
    run = an_account(
        pipe=a_pipe(target="arn:aws:events:eu-west-1:123456789012:event-bus/shop"),
        Shop={"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}},
    )
    run.ok("events:PutRule", Name="all", EventBusName="shop", EventPattern='{"source": [{"prefix": ""}]}')
    run.ok("events:PutTargets", Rule="all", EventBusName="shop", Targets=[{"Id": "q", "Arn": arn("done")}])
    run.send('{"n": 1}')
    run.until(SECOND)
    (event,) = bodies(run, "done")
    assert (event["source"], event["detail-type"]) == ("Pipe ship", "Event from aws:sqs")
    assert event["detail"]["body"] == '{"n": 1}'


def test_events_that_were_refused_stay_and_the_others_go():
    parameters = {"InputTemplate": "<$.body.text>", "SqsQueueParameters": {"MessageGroupId": "$.body.who"}}
    line = a_queue("line.fifo", FifoQueue=True, ContentBasedDeduplication=True)
    pipe = a_pipe(target="line.fifo", TargetParameters=parameters, SourceParameters=GATHERING)
    run = an_account(pipe=pipe, Line=line)
    run.send('{"text": "fine", "who": "Alice"}')
    run.send('{"text": "nobody\'s"}')
    run.until(2 * SECOND)
    assert bodies(run, "line.fifo") == ["fine"]
    assert run.counts() == (0, 1, 0)
    failed = [row for row in run.records() if row["kind"] == "PipeEventFailed"]
    assert [row["error_type"] for row in failed] == ["MissingParameter"]


def test_a_fifo_queue_keeps_its_order_while_a_message_fails():
    line = a_queue("line.fifo", FifoQueue=True, ContentBasedDeduplication=True)
    pipe = a_pipe(source="line.fifo", target=function_arn("ship"))
    fails = a_handler("ship", failures=[{"how": "raise"}])
    run = an_account(pipe=pipe, Line=line, Handler=fails)
    for number in range(2):
        run.send(str(number), queue="line.fifo", MessageGroupId="A")
    run.until(SECOND)
    assert run.counts("line.fifo") == (1, 1, 0)


# ── operations ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pipe_is_made_stopped_started_changed_and_deleted():
    run = an_account(pipe=a_queue("spare"))
    given = {"Name": "p", "RoleArn": ROLE, "Source": arn("orders"), "Target": arn("done")}
    assert run.ok("pipes:CreatePipe", **given)["CurrentState"] == "CREATING"
    assert run.no("pipes:CreatePipe", **given) == ("ConflictException", "Pipe p already exists.")
    run.until(SECOND)
    assert run.ok("pipes:DescribePipe", Name="p")["CurrentState"] == "RUNNING"
    assert run.ok("pipes:StopPipe", Name="p")["CurrentState"] == "STOPPING"
    assert run.no("pipes:StartPipe", Name="p")[0] == "ConflictException"
    run.until(2 * SECOND)
    run.send("waits")
    run.until(3 * SECOND)
    assert run.counts() == (1, 0, 0)
    run.ok("pipes:StartPipe", Name="p")
    run.until(5 * SECOND)
    assert len(bodies(run, "done")) == 1
    run.ok("pipes:UpdatePipe", Name="p", RoleArn=ROLE, Target=arn("letters"))
    run.until(7 * SECOND)
    run.send("elsewhere")
    run.until(8 * SECOND)
    assert run.counts("letters")[0] == 1
    assert run.ok("pipes:DeletePipe", Name="p")["DesiredState"] == "DELETED"
    run.until(10 * SECOND)
    assert run.no("pipes:DescribePipe", Name="p") == ("NotFoundException", "Pipe p does not exist.")


def test_a_pipe_whose_source_cannot_be_read_says_why():
    run = an_account(pipe=a_queue("spare"))
    run.ok("pipes:CreatePipe", Name="p", RoleArn=ROLE, Source=arn("gone"), Target=arn("done"))
    run.until(SECOND)
    said = run.ok("pipes:DescribePipe", Name="p")
    assert (said["CurrentState"], said["StateReason"]) == ("CREATE_FAILED", f"The source {arn('gone')} does not exist.")


@pytest.mark.parametrize("gone", ["source", "target", "pipe"])
def test_what_goes_while_a_run_is_under_way_does_no_harm(gone):
    enrich = a_handler("look-up", output=[{"n": 1}])
    run = an_account(pipe=a_pipe(Enrichment=function_arn("look-up")), LookUp=enrich)
    run.send("one", at=SECOND)
    run.until(SECOND + 50 * MILLISECOND)
    if gone == "pipe":
        run.ok("pipes:DeletePipe", Name="ship")
        run.until(3 * SECOND)
    else:
        run.ok("sqs:DeleteQueue", QueueUrl=url("orders" if gone == "source" else "done"))
    run.until(MINUTE)
    rows = run.records()
    ends = [row["kind"] for row in rows if row["kind"].startswith("PipeRun")]
    assert ends == ["PipeRunStarted", "PipeRunSucceeded"] or gone == "target"
    assert run.simulation.world.nouns[run.topology.node("Ship").index] is None or gone != "pipe"


def test_a_pipe_without_its_source_reads_no_more():
    run = an_account()
    run.ok("sqs:DeleteQueue", QueueUrl=url("orders"))
    run.until(MINUTE)
    run.ok("sqs:CreateQueue", QueueName="orders")
    run.ok("pipes:StopPipe", Name="ship")
    run.until(MINUTE + 2 * SECOND)
    run.ok("pipes:StartPipe", Name="ship")
    run.until(MINUTE + 4 * SECOND)
    run.send("again")
    run.until(2 * MINUTE)
    assert len(bodies(run, "done")) == 1


def test_tags_and_lists():
    run = an_account()
    pipe = "arn:aws:pipes:eu-west-1:123456789012:pipe/ship"
    run.ok("pipes:TagResource", resourceArn=pipe, tags={"a": "1", "b": "2"})
    run.ok("pipes:UntagResource", resourceArn=pipe, tagKeys=["a"])
    assert run.ok("pipes:ListTagsForResource", resourceArn=pipe) == {"tags": {"b": "2"}}
    assert [each["Name"] for each in run.ok("pipes:ListPipes", NamePrefix="s")["Pipes"]] == ["ship"]
    assert run.ok("pipes:ListPipes", CurrentState="STOPPED") == {"Pipes": []}


# ── boxes and books ─────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=25)
@given(seed=st.integers(0, 2**40), cut=st.integers(0, 120))
def test_a_box_at_any_point_changes_nothing_and_nothing_is_lost(seed, cut):
    def begun():
        enrich = a_handler("look-up", output=[{"n": 1}], failures=[{"how": "raise", "rate": 0.4}])
        pipe = a_pipe(
            Enrichment=function_arn("look-up"),
            SourceParameters=filtered(
                {"body": {"n": [{"numeric": ["<", 8]}]}}, BatchSize=2, MaximumBatchingWindowInSeconds=3
            ),
        )
        run = an_account(seed, pipe, LookUp=enrich)
        for number in range(10):
            run.send(json.dumps({"n": number}), at=number * SECOND // 2)
        return run

    straight, boxed = begun(), begun()
    straight.until(4 * MINUTE)
    boxed.until(boxed.simulation.now_at + cut * SECOND)
    simulation = Simulation.restore(boxed.simulation.checkpoint(), boxed.topology)
    simulation.run_until(4 * MINUTE)
    assert simulation.digest() == straight.simulation.digest()
    assert violations(KINDS, [straight.simulation.drain()]) == []


def test_a_function_whose_behaviour_has_no_output_enriches_nothing():
    run = an_account(pipe=a_pipe(Enrichment=function_arn("look-up")), LookUp=a_handler("look-up"))
    run.send("one")
    run.until(SECOND)
    assert [event["body"] for event in bodies(run, "done")] == ["one"]
