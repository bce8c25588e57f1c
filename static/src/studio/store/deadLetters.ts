/**
 * The dead letters at the playhead, newest first: every copy present in a dead-letter queue, with the story of the copy
 * that died in the source queue (its parent).
 */
import { PRESENT } from '../model/places';
import { subjectId } from '../model/subjects';
import type { DeadLetter, Handle, Instant, Place } from '../model/types';
import { receives } from './contents';
import type { Fold } from './fold';
import type { Reader } from './reader';
import { sentence, type Words } from './sentences';

export function deadLetters(fold: Fold, reader: Reader, words: Words): DeadLetter[] {
  const rows = words.topology.nodes
    .filter((node) => node.is_dead_letter_queue)
    .flatMap((node) => PRESENT.flatMap((place) => [...fold.at(node.index, place)].map((subject) => ({ subject, node: node.index, place }))));
  return rows.sort((a, b) => b.subject - a.subject).map(({ subject, node, place }) => deadLetter(reader, words, subject, node, place));
}

function deadLetter(reader: Reader, words: Words, subject: Handle, node: number, state: Place): DeadLetter {
  const { subjects } = reader.trace;
  const arrived = reader.record([...reader.back(subject)].at(-1)!);
  const died = subjects.parent.values[subject]!;
  const story = lastDays(reader, died);
  const source = arrived.fields.find(({ name }) => name === 'source')?.value;
  return {
    subject, node, state,
    root: subjects.root.values[subject]!,
    id: subjectId(words.seed, subjects.kind.values[subject]!, subjects.identity.values[subject]!),
    source: Number(source ?? -1),
    at: arrived.at,
    reason: sentence(story.end ? reader.record(story.end) : arrived, words),
    error_type: story.errorType, error: story.error,
    attempts: arrived.attempt || receives(reader, died),
    first_receive_at: story.first, last_receive_at: story.last,
    body: subjects.body.values[subject]!,
  };
}

/** How the copy in the source queue ended: its last error, its first and last receive, its last record. */
function lastDays(reader: Reader, died: Handle) {
  const story = { end: 0, first: 0 as Instant, last: 0 as Instant, errorType: '', error: 0 };
  if (!died) return story;
  for (const sequence of reader.back(died)) {
    story.end ||= sequence;
    const name = reader.name(sequence);
    if (name === 'MessageReceived') {
      story.first = reader.trace.at.values[sequence - 1]!;
      story.last ||= story.first;
    }
    if (name === 'DeliveryFailed' && !story.errorType) {
      story.errorType = String(reader.field(sequence, 'error_type') ?? '');
      story.error = Number(reader.field(sequence, 'error') ?? 0);
    }
  }
  return story;
}
