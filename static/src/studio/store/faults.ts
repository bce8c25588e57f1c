/** The faults that were planned or put up to the playhead, the newest first; what was deleted is gone. */
import type { Fault } from '../model/types';
import type { Fold } from './fold';
import { NEVER, type Reader } from './reader';

const TELLS: Record<string, Fault['state'] | 'deleted'> = { FaultPlanned: 'planned', FaultBegan: 'on', FaultEnded: 'over', FaultDeleted: 'deleted' };

/** The kinds' numbers are stable: faults write 60 to 79 (flows/services/fault_records.py). Looking at a number is quick. */
const FIRST = 60, LAST = 79;

export function faults(fold: Fold, reader: Reader): Fault[] {
  const known = new Map<string, Fault>();
  const { values: kinds } = reader.trace.kind;
  for (let sequence = 1; sequence <= fold.positions.cursor; sequence++) {
    const number = kinds[sequence - 1]!;
    if (number < FIRST || number > LAST) continue;
    const state = TELLS[reader.name(sequence)];
    if (!state) continue;
    const { at, node, fields } = reader.record(sequence);
    const told = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    const id = String(told.fault);
    if (state === 'deleted') {
      known.delete(id);
      continue;
    }
    const begins_at = state === 'planned' ? Number(told.begins_at) : (known.get(id)?.begins_at ?? at);
    const ends_at = told.ends_at === undefined ? (known.get(id)?.ends_at ?? null) : told.ends_at === NEVER ? null : Number(told.ends_at);
    known.set(id, { id, node, link: Number(told.link ?? -1), what: String(told.what ?? ''), state, begins_at, ends_at });
  }
  return [...known.values()].reverse();
}
