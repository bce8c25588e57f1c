"""References: each intrinsic function, and what happens where it cannot be known."""

from __future__ import annotations

import pytest

from tests.importers.yaml_of import imports, properties, told, verdict

QUEUE = """
Parameters:
  Stage: {{Type: String, Default: dev}}
  Names: {{Type: CommaDelimitedList, Default: "a, b"}}
  Nameless: {{Type: String}}
  TargetArn: {{Type: String}}
  Size: {{Type: Number}}
  Colour: {{Type: String, AllowedValues: [red, green]}}
  Password: {{Type: String, NoEcho: true, Default: hush}}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Not [!Condition IsDev]
  Both: !And [!Condition IsDev, !Condition IsProd]
  Either: !Or [!Condition IsDev, !Condition IsProd]
Mappings:
  Sizes: {{dev: {{small: 1}}}}
Resources:
  Orders: {{Type: AWS::SQS::Queue}}
  Named: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub "orders-${{Stage}}"}}}}
  Fifo: {{Type: AWS::SQS::Queue, Properties: {{FifoQueue: true}}}}
  News: {{Type: AWS::SNS::Topic}}
  Table: {{Type: AWS::DynamoDB::Table}}
  Worker: {{Type: AWS::Serverless::Function}}
  Role: {{Type: AWS::IAM::Role}}
  It: {{Type: AWS::SQS::Queue, Properties: {{X: {value}}}}}
"""
SQS = "arn:aws:sqs:eu-west-1:123456789012:"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!Ref Orders", "https://sqs.eu-west-1.amazonaws.com/123456789012/Orders"),
        ("!GetAtt Orders.Arn", f"{SQS}Orders"),
        ("!GetAtt Orders.QueueName", "Orders"),
        ("!GetAtt Orders.QueueUrl", "https://sqs.eu-west-1.amazonaws.com/123456789012/Orders"),
        ("!GetAtt Named.Arn", f"{SQS}orders-dev"),
        ("!GetAtt Fifo.Arn", f"{SQS}Fifo.fifo"),
        ("!Ref News", "arn:aws:sns:eu-west-1:123456789012:News"),
        ("!Ref Worker", "Worker"),
        ("!GetAtt Worker.Arn", "arn:aws:lambda:eu-west-1:123456789012:function:Worker"),
        ("!Ref Worker.Alias", "arn:aws:lambda:eu-west-1:123456789012:function:Worker"),
        (
            "!GetAtt Table.StreamArn",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/Table/stream/2026-01-01T00:00:00.000",
        ),
        ("!GetAtt Role.Arn", "arn:aws:iam::123456789012:role/Role"),
        ("!Ref AWS::Region", "eu-west-1"),
        ("!Ref Stage", "dev"),
        ("!Ref Names", ["a", "b"]),
        ("!Sub '${AWS::AccountId}/${Stage}/${Orders.Arn}/${!Literal}'", f"123456789012/dev/{SQS}Orders/${{Literal}}"),
        ("!Sub ['${A}-${Stage}', {A: !Ref Worker}]", "Worker-dev"),
        ("!Join [':', [arn, !Ref AWS::Partition, 3, true]]", "arn:aws:3:true"),
        ("!Select [1, !Ref Names]", "b"),
        ("!Select [2, !Split [':', !GetAtt Orders.Arn]]", "sqs"),
        ("!Split [',', 'a,b']", ["a", "b"]),
        ("!FindInMap [Sizes, !Ref Stage, small]", 1),
        ("!If [IsDev, yes-dev, no]", "yes-dev"),
        ("!If [IsProd, 1, {a: !Ref Stage}]", {"a": "dev"}),
        ("!If [Both, 1, 2]", 2),
        ("!If [Either, 1, 2]", 1),
        ("[1, !If [IsProd, 2, !Ref 'AWS::NoValue'], 3]", [1, 3]),
        ("{a: !Ref 'AWS::NoValue', b: 1}", {"b": 1}),
        ("!Base64 hello", "aGVsbG8="),
        ("!GetAZs ''", ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ("{'Fn::Length': !Ref Names}", 2),
        ("{'Fn::ToJsonString': {a: !Ref Stage}}", '{"a": "dev"}'),
        ("!Ref Nameless", "Nameless"),
        ("!Ref TargetArn", "arn:aws:stub:eu-west-1:123456789012:TargetArn"),
        ("!Ref Size", 1),
        ("!Ref Colour", "red"),
        ("!Ref Password", "****"),
        ("!ImportValue shared-bus", "arn:aws:stub:eu-west-1:123456789012:import/shared-bus"),
        ("{Condition: {StringEquals: {a: b}}}", {"Condition": {"StringEquals": {"a": "b"}}}),
        ("!Ref Nobody", "Nobody"),
        ("!Sub [1, 2, 3]", ""),
        ("!Select [9, [a]]", ""),
        ("!FindInMap [Sizes, prod, small]", ""),
    ],
)
def test_a_reference_becomes_the_value_it_would_have(value, expected):
    assert properties(QUEUE.format(value=value), "It")["X"] == expected


