/** Traffic that was started up to the playhead, newest first. */
import { subjectId, TRAFFIC } from '../model/subjects';
import type { Handle, Traffic } from '../model/types';
import type { Fold } from './fold';
import type { Reader } from './reader';
import type { Words } from './sentences';

export function traffic(fold: Fold, reader: Reader, words: Words): Traffic[] {
  const { kind, count } = reader.trace.subjects;
  const rows: Traffic[] = [];
  for (let subject = count; subject > 0; subject--) {
    if (kind.values[subject] !== TRAFFIC) continue;
    const row = one(fold, reader, words, subject);
    if (row) rows.push(row);
  }
  return rows;
}

function one(fold: Fold, reader: Reader, words: Words, subject: Handle): Traffic | null {
  const [first, ...rest] = [...reader.back(subject)].reverse();
  if (!first) return null;
  const ended = rest.find((sequence) => reader.name(sequence) === 'TrafficEnded');
  return {
    subject, id: subjectId(words.seed, TRAFFIC, reader.trace.subjects.identity.values[subject]!),
    target: Number(reader.field(first, 'target') ?? -1),
    mode: String(reader.field(first, 'mode') ?? ''),
    count: Number(reader.field(first, 'count') ?? 0),
    sent: ended ? Number(reader.field(ended, 'sent') ?? 0) : sentBy(fold, reader, subject),
    started_at: reader.trace.at.values[first - 1]!,
    ended_at: ended ? reader.trace.at.values[ended - 1]! : null,
  };
}

/** Messages it has sent so far: they are its children. */
function sentBy(fold: Fold, reader: Reader, subject: Handle): number {
  const { parent, count } = reader.trace.subjects;
  const { newest } = fold.positions;
  let sent = 0;
  for (let child = subject + 1; child <= count; child++) if (parent.values[child] === subject && newest.values[child]) sent++;
  return sent;
}
