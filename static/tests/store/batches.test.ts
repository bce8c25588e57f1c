// @vitest-environment node
/** A batch of four with poison in third place, split until it is alone; its shard is blocked meanwhile. */
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/studio/model/types';
import { fakeData } from '../../src/studio/store/fake';
import { Views } from '../../src/studio/store/views.svelte';
import { chunkOf, type NewSubject, SECOND, type Written } from './cast';

const LINK = 2, STREAM = 1, SHARD = 'shardId-000000000000', BATCH = 3;
const kind = (number: number, name: string, fields: Kind['fields']): Kind => ({ number, service: 'lambda', name, fields, sentence: name, to: '', outcome: 'neutral', motion: '', rate: false });
const LINK_FIELD = ['link', 'link'] as const, SHARD_FIELD = ['shard', 'string'] as const, RECORDS_FIELD = ['records', 'integer'] as const;
const KINDS: Kind[] = [
  kind(233, 'StreamRecordProcessed', [[...LINK_FIELD]]),
  kind(236, 'ShardBlocked', [[...LINK_FIELD], [...SHARD_FIELD], [...RECORDS_FIELD], ['waiting', 'integer'], ['until', 'instant'], ['reason', 'string']]),
  kind(237, 'ShardFreed', [[...LINK_FIELD], [...SHARD_FIELD], ['reason', 'string']]),
  kind(238, 'StreamBatchOffered', [[...LINK_FIELD], [...SHARD_FIELD], [...RECORDS_FIELD], ['first', 'string'], ['last', 'string']]),
  kind(239, 'StreamBatchFailed', [[...LINK_FIELD], [...SHARD_FIELD], [...RECORDS_FIELD], ['kept', 'integer'], ['error_type', 'string'], ['error', 'body']]),
  kind(240, 'StreamBatchBisected', [[...LINK_FIELD], [...SHARD_FIELD], ['left', 'subject'], ['left_records', 'integer'], ['right', 'subject'], ['right_records', 'integer']]),
  kind(241, 'StreamBatchDiscarded', [[...LINK_FIELD], [...SHARD_FIELD], [...RECORDS_FIELD], ['condition', 'string']]),
];

/** Subjects: the batch 1; its halves 2 and 3; the quarters 4 (the poison) and 5; invocations 6 to 10. */
const SUBJECTS: NewSubject[] = [
  { kind: BATCH }, { kind: BATCH, parent: 1, root: 1 }, { kind: BATCH, parent: 1, root: 1 }, { kind: BATCH, parent: 3, root: 1 }, { kind: BATCH, parent: 3, root: 1 },
  ...Array.from({ length: 5 }, () => ({ kind: 2 })),
];
const at = (seconds: number, number: number, subject: number, detail: (string | number)[], more: Partial<Written> = {}): Written =>
  ({ at: seconds * SECOND, node: STREAM, kind: number, subject, detail: [LINK, ...detail], ...more });
const offered = (seconds: number, batch: number, records: number, request: number, attempt = 1) => at(seconds, 238, batch, [SHARD, records, 'a', 'z'], { request, attempt });
const failed = (seconds: number, batch: number, records: number) => at(seconds, 239, batch, [SHARD, records, records, 'Poison', 0]);
const split = (seconds: number, batch: number, left: number, right: number, records: number) => at(seconds, 240, batch, [SHARD, left, records, right, records]);
const processed = (seconds: number, request: number) => at(seconds, 233, 0, [], { request });

const RECORDS: Written[] = [
  offered(1, 1, 4, 6), failed(2, 1, 4), at(2, 236, 0, [SHARD, 4, 7, SECOND, 'Poison']), split(2, 1, 2, 3, 2),
  offered(3, 2, 2, 7), processed(4, 7), offered(5, 3, 2, 8), failed(6, 3, 2), split(6, 3, 4, 5, 1),
  offered(7, 4, 1, 9), failed(8, 4, 1), at(8, 241, 4, [SHARD, 1, 'RetryAttemptsExhausted']), at(8, 237, 0, [SHARD, 'given up']),
  offered(9, 5, 1, 10), processed(10, 10),
];

function shown(seconds: number): Views {
  const made = new Views({ ...fakeData, kinds: KINDS });
  made.trace.append(chunkOf(RECORDS, SUBJECTS));
  made.fold.extend();
  made.show(seconds * SECOND, 1);
  return made;
}

describe('the batches of a stream mapping', () => {
  it('are not told of while all goes well', () => {
    expect(shown(1).batchTrees(LINK)).toEqual({ total: 0, trees: [] });
  });

  it('are a tree once one was split: what runs, what waits', () => {
    const { root, poison } = shown(3).batchTrees(LINK).trees[0]!;
    expect(root).toMatchObject({ state: 'split', from: 1, to: 4, error: 'Poison', attempts: 1 });
    expect(root.parts.map(({ from, to, state, attempts }) => [from, to, state, attempts])).toEqual([[1, 2, 'offered', 1], [3, 4, 'offered', 0]]);
    expect(poison).toEqual([]);
  });

  it('lead to the record that was the poison', () => {
    const { root, poison } = shown(10).batchTrees(LINK).trees[0]!;
    expect(root.parts[0]!.state).toBe('processed');
    expect(root.parts[1]!.parts.map(({ from, state }) => [from, state])).toEqual([[3, 'discarded'], [4, 'processed']]);
    expect(poison.map(({ from, reason }) => [from, reason])).toEqual([[3, 'RetryAttemptsExhausted']]);
  });

  it('are of their own link only', () => {
    expect(shown(10).batchTrees(1).total).toBe(0);
  });
});

describe('a shard', () => {
  it('is blocked from a failure on, until it is freed', () => {
    expect(shown(1).blocks(LINK)).toEqual([]);
    expect(shown(5).blocks(LINK)).toEqual([{ link: LINK, shard: SHARD, records: 4, waiting: 7, until: 3 * SECOND, reason: 'Poison', since: 2 * SECOND }]);
    expect(shown(5).blocks(null)).toHaveLength(1);
    expect(shown(8).blocks(LINK)).toEqual([]);
  });
});