def test_parameters_may_be_given():
    assert properties(QUEUE.format(value="!GetAtt Named.QueueName"), "It", {"Stage": "prod"})["X"] == "orders-prod"


def test_a_parameter_nobody_declared_is_told():
    result = imports(QUEUE.format(value="1"), {"Colou": "red"})
    assert told(result) == [("ParameterUnknown", "/Parameters", None)]


def test_what_stands_in_is_said_in_the_report_with_its_line():
    result = imports(QUEUE.format(value="!Ref Nobody"))
    assert verdict(result, "Nameless") == [("approximated", "Nameless has no default; a stub stands in for it.")]
    assert verdict(result, "It", "X.Ref") == [("missing", "Nothing in the template is named Nobody.")]
    assert [line.line for line in result.report if line.resource == "It" and line.verdict == "missing"] == [25]


def test_a_false_condition_leaves_a_resource_out_and_says_so():
    result = imports("""
        Conditions: {Never: !Equals [a, b]}
        Resources:
          A: {Type: AWS::SQS::Queue, Condition: Never}
          B: {Type: AWS::SQS::Queue}
    """)
    assert list(result.document["resources"]) == ["B"]
    assert verdict(result, "A") == [("ignored", "Left out: the condition Never does not hold with these parameters.")]


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        (
            """
            Resources:
              A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${B.QueueName}"}}
              B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${A.QueueName}"}}
            """,
            "/Resources/B",
            4,
        ),
        (
            "Conditions: {A: !Condition B, B: !Condition A}\nResources: {Q: {Type: AWS::SQS::Queue, Condition: A}}",
            "/Conditions/A",
            1,
        ),
        ("Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt A.QueueName}}", "/Resources/A", 2),
    ],
)
def test_a_reference_that_goes_round_in_a_circle_is_refused(text, path, line):
    result = imports(text)
    assert result.document is None
    assert told(result) == [("RefRecursive", path, line)]
    assert "→" in result.problems[0].message


def test_a_billion_laughs_told_with_sub_are_refused():
    laugh = '"x"'
    for _ in range(60):
        laugh = '{"Fn::Sub": ["${a}${a}", {"a": ' + laugh + "}]}"
    result = imports('{"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": ' + laugh + "}}}}")
    assert [code for code, *_ in told(result)] in (["TooEntangled"], ["TooDeep"])


def test_a_long_chain_of_names_is_refused_in_words_and_not_by_the_stack():
    chain = "\n".join(
        f"  Q{i}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub '${{Q{i + 1}.QueueName}}x'}}}}"
        for i in range(300)
    )
    result = imports(f"Resources:\n{chain}\n  Q300: {{Type: AWS::SQS::Queue}}")
    assert [code for code, *_ in told(result)] == ["RefRecursive"]
