"""Bodies in blocks: a few hundred texts a row, in the order of their numbers.

While the last block is small, the next slice's texts are added to it. How texts fall into blocks is of no consequence: the
recorder's digest is over the texts themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson
import zstandard
from django.db.models import F

from flows.models import BodyBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

    from flows.models import Execution

TEXTS = 512
CHARACTERS = 256 * 1024
"""A block ends at either; one long text is a block."""
SMALL = 64
"""Texts; a block with more is left alone."""
LEVEL = 1


@dataclass(slots=True)
class NewBodies:
    """What a commit writes: `blocks`, in place of those from number `replaces` on."""

    blocks: list[BodyBlock] = field(default_factory=list)
    replaces: int = 0

    def write(self, execution: Execution) -> None:
        if self.blocks:
            execution.body_blocks.filter(first__gte=self.replaces).delete()
            BodyBlock.objects.bulk_create(self.blocks)


def prepare(execution: Execution, bodies: Sequence[tuple[int, str]]) -> NewBodies:
    """`bodies` are numbered on from the stored ones."""
    if not bodies:
        return NewBodies()
    first = bodies[0][0]
    texts = [text for _, text in bodies]
    last_block = execution.body_blocks.filter(first__lt=first, last__lt=F("first") + SMALL).order_by("first").last()
    if last_block is not None and last_block.last == first - 1:
        first, texts = last_block.first, _texts(last_block) + texts
    blocks = []
    number = first
    for block in _blocks(texts):
        blocks.append(_block(execution, number, block))
        number += len(block)
    return NewBodies(blocks, first)


def read(execution_id: UUID, numbers: Iterable[int]) -> dict[int, str]:
    wanted = sorted(set(numbers))
    found: dict[int, str] = {}
    while wanted:
        block = BodyBlock.objects.filter(execution_id=execution_id, last__gte=wanted[0]).order_by("first").first()
        if block is None:
            break
        texts = _texts(block)
        found |= {number: texts[number - block.first] for number in wanted if block.first <= number <= block.last}
        wanted = [number for number in wanted if number > block.last]
    return found


def drop_after(execution: Execution, number: int) -> None:
    """Within a truncation's transaction."""
    straddling = execution.body_blocks.filter(first__lte=number, last__gt=number).first()
    execution.body_blocks.filter(last__gt=number).delete()
    if straddling is not None:
        _block(execution, straddling.first, _texts(straddling)[: number - straddling.first + 1]).save(force_insert=True)


def _blocks(texts: list[str]) -> Iterator[list[str]]:
    block: list[str] = []
    characters = 0
    for text in texts:
        block.append(text)
        characters += len(text)
        if len(block) == TEXTS or characters >= CHARACTERS:
            yield block
            block, characters = [], 0
    if block:
        yield block


def _block(execution: Execution, first: int, texts: list[str]) -> BodyBlock:
    blob = zstandard.ZstdCompressor(level=LEVEL).compress(orjson.dumps(texts))
    return BodyBlock(execution=execution, first=first, last=first + len(texts) - 1, blob=blob)


def _texts(block: BodyBlock) -> list[str]:
    texts: list[str] = orjson.loads(zstandard.ZstdDecompressor().decompress(bytes(block.blob)))
    return texts
