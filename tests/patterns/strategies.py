"""Patterns and events over so few names and values that they meet."""

from __future__ import annotations

from hypothesis import strategies as st

TEXTS = st.sampled_from(["", "a", "ab", "AB", "abc", "10.0.0.1", "10.0.1.7", "::1", "0:0:0:0:0:0:0:1", "é"])
NUMBERS = st.sampled_from([0, 1, 2, 2.5, -1, 1e9])
SCALARS = TEXTS | NUMBERS | st.sampled_from([True, False, None])
LEAF = SCALARS | st.lists(SCALARS, max_size=3)


def _object(**members: st.SearchStrategy) -> st.SearchStrategy:
    """With all or some of the members."""
    return st.fixed_dictionaries({}, optional=members) | st.fixed_dictionaries(members)


def _one_or_several(object_: st.SearchStrategy) -> st.SearchStrategy:
    several = st.lists(object_, min_size=1, max_size=3)
    return object_ | several | st.lists(several | object_, min_size=1, max_size=2)


_ITEM = _object(a=LEAF, b=LEAF)
_INNER = _object(a=LEAF, b=SCALARS, d=_one_or_several(_ITEM), z=LEAF)
_EVENT = _object(a=LEAF, c=_one_or_several(_INNER), x=_one_or_several(_ITEM)) | st.fixed_dictionaries(
    {"c.a": LEAF, "c": _INNER}
)

LETTERS = st.sampled_from(["a", "ab", "b", "AB", "c", "é"])
WILDCARDS = st.sampled_from(["*", "a*", "*b", "*b*", "a*c", "a\\*", "10.*.1"])


def _several(each: st.SearchStrategy) -> st.SearchStrategy:
    return each | st.lists(each, min_size=1, max_size=3)


def _ranges() -> st.SearchStrategy:
    one = st.tuples(st.sampled_from(["=", "<", "<=", ">", ">="]), NUMBERS).map(list)
    two = st.tuples(
        st.sampled_from([">", ">="]), st.sampled_from([-1, 0]), st.sampled_from(["<", "<="]), st.sampled_from([1, 2.5])
    )
    return one | two.map(list)


CONDITIONS = st.one_of(
    SCALARS,
    st.builds(lambda text: {"exactly": text}, TEXTS),
    st.builds(lambda text: {"prefix": text}, TEXTS | LETTERS.map(lambda text: {"equals-ignore-case": text})),
    st.builds(lambda text: {"suffix": text}, TEXTS | LETTERS.map(lambda text: {"equals-ignore-case": text})),
    st.builds(lambda text: {"equals-ignore-case": text}, TEXTS),
    st.builds(lambda text: {"wildcard": text}, WILDCARDS),
    st.builds(lambda asked: {"numeric": asked}, _ranges()),
    st.builds(lambda block: {"cidr": block}, st.sampled_from(["10.0.0.0/24", "10.0.0.0/8", "::/64", "10.0.1.7/31"])),
    st.builds(lambda there: {"exists": there}, st.booleans()),
    st.builds(lambda asked: {"anything-but": asked}, _several(TEXTS) | _several(NUMBERS)),
    st.builds(
        lambda name, asked: {"anything-but": {name: asked}}, st.sampled_from(["prefix", "suffix"]), _several(LETTERS)
    ),
    st.builds(lambda asked: {"anything-but": {"equals-ignore-case": asked}}, _several(TEXTS)),
    st.builds(lambda asked: {"anything-but": {"wildcard": asked}}, _several(WILDCARDS)),
)

FIELD = st.lists(CONDITIONS, min_size=1, max_size=4)


@st.composite
def _some_of(draw: st.DrawFn, members: dict[str, st.SearchStrategy], most: int) -> dict:
    names = draw(st.lists(st.sampled_from(sorted(members)), min_size=1, max_size=most, unique=True))
    return {name: draw(members[name]) for name in names}


_ITEM_FIELDS = {"a": FIELD, "b": FIELD}
_INNER_FIELDS = {"a": FIELD, "b": FIELD, "d": _some_of(_ITEM_FIELDS, 2), "z": FIELD}
_FIELDS = {"a": FIELD, "c": _some_of(_INNER_FIELDS, 3), "x": _some_of(_ITEM_FIELDS, 2), "c.a": FIELD}
_PLAIN = _some_of(_FIELDS, 2)
_EITHER = st.builds(
    lambda plain, either: {**plain, "$or": either}, _PLAIN | st.just({}), st.lists(_PLAIN, min_size=2, max_size=3)
)
_PATTERN = _PLAIN | _PLAIN | _EITHER


@st.composite
def _drawn(draw: st.DrawFn, kind: str) -> dict:
    """By name, so that Hypothesis does not print what it is made of."""
    return draw({"event": _EVENT, "pattern": _PATTERN}[kind])


events = _drawn("event")
patterns = _drawn("pattern")
