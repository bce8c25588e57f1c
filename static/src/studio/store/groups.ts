/**
 * The message groups of a FIFO queue at the playhead: one lane each. A record with a `group` and a place puts its message into that
 * group, and a message in flight blocks the rest of its group: both stand in the trace, nothing is worked out again.
 */
import { subjectId } from '../model/subjects';
import type { Handle, Instant, Place } from '../model/types';
import { receives } from './contents';
import type { Fold } from './fold';
import type { Reader } from './reader';
import { sentence, type Words } from './sentences';

export interface LaneMessage { subject: Handle; root: Handle; id: string; state: Place; attempt: number; reason: string }
/** `messages` are the first of the lane, in order; `blocked_by` the one in flight, until when it is. */
export interface Lane { group: string; count: number; messages: LaneMessage[]; blocked_by: string; until: Instant | null }

const PRESENT: readonly Place[] = ['in_flight', 'visible', 'delayed'];

export function lanes(fold: Fold, reader: Reader, words: Words, node: number, most: { lanes: number; messages: number }): { total: number; lanes: Lane[] } {
  const byGroup = new Map<string, { subject: Handle; state: Place }[]>();
  for (const state of PRESENT) {
    for (const subject of fold.at(node, state)) {
      const group = groupOf(reader, subject);
      if (group === null) continue;
      const others = byGroup.get(group);
      if (others) others.push({ subject, state });
      else byGroup.set(group, [{ subject, state }]);
    }
  }
  const found = [...byGroup].sort(([, a], [, b]) => rank(a) - rank(b) || a[0]!.subject - b[0]!.subject).slice(0, most.lanes);
  return { total: byGroup.size, lanes: found.map(([group, members]) => lane(fold, reader, words, group, members, most.messages)) };
}

/** Blocked lanes first: they are what one looks for. */
const rank = (members: readonly { state: Place }[]): number => (members.some(({ state }) => state === 'in_flight') ? 0 : 1);

function lane(fold: Fold, reader: Reader, words: Words, group: string, members: { subject: Handle; state: Place }[], most: number): Lane {
  const inOrder = members.sort((a, b) => a.subject - b.subject), first = inOrder.find(({ state }) => state === 'in_flight');
  const messages = inOrder.slice(0, most).map(({ subject, state }) => message(fold, reader, words, subject, state));
  const until = first ? reader.field(fold.positions.settledBy(first.subject), 'visible_at') : undefined;
  return { group, count: members.length, messages, blocked_by: first ? idOf(reader, words, first.subject) : '', until: until === undefined ? null : Number(until) };
}

function message(fold: Fold, reader: Reader, words: Words, subject: Handle, state: Place): LaneMessage {
  return {
    subject, state, root: reader.trace.subjects.root.values[subject]!, id: idOf(reader, words, subject), attempt: receives(reader, subject),
    reason: sentence(reader.record(fold.positions.settledBy(subject)), words),
  };
}

const idOf = ({ trace: { subjects } }: Reader, { seed }: Words, subject: Handle): string =>
  subjectId(seed, subjects.kind.values[subject]!, subjects.identity.values[subject]!);

/** The group a message was put into, null if into none. */
function groupOf(reader: Reader, subject: Handle): string | null {
  for (const sequence of reader.back(subject)) {
    const group = reader.field(sequence, 'group');
    if (group !== undefined) return String(group);
  }
  return null;
}
