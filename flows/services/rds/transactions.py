"""Transactions of the Data API: each holds a connection from its beginning to its end, and ends by itself when nothing happens in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.engine.identifiers import message_id
from flows.services.ports import Caller, Refusal
from flows.services.rds import records, refusals
from flows.services.rds.quotas import QUOTAS

if TYPE_CHECKING:
    from flows.services.rds.database import Database


@dataclass(slots=True, eq=False)
class Transaction:
    """`busy` is how many statements run in it, `timer` ends it."""

    id: str
    subject: int
    request: int
    began_at: int
    last: int
    busy: int = 0
    timer: int = 0


class Transactions:
    def __init__(self, database: Database) -> None:
        self.database, self.environment = database, database.environment
        self.open: dict[str, Transaction] = {}

    def begin(self, caller: Caller) -> Transaction | Refusal:
        database = self.database
        asked = database.asked(caller, "BEGIN", {}, data_api=True)
        answer = database.kept_waiting(asked)
        if answer is not None:
            return answer
        if not database.take(asked):
            return refusals.no_connection(database.config.engine)
        id_ = message_id(self.environment.seed, asked.subject).replace("-", "")
        made = Transaction(id_, asked.subject, caller.request, self.environment.now_at, 0)
        made.last = database.write(records.BEGAN, asked, (asked.link, id_, database.in_use))
        self.open[id_] = made
        self._wait_for_next(made)
        return made

    def statement_began(self, transaction: Transaction) -> None:
        transaction.busy += 1
        self.environment.calendar.cancel(transaction.timer)

    def statement_ended(self, transaction: Transaction) -> None:
        transaction.busy -= 1
        self._wait_for_next(transaction)

    def _wait_for_next(self, transaction: Transaction) -> None:
        if not transaction.busy:
            calendar = self.environment.calendar
            ends_at = max(transaction.began_at + QUOTAS.transaction_us, calendar.now_at)
            at = min(calendar.now_at + QUOTAS.idle_transaction_us, ends_at)
            transaction.timer = calendar.schedule(at, self.expire, transaction.id)

    def expire(self, id_: str) -> None:
        """Nothing has happened in it for too long."""
        transaction = self.open[id_]
        self._over(transaction, records.EXPIRED, (id_, QUOTAS.idle_transaction_us), transaction.last)

    def end(self, id_: str, caller: Caller, *, commits: bool) -> Refusal | None:
        transaction = self.open.get(id_)
        if transaction is None:
            return refusals.no_transaction(id_)
        if transaction.busy:
            return refusals.bad_request(f"Transaction {id_} is busy: a statement runs in it.")
        self.environment.calendar.cancel(transaction.timer)
        kind = records.COMMITTED if commits else records.ROLLED_BACK
        detail = (id_,) if commits else (id_, "RollbackTransaction")
        self._over(transaction, kind, detail, caller.cause or transaction.last)
        return None

    def _over(self, transaction: Transaction, kind: int, detail: tuple[Any, ...], cause: int) -> None:
        del self.open[transaction.id]
        write = self.environment.recorder.write
        write(kind, self.database.node, transaction.subject, transaction.request, cause, 0, detail)
        self.database.release()
