/**
 * Batches of stream mappings at the playhead: what was handed over, what failed, how it was split until the poison was alone, and
 * which shards are blocked until when.
 *
 * A batch is a subject; what is split off has it as its parent (`flows/services/streaming/records.py`). The records about batches
 * are noted once by link as the trace grows, and forgotten when it is cut; everything else is read at the playhead. A batch that was
 * handed over and did not fail again has succeeded once a record of the same invocation was processed.
 */
import type { Handle, Instant, Sequence } from '../model/types';
import type { Fold } from './fold';
import type { Reader } from './reader';

export type BatchState = 'offered' | 'failed' | 'split' | 'throttled' | 'discarded' | 'processed';
/** `from` and `to` count the records of the batch it was split off from, from 1. */
export interface Batch {
  subject: Handle; shard: string; records: number; from: number; to: number; first: string; attempts: number; state: BatchState;
  error: string; body: number; reason: string; at: Instant; until: Instant | null; parts: Batch[];
}
/** A batch that failed at least once, with all that came of it. `poison` are those that were alone when they failed. */
export interface BatchTree { root: Batch; began_at: Instant; poison: Batch[] }
export interface Block { link: number; shard: string; records: number; waiting: number; until: Instant; reason: string; since: Instant }

const PROCESSED = 233, BLOCKED = 236, FREED = 237, OFFERED = 238, FAILED = 239, SPLIT = 240, DISCARDED = 241, THROTTLED = 242;
const ABOUT_BATCHES = new Set([OFFERED, FAILED, SPLIT, DISCARDED, THROTTLED]), ABOUT_SHARDS = new Set([BLOCKED, FREED]);
const BATCH = 3;

interface Noted { batches: Sequence[]; shards: Sequence[] }

export class Batches {
  readonly #fold: Fold;
  readonly #reader: Reader;
  readonly #links = new Map<number, Noted>();
  /** Invocations of which a record was processed, and the first record that says so. */
  readonly #done = new Map<Handle, Sequence>();
  #read: Sequence = 0;
  #cuts = 0;

  constructor(fold: Fold, reader: Reader) {
    this.#fold = fold;
    this.#reader = reader;
  }

