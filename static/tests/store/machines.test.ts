// @vitest-environment node
/** Executions folded from their records: live counts, history, path, and a redrive that goes on as another subject. */
import { expect, it } from 'vitest';
import { Fold } from '../../src/studio/store/fold';
import { Machines } from '../../src/studio/store/machines';
import { Reader } from '../../src/studio/store/reader';
import { Trace } from '../../src/studio/store/trace';
import { Motions } from '../../src/studio/model/motions';
import { EXECUTION } from '../../src/studio/model/subjects';
import type { FieldType, Kind, Place } from '../../src/studio/model/types';
import type { Chunk } from '../../src/studio/store/chunk';

const PLACE: [string, FieldType][] = [['event', 'integer'], ['previous', 'integer'], ['state', 'string']];
const kind = (number: number, name: string, fields: [string, FieldType][] = [], to: Place | '' = ''): Kind => ({
  number, service: 'states', name: `States${name}`, fields: [...PLACE, ...fields], sentence: name, to, outcome: 'neutral', motion: '', rate: false,
});
const KINDS = [
  kind(1, 'ExecutionStarted', [['input', 'body'], ['name', 'string']], 'executing'), kind(2, 'TaskStateEntered', [['name', 'string'], ['input', 'body']]),
  kind(3, 'TaskScheduled'), kind(4, 'TaskFailed', [['error', 'string']]), kind(5, 'ExecutionFailed', [['error', 'string']], 'failed'),
  kind(6, 'ExecutionRedriven', [], 'executing'), kind(7, 'TaskStateExited', [['name', 'string'], ['output', 'body']]), kind(8, 'ExecutionSucceeded', [['output', 'body']], 'delivered'),
  { ...kind(9, 'StateLeft'), fields: [['state', 'string'], ['count', 'integer']] as [string, FieldType][] },
];
/** kind, subject, detail */
const RECORDS: [number, number, (string | number)[]][] = [
  [1, 1, [1, 0, '', 5, 'trip']], [2, 1, [2, 0, 'Pay', 'Pay', 5]], [3, 1, [3, 2, 'Pay']], [4, 1, [4, 3, 'Pay', 'Busy']], [5, 1, [5, 4, 'Pay', 'Busy']], [9, 1, ['Pay', 1]],
  [6, 2, [6, 5, '']], [2, 2, [7, 6, 'Pay', 'Pay', 5]], [3, 2, [8, 7, 'Pay']], [7, 2, [9, 8, 'Pay', 'Pay', 6]], [8, 2, [10, 9, '', 6]],
];

function played(until: number) {
  const trace = new Trace(), n = RECORDS.length, column = (of: (record: (typeof RECORDS)[number], i: number) => number) => Uint32Array.from(RECORDS.map(of));
  const chunk = {
    first: 1, count: n, at: Float64Array.from(RECORDS, (_, i) => i * 1000), node: new Uint16Array(n).fill(3), kind: Uint16Array.from(RECORDS, ([k]) => k),
    subject: column(([, s]) => s), request: new Uint32Array(n), cause: new Uint32Array(n), attempt: new Uint32Array(n), detail: column((_, i) => i + 1),
    details: RECORDS.map(([, , detail]) => detail),
    subjects: { first: 1, count: 2, kind: Uint8Array.from([EXECUTION, EXECUTION]), parent: Uint32Array.from([0, 1]), root: Uint32Array.from([1, 1]), identity: Uint32Array.from([1, 1]), body: Uint32Array.from([5, 5]) },
  } as unknown as Chunk;
  trace.append(chunk);
  const fold = new Fold(trace, KINDS, new Motions(KINDS), { nodes: 4, links: 0 });
  fold.extend();
  const machines = new Machines(fold, new Reader(trace, fold), { topology: { nodes: [], links: [] } as never, trace, seed: 7 }, KINDS);
  machines.extend();
  fold.positions.seek(until);
  return machines;
}

it('counts who is in a state at the playhead', () => {
  expect(played(3).marks(3).get('Pay')).toEqual({ active: 1, entered: 1, failed: 0, retried: 0 });
  expect(played(6).marks(3).get('Pay')).toEqual({ active: 0, entered: 1, failed: 1, retried: 0 });
});

it('tells one execution as it is at the playhead, by its name', () => {
  expect(played(6).executions(3, 10)).toMatchObject({ total: 1, rows: [{ status: 'FAILED', error: 'Busy', name: 'trip', redrives: 0, started_at: 0, ended_at: 4000 }] });
});

it('says that an execution has not begun where the playhead stands before it', () => {
  expect(played(0).execution(1)).toMatchObject({ begun: false });
  expect(played(1).execution(1)).toMatchObject({ begun: true, status: 'RUNNING' });
});

it('goes on with a redriven execution as one: one row, one history, one path', () => {
  const machines = played(RECORDS.length);
  expect(machines.executions(3, 10)).toMatchObject({ total: 1, rows: [{ status: 'SUCCEEDED', redrives: 1, output: 6, ended_at: 10_000 }] });
  expect(machines.history(1).map(({ id, type }) => `${id} ${type}`)).toEqual([
    '1 ExecutionStarted', '2 TaskStateEntered', '3 TaskScheduled', '4 TaskFailed', '5 ExecutionFailed',
    '6 ExecutionRedriven', '7 TaskStateEntered', '8 TaskScheduled', '9 TaskStateExited', '10 ExecutionSucceeded',
  ]);
  expect(machines.path(1).marks.get('Pay')).toEqual({ active: 0, entered: 2, failed: 1, retried: 0 });
});

it('forgets what a truncation takes away', () => {
  const machines = played(RECORDS.length);
  machines.truncate(6);
  expect(machines.executions(3, 10).rows[0]!.redrives).toBe(0);
});
