"""What lies outside the template: parameters without a default, exports of other stacks, outputs that nobody uploaded.

Each gets a text that stands in for its value, and the text is remembered, so that a link that ends in it can end in a
stub node that says what it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stub:
    id: str
    name: str
    reason: str


class Stubs:
    def __init__(self, region: str, account: str) -> None:
        self._start = f"arn:aws:stub:{region}:{account}:"
        self.by_text: dict[str, Stub] = {}
        self._given: dict[str, Stub] = {}

    def parameter(self, name: str) -> str:
        text = f"{self._start}{name}" if name.lower().endswith("arn") else name
        return self._kept(text, Stub(f"param:{name}", name, "A parameter without a default."))

    def exported(self, name: str) -> str:
        return self._kept(f"{self._start}import/{name}", Stub(f"import:{name}", name, "An export of another stack."))

    def output(self, stack: str, name: str) -> str:
        return self._kept(
            f"{self._start}stack/{stack}/{name}",
            Stub(f"stack:{stack}", stack, "A nested stack whose template is not here."),
        )

    def given(self, name: str, text: str) -> None:
        """A parameter's own value: where it is exactly what lies outside, the parameter is the better name for it."""
        self._given.setdefault(text, Stub(f"param:{name}", name, f"The parameter {name}."))

    def within(self, text: str) -> Stub | None:
        """The stub a text is, or contains; the longest wins."""
        exact = self.by_text.get(text) or self._given.get(text)
        if exact is not None:
            return exact
        inside = [known for known in self.by_text if known in text]
        return self.by_text[max(inside, key=len)] if inside else None

    def _kept(self, text: str, stub: Stub) -> str:
        self.by_text[text] = stub
        return text
