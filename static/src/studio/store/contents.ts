/** What is in a place at the playhead: looking is free, nothing is received by it. What has ended there, newest first. */
import { FINISHED } from '../model/places';
import { subjectId } from '../model/subjects';
import type { ContentRow, Handle, Place } from '../model/types';
import type { Fold } from './fold';
import type { Reader } from './reader';
import { sentence, type Words } from './sentences';

export function contents(fold: Fold, reader: Reader, words: Words, node: number, place: Place, limit: number): ContentRow[] {
  const rows: ContentRow[] = [];
  for (const subject of FINISHED.includes(place) ? fold.newestAt(node, place) : fold.at(node, place)) {
    if (rows.length === limit) break;
    rows.push(contentRow(fold, reader, words, subject, place));
  }
  return rows;
}

function contentRow(fold: Fold, reader: Reader, words: Words, subject: Handle, state: Place): ContentRow {
  const { subjects } = reader.trace;
  const settled = reader.record(fold.positions.settledBy(subject));
  return {
    subject, state,
    root: subjects.root.values[subject]!,
    id: subjectId(words.seed, subjects.kind.values[subject]!, subjects.identity.values[subject]!),
    at: settled.at,
    body: subjects.body.values[subject]!,
    attempt: receives(reader, subject),
    reason: sentence(settled, words),
  };
}

/** The newest attempt told about a copy. */
export function receives(reader: Reader, subject: Handle): number {
  for (const sequence of reader.back(subject)) {
    const attempt = reader.trace.attempt.values[sequence - 1]!;
    if (attempt) return attempt;
  }
  return 0;
}
