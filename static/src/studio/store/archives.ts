/**
 * Archives and replays at the playhead, and what belongs to a replay.
 *
 * Few kinds of record tell it all (their numbers are stable: flows/services/eventbridge/records.py). Their places are noted once, as the
 * trace grows, and forgotten when it is cut; every answer is what was noted up to the playhead. An archive keeps what
 * EventArchived says, less the oldest that ArchivedEventsExpired counts. A replayed event is a subject of its own; whatever was
 * made of it (copies, their dead letters) belongs to the replay too.
 */
import type { Handle, Instant, Sequence } from '../model/types';
import type { Fold } from './fold';
import { countUpTo, Growing } from './growing';
import type { Reader } from './reader';

/** The events that an archive keeps, oldest first, in columns; `bytes` 0 where the trace does not tell. */
export interface Kept { count: number; bytes: number; at: Float64Array; subject: Uint32Array }

export type ReplayState = 'starting' | 'running' | 'completed' | 'cancelling' | 'cancelled';
/** `rules` empty are all; `from` and `to` are dates as AWS writes them. */
export interface Replay {
  archive: number; name: string; state: ReplayState; rules: readonly string[]; from: string; to: string;
  total: number; sent: number; started_at: Instant; ended_at: Instant | null;
}
/** What a replay of a window would do, by what happened to the same events when they were new: rule → how many it matched. */
export interface Preview { events: number; rules: ReadonlyMap<number, number> }

const REPLAYED = 606, ARCHIVED = 620, FORGOTTEN = 621, RUNNING = 623, MATCHED = 640;
const STATES: Readonly<Record<number, ReplayState>> = { 622: 'starting', [RUNNING]: 'running', 624: 'completed', 625: 'cancelling', 626: 'cancelled' };
const OVER: readonly ReplayState[] = ['completed', 'cancelled'];
const ALL = 'all rules';

/** What was noted of one archive: when, who, and how large all are up to there. */
class Shelf {
  readonly sequence = new Growing(Uint32Array);
  readonly at = new Growing(Float64Array);
  readonly subject = new Growing(Uint32Array);
  readonly bytes = new Growing(Float64Array);
  readonly forgotten: Sequence[] = [];
}
class Course {
  readonly told: Sequence[] = [];
  readonly sent = new Growing(Uint32Array);
}

export class Archives {
  readonly #fold: Fold;
  readonly #reader: Reader;
  readonly #shelves = new Map<number, Shelf>();
  readonly #courses = new Map<string, Course>();
  readonly #replayed = new Set<Handle>();
  /** By the event that was replayed: which replays sent it, and when. */
  readonly #again = new Map<Handle, { sequence: Sequence; replay: string }[]>();
  readonly #matches = new Growing(Uint32Array);
  #read: Sequence = 0;
  #cuts = 0;

  constructor(fold: Fold, reader: Reader) {
    this.#fold = fold;
    this.#reader = reader;
  }

