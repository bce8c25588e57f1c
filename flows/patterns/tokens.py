"""JSON as a stream of tokens, with the words and the places of the reader that AWS uses.

Theory of operation. AWS compiles patterns while it reads them (event-ruler over Jackson's streaming parser), so which problem is
reported, and where, follows from how far the reader had come. Three habits of it are kept, because recorded messages show them:

- a field's name is read together with the beginning of its value, so a broken value is reported before the name is looked at;
- a text is read only as far as its opening quote until somebody asks what it says;
- a place is the next character to be read, but an unexpected character is reported at itself.

Nothing is kept of a value but the token at hand, so what is nested deep costs a list entry per level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

DEEPEST = 1000
"""Jackson's limit on nesting."""
MOST_SHOWN = 500
"""So much of the source is repeated in a message."""
VALID = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
SPACE = re.compile(r"[ \t\r\n]*")
WORD = re.compile(r"[\w$]*")
PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
WORDS = {"t": "true", "f": "false", "n": "null"}


class Token(StrEnum):
    START_OBJECT = "{"
    END_OBJECT = "}"
    START_ARRAY = "["
    END_ARRAY = "]"
    NAME = "name"
    STRING = "string"
    NUMBER = "number"
    TRUE = "true"
    FALSE = "false"
    NULL = "null"


