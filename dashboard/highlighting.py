"""Python and YAML as HTML with their words marked, for the pages that show code.

Python is read by the standard library's own tokenizer; YAML by one expression per line, enough for the excerpts of a
template. Everything is escaped; what is marked is a `<span class="…">` of the four classes in `code.css`.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKED = {tokenize.STRING: "text", tokenize.NUMBER: "value", tokenize.COMMENT: "remark"}
FSTRING = {getattr(tokenize, name, None) for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")} - {None}
YAML = re.compile(
    r"(?P<remark>#.*$)|(?P<word>[\w.:*-]+(?=:(?:\s|$)))|(?P<text>'[^']*'|\"[^\"]*\")|(?P<value>!\w+|\b\d+\b)",
    re.MULTILINE,
)


@lru_cache(256)
def python(source: str) -> SafeString:
    return _joined(source, _python(source))


@lru_cache(256)
def template(source: str) -> SafeString:
    return _joined(source, ((m.start(), m.end(), m.lastgroup or "") for m in YAML.finditer(source)))


def _joined(source: str, marks: Iterator[tuple[int, int, str]]) -> SafeString:
    parts, position = [], 0
    for start, end, name in marks:
        parts += [escape(source[position:start]), format_html('<span class="{}">{}</span>', name, source[start:end])]
        position = end
    return mark_safe("".join([*parts, escape(source[position:])]))  # noqa: S308 - every part is escaped


def _python(source: str) -> Iterator[tuple[int, int, str]]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        name = _name(token)
        if name:
            (row, column), (last_row, last_column) = token.start, token.end
            yield starts[row - 1] + column, starts[last_row - 1] + last_column, name


def _name(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return "word" if keyword.iskeyword(token.string) else ""
    return "text" if token.type in FSTRING else MARKED.get(token.type, "")