  kept(node: number): Kept {
    this.#extend();
    const shelf = this.#shelves.get(node) ?? new Shelf();
    const to = countUpTo(shelf.sequence.values, shelf.sequence.length, this.#cursor);
    const gone = shelf.forgotten.filter((sequence) => sequence <= this.#cursor).reduce((sum, sequence) => sum + this.#number(sequence, 'events'), 0);
    const sum = (n: number) => (n ? shelf.bytes.values[n - 1]! : 0);
    return { count: to - gone, bytes: sum(to) - sum(gone), at: shelf.at.values.subarray(gone, to), subject: shelf.subject.values.subarray(gone, to) };
  }

  preview({ at, subject }: Pick<Kept, 'at' | 'subject'>, from: Instant, to: Instant): Preview {
    this.#extend();
    const wanted = new Set<Handle>();
    for (let i = 0; i < at.length; i++) if (at[i]! >= from && at[i]! < to) wanted.add(subject[i]!);
    const rules = new Map<number, number>();
    const { trace } = this.#reader;
    for (const sequence of upTo(this.#matches, this.#cursor)) {
      if (!wanted.has(trace.subject.values[sequence - 1]!)) continue;
      const rule = trace.node.values[sequence - 1]!;
      rules.set(rule, (rules.get(rule) ?? 0) + 1);
    }
    return { events: wanted.size, rules };
  }

  /** Replays that were started, newest first. */
  replays(): Replay[] {
    this.#extend();
    return [...this.#courses].flatMap(([name, course]) => this.#replay(name, course) ?? []).sort((a, b) => b.started_at - a.started_at);
  }

  /** Whether a subject is a replayed event, or was made of one. */
  isReplayed(subject: Handle): boolean {
    this.#extend();
    if (!this.#replayed.size) return false;
    const { parent } = this.#reader.trace.subjects;
    for (let one = subject; one; one = parent.values[one] ?? 0) if (this.#replayed.has(one)) return true;
    return false;
  }

  /** Whether an event (by its root) was replayed to a rule since an instant: whoever redrives its dead letter sends it twice. */
  wasReplayed(root: Handle, rule: string, since: Instant): boolean {
    this.#extend();
    const again = (this.#again.get(root) ?? []).filter(({ sequence }) => sequence <= this.#cursor && this.#reader.trace.at.values[sequence - 1]! >= since);
    return again.some(({ replay }) => {
      const rules = this.#text(this.#courses.get(replay)?.told[0] ?? 0, 'rules');
      return rules === ALL || rules.split(', ').includes(rule);
    });
  }

  #replay(name: string, course: Course): Replay | null {
    const told = course.told.filter((sequence) => sequence <= this.#cursor), first = told[0];
    if (!first) return null;
    const { trace } = this.#reader, rules = this.#text(first, 'rules');
    const newest = told.at(-1)!, running = told.find((sequence) => trace.kind.values[sequence - 1] === RUNNING);
    const state = STATES[trace.kind.values[newest - 1]!]!;
    return {
      archive: trace.node.values[first - 1]!, name, state, rules: rules === ALL ? [] : rules.split(', '), from: this.#text(first, 'from'), to: this.#text(first, 'to'),
      total: running ? this.#number(running, 'events') : 0, sent: countUpTo(course.sent.values, course.sent.length, this.#cursor),
      started_at: trace.at.values[first - 1]!, ended_at: OVER.includes(state) ? trace.at.values[newest - 1]! : null,
    };
  }

  get #cursor(): Sequence { return this.#fold.positions.cursor; }
  #text(sequence: Sequence, field: string): string { return String(this.#reader.field(sequence, field) ?? ''); }
  #number(sequence: Sequence, field: string): number { return Number(this.#reader.field(sequence, field) ?? 0); }

  #extend(): void {
    const { trace } = this.#reader;
    if (this.#cuts !== trace.cuts) this.#forget(trace.cuts);
    for (; this.#read < trace.head; this.#read++) {
      const kind = trace.kind.values[this.#read]!, sequence = this.#read + 1;
      if (kind === MATCHED) this.#matches.push(sequence);
      else if (kind === ARCHIVED) this.#shelve(sequence);
      else if (kind === FORGOTTEN) shelf(this.#shelves, trace.node.values[this.#read]!).forgotten.push(sequence);
      else if (kind === REPLAYED) {
        this.#replayed.add(trace.subject.values[this.#read]!);
        const replay = this.#text(sequence, 'replay'), root = trace.subjects.root.values[trace.subject.values[this.#read]!]!;
        course(this.#courses, replay).sent.push(sequence);
        this.#again.set(root, [...(this.#again.get(root) ?? []), { sequence, replay }]);
      } else if (STATES[kind]) course(this.#courses, this.#text(sequence, 'replay')).told.push(sequence);
    }
  }

  #shelve(sequence: Sequence): void {
    const { trace } = this.#reader, i = sequence - 1;
    const on = shelf(this.#shelves, trace.node.values[i]!);
    on.bytes.push((on.bytes.length ? on.bytes.values[on.bytes.length - 1]! : 0) + this.#number(sequence, 'bytes'));
    on.sequence.push(sequence);
    on.at.push(trace.at.values[i]!);
    on.subject.push(trace.subject.values[i]!);
  }

  #forget(cuts: number): void {
    this.#cuts = cuts;
    this.#read = 0;
    this.#shelves.clear();
    this.#courses.clear();
    this.#replayed.clear();
    this.#again.clear();
    this.#matches.resize(0);
  }
}

const shelf = (shelves: Map<number, Shelf>, node: number): Shelf => shelves.get(node) ?? (shelves.set(node, new Shelf()), shelves.get(node)!);
const course = (courses: Map<string, Course>, name: string): Course => courses.get(name) ?? (courses.set(name, new Course()), courses.get(name)!);

function* upTo(sequences: Growing<Uint32Array>, last: Sequence): Generator<Sequence> {
  for (let i = 0; i < sequences.length && sequences.values[i]! <= last; i++) yield sequences.values[i]!;
}
