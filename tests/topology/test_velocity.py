"""Velocity templates: directives, expressions, methods, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.topology.velocity import Names, Returned, fill
from flows.topology.velocity_tree import TemplateError

VALUES = {"n": 3, "name": "Ada", "list": [1, 2, 3], "map": {"a": 1, "b-c": 2}, "no": None, "yes": True}


def filled(template: str, **values: object) -> str:
    return fill(template, Names({**VALUES, **values}))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Hello $name!", "Hello Ada!"),
        ("${name}s $!{no} $no", "Adas  "),
        ("#set($x = $n + 4 * 2)$x", "11"),
        ("#set($x = ($n + 4) * 2)$x", "14"),
        ("#if($n > 2 && !$no)yes#{else}no#end", "yes"),
        ("#if($n == 4)a#elseif($n == 3)b#{else}c#end", "b"),
        ('#if($name == "Ada" or $no)1#end', "1"),
        ("#foreach($i in $list)$i#if($foreach.hasNext),#end#end", "1,2,3"),
        ("#foreach($i in [1..3])$velocityCount#end", "123"),
        ("#foreach($i in $list)#if($i == 2)#break#end$i#end.", "1."),
        ("#foreach($e in $map.entrySet())$e.key=$e.value;#end", "a=1;b-c=2;"),
        ("$map.a $map.b-c $map['a'] $list[1]", "1 2 1 2"),
        ("#set($m = {})$!{m.put('k', 'v')}$m", '{"k":"v"}'),
        ("#set($m = {'a': [1, \"$name\"]})$m", '{"a":[1,"Ada"]}'),
        ("#set($map.new = 5)$map.new", "5"),
        ("$name.toUpperCase() $name.length() $name.substring(1)", "ADA 3 da"),
        ("#set($l = [])#set($ok = $l.add($n))$l.size() $l.isEmpty()", "1 false"),
        ("a## comment\nb #* more *#c", "ab c"),
        ("$5 #1 # $ $", "$5 #1 # $ $"),
        ("#stop never", ""),
        ("7 % 4 = #set($x = 7 % 4)$x", "7 % 4 = 3"),
        ("it''s 'quoted'", "it''s 'quoted'"),
        ("#set($x = 'it''s')$x", "it's"),
    ],
)
def test_a_template_is_filled_in(template, expected):
    assert filled(template) == expected


def test_what_is_not_there_is_printed_as_it_is_written_where_that_is_wanted():
    assert fill("$nothing.at.all $!nothing", Names({}, strict=True)) == "$nothing.at.all "


def test_a_return_leaves_with_its_value():
    with pytest.raises(Returned) as left:
        filled("#if($n)#return($map)#end never")
    assert left.value.value == VALUES["map"]


@pytest.mark.parametrize(
    "template",
    ["#if($a)", "#end", "#macro(a)#end", "#set($a)", "#foreach($a)#end", '#set($a = "x', "#set($a = [1..99999999])"],
)
def test_what_is_no_template_is_refused(template):
    with pytest.raises(TemplateError):
        filled(template)


def test_a_template_cannot_go_on_for_ever_or_nest_without_end():
    loop = "#foreach($a in [1..9999])" * 3 + "x" + "#end" * 3
    deep = "#if($n)" * 100 + "#end" * 100
    grows = "#set($x = 'ab')" + '#set($x = "$x$x")' * 60 + "$x"
    squares = "#set($x = 'aa')" + "#set($x = $x.replace('a', $x))" * 6 + "$x.length()"
    for template in (loop, squares, deep, grows, "#set($a = " + "(" * 500 + "1" + ")" * 500 + ")"):
        with pytest.raises(TemplateError):
            filled(template)


@given(st.text(alphabet="#$!{}()[].\"'abif set(foreach in end)12=<>&|,:", max_size=60))
def test_any_text_is_filled_in_or_refused(template):
    try:
        filled(template)
    except (TemplateError, Returned):
        pass
