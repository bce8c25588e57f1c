/**
 * The trace: every record of the execution so far, in columns, with the table of subjects beside it.
 *
 * Append-only but for one thing: a truncation drops the speculative end. Sequence n stands at index n - 1, always, so
 * a chunk is taken only where it joins: what is known already is dropped, a chunk that leaves a gap is refused and the
 * socket says hello again. `prior` chains each record to the one before it about the same subject (0 = none): the
 * fold walks it backwards, and a journey is read along it.
 */
import type { Handle, Instant, Sequence } from '../model/types';
import type { Chunk, Detail, SubjectRows } from './chunk';
import { countUpTo, Growing } from './growing';

export type Joined = 'appended' | 'known' | 'gap';

export class Trace {
  readonly at = new Growing(Float64Array);
  readonly node = new Growing(Uint16Array);
  readonly kind = new Growing(Uint16Array);
  readonly subject = new Growing(Uint32Array);
  readonly request = new Growing(Uint32Array);
  readonly cause = new Growing(Uint32Array);
  readonly attempt = new Growing(Uint32Array);
  readonly detail = new Growing(Uint32Array);
  readonly prior = new Growing(Uint32Array);
  readonly subjects = new SubjectTable();
  /** Tuples of all chunks taken, one after another; a record's `detail` is an index into it, from 1. */
  readonly details: Detail[] = [];
  /** How often the end was cut off: what was read of the trace before may no longer be so. */
  cuts = 0;
  /** Each subject's newest record. */
  readonly #newest = new Growing(Uint32Array);

  get head(): Sequence { return this.at.length; }
  get lastAt(): Instant { return this.head ? this.at.values[this.head - 1]! : 0; }

  /** The last record at or before an instant. */
  sequenceAt(at: Instant): Sequence { return countUpTo(this.at.values, this.head, at); }

  /** The first instant after `at` at which something is written; null when nothing is known yet. */
  instantAfter(at: Instant): Instant | null {
    const next = this.sequenceAt(at);
    return next < this.head ? this.at.values[next]! : null;
  }

  append(chunk: Chunk): Joined {
    const known = this.head - chunk.first + 1;
    if (known >= chunk.count) return 'known';
    if (known < 0) return 'gap';
    this.subjects.write(chunk.subjects);
    this.#newest.resize(this.subjects.count + 1);
    const base = this.details.length;
    for (const detail of chunk.details) this.details.push(detail);
    this.at.append(chunk.at.subarray(known));
    this.node.append(chunk.node.subarray(known));
    this.kind.append(chunk.kind.subarray(known));
    this.subject.append(chunk.subject.subarray(known));
    this.request.append(chunk.request.subarray(known));
    this.cause.append(chunk.cause.subarray(known));
    this.attempt.append(chunk.attempt.subarray(known));
    for (let i = known; i < chunk.count; i++) {
      const detail = chunk.detail[i]!, subject = chunk.subject[i]!;
      this.detail.push(detail && detail + base);
      this.prior.push(subject && this.#newest.values[subject]!);
      this.#newest.values[subject] = chunk.first + i;
    }
    return 'appended';
  }

  /** Drops every record after `after`. */
  truncate(after: Sequence): void {
    this.cuts++;
    for (let i = this.head - 1; i >= after; i--) this.#newest.values[this.subject.values[i]!] = this.prior.values[i]!;
    const columns = [this.at, this.node, this.kind, this.subject, this.request, this.cause, this.attempt, this.detail, this.prior];
    for (const column of columns) column.resize(Math.min(after, column.length));
  }
}

/** Handle → what it is, where it comes from, whose id it carries. A chunk written again after a truncation overwrites. */
class SubjectTable {
  readonly kind = new Growing(Uint8Array);
  readonly parent = new Growing(Uint32Array);
  readonly root = new Growing(Uint32Array);
  readonly identity = new Growing(Uint32Array);
  readonly body = new Growing(Uint32Array);

  constructor() {
    for (const column of this.#columns) column.resize(1);
  }

  /** How many subjects there are; handles run from 1 to this. */
  get count(): number { return this.kind.length - 1; }

  write(rows: SubjectRows): void {
    if (!rows.count) return;
    for (const column of this.#columns) column.resize(rows.first);
    this.kind.append(rows.kind);
    this.parent.append(rows.parent);
    this.root.append(rows.root);
    this.identity.append(rows.identity);
    this.body.append(rows.body);
  }

  /** All subjects of one root, the root first. */
  ofRoot(root: Handle): Handle[] {
    const found: Handle[] = [];
    for (let handle = root; handle <= this.count; handle++) if (this.root.values[handle] === root) found.push(handle);
    return found;
  }

  get #columns() { return [this.kind, this.parent, this.root, this.identity, this.body]; }
}
