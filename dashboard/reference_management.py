"""The reference page of who manages what, out of the table that the studio's lens shows."""

from __future__ import annotations

from flows.topology.management import AWS, EXAMPLES, LAYERS, RUNGS, STEPS, YOU

WORDS = {AWS: "AWS", YOU: "you"}
BEGINNING = """\
# Who manages what

Every box of a topology leaves some of the work to AWS and some to you. Press `m` in the studio, or the button *Who manages what* in
the bar under the canvas, and each card says which: one cell a layer, filled where the work is yours. The legend counts the boxes on each step of the scale, from
servers that are yours but for the metal to services that leave you their data and who may use them.

Where AWS offers more than one way to run the same thing, the properties in the template decide: a table with
`BillingMode: PAY_PER_REQUEST` and a stream with `StreamMode: ON_DEMAND` scale by themselves, provisioned ones do not; a task for
`FARGATE` has no servers, one for `EC2` has; a function whose `PackageType` is `Image` brings a runtime that you patch.
"""


def management() -> str:
    lines = [BEGINNING, "## The scale", "", "| step | for example |", "|---|---|"]
    lines += [f"| {name} | {example} |" for name, example in zip(STEPS, EXAMPLES, strict=True)]
    for rung in RUNGS.values():
        lines += [
            "",
            f"## {rung.name}",
            "",
            f"Step: {STEPS[rung.step].lower()}.",
            "",
            "| layer | who | what that means |",
            "|---|---|---|",
        ]
        lines += [
            f"| {name} | {WORDS.get(who, 'both')} | {words} |"
            for name, (who, words) in zip(LAYERS.values(), rung.cells, strict=True)
        ]
    return "\n".join(lines) + "\n"
