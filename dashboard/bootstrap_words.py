"""The sentences set-up says when it cannot go on: what is the matter, and what to do about it."""

from __future__ import annotations

import errno
import sys

NEEDED_PYTHON = (3, 11)

NETWORK = (
    "temporary failure in name resolution",
    "name or service not known",
    "failed to establish a new connection",
    "network is unreachable",
    "dns error",
    "error sending request",
    "connection refused",
    "connection reset",
    "connection timed out",
    "tunnel error",
    "proxyerror",
    "read timed out",
    "enotfound",
    "eai_again",
    "etimedout",
    "econnrefused",
    "econnreset",
    "enetunreach",
)
CERTIFICATE = ("self_signed_cert", "unable_to_get_issuer_cert", "certificate verify failed", "unknownissuer")
DISK = ("no space left on device", "enospc", "disk quota exceeded")


class SetUpFailed(Exception):
    """Carries the sentences to print."""


def too_old(version: tuple[object, ...], argv: list[str]) -> str:
    name = ".".join(str(part) for part in version[:3])
    return "Redrive needs Python %d.%d or newer; this is Python %s.\nTry, for instance: python3.11 %s" % (
        NEEDED_PYTHON + (name, " ".join(argv) or "manage.py playground")
    )


def not_set_up(argv: list[str]) -> str:
    return (
        "`manage.py %s` needs Django, and this checkout has not been set up yet.\n"
        "Run `python3 manage.py playground` (or `test`) once: it sets everything up." % " ".join(argv[1:2])
    ).replace("`manage.py `", "`manage.py`")


def no_venv() -> str:
    return (
        "This Python (%d.%d) cannot make virtual environments: its `venv` module is incomplete.\n"
        "On Debian and Ubuntu: apt install python3-venv" % sys.version_info[:2]
    )


def no_posix() -> str:
    return "Redrive runs on Linux and macOS. On Windows, use WSL."


def of_the_machine(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "Set-up writes into this checkout (.venv, static, .redrive) and may not: %s." % error
    return "Set-up could not go on: %s." % error


def disk_full() -> str:
    return "The disk is full. Set-up needs about 1.5 GB in this checkout; make room and start again: it goes on from there."


def of_a_command(what: str, output: str, log: object) -> str:
    """Why a step's command failed, judged by what it printed."""
    said = output.lower()
    if any(sign in said for sign in DISK):
        return disk_full()
    if any(sign in said for sign in CERTIFICATE):
        return (
            "%s: the registry's certificate is not trusted on this machine. Behind a proxy that signs for others, name its "
            "authority in PIP_CERT, SSL_CERT_FILE and NODE_EXTRA_CA_CERTS, and start again." % what
        )
    tail = "\n".join("    " + line for line in output.strip().splitlines()[-15:])
    if any(sign in said for sign in NETWORK):
        return (
            "%s: the package registry could not be reached. Set-up needs the network once; "
            "when it is back, start again: set-up goes on from there.\nThe last lines were:\n%s" % (what, tail)
        )
    return "%s failed. The whole output is in %s; its last lines:\n%s" % (what, log, tail)
