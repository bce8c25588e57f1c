"""The gallery's words: every picture of the talk has an example, every setting exists, all code parses, every promise is tested."""

from __future__ import annotations

import ast
import json
from importlib import import_module

import pytest

from flows.topology.examples import FOLDER
from flows.topology.examples.chapters import CHAPTERS
from flows.topology.examples.excerpts import excerpt
from flows.topology.examples.pictures import PICTURES, pictures_of
from tests.topology.playing import CLAIMED, EXAMPLES, Play

EXPERIMENTS = ("invocation", "errors", "events", "machines", "boxes")
TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt Dead.Arn
        maxReceiveCount: 3

  # The other one.
  Dead:
    Properties: {QueueName: dead}
    Targets:
      - Id: first
      - Id: second
"""


def test_every_picture_of_the_talk_has_its_examples():
    assert {slug for picture in PICTURES for slug in picture.examples} - EXAMPLES.keys() == set()
    assert all(picture.examples for picture in PICTURES)
    assert {picture.slides.split("–")[0] for picture in PICTURES} >= {"7", "8", "9", "10", "11", "13", "16", "17", "20"}


def test_every_example_stands_in_a_chapter_in_the_order_of_the_gallery():
    order = [chapter.slug for chapter in CHAPTERS]
    assert [example.chapter for example in EXAMPLES.values()] == sorted(
        (example.chapter for example in EXAMPLES.values()), key=order.index
    )
    assert {example.chapter for example in EXAMPLES.values()} == set(order)
    numbers = [json.loads(path.read_text("utf-8"))["order"] for path in FOLDER.glob("*/about.json")]
    assert len(numbers) == len(set(numbers))


def test_examples_of_the_talk_s_chapters_belong_to_a_picture():
    taught = [example.slug for example in EXAMPLES.values() if example.chapter != "start"]
    assert [slug for slug in taught if not pictures_of(slug)] == []


@pytest.mark.parametrize("slug", EXAMPLES)
def test_the_code_that_is_shown_parses_and_the_settings_that_replace_it_are_in_the_template(slug):
    example = EXAMPLES[slug]
    before, after = ast.parse(example.deleted.before), ast.parse(example.deleted.after)
    assert len(ast.dump(before)) > len(ast.dump(after))
    assert example.deleted.settings
    for setting in example.deleted.settings:
        assert setting.at.split("/")[-1] in setting.source or setting.at.split("/")[-1].isdecimal()
        assert (
            setting.at.split("/")[0] in {node.id for node in Play(slug, sends=False).topology.nodes}
            or "/" in setting.at
        )


@pytest.mark.parametrize("slug", EXAMPLES)
def test_an_example_says_what_to_watch_and_what_to_try(slug):
    example = EXAMPLES[slug]
    assert len(example.watch) >= 3
    assert len(example.experiments) >= 2
    assert all(each.do.endswith(".") and each.then.endswith(".") for each in example.experiments)
    run = Play(slug, sends=False)
    for also in example.also:
        assert run.topology.node(also["target"]).service != "external"


def test_every_experiment_has_a_test_that_shows_its_outcome():
    for room in EXPERIMENTS:
        import_module(f"tests.topology.test_experiments_{room}")
    promised = {(slug, number) for slug in EXAMPLES for number in range(1, 1 + len(EXAMPLES[slug].experiments))}
    assert promised - CLAIMED == set()


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        ("Orders/Properties/RedrivePolicy/maxReceiveCount", ["maxReceiveCount: 3"]),
        (
            "Orders/Properties",
            ["Properties:", "  RedrivePolicy:", "    deadLetterTargetArn: !GetAtt Dead.Arn", "    maxReceiveCount: 3"],
        ),
        ("Dead/Properties", ["Properties: {QueueName: dead}"]),
        ("Dead/Targets/0", ["Id: first"]),
    ],
)
def test_an_excerpt_is_the_lines_of_its_place(steps, lines):
    assert excerpt(TEMPLATE, ["Resources", *steps.split("/")]).splitlines() == lines


def test_an_excerpt_of_nowhere_is_an_error():
    with pytest.raises(KeyError, match="FifoQueue"):
        excerpt(TEMPLATE, ["Resources", "Orders", "Properties", "FifoQueue"])
