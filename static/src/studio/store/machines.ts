/**
 * State machines at the playhead, folded from their records: AWS's history events are records of the execution they belong to
 * (`flows/services/stepfunctions/records.py`), so what an execution did is simply its records in order.
 *
 * How many executions are in each state is a step function per state (entered − exited − left), extended once as records
 * arrive and read at any playhead, like every other count.
 */
import { NO_MARK, type Mark } from '../machine/marks';
import { EXECUTION, subjectId } from '../model/subjects';
import { FINISHED } from '../model/places';
import type { Handle, Instant, Kind, Sequence } from '../model/types';
import type { Fold } from './fold';
import type { Reader, TraceRecord } from './reader';
import { sentence, type Words } from './sentences';
import { Steps } from './steps';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution of a machine, as it is at the playhead. Bodies are 0 where there is none (yet). */
export interface MachineExecution {
  /** `name` is what it was called when it was started, '' where that is its id; `begun` is false before it was. */
  subject: Handle; root: Handle; id: string; name: string; begun: boolean; status: ExecutionStatus; started_at: Instant; ended_at: Instant | null;
  input: number; output: number; error: string; cause: number; redrives: number;
}

/** One history event: AWS's number and type, what it says, and its bodies by name. */
export interface HistoryEvent {
  sequence: Sequence; at: Instant; id: number; previous: number; type: string; state: string; outcome: Kind['outcome'];
  sentence: string; bodies: { name: string; body: number }[]; facts: { name: string; value: string }[];
}

interface Counters { entered: Steps; exited: Steps; left: Steps; failed: Steps; scheduled: Steps }

/** AWS writes no exit for states that are open when an execution ends, and no entry for those that a redrive resumes: records of ours do. */
const LEFT = 'StatesStateLeft', RESUMED = 'StatesStateResumed';
const PREFIX = 'States', ENTERED = /StateEntered$/, EXITED = /State(Exited|Aborted)$/;
const SCHEDULED = /^States(Task|LambdaFunction|Activity)Scheduled$/;
const FAILED = /^States(Task|LambdaFunction|Activity|Evaluation).*(Failed|TimedOut)$/;
const ENDED: Record<string, ExecutionStatus> = {
  StatesExecutionSucceeded: 'SUCCEEDED', StatesExecutionFailed: 'FAILED', StatesExecutionTimedOut: 'TIMED_OUT', StatesExecutionAborted: 'ABORTED',
};
type Meaning = keyof Counters | 'resumed' | 'redriven' | 'started' | 'changed';

const CHANGED = 'StatesDefinitionChanged';
const STARTED = 'StatesExecutionStarted', REDRIVEN = 'StatesExecutionRedriven';
const NAMES = new Set(['event', 'previous', 'state', 'input', 'output', 'parameters', 'assigned', 'cause']);

export class Machines {
  readonly #fold: Fold;
  readonly #reader: Reader;
  readonly #words: Words;
  /** By kind number: what a record of it counts as. */
  readonly #meaning = new Map<number, Meaning>();
  readonly #states = new Map<number, Map<string, Counters>>();
  /** By machine: the executions, in the order they started, and the records that started them. */
  readonly #started = new Map<number, { subject: Handle; sequence: Sequence }[]>();
  /** A redriven execution goes on as another subject that comes of the failed one: first subject → those after it; any → its first. */
  readonly #later = new Map<Handle, { subject: Handle; sequence: Sequence }[]>();
  readonly #first = new Map<Handle, Handle>();
  /** By machine: the records that gave it another definition. */
  readonly #changed = new Map<number, Sequence[]>();
  #cursor: Sequence = 0;

  constructor(fold: Fold, reader: Reader, words: Words, kinds: readonly Kind[]) {
    this.#fold = fold;
    this.#reader = reader;
    this.#words = words;
    for (const { number, name } of kinds) {
      const meaning = meaningOf(name);
      if (meaning) this.#meaning.set(number, meaning);
    }
  }

