"""What belongs to a function in a template: versions, aliases, URLs, filters; and what SAM makes of its shorthand."""

from __future__ import annotations

from typing import Any

from flows.importers.cloudformation import import_template
from flows.topology import compile_topology
from flows.topology.compiled import CompiledTopology

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 60}}
  ChargeCard:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: python3.12
      CodeUri: .
      AutoPublishAlias: live
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 5}
      FunctionUrlConfig: {AuthType: NONE}
      EventInvokeConfig: {MaximumRetryAttempts: 1}
      Events:
        Paid:
          Type: SQS
          Properties:
            Queue: !GetAtt Orders.Arn
            FilterCriteria: {Filters: [{Pattern: '{"body": {"state": ["paid"]}}'}]}
"""


def imported(text: str) -> tuple[Any, CompiledTopology]:
    result = import_template({"template.yaml": text.encode()}, "template.yaml")
    assert result.document is not None
    return result, compile_topology(result.document)


def verdicts(result: Any, resource: str) -> dict[str, str]:
    return {line.property: line.verdict for line in result.report if line.resource == resource}


def test_a_published_alias_is_a_version_an_alias_and_what_the_events_invoke():
    result, topology = imported(TEMPLATE)
    config: Any = topology.node("ChargeCard").config
    assert config.versions == (("1", 0),)
    (alias,) = config.aliases
    assert (alias.name, alias.version, alias.provisioned) == ("live", "1", 5)
    assert config.url == "live"
    assert [(qualifier, each.maximum_retry_attempts) for qualifier, each in config.qualified] == [("live", 1)]
    assert config.asynchronous.maximum_retry_attempts == 1
    mapping: Any = topology.link("ChargeCardPaid").config
    assert (mapping.qualifier, mapping.filters) == ("live", ('{"body": {"state": ["paid"]}}',))
    said = verdicts(result, "ChargeCard")
    for name in ("AutoPublishAlias", "ProvisionedConcurrencyConfig", "FunctionUrlConfig", "Events.Paid.FilterCriteria"):
        assert said[name] == "modelled", name


def test_the_inspector_lists_what_belongs_to_a_function_and_a_mapping():
    _, topology = imported(TEMPLATE)
    shown = {row["name"]: row["value"] for row in topology.node("ChargeCard").settings}
    assert shown["Alias live"] == "version 1, 5 environments stand ready"
    link = {row["name"]: row["value"] for row in topology.link("ChargeCardPaid").settings}
    assert link["FilterCriteria.Filters[0].Pattern"] == '{"body": {"state": ["paid"]}}'


def test_versions_aliases_with_weights_and_urls_of_plain_templates_are_modelled():
    result, topology = imported("""
    Resources:
      F: {Type: AWS::Lambda::Function, Properties: {Handler: h, Runtime: python3.12, Role: r, Code: {ZipFile: x}}}
      V1: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
      V2: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}}}
      A:
        Type: AWS::Lambda::Alias
        Properties:
          FunctionName: !Ref F
          FunctionVersion: '1'
          Name: live
          RoutingConfig: {AdditionalVersionWeights: [{FunctionVersion: '2', FunctionWeight: 0.1}]}
      U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}
    """)
    config: Any = topology.node("F").config
    assert config.versions == (("1", 0), ("2", 2))
    (alias,) = config.aliases
    assert (alias.version, alias.second, alias.second_ppm) == ("1", "2", 100_000)
    assert config.url == "$LATEST"
    assert {verdicts(result, name)[""] for name in ("V1", "A", "U")} == {"modelled"}


def test_a_filter_that_is_no_pattern_is_taken_out_and_said():
    result, topology = imported(TEMPLATE.replace('["paid"]', '"paid"'))
    mapping: Any = topology.link("ChargeCardPaid").config
    assert mapping.filters == ()
    assert any(line.verdict == "ignored" and "FilterCriteria" in line.property for line in result.report)
