/**
 * A number that changes with the trace: (sequence, value) pairs, appended as records are folded, read at any playhead
 * by bisection. Every gauge, rate, sparkline and bin is a difference of a few of these.
 */
import type { Sequence } from '../model/types';
import { countUpTo, Growing } from './growing';

export class Steps {
  readonly #sequences = new Growing(Uint32Array, 16);
  readonly #values = new Growing(Int32Array, 16);

  get newest(): number { return this.#sequences.length ? this.#values.values[this.#values.length - 1]! : 0; }

  add(sequence: Sequence, change: number): void {
    const value = this.newest + change;
    const last = this.#sequences.length - 1;
    if (last >= 0 && this.#sequences.values[last] === sequence) this.#values.values[last] = value;
    else {
      this.#sequences.push(sequence);
      this.#values.push(value);
    }
  }

  at(sequence: Sequence): number {
    const count = countUpTo(this.#sequences.values, this.#sequences.length, sequence);
    return count ? this.#values.values[count - 1]! : 0;
  }

  /** From the start on it has this value. */
  begin(value: number): void {
    this.#sequences.resize(0);
    this.#values.resize(0);
    if (value) this.add(0, value);
  }

  truncate(after: Sequence): void {
    const kept = countUpTo(this.#sequences.values, this.#sequences.length, after);
    this.#sequences.resize(kept);
    this.#values.resize(kept);
  }
}
