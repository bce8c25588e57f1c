"""The table of every kind of record the simulator may write; the browser and the projections fold with it."""

from __future__ import annotations

from flows.engine.kinds import KindTable
from flows.services import playground_records
from flows.services.client.records import KINDS as CLIENT
from flows.services.lambda_.records import KINDS as LAMBDA
from flows.services.sqs.records import KINDS as SQS

KINDS = KindTable((*playground_records.KINDS, *SQS, *LAMBDA, *CLIENT))
