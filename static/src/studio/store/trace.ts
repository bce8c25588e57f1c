/**
 * The trace: every record of the execution so far, in columns, with the table of subjects beside it.
 *
 * Append-only but for one thing: a truncation drops the speculative end. Sequence n stands at index n - 1, always, so
 * a chunk is taken only where it joins: what is known already is dropped, a chunk that leaves a gap is refused and the
 * socket says hello again.
 *
 * Of a long run it holds a window, which begins anew wherever the viewer looks (`begin`). Then sequences are the window's own:
 * first come the older records that still matter, `kept` of them, then those of the window. Only who talks to the server
 * needs the run's numbers: `reached`, and `own` to come back. `prior` chains each record to the one before it about the same subject (0 = none): the
 * fold walks it backwards, and a journey is read along it.
 */
import type { Handle, Instant, Sequence } from '../model/types';
import type { Beginning } from './beginning';
import type { Chunk, Detail, SubjectRows } from './chunk';
import { countUpTo, Growing } from './growing';

const KIND_ROOM = 1 << 16;

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
  /** Records before the window's own. */
  kept: Sequence = 0;
  /** The instant of the last record before the window. */
  beganAt: Instant = 0;
  /** What a window began from: how often a node had told a kind (`node` × 65,536 + kind), how many messages traffic had sent. */
  readonly #told = new Map<number, number>();
  readonly sent = new Map<Handle, number>();
  /** Whether only a stretch of the run is here. */
  isWindow = false;
  #offset = 0;
  /** Each subject's newest record. */
  readonly #newest = new Growing(Uint32Array);

  get head(): Sequence { return this.at.length; }
  /** The last record that is here, as the run counts. */
  get reached(): Sequence { return this.head + this.#offset; }
  /** The window's number of a record of the run. */
  own(sequence: Sequence): Sequence { return sequence - this.#offset; }
  inRun(sequence: Sequence): Sequence { return sequence + this.#offset; }
  get lastAt(): Instant { return this.head ? this.at.values[this.head - 1]! : 0; }

  /** The last record at or before an instant. */
  sequenceAt(at: Instant): Sequence { return countUpTo(this.at.values, this.head, at); }

  /** The first instant after `at` at which something is written; null when nothing is known yet. */
  instantAfter(at: Instant): Instant | null {
    const next = this.sequenceAt(at);
    return next < this.head ? this.at.values[next]! : null;
  }

  /** Starts over as a window on the run. */
  begin({ after, at, lasting, told, sent }: Beginning): void {
    this.cuts++;
    this.#told.clear();
    for (const [node, kind, count] of told) this.#told.set(node * KIND_ROOM + kind, count);
    this.sent.clear();
    for (const [traffic, count] of sent) this.sent.set(traffic, count);
    for (const column of this.#columns) column.resize(0);
    this.details.length = 0;
    this.subjects.clear();
    this.#newest.resize(0);
    for (const [, when, node, kind, subject, request, attempt, detail, ...row] of lasting) {
      this.at.push(when);
      this.node.push(node);
      this.kind.push(kind);
      this.subject.push(subject);
      this.request.push(request);
      this.attempt.push(attempt);
      this.cause.push(0);
      this.detail.push(this.details.push(detail));
      if (row[0]) this.subjects.set(subject, row);
      this.#newest.resize(Math.max(this.#newest.length, subject + 1));
      this.prior.push(subject && this.#newest.values[subject]!);
      this.#newest.values[subject] = this.head;
    }
    this.isWindow = true;
    this.kept = lasting.length;
    this.beganAt = at;
    this.#offset = after - this.kept;
  }

  /** How often a node had told a kind before the window. */
  toldBefore(node: number, kind: number): number { return this.#told.get(node * KIND_ROOM + kind) ?? 0; }

  append(chunk: Chunk): Joined {
    const known = this.reached - chunk.first + 1;
    if (known >= chunk.count) return 'known';
    if (known < 0) return 'gap';
    this.subjects.write(chunk.subjects);
    this.#newest.resize(Math.max(this.#newest.length, this.subjects.count + 1));
    const base = this.details.length;
    for (const detail of chunk.details) this.details.push(detail);
    this.at.append(chunk.at.subarray(known));
    this.node.append(chunk.node.subarray(known));
    this.kind.append(chunk.kind.subarray(known));
    this.subject.append(chunk.subject.subarray(known));
    this.request.append(chunk.request.subarray(known));
    const before = this.#offset + this.kept;
    this.cause.append(this.#offset ? chunk.cause.subarray(known).map((cause) => (cause > before ? cause - this.#offset : 0)) : chunk.cause.subarray(known));
    this.attempt.append(chunk.attempt.subarray(known));
    for (let i = known; i < chunk.count; i++) {
      const detail = chunk.detail[i]!, subject = chunk.subject[i]!;
      this.detail.push(detail && detail + base);
      this.prior.push(subject && this.#newest.values[subject]!);
      this.#newest.values[subject] = chunk.first + i - this.#offset;
    }
    return 'appended';
  }

  /** Drops every record after `after`. */
  truncate(after: Sequence): void {
    this.cuts++;
    for (let i = this.head - 1; i >= after; i--) this.#newest.values[this.subject.values[i]!] = this.prior.values[i]!;
    for (const column of this.#columns) column.resize(Math.min(after, column.length));
  }

  get #columns() { return [this.at, this.node, this.kind, this.subject, this.request, this.cause, this.attempt, this.detail, this.prior]; }
}

/** Handle → what it is, where it comes from, whose id it carries. A chunk written again after a truncation overwrites. */
class SubjectTable {
  readonly kind = new Growing(Uint8Array);
  readonly parent = new Growing(Uint32Array);
  readonly root = new Growing(Uint32Array);
  readonly identity = new Growing(Uint32Array);
  readonly body = new Growing(Uint32Array);

  constructor() { this.clear(); }

  clear(): void {
    for (const column of this.#columns) {
      column.resize(0);
      column.resize(1);
    }
  }

  /** One row: kind, parent, root, identity, body. */
  set(handle: Handle, row: readonly number[]): void {
    this.#columns.forEach((column, place) => {
      column.resize(Math.max(column.length, handle + 1));
      column.values[handle] = row[place]!;
    });
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