class NotJson(ValueError):
    """The text is no JSON. `reason` is what Jackson says, `at` the place it names."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason, self.at = reason, at


@dataclass(slots=True)
class _Level:
    """An object or array that is open: where it began, and how many members were read."""

    opened: Token
    at: int
    members: int = 0


class Tokens:
    """`next()` gives token after token; `text` and `name` belong to the last."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.name = ""
        self._levels: list[_Level] = []
        self._ahead: Token | None = None
        """The value of the field whose name was just given."""
        self._begun = -1
        """Where the text at hand begins, as long as it was not read."""
        self._text = ""

    def next(self) -> Token:
        """The next token. After the end of the outermost value, what follows is not read."""
        if self._ahead is not None:
            token, self._ahead = self._ahead, None
            return self._open(token)
        if self._begun >= 0:
            self._read_text()
        char = self._skip()
        if char in ("}", "]"):
            return self._close(Token(char))
        level = self._levels[-1] if self._levels else None
        if level is None:
            return self._open(self._value(char))
        inside_object = level.opened is Token.START_OBJECT
        if level.members:
            if char != ",":
                raise self._unexpected(
                    f"was expecting comma to separate {'Object' if inside_object else 'Array'} entries"
                )
            char = self._skip()
        level.members += 1
        if inside_object:
            return self._member(char)
        return self._open(self._value(char))

    @property
    def text(self) -> str:
        """What the text or number at hand says, as written; for other tokens their own sign."""
        if self._begun >= 0:
            self._read_text()
        return self._text

    def place(self, at: int | None = None) -> str:
        """The line beginning with "at" that AWS appends to a message."""
        shown, cut = self.source[:MOST_SHOWN], len(self.source) - MOST_SHOWN
        return f'\n at [Source: (String)"{shown}"{f"[truncated {cut} chars]" if cut > 0 else ""}; {self._line(at)}]'

    def redacted_place(self, at: int) -> str:
        """The same where the source is kept back."""
        return f"\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); {self._line(at)}]"

    def _line(self, at: int | None) -> str:
        place = self.at if at is None else at
        return (
            f"line: {self.source.count(chr(10), 0, place) + 1}, column: {place - self.source.rfind(chr(10), 0, place)}"
        )

    # ── structure ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self, token: Token) -> Token:
        if token is Token.START_OBJECT or token is Token.START_ARRAY:
            if len(self._levels) >= DEEPEST:
                limit = f"the maximum allowed ({DEEPEST}, from `StreamReadConstraints.getMaxNestingDepth()`)"
                raise NotJson(f"Document nesting depth ({DEEPEST + 1}) exceeds {limit}", self.at)
            self._levels.append(_Level(token, self.at - 1))
        return token

    def _close(self, token: Token) -> Token:
        wanted = Token.START_OBJECT if token is Token.END_OBJECT else Token.START_ARRAY
        if not self._levels:
            raise self._unexpected(f"expected a value {VALID}")
        level = self._levels[-1]
        if level.opened is not wanted:
            other = "]" if level.opened is Token.START_ARRAY else "}"
            raise NotJson(
                f"Unexpected close marker '{token}': expected '{other}' (for {_kind(level)} starting at {self._where(level)})",
                self.at,
            )
        self._levels.pop()
        self._text = token
        return token

    def _member(self, char: str) -> Token:
        if char != '"':
            raise self._unexpected("was expecting double-quote to start field name")
        self.name = self._quoted(" in field name", "name")
        if self._skip() != ":":
            raise self._unexpected("was expecting a colon to separate field name and value")
        self._ahead = self._value(self._skip())
        return Token.NAME

    def _skip(self) -> str:
        found = SPACE.match(self.source, self.at)
        self.at = found.end() if found else self.at
        if self.at >= len(self.source):
            if not self._levels:
                raise NotJson("Unexpected end-of-input: no content to read", self.at)
            level = self._levels[-1]
            raise NotJson(
                f"Unexpected end-of-input: expected close marker for {_kind(level)} (start marker at {self._where(level)})",
                self.at,
            )
        self.at += 1
        return self.source[self.at - 1]

    def _where(self, level: _Level) -> str:
        return self.place(level.at).removeprefix("\n at ")

    # ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _value(self, char: str) -> Token:
        if char == '"':
            self._begun = self.at
            return Token.STRING
        if char in "{[":
            self._text = char
            return Token(char)
        if char == "-" or (char.isascii() and char.isdigit()):
            return self._number()
        if char.isalpha() or char in "_$":
            return self._word()
        raise self._unexpected(f"expected a valid value {VALID}")

    def _word(self) -> Token:
        at = self.at - 1
        found = WORD.match(self.source, at)
        word = found.group() if found else ""
        self.at = at + len(word)
        if word and WORDS.get(word[0]) == word:
            self._text = word
            return Token(word)
        raise NotJson(f"Unrecognized token '{word}': was expecting {VALID}", self.at)

    def _number(self) -> Token:
        at = self.at - 1
        found = NUMBER.match(self.source, at)
        if not found:
            self.at = min(at + 2, len(self.source))
            raise self._unexpected(
                "expected digit (0-9) to follow minus sign, for valid numeric value", before=" in numeric value"
            )
        self.at, self._text = found.end(), found.group()
        following = self.source[self.at : self.at + 1]
        if following.isdigit():
            raise NotJson("Invalid numeric value: Leading zeroes not allowed", self.at)
        if following == "." and not found.group(1):
            self.at = min(self.at + 2, len(self.source))
            raise self._unexpected("Decimal point not followed by a digit", before=" in numeric value")
        return Token.NUMBER

    def _read_text(self) -> None:
        self._begun = -1
        self._text = self._quoted(": was expecting closing quote for a string value", "string value")

    def _quoted(self, unfinished: str, kind: str) -> str:
        """From behind the opening quote to behind the closing one."""
        source, parts = self.source, []
        while True:
            found = PLAIN.match(source, self.at)
            end = found.end() if found else self.at
            parts.append(source[self.at : end])
            self.at = end + 1
            if end >= len(source):
                self.at = end
                raise NotJson(f"Unexpected end-of-input{unfinished}", self.at)
            if source[end] == '"':
                return _paired("".join(parts))
            if source[end] != "\\":
                code = ord(source[end])
                escaped = "has to be escaped using backslash to be included in"
                raise NotJson(f"Illegal unquoted character ((CTRL-CHAR, code {code})): {escaped} {kind}", end)
            parts.append(self._escape())

    def _escape(self) -> str:
        char = self.source[self.at : self.at + 1]
        self.at += 1
        if char in ESCAPES and char:
            return ESCAPES[char]
        if char != "u":
            if not char:
                raise NotJson("Unexpected end-of-input in character escape sequence", self.at - 1)
            raise NotJson(f"Unrecognized character escape {_char(char)}", self.at - 1)
        digits = self.source[self.at : self.at + 4]
        if not re.fullmatch("[0-9a-fA-F]{4}", digits):
            wrong = next((each for each in digits if each not in "0123456789abcdefABCDEF"), "")
            if not wrong:
                raise NotJson("Unexpected end-of-input in character escape sequence", len(self.source))
            expected = "expected a hex-digit for character escape sequence"
            raise NotJson(f"Unexpected character ({_char(wrong)}): {expected}", self.at + digits.index(wrong))
        self.at += 4
        return chr(int(digits, 16))

    def _unexpected(self, expected: str, before: str = "") -> NotJson:
        char = self.source[self.at - 1]
        return NotJson(f"Unexpected character ({_char(char)}){before}: {expected}", self.at - 1)


def _paired(text: str) -> str:
    """Two escapes that are the halves of one character become it; a half alone stays."""
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _kind(level: _Level) -> str:
    return "Object" if level.opened is Token.START_OBJECT else "Array"


def _char(char: str) -> str:
    shown = f"'{char}'" if char.isprintable() else "CTRL-CHAR"
    return f"{shown} (code {ord(char)})" if shown != "CTRL-CHAR" else f"(CTRL-CHAR, code {ord(char)})"
