"""What the environment says, read once and in one place; everything has a default that suits one person's machine."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Environment:
    home: Path
    """Where the installation keeps its data: databases, secret, logs, sockets."""
    secret: str
    database_url: str
    """Empty: SQLite files in `home`."""
    redis_url: str
    """Empty: `playground` starts a Valkey server of its own and sets it."""
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    mode: str
    """`local`: one owner and no login, for whoever sits at this machine. `hosted`: accounts."""
    https: bool
    proxies: int
    """So many stand before the web servers, and each adds to `X-Forwarded-For` who asked it."""
    debug: bool
    pool: int
    """So many connections to a PostgreSQL server at most, of one process."""
    reserved_megabytes: int
    """Runs stop when less than this is left on the disk."""
    keep_days: int
    """Executions that nobody has moved for so long are deleted; 0: none for its age."""
    keep_megabytes: int
    """While executions take more than this, those that nobody has moved for longest are deleted; 0: however much."""
    most_executions: int
    """Of one account; 0: no bound. These three have one where there are accounts."""
    most_megabytes: int
    """What one account's topologies and executions may take."""
    most_running: int
    """Executions of one account that may go on at once."""
    simulation_queues: int
    """How many `sim.K` queues executions are spread over; one single-process worker consumes each."""
    log_json: bool
    """One JSON object a line, requests and runs too; else lines for a person, of what went wrong."""
    metrics_token: str
    """Whoever brings it may scrape `/metrics`; empty: only those who look after the installation."""
    long_queues: int
    """How many `long.K` queues what turns out long goes on in."""
    sockets_per_address: int
    """So many pages may be connected to one web process from one address; 0: as many as come."""
    sockets_per_account: int
    sockets_per_execution: int


def read(environ: os._Environ[str] | dict[str, str] = os.environ) -> Environment:
    home = Path(environ.get("REDRIVE_HOME") or CHECKOUT / ".redrive").absolute()
    hosted = environ.get("REDRIVE_MODE") == "hosted"
    make_private(home)
    return Environment(
        home=home,
        secret=environ.get("REDRIVE_SECRET") or _kept_secret(home),
        database_url=environ.get("DATABASE_URL", ""),
        redis_url=environ.get("REDIS_URL", ""),
        allowed_hosts=_listed(environ.get("ALLOWED_HOSTS", "")) or LOCAL_HOSTS,
        trusted_origins=_listed(environ.get("CSRF_TRUSTED_ORIGINS", "")),
        mode=environ.get("REDRIVE_MODE", "local"),
        https=environ.get("REDRIVE_HTTPS") == "1",
        proxies=int(environ.get("REDRIVE_PROXIES", "0")),
        debug=environ.get("REDRIVE_DEBUG") == "1",
        pool=int(environ.get("REDRIVE_DATABASE_POOL", "8")),
        reserved_megabytes=int(environ.get("REDRIVE_RESERVED_MEGABYTES", "128")),
        keep_days=int(environ.get("REDRIVE_KEEP_DAYS", "0")),
        keep_megabytes=int(environ.get("REDRIVE_KEEP_MEGABYTES", "0")),
        most_executions=int(environ.get("REDRIVE_MOST_EXECUTIONS", "500" if hosted else "0")),
        most_megabytes=int(environ.get("REDRIVE_MOST_MEGABYTES", "2000" if hosted else "0")),
        most_running=int(environ.get("REDRIVE_MOST_RUNNING", "20" if hosted else "0")),
        simulation_queues=int(environ.get("REDRIVE_SIMULATION_QUEUES", "2")),
        log_json=environ.get("REDRIVE_LOG", "json" if hosted else "lines") == "json",
        metrics_token=environ.get("REDRIVE_METRICS_TOKEN", ""),
        long_queues=int(environ.get("REDRIVE_LONG_QUEUES", "1")),
        sockets_per_address=int(environ.get("REDRIVE_SOCKETS_PER_ADDRESS", "1000")),
        sockets_per_account=int(environ.get("REDRIVE_SOCKETS_PER_ACCOUNT", "500")),
        sockets_per_execution=int(environ.get("REDRIVE_SOCKETS_PER_EXECUTION", "1000")),
    )


def make_private(home: Path) -> None:
    """What is kept is its owner's alone, also where a version before this one made it.

    The directory is left as it is if somebody else has made it: it may hold more than ours.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    ours = [*home.glob("*.sqlite3*"), home / "logs", *([home] if home == CHECKOUT / ".redrive" else ())]
    for path in ours:
        with contextlib.suppress(OSError):
            mode = path.stat().st_mode & 0o777
            if mode & 0o077:
                path.chmod(mode & 0o700)


def keep_private() -> None:
    """What this process and its children make from here on."""
    os.umask(0o077)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _kept_secret(home: Path) -> str:
    """The installation's own secret: made at first need, readable by its owner only."""
    kept = home / "secret"
    if not kept.exists():
        fresh = home / f"secret.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, kept)  # whole or not at all: two processes may start at the same moment
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text().strip()
