/**
 * What a node counts as its failures: each thing that went wrong there, once, and nothing that went wrong elsewhere. A request of a
 * program's is counted where it was refused, and by the invocation that fails because of it: code that catches the error has not
 * failed. A function counts invocations, and not again the messages and events which they give back.
 *
 * The twin of `flows/traces/projections/failures.py`.
 */
import type { Kind } from '../model/types';

const PROGRAMS = 'client', FUNCTIONS = 'lambda', ITEMS = 'failed_items';

/**
 * Every loss, every retry that travels, and every try of a copy that goes on waiting where it is: what the timeline counts. An
 * invocation's own failure is not: it is told once per message that it gives back, or by the event that waits on.
 */
export const isFailure = (kind: Kind): boolean => (kind.outcome === 'lost' && !endsTries(kind)) || (kind.outcome === 'retry' && (kind.motion !== '' || staysPending(kind)));
/** Giving up after tries that were each counted, and what is nobody's try (a fault that begins). */
const endsTries = (kind: Kind): boolean => kind.motion === '' && ['', 'moved', 'discarded'].includes(kind.to);
export const staysPending = (kind: Kind): boolean => kind.outcome === 'retry' && kind.motion === '' && kind.to === 'pending';

function failsAtItsNode(kind: Kind): boolean {
  if (kind.service === PROGRAMS) return false;
  if (kind.service === FUNCTIONS && kind.outcome === 'retry') return kind.to === 'failed';
  return isFailure(kind);
}

const NO = -2, YES = -1;

/** By kind's number: whether its records count at their nodes; where only some do, the place of the field that says so. */
export class Failing {
  readonly #by: Int8Array;

  constructor(kinds: readonly Kind[]) {
    this.#by = new Int8Array(1 + Math.max(0, ...kinds.map(({ number }) => number))).fill(NO);
    for (const kind of kinds) {
      const place = kind.fields.findIndex(([name]) => name === ITEMS);
      this.#by[kind.number] = place >= 0 ? place : failsAtItsNode(kind) ? YES : NO;
    }
  }

  has(kind: number, detail: readonly unknown[] | undefined): boolean {
    const found = this.#by[kind] ?? NO;
    return found === YES || (found >= 0 && Number(detail?.[found] ?? 0) > 0);
  }
}
