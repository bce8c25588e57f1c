"""Virtual time, chance, and what happened. Has never heard of AWS.

`environment.py` is the one object a noun is given; it leads to the calendar (what happens next), the random streams (chance),
the recorder (what happened), the subjects and bodies (whom and what it was about). `box.py` puts all of it in a box.
"""
