/** Records printed as rows: one message's whole way (all copies of one root), or simply the newest of all. */
import type { Handle, JourneyRow, Sequence } from '../model/types';
import type { Reader, TraceRecord } from './reader';
import { sentence, type Words } from './sentences';

/** Everything that happened to the copies of one root up to the playhead, oldest first. */
export function journey(reader: Reader, words: Words, root: Handle): JourneyRow[] {
  const sequences = reader.trace.subjects.ofRoot(root).flatMap((subject) => [...reader.back(subject)]);
  return sequences.sort((a, b) => a - b).map((sequence) => row(reader, words, sequence));
}

/** The newest records up to a sequence, newest first. */
export function recent(reader: Reader, words: Words, until: Sequence, limit: number): JourneyRow[] {
  return Array.from({ length: Math.min(limit, until) }, (_, i) => row(reader, words, until - i));
}

export function row(reader: Reader, words: Words, sequence: Sequence): JourneyRow {
  const record = reader.record(sequence);
  return {
    sequence, at: record.at, kind: record.kind.name, node: record.node, subject: record.subject, request: record.request,
    cause: record.cause, attempt: record.attempt, outcome: record.kind.outcome,
    sentence: sentence(record, words), fields: named(record),
  };
}

const named = ({ fields }: TraceRecord): Record<string, string | number> => Object.fromEntries(fields.map(({ name, value }) => [name, value]));
