"""Set-up (being written)."""


def before_django(argv):
    pass