  /** The shards of a link (all links: null) that a failed batch blocks just now. */
  blocks(link: number | null): Block[] {
    this.#extend();
    const links = link === null ? [...this.#links.keys()] : [link];
    return links.flatMap((one) => {
      const open = new Map<string, Block>();
      for (const sequence of this.#upTo(this.#links.get(one)?.shards ?? [])) {
        const shard = this.#text(sequence, 'shard');
        if (this.#kind(sequence) === FREED) open.delete(shard);
        else open.set(shard, this.#block(one, shard, sequence, open.get(shard)?.since));
      }
      return [...open.values()];
    });
  }

  /** What failed over a link, newest first; only these are told, the rest went well at once. */
  trees(link: number, most: number): { total: number; trees: BatchTree[] } {
    this.#extend();
    const { parent, kind } = this.#reader.trace.subjects;
    const about = new Map<Handle, Sequence[]>();
    for (const sequence of this.#upTo(this.#links.get(link)?.batches ?? [])) {
      const subject = this.#reader.trace.subject.values[sequence - 1]!, known = about.get(subject);
      if (known) known.push(sequence);
      else about.set(subject, [sequence]);
    }
    const isPart = (subject: Handle) => kind.values[parent.values[subject]!] === BATCH;
    const roots = [...about].filter(([subject, told]) => !isPart(subject) && told.some((sequence) => this.#kind(sequence) !== OFFERED));
    return { total: roots.length, trees: roots.slice(-most).reverse().map(([subject, told]) => this.#tree(subject, about, this.#reader.trace.at.values[told[0]! - 1]!)) };
  }

  #tree(subject: Handle, about: ReadonlyMap<Handle, Sequence[]>, began_at: Instant): BatchTree {
    const root = this.#batch(subject, about, 1, 0), poison: Batch[] = [];
    const walk = (one: Batch) => {
      if (one.records === 1 && (one.state === 'discarded' || one.state === 'failed')) poison.push(one);
      one.parts.forEach(walk);
    };
    walk(root);
    return { root, began_at, poison };
  }

  #batch(subject: Handle, about: ReadonlyMap<Handle, Sequence[]>, from: number, records: number): Batch {
    const { trace } = this.#reader;
    const one: Batch = { subject, shard: '', records, from, to: from + records - 1, first: '', attempts: 0, state: 'offered', error: '', body: 0, reason: '', at: 0, until: null, parts: [] };
    for (const sequence of about.get(subject) ?? []) {
      const kind = this.#kind(sequence);
      one.at = trace.at.values[sequence - 1]!;
      one.shard ||= this.#text(sequence, 'shard');
      if (kind === OFFERED) this.#offer(one, sequence);
      else if (kind === FAILED) {
        Object.assign(one, { state: 'failed', error: this.#text(sequence, 'error_type'), body: this.#number(sequence, 'error') });
        // A partial answer: what came before the first failure is done.
        one.from = one.to - this.#number(sequence, 'kept') + 1;
      } else if (kind === SPLIT) {
        const left = this.#number(sequence, 'left_records'), right = this.#number(sequence, 'right_records');
        one.state = 'split';
        one.parts = [this.#batch(this.#number(sequence, 'left'), about, one.from, left), this.#batch(this.#number(sequence, 'right'), about, one.from + left, right)];
      } else if (kind === DISCARDED) Object.assign(one, { state: 'discarded', reason: this.#text(sequence, 'condition'), until: null });
      else Object.assign(one, { state: 'throttled', reason: this.#text(sequence, 'reason'), until: this.#number(sequence, 'until') });
    }
    return one;
  }

  #offer(one: Batch, sequence: Sequence): void {
    const records = this.#number(sequence, 'records'), done = this.#done.get(this.#reader.trace.request.values[sequence - 1]!);
    one.attempts = this.#reader.trace.attempt.values[sequence - 1]!;
    if (!one.records) Object.assign(one, { records, to: one.from + records - 1 });
    one.first = this.#text(sequence, 'first');
    one.state = done !== undefined && done <= this.#fold.positions.cursor ? 'processed' : 'offered';
    one.until = null;
  }

  #block(link: number, shard: string, sequence: Sequence, since?: Instant): Block {
    return {
      link, shard, records: this.#number(sequence, 'records'), waiting: this.#number(sequence, 'waiting'), until: this.#number(sequence, 'until'),
      reason: this.#text(sequence, 'reason'), since: since ?? this.#reader.trace.at.values[sequence - 1]!,
    };
  }

  #upTo(sequences: readonly Sequence[]): readonly Sequence[] { return sequences.filter((sequence) => sequence <= this.#fold.positions.cursor); }
  #kind(sequence: Sequence): number { return this.#reader.trace.kind.values[sequence - 1]!; }
  #text(sequence: Sequence, field: string): string { return String(this.#reader.field(sequence, field) ?? ''); }
  #number(sequence: Sequence, field: string): number { return Number(this.#reader.field(sequence, field) ?? 0); }

  #extend(): void {
    const { trace } = this.#reader;
    if (this.#cuts !== trace.cuts) this.#forget(trace.cuts);
    for (; this.#read < trace.head; this.#read++) {
      const kind = trace.kind.values[this.#read]!, sequence = this.#read + 1;
      if (kind === PROCESSED) {
        const request = trace.request.values[this.#read]!;
        if (!this.#done.has(request)) this.#done.set(request, sequence);
      } else if (ABOUT_BATCHES.has(kind)) this.#noted(sequence).batches.push(sequence);
      else if (ABOUT_SHARDS.has(kind)) this.#noted(sequence).shards.push(sequence);
    }
  }

  #noted(sequence: Sequence): Noted {
    const link = this.#number(sequence, 'link');
    const found = this.#links.get(link) ?? { batches: [], shards: [] };
    this.#links.set(link, found);
    return found;
  }

  #forget(cuts: number): void {
    this.#cuts = cuts;
    this.#read = 0;
    this.#links.clear();
    this.#done.clear();
  }
}