  /** Starts over: of what was before a window, nothing is known but what the trace kept. */
  begin(): void {
    for (const known of [this.#states, this.#started, this.#later, this.#first, this.#changed]) known.clear();
    this.#cursor = 0;
  }

  /** Takes in what the trace has gained. */
  extend(): void {
    const { trace } = this.#reader;
    for (; this.#cursor < trace.head; this.#cursor++) {
      const meaning = this.#meaning.get(trace.kind.values[this.#cursor]!);
      if (meaning) this.#take(this.#cursor + 1, meaning);
    }
  }

  /** To be called before the trace itself is cut. */
  truncate(after: Sequence): void {
    if (this.#cursor <= after) return;
    this.#cursor = after;
    for (const states of this.#states.values()) {
      for (const counters of states.values()) for (const steps of Object.values(counters)) (steps as Steps).truncate(after);
    }
    for (const [first, later] of this.#later) this.#later.set(first, later.filter(({ sequence }) => sequence <= after));
    for (const [node, changed] of this.#changed) this.#changed.set(node, changed.filter((sequence) => sequence <= after));
    for (const [node, started] of this.#started) this.#started.set(node, started.filter(({ sequence }) => sequence <= after));
  }

  #take(sequence: Sequence, meaning: Meaning): void {
    const { trace } = this.#reader, node = trace.node.values[sequence - 1]!;
    if (meaning === 'started') {
      const started = this.#started.get(node), one = { subject: trace.subject.values[sequence - 1]!, sequence };
      if (started) started.push(one);
      else this.#started.set(node, [one]);
      return;
    }
    if (meaning === 'redriven') return this.#redriven(trace.subject.values[sequence - 1]!, sequence);
    if (meaning === 'changed') {
      this.#changed.set(node, [...(this.#changed.get(node) ?? []), sequence]);
      return;
    }
    const state = String(this.#reader.field(sequence, 'state') ?? '');
    const count = Number(this.#reader.field(sequence, 'count') ?? 1), counters = this.#counters(node, state);
    if (meaning === 'resumed') counters.left.add(sequence, -count);
    else counters[meaning].add(sequence, meaning === 'left' ? count : 1);
  }

  #redriven(subject: Handle, sequence: Sequence): void {
    const before = this.#reader.trace.subjects.parent.values[subject]!, first = this.#first.get(before) ?? before;
    this.#first.set(subject, first);
    this.#later.set(first, [...(this.#later.get(first) ?? []), { subject, sequence }]);
  }

  /** The subjects of one execution up to the playhead: its first, then one per redrive. */
  #subjects(first: Handle): Handle[] {
    const at = this.#fold.positions.cursor;
    return [first, ...(this.#later.get(first) ?? []).filter(({ sequence }) => sequence <= at).map(({ subject }) => subject)];
  }

  #counters(node: number, state: string): Counters {
    let states = this.#states.get(node);
    if (!states) this.#states.set(node, (states = new Map()));
    let counters = states.get(state);
    if (!counters) {
      counters = { entered: new Steps(), exited: new Steps(), left: new Steps(), failed: new Steps(), scheduled: new Steps() };
      states.set(state, counters);
    }
    return counters;
  }

  // ── at the playhead ──

  /** What each state of a machine shows, over all its executions. */
  marks(node: number): ReadonlyMap<string, Mark> {
    const at = this.#fold.positions.cursor, found = new Map<string, Mark>();
    for (const [state, counters] of this.#states.get(node) ?? []) {
      const entered = counters.entered.at(at), failed = counters.failed.at(at), scheduled = counters.scheduled.at(at);
      if (!entered) continue;
      found.set(state, {
        active: Math.max(0, entered - counters.exited.at(at) - counters.left.at(at)), entered, failed, retried: scheduled ? Math.max(0, scheduled - entered) : 0,
      });
    }
    return found;
  }

  /** The body of the definition a machine has had since it was last changed, 0: the topology's. */
  definition(node: number): number {
    const last = this.#changed.get(node)?.findLast((sequence) => sequence <= this.#fold.positions.cursor);
    return last ? Number(this.#reader.field(last, 'definition') ?? 0) : 0;
  }

  /** How many executions there are, newest `limit` of them told. */
  executions(node: number, limit: number): { total: number; rows: MachineExecution[] } {
    const at = this.#fold.positions.cursor;
    const started = (this.#started.get(node) ?? []).filter(({ sequence }) => sequence <= at);
    return { total: this.#reader.tally(node, STARTED), rows: started.slice(-limit).reverse().map(({ subject, sequence }) => this.execution(subject, sequence)) };
  }

  /** One execution by its first subject (and the record that started it, where it is known). */
  execution(subject: Handle, startedBy: Sequence = 0): MachineExecution {
    const { subjects, at } = this.#reader.trace, chain = this.#subjects(subject);
    const found: MachineExecution = {
      subject, root: subjects.root.values[subject]!, id: subjectId(this.#words.seed, EXECUTION, subjects.identity.values[subject]!), name: '', begun: false, status: 'RUNNING',
      started_at: startedBy ? at.values[startedBy - 1]! : 0, ended_at: null, input: 0, output: 0, error: '', cause: 0, redrives: chain.length - 1,
    };
    const place = this.#fold.placeOf(chain.at(-1)!), isOver = place !== '' && FINISHED.includes(place);
    for (const sequence of chain.toReversed().flatMap((one) => [...this.#reader.back(one)])) {
      const name = this.#reader.name(sequence), ended = ENDED[name];
      if (ended && isOver && found.ended_at === null) {
        found.status = ended;
        found.ended_at = at.values[sequence - 1]!;
        found.output = Number(this.#reader.field(sequence, 'output') ?? 0);
        found.error = String(this.#reader.field(sequence, 'error') ?? '');
        found.cause = Number(this.#reader.field(sequence, 'cause') ?? 0);
      }
      if (name === STARTED) {
        found.begun = true;
        found.started_at = at.values[sequence - 1]!;
        found.input = Number(this.#reader.field(sequence, 'input') ?? 0);
        found.name = String(this.#reader.field(sequence, 'name') ?? '');
      }
    }
    return found;
  }

  /** The history of one execution up to the playhead, oldest first. */
  history(subject: Handle): HistoryEvent[] {
    const rows: HistoryEvent[] = [];
    for (const sequence of this.#subjects(subject).toReversed().flatMap((one) => [...this.#reader.back(one)])) {
      const record = this.#reader.record(sequence);
      if (record.fields.some(({ name }) => name === 'event')) rows.push(this.#event(record));
    }
    return rows.reverse();
  }

  /** Where one execution went: marks of its states alone, and the transitions it took. */
  path(subject: Handle): { marks: ReadonlyMap<string, Mark>; taken: ReadonlySet<string> } {
    const marks = new Map<string, Mark>(), taken = new Set<string>(), left = new Map<number, string>();
    const change = (state: string, by: Partial<Mark>) => marks.set(state, plus(marks.get(state) ?? NO_MARK, by));
    let isOver = false, redriven = -1;
    for (const { id, previous, type, state } of this.history(subject)) {
      const name = PREFIX + type;
      if (name === REDRIVEN) redriven = id;
      // Begun anew at a state of one's choice: it is nowhere else any more.
      if (ENTERED.test(type) && previous === redriven) for (const [other, one] of marks) marks.set(other, { ...one, active: 0 });
      if (ENTERED.test(type)) {
        // A Fail state ends all: nobody stays in it.
        change(state, { entered: 1, active: type === 'FailStateEntered' ? 0 : 1, retried: -1 });
        const from = left.get(previous);
        if (from) taken.add(`${from} → ${state}`);
      } else if (EXITED.test(type)) {
        change(state, { active: -1 });
        left.set(id, state);
      } else if (SCHEDULED.test(name)) change(state, { retried: 1 });
      else if (FAILED.test(name)) change(state, { failed: 1 });
      isOver = name in ENDED || (isOver && name !== REDRIVEN);
    }
    for (const [state, one] of marks) marks.set(state, { ...one, active: isOver ? 0 : one.active, retried: Math.max(0, one.retried) });
    return { marks, taken };
  }

  #event(record: TraceRecord): HistoryEvent {
    const value = (name: string) => record.fields.find((each) => each.name === name)?.value;
    return {
      sequence: record.sequence, at: record.at, id: Number(value('event')), previous: Number(value('previous')), type: record.kind.name.slice(PREFIX.length),
      state: String(value('state') ?? ''), outcome: record.kind.outcome, sentence: sentence(record, this.#words),
      bodies: record.fields.filter(({ type, value: body }) => type === 'body' && Number(body) > 0).map(({ name, value: body }) => ({ name, body: Number(body) })),
      facts: record.fields.filter(({ name, type, value: fact }) => !NAMES.has(name) && type !== 'body' && fact !== '' && fact !== -1)
        .map(({ name, value: fact }) => ({ name, value: String(fact) })),
    };
  }
}

const plus = (mark: Mark, by: Partial<Mark>): Mark => ({
  active: mark.active + (by.active ?? 0), entered: mark.entered + (by.entered ?? 0), failed: mark.failed + (by.failed ?? 0), retried: mark.retried + (by.retried ?? 0),
});

function meaningOf(name: string): Meaning | '' {
  if (!name.startsWith(PREFIX)) return '';
  if (name === STARTED) return 'started';
  if (name === REDRIVEN) return 'redriven';
  if (name === CHANGED) return 'changed';
  if (name === LEFT) return 'left';
  if (name === RESUMED) return 'resumed';
  if (ENTERED.test(name)) return 'entered';
  if (EXITED.test(name)) return 'exited';
  if (SCHEDULED.test(name)) return 'scheduled';
  return FAILED.test(name) ? 'failed' : '';
}
