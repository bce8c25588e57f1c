/** Traffic that was started up to the playhead, newest first. */
import { TRAFFIC } from '../model/subjects';
import type { Handle, Sequence, Traffic } from '../model/types';
import type { Fold } from './fold';
import type { Reader } from './reader';

/** What a request to a queue, a topic, a bucket or a function leaves where it arrives. */
const SENDS = new Set(['MessageSent', 'MessageDelayed', 'MessagePublished', 'ObjectCreated', 'ObjectReplaced', 'EventQueued', 'InvocationStarted', 'EventPut']);

export function traffic(fold: Fold, reader: Reader): Traffic[] {
  const { kind, count } = reader.trace.subjects;
  const rows: Traffic[] = [];
  for (let subject = count; subject > 0; subject--) {
    if (kind.values[subject] !== TRAFFIC) continue;
    const row = one(fold, reader, subject);
    if (row) rows.push(row);
  }
  return rows;
}

function one(fold: Fold, reader: Reader, subject: Handle): Traffic | null {
  const [first, ...rest] = [...reader.back(subject)].reverse();
  if (!first) return null;
  const ended = rest.find((sequence) => reader.name(sequence) === 'TrafficEnded');
  return {
    subject, id: String(subject),
    target: Number(reader.field(first, 'target') ?? -1),
    mode: String(reader.field(first, 'mode') ?? ''),
    count: Number(reader.field(first, 'count') ?? 0),
    sent: ended ? Number(reader.field(ended, 'sent') ?? 0) : sentBy(fold, reader, first, subject),
    started_at: reader.trace.at.values[first - 1]!,
    ended_at: ended ? reader.trace.at.values[ended - 1]! : null,
  };
}

/** Messages it has sent so far: the records of sending that name it as their request; of those before a window the server tells how many. */
function sentBy(fold: Fold, reader: Reader, started: Sequence, subject: Handle): number {
  const { request, kept } = reader.trace;
  let sent = reader.trace.sent.get(subject) ?? 0;
  for (let i = Math.max(started, kept); i < fold.positions.cursor; i++) {
    if (request.values[i] === subject && SENDS.has(reader.name(i + 1))) sent++;
  }
  return sent;
}
