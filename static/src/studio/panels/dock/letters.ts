/** Dead letters as the table shows them: filtered, grouped by cause, with what their journey says about them. */
import type { DeadLetter, Instant, TopologyNode } from '../../model/types';
import type { StudioStore } from '../../store/api';
import { SECOND } from '../../ui/format';

export interface Cause {
  key: string;
  /** The error's type, else the sentence that says why it died. */
  title: string;
  source: number;
  target: number;
  letters: DeadLetter[];
  first_at: Instant;
  last_at: Instant;
}

export const causeOf = (letter: DeadLetter): string => letter.error_type || letter.reason;

/**
 * Largest group first; groups of one size by their title, so that the order never flickers. Within a group the oldest is
 * first (the store gives the newest first): while more arrive, what one is reading stays where it is.
 */
export function byCause(letters: readonly DeadLetter[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const letter of letters.toReversed()) {
    const title = causeOf(letter);
    const target = letter.target ?? -1, key = `${title}|${letter.source}|${target}|${letter.node}`;
    let cause = causes.get(key);
    if (!cause) causes.set(key, (cause = { key, title, source: letter.source, target, letters: [], first_at: letter.at, last_at: letter.at }));
    cause.letters.push(letter);
    cause.first_at = Math.min(cause.first_at, letter.at);
    cause.last_at = Math.max(cause.last_at, letter.at);
  }
  return [...causes.values()].sort((a, b) => b.letters.length - a.letters.length || a.key.localeCompare(b.key));
}

/** Letters that hold the words in their id, cause, reason, source, or body as far as it is known. */
export function filtered(letters: readonly DeadLetter[], words: string, nameOf: (node: number) => string, bodyOf: (body: number) => string): readonly DeadLetter[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return letters;
  return letters.filter((letter) =>
    [letter.id, letter.error_type, letter.reason, nameOf(letter.source), nameOf(letter.target ?? -1), bodyOf(letter.body)].some((text) => text.toLowerCase().includes(wanted)),
  );
}

export interface Past { redriven: number; died: number; expires_at: Instant }

const DIED = new Set(['MessageMovedToDeadLetterQueue', 'FailureArrived']);
const CAME_BACK = new Set(['RedrivenMessageArrived', 'DeadLetterReturned']);
const BORN = new Set(['MessageSent', 'MessageDelayed', 'RedrivenMessageArrived', 'FailureArrived']);
const DEFAULT_RETENTION_S = 345_600;

/**
 * How often a message came back and failed again, and when it expires: a standard queue counts retention from the
 * instant the message was first sent to its source queue, not from the move to the dead-letter queue.
 */
export function past(studio: StudioStore, letter: DeadLetter): Past {
  const { born_at, redriven } = letter;
  if (born_at !== undefined && redriven !== undefined) return { redriven, died: redriven + 1, expires_at: born_at + retention(studio.node(letter.node)) };
  const rows = studio.journey(letter.root).filter((row) => row.at <= letter.at);
  const born = rows.findLast((row) => BORN.has(row.kind));
  return {
    redriven: rows.filter((row) => CAME_BACK.has(row.kind)).length,
    died: rows.filter((row) => DIED.has(row.kind)).length,
    expires_at: (born?.at ?? letter.at) + retention(studio.node(letter.node)),
  };
}

function retention(node: TopologyNode): number {
  const seconds = Number(node.properties.MessageRetentionPeriod ?? DEFAULT_RETENTION_S);
  return (Number.isFinite(seconds) ? seconds : DEFAULT_RETENTION_S) * SECOND;
}
