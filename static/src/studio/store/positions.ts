/**
 * Where every subject is after n records: its newest record, and the node and place it is in.
 *
 * The fold runs both ways. Forward it applies a record; backward it undoes one by walking `prior`, so any playhead is
 * reached from any other in one pass over the records between (some 20 ns each), and there is nothing to keep besides
 * two columns. That is why there are no keyframes here: a jump over 100,000 records costs about two milliseconds. A window on a
 * long run has a floor: below it nothing is undone.
 */
import type { Handle, Sequence } from '../model/types';
import { countUpTo, Growing } from './growing';
import type { Trace } from './trace';

/** A place at a node in one number: 16 places to a node. */
export const PLACE_BITS = 4;
export const PLACE_MASK = (1 << PLACE_BITS) - 1;

export class Positions {
  /** How many records are applied. */
  cursor: Sequence = 0;
  /** By subject: node and place, 0 = nowhere yet. */
  readonly where = new Growing(Uint32Array);
  /** By subject: its newest applied record, 0 = none. */
  readonly newest = new Growing(Uint32Array);
  /** Records that are not undone: what was before a window. */
  #floor: Sequence = 0;
  #who: Uint32Array = new Uint32Array();
  #stood: Uint32Array = new Uint32Array();
  readonly #trace: Trace;
  /** Kind number → the place its subject is in afterwards, 0 = unchanged. */
  readonly #placeAfter: Uint8Array;

  constructor(trace: Trace, placeAfter: Uint8Array) {
    this.#trace = trace;
    this.#placeAfter = placeAfter;
  }

  /** Starts over where a window on a long run begins: everybody present is known, and where. */
  begin({ who, where }: { who: Uint32Array; where: Uint32Array }): void {
    this.#who = who;
    this.#stood = where;
    this.#floor = this.#trace.kept;
    this.where.resize(0);
    this.newest.resize(0);
    const people = Math.max(this.#trace.subjects.count, who.at(-1) ?? 0) + 1;
    this.where.resize(people);
    this.newest.resize(people);
    for (this.cursor = 0; this.cursor < this.#floor; this.cursor++) this.newest.values[this.#trace.subject.values[this.cursor]!] = this.cursor + 1;
    for (let i = 0; i < who.length; i++) this.where.values[who[i]!] = where[i]!;
  }

  seek(sequence: Sequence): void {
    const target = Math.max(sequence, this.#floor);
    this.fit();
    while (this.cursor < target) this.apply();
    while (this.cursor > target) this.undo();
  }

  /** Makes room for subjects that came since. */
  fit(): void {
    const wanted = this.#trace.subjects.count + 1;
    if (this.where.length >= wanted) return;
    this.where.resize(wanted);
    this.newest.resize(wanted);
  }

  apply(): void {
    const index = this.cursor++;
    const subject = this.#trace.subject.values[index]!;
    if (!subject) return;
    this.newest.values[subject] = index + 1;
    const place = this.#placeAfter[this.#trace.kind.values[index]!]!;
    if (place) this.where.values[subject] = (this.#trace.node.values[index]! << PLACE_BITS) | place;
  }

  private undo(): void {
    const index = --this.cursor;
    const subject = this.#trace.subject.values[index]!;
    if (!subject) return;
    const prior = this.#trace.prior.values[index]!;
    this.newest.values[subject] = prior;
    if (this.#placeAfter[this.#trace.kind.values[index]!]) this.where.values[subject] = this.#whereAfter(prior, subject);
  }

  /** The newest record that put the subject where it is, 0 = none. */
  settledBy(subject: Handle): Sequence { return this.#settling(this.newest.values[subject] ?? 0); }

  #settling(sequence: Sequence): Sequence {
    while (sequence && !this.#placeAfter[this.#trace.kind.values[sequence - 1]!]) sequence = this.#trace.prior.values[sequence - 1]!;
    return sequence;
  }

  #whereAfter(sequence: Sequence, subject: Handle): number {
    const settled = this.#settling(sequence);
    if (settled <= this.#floor) return this.#whereBefore(subject);
    return (this.#trace.node.values[settled - 1]! << PLACE_BITS) | this.#placeAfter[this.#trace.kind.values[settled - 1]!]!;
  }

  /** Where a subject was when the window began. */
  #whereBefore(subject: Handle): number {
    const place = countUpTo(this.#who, this.#who.length, subject) - 1;
    return this.#who[place] === subject ? this.#stood[place]! : 0;
  }
}
