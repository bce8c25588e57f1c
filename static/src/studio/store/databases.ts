/** What a database does at the playhead, as its newest records tell: awake or asleep, and how many ACUs it has. */
import type { Instant, Sequence } from '../model/types';
import type { Reader } from './reader';

export type DatabaseState = 'available' | 'paused' | 'resuming' | 'stopped' | 'starting';
/** `acus` is null while no record has told; `since` is when the state began, null for the beginning. */
export interface DatabaseNow { state: DatabaseState; since: Instant | null; until: Instant | null; acus: number | null }

const STATES: Readonly<Record<string, DatabaseState>> = { DatabasePaused: 'paused', DatabaseResuming: 'resuming', DatabaseResumed: 'available' };
const STATUS = 'DatabaseStatusChanged', CAPACITY = 'CapacityChanged';
const MILLI = 1000;

export function databaseNow(reader: Reader, cursor: Sequence, node: number): DatabaseNow {
  const { node: nodes, at } = reader.trace;
  let acus: number | null = null;
  for (let sequence = cursor; sequence > 0; sequence--) {
    if (nodes.values[sequence - 1] !== node) continue;
    const name = reader.name(sequence);
    if (name === CAPACITY) acus ??= Number(reader.field(sequence, 'after_milli')) / MILLI;
    const state = STATES[name] ?? (name === STATUS ? (reader.field(sequence, 'status') as DatabaseState) : undefined);
    if (!state) continue;
    const until = state === 'resuming' ? Number(reader.field(sequence, 'until')) : null;
    return { state, since: at.values[sequence - 1] ?? null, until, acus: state === 'available' ? acus : 0 };
  }
  return { state: 'available', since: null, until: null, acus };
}
