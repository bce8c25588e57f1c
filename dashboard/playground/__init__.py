"""`python3 manage.py playground`: Redrive on this machine, from one command to one page.

    main.py      options, what is started in which order, until when we wait, how it ends
    family.py    forking, and that no child outlives its parent however that dies
    children.py  what each child does: Valkey, a worker, the web server
    sweeping.py  the one that looks around every few seconds
    words.py     what the terminal says

It runs *before* Django is set up, because the broker's address must be known when the settings are read. The parent loads
Django and the simulator once and forks; importing them in each of five processes would take the two cores five seconds.
"""
