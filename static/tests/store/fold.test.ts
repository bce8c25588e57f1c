// @vitest-environment node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Motions } from '../../src/studio/model/motions';
import { PRESENT, FINISHED } from '../../src/studio/model/places';
import { decodeChunk, type Chunk } from '../../src/studio/store/chunk';
import { Fold } from '../../src/studio/store/fold';
import { Trace } from '../../src/studio/store/trace';
import { CHARGE_CARD, chunkOf, KINDS, ORDERS, ORDERS_DLQ, POISON, POISON_SUBJECTS, SECOND } from './cast';

const NODES = 4;
const FULL = decodeChunk(new Uint8Array(readFileSync(join(import.meta.dirname, '../../../tests/frames/full.bin'))));

function play(...chunks: Chunk[]) {
  const trace = new Trace(), fold = new Fold(trace, KINDS, new Motions(KINDS), { nodes: NODES, links: 4 });
  for (const chunk of chunks) {
    trace.append(chunk);
    fold.extend();
  }
  return { trace, fold };
}

/** Everything the fold says at a sequence. */
function picture({ fold }: { fold: Fold }, sequence: number) {
  fold.positions.seek(sequence);
  const nodes = Array.from({ length: NODES }, (_, node) => [
    ...[...PRESENT, ...FINISHED].map((place) => fold.count(node, place, sequence)),
    fold.failures(node, sequence), fold.passed(node, 0, sequence),
    ...PRESENT.map((place) => [...fold.at(node, place)]),
  ]);
  return JSON.stringify(nodes);
}

/** The same chunk from record `from` to `to` (indices), with all its subjects. */
function part(chunk: Chunk, from: number, to: number): Chunk {
  const cut = <T extends { slice(a: number, b: number): T }>(column: T) => column.slice(from, to);
  return {
    ...chunk, first: chunk.first + from, count: to - from, at: cut(chunk.at), node: cut(chunk.node), kind: cut(chunk.kind), subject: cut(chunk.subject),
    request: cut(chunk.request), cause: cut(chunk.cause), attempt: cut(chunk.attempt), detail: cut(chunk.detail),
  };
}

/** A small generator of chance for the properties below: the same every time. */
function chance(seed: number) {
  return (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % below;
  };
}

describe('the ledger of one poison message', () => {
  const poison = play(chunkOf(POISON, POISON_SUBJECTS));
  const at = (instant: number) => poison.trace.sequenceAt(instant);

  it('is in flight while it is being processed', () => {
    expect(poison.fold.count(ORDERS, 'in_flight', at(1))).toBe(1);
    expect(poison.fold.count(CHARGE_CARD, 'executing', at(1))).toBe(1);
    expect(poison.fold.count(CHARGE_CARD, 'executing', at(SECOND))).toBe(0);
  });

  it('ends as moved at the source and visible at the dead-letter queue', () => {
    expect(poison.fold.count(ORDERS, 'in_flight', at(90 * SECOND))).toBe(0);
    expect(poison.fold.count(ORDERS, 'moved', at(90 * SECOND))).toBe(1);
    expect(poison.fold.count(ORDERS_DLQ, 'visible', at(90 * SECOND))).toBe(1);
  });

  it('counts a failure once per message given back, and every loss', () => {
    expect(poison.fold.failures(CHARGE_CARD, at(90 * SECOND))).toBe(3);
    expect(poison.fold.failures(ORDERS, at(90 * SECOND))).toBe(1);
  });

  it('bins what moved or was begun, and what failed of it', () => {
    expect(poison.fold.bins(3, 90 * SECOND).map(({ records, failures }) => [records, failures])).toEqual([[6, 1], [3, 1], [2, 2]]);
  });
});

describe('the fold of 4096 records', () => {
  const whole = play(FULL);

  it('is the same however the records were split', () => {
    const dice = chance(7);
    for (let round = 0; round < 20; round++) {
      const chunks: Chunk[] = [];
      for (let from = 0; from < FULL.count;) {
        const to = Math.min(FULL.count, from + 1 + dice(900));
        chunks.push(part(FULL, Math.max(0, from - dice(50)), to));
        from = to;
      }
      expect(picture(play(...chunks), FULL.count)).toBe(picture(whole, FULL.count));
    }
  });

  it('is the same whichever way the playhead came', () => {
    const dice = chance(11);
    for (let round = 0; round < 40; round++) {
      const sequence = dice(FULL.count + 1);
      const straight = play(part(FULL, 0, sequence));
      expect(picture(whole, sequence)).toBe(picture(straight, sequence));
    }
  });

  it('is the same after any truncation followed by the same records', () => {
    const dice = chance(13);
    for (let round = 0; round < 20; round++) {
      const again = play(FULL);
      again.fold.positions.seek(dice(FULL.count));
      const after = dice(FULL.count);
      again.fold.truncate(after);
      again.trace.truncate(after);
      expect(picture(again, after)).toBe(picture(whole, after));
      again.trace.append(part(FULL, after, FULL.count));
      again.fold.extend();
      expect(picture(again, FULL.count)).toBe(picture(whole, FULL.count));
    }
  });
});

describe('the trace', () => {
  it('drops what it knows and refuses what does not join', () => {
    const { trace } = play(part(FULL, 0, 100));
    expect(trace.append(part(FULL, 50, 100))).toBe('known');
    expect(trace.append(part(FULL, 101, 200))).toBe('gap');
    expect(trace.append(part(FULL, 50, 200))).toBe('appended');
    expect(trace.head).toBe(200);
    expect([...trace.at.values.subarray(0, 200)]).toEqual([...FULL.at.subarray(0, 200)]);
  });

  it('chains the records about one subject', () => {
    const { trace } = play(chunkOf(POISON, POISON_SUBJECTS));
    const about = POISON.flatMap(({ subject }, i) => (subject === 1 ? [i + 1] : []));
    expect(about.slice(1).map((sequence) => trace.prior.values[sequence - 1])).toEqual(about.slice(0, -1));
  });
});

describe('the timeline', () => {
  it('counts what a rate counts though nothing moves: a run of machines alone is not empty', () => {
    const { fold } = play(chunkOf([{ at: 1, node: CHARGE_CARD, kind: 200, subject: 1, detail: [-1, 1] }, { at: 2, node: CHARGE_CARD, kind: 202, subject: 1, detail: ['Error'] }], [{ kind: 2 }]));
    expect(fold.bins(1, 10)).toEqual([{ from: 0, records: 1, failures: 0 }]);
  });
});
