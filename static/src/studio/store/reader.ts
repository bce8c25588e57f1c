/** Records made whole again: one row of the columns, its detail named by its kind's fields, instants absolute. */
import type { FieldType, Handle, Instant, Kind, Sequence } from '../model/types';
import type { Fold } from './fold';
import type { Trace } from './trace';

export interface Field { name: string; type: FieldType; value: string | number }
export interface TraceRecord {
  sequence: Sequence; at: Instant; kind: Kind; node: number; subject: Handle; request: Handle; cause: Sequence;
  attempt: number; fields: Field[];
}

/** An instant that never comes (a detail's -1). */
export const NEVER = Infinity;

const UNKNOWN: Kind = {
  number: 0, service: '', name: 'Unknown', fields: [], sentence: 'Something this page does not know happened', to: '', outcome: 'neutral',
  motion: '', rate: false,
};

export class Reader {
  readonly trace: Trace;
  readonly #fold: Fold;

  constructor(trace: Trace, fold: Fold) {
    this.trace = trace;
    this.#fold = fold;
  }

  record(sequence: Sequence): TraceRecord {
    const { trace } = this, i = sequence - 1;
    const kind = this.#fold.kind(trace.kind.values[i]!) ?? UNKNOWN;
    const at = trace.at.values[i] ?? 0;
    const detail = trace.details[trace.detail.values[i]! - 1] ?? [];
    return {
      sequence, at, kind, node: trace.node.values[i]!, subject: trace.subject.values[i]!, request: trace.request.values[i]!,
      cause: trace.cause.values[i]!, attempt: trace.attempt.values[i]!,
      fields: detail.map((value, place) => field(kind.fields[place], value, at)),
    };
  }

  /** A field of one record, without making the rest of it. */
  field(sequence: Sequence, name: string): string | number | undefined {
    const i = sequence - 1;
    const kind = this.#fold.kind(this.trace.kind.values[i]!);
    const place = kind?.fields.findIndex(([each]) => each === name) ?? -1;
    const value = this.trace.details[this.trace.detail.values[i]! - 1]?.[place];
    return value === undefined ? undefined : field(kind!.fields[place], value, this.trace.at.values[i]!).value;
  }

  name(sequence: Sequence): string { return this.#fold.kind(this.trace.kind.values[sequence - 1]!)?.name ?? ''; }

  /** How many records of one kind a node has written up to the playhead. */
  tally(node: number, name: string): number {
    const { kind: kinds, node: nodes, kept } = this.trace;
    const { cursor } = this.#fold.positions;
    const number = this.#fold.numberOf(name);
    let found = this.trace.toldBefore(node, number);
    for (let i = kept; i < cursor; i++) if (kinds.values[i] === number && nodes.values[i] === node) found++;
    return found;
  }

  /** The records about a subject from its newest (at the playhead) back to its first. */
  *back(subject: Handle): Generator<Sequence> {
    let sequence = this.#fold.positions.newest.values[subject] ?? 0;
    for (; sequence; sequence = this.trace.prior.values[sequence - 1]!) yield sequence;
  }
}

function field(declared: [string, FieldType] | undefined, value: string | number, at: Instant): Field {
  const [name, type] = declared ?? ['', 'string'];
  if (type === 'instant') return { name, type, value: value === -1 ? NEVER : at + Number(value) };
  return { name, type, value };
}
