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

/** Tries of one who sends things on: the link of such a try says to whom. */
const SENT_ON = new Set(['NotificationFailed', 'DispatchFailed', 'ScheduleCallFailed']);
/** A try to have the copy handled: a receive from a queue, or what came of a try of Lambda's own, SNS's or a rule's. */
const TRIES = new Set(['MessageReceived', 'EventFailed', 'EventNotAccepted', ...SENT_ON]);

export class DeadLetters {
  /** A letter's story is over when it arrives, so it is read once; only its place may change. */
  readonly #known = new Map<Handle, DeadLetter>();
  #cuts = 0;
  readonly #fold: Fold;
  readonly #reader: Reader;
  readonly #words: Words;

  constructor(fold: Fold, reader: Reader, words: Words) {
    this.#fold = fold;
    this.#reader = reader;
    this.#words = words;
  }

  /** `cuts` tells of truncations: after one, a handle may be another letter. */
  all(cuts: number): DeadLetter[] {
    if (cuts !== this.#cuts) this.#known.clear();
    this.#cuts = cuts;
    const queues = this.#words.topology.nodes.filter((node) => node.is_dead_letter_queue);
    const letters = queues.flatMap(({ index }) => PRESENT.flatMap((place) => [...this.#fold.at(index, place)].map((subject) => this.#letter(subject, index, place))));
    return letters.sort((a, b) => b.subject - a.subject);
  }

  #letter(subject: Handle, node: number, place: Place): DeadLetter {
    const known = this.#known.get(subject);
    if (known?.state === place) return known;
    const letter = known ? { ...known, state: place } : deadLetter(this.#reader, this.#words, subject, node, place);
    this.#known.set(subject, letter);
    return letter;
  }
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
    ...(story.over < 0 ? {} : { target: words.topology.links[story.over]?.target ?? -1 }),
  };
}

/** How the copy in the source queue ended: its last error, its first and last receive, its last record. */
function lastDays(reader: Reader, died: Handle) {
  const story = { end: 0, first: 0 as Instant, last: 0 as Instant, errorType: '', error: 0, over: -1 };
  if (!died) return story;
  for (const sequence of reader.back(died)) {
    story.end ||= sequence;
    const name = reader.name(sequence);
    if (story.over < 0 && SENT_ON.has(name)) story.over = Number(reader.field(sequence, 'link') ?? -1);
    if (TRIES.has(name)) {
      story.first = reader.trace.at.values[sequence - 1]!;
      story.last ||= story.first;
    }
    if (!story.errorType && reader.field(sequence, 'error_type') !== undefined) {
      story.errorType = String(reader.field(sequence, 'error_type') ?? '');
      story.error = Number(reader.field(sequence, 'error') ?? 0);
    }
  }
  return story;
}
