"""Whatever a GraphQL request or a resolver says, an API answers: data, errors, or a refusal; never an exception, and the ledger adds up."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.services.kinds import KINDS
from flows.traces.projections.ledger import violations
from tests.builders import SECOND
from tests.services.appsync_cast import API, ShopRun, a_resolver, shop, templates

WORDS = ["query", "mutation", "subscription", "{", "}", "(", ")", ":", "$v", "orders", "order", "addOrder", "id", "item", "price", "...", "on", "Order", "fragment F", '"a"', "1", "null", "@include(if: true)", "__typename", "__schema", "input", "[", "]", "!", "="]  # fmt: skip
PIECES = ["$ctx.args.id", "$util.toJson($ctx)", '"x"', "{", "}", '"operation": "GetItem"', '"operation": "Invoke"', '"key": {"id": {"S": "a"}}', ",", "#if($ctx.source)", "#end", "#foreach($x in [1..3])", "$util.error('no')", "#return(1)", "null", '"payload": 1', "$util.dynamodb.toMapValuesJson($ctx.args)", "\ud800"]  # fmt: skip
CODE = ["ctx.args.id", "util.error('no')", "return", "{ operation: 'Scan' }", "ctx.stash.a = 1", "runtime.earlyReturn(2)", ";", "(", ")", "{", "}", "null", "util.autoId()", "new Date()"]  # fmt: skip

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def answered(run: ShopRun, query: Any, variables: Any = None) -> None:
    run.command("appsync:Invoke", TargetArn=API, Query=query, Variables=variables)
    run.until(run.simulation.now_at + 60 * SECOND)
    assert violations(KINDS, [run.simulation.drain()]) == []


@slow
@given(
    words=st.lists(st.sampled_from(WORDS), max_size=14),
    variables=st.dictionaries(
        st.sampled_from(["v", "\ud800"]), st.sampled_from([1, None, "\ud800", {"a": []}]), max_size=2
    ),
)
def test_any_request_is_answered(words, variables):
    run = ShopRun(
        shop(
            {
                "p": a_resolver("Order.price", "function"),
                "o": a_resolver("Query.orders", "table", **templates('{"operation": "Scan"}')),
            }
        )
    )
    answered(run, " ".join(words), variables)


@slow
@given(
    request=st.lists(st.sampled_from(PIECES), max_size=8),
    response=st.none() | st.lists(st.sampled_from(PIECES), max_size=5),
    source=st.sampled_from(["table", "function", "nothing", "missing"]),
)
def test_any_template_is_answered(request, response, source):
    given_templates = templates(" ".join(request), None if response is None else " ".join(response))
    answered(
        ShopRun(shop({"o": a_resolver("Query.order", source, **given_templates)})), '{ order(id: "a") { id item } }'
    )


@slow
@given(lines=st.lists(st.sampled_from(CODE), max_size=8), source=st.sampled_from(["table", "function", "nothing"]))
def test_any_code_is_answered(lines, source):
    code = (
        "import { util, runtime } from '@aws-appsync/utils';\nexport function request(ctx) { " + " ".join(lines) + " }"
    )
    answered(ShopRun(shop({"o": a_resolver("Query.order", source, Code=code)})), '{ order(id: "a") { id item } }')


def test_variables_may_be_anything():
    for variables in ([], "x", 7, {"a": {"b": [None]}}):
        run = ShopRun(shop({}))
        answered(run, "{ hello }", variables)
    assert json.dumps(run.ok("appsync:ListSubscriptions", TargetArn=API)) == '{"Subscriptions": []}'
