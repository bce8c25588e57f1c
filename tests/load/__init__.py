"""Scripts that put the real product under load, or out of action, and print what became of it. `python -m tests.load.kills --help`."""
