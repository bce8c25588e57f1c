/**
 * The ledger, folded from the trace by the table of kinds: the browser's twin of `flows/traces/projections`.
 *
 * It knows nothing of AWS. A kind says where its subject's copy is afterwards (`to`), whether it counts in the rate,
 * and how it ended; that is all the semantics there is. Counts are step functions, extended once as records arrive and
 * read at any playhead; who is where is `Positions`, which moves with the playhead. Both are functions of the records
 * alone: any split into chunks, and any truncation followed by the same records, gives the same fold.
 */
import { type Motions, TONES } from '../model/motions';
import { isFinishedCode, placeCode, PLACES } from '../model/places';
import type { Bin, Handle, Instant, Kind, Place, Sequence } from '../model/types';
import type { Beginning } from './beginning';
import { Failing, isFailure, staysPending } from './failing';
import { PLACE_BITS, PLACE_MASK, Positions } from './positions';
import { Steps } from './steps';
import type { Trace } from './trace';

const KIND_ROOM = 1 << 16;

export class Fold {
  /** Everyone's position at the playhead. */
  readonly positions: Positions;
  readonly #trace: Trace;
  readonly #newest: Positions;
  readonly #kinds: (Kind | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #counts: Steps[];
  readonly #rates: Steps[];
  readonly #failures: Steps[];
  readonly #failing: Failing;
  readonly #motions: Motions;
  /** By link and tone. */
  readonly #onLinks: Steps[];
  readonly #moves = new Steps();
  readonly #failedMoves = new Steps();

  constructor(trace: Trace, kinds: readonly Kind[], motions: Motions, { nodes, links }: { nodes: number; links: number }) {
    const placeAfter = new Uint8Array(KIND_ROOM);
    for (const kind of kinds) {
      this.#kinds[kind.number] = kind;
      this.#numbers.set(kind.name, kind.number);
      placeAfter[kind.number] = placeCode(kind.to);
    }
    this.#trace = trace;
    this.positions = new Positions(trace, placeAfter);
    this.#newest = new Positions(trace, placeAfter);
    this.#counts = Array.from({ length: nodes << PLACE_BITS }, () => new Steps());
    this.#motions = motions;
    this.#failing = new Failing(kinds);
    this.#onLinks = Array.from({ length: links * TONES.length }, () => new Steps());
    this.#rates = Array.from({ length: nodes }, () => new Steps());
    this.#failures = Array.from({ length: nodes }, () => new Steps());
  }

  // ── as the trace changes ──

  /** Starts over where a window begins; the trace has begun there already. */
  begin({ who, where, counts, rates, failures, crossed, moves }: Beginning): void {
    const start = (steps: readonly Steps[], from: readonly (readonly [number, number])[]) => {
      const values = new Map(from);
      steps.forEach((each, index) => each.begin(values.get(index) ?? 0));
    };
    start(this.#counts, counts);
    start(this.#rates, rates);
    start(this.#failures, failures);
    start(this.#onLinks, crossed);
    this.#moves.begin(moves[0]);
    this.#failedMoves.begin(moves[1]);
    this.positions.begin({ who, where });
    this.#newest.begin({ who, where });
  }

  /** Folds what the trace has gained. */
  extend(): void {
    this.#newest.fit();
    while (this.#newest.cursor < this.#trace.head) this.#take(this.#newest.cursor);
  }

  /** To be called before the trace itself is cut. */
  truncate(after: Sequence): void {
    if (this.positions.cursor > after) this.positions.seek(after);
    if (this.#newest.cursor > after) this.#newest.seek(after);
    const all = [...this.#counts, ...this.#rates, ...this.#failures, ...this.#onLinks, this.#moves, this.#failedMoves];
    for (const steps of all) steps.truncate(after);
  }

  #take(index: number): void {
    const sequence = index + 1;
    const kind = this.#kinds[this.#trace.kind.values[index]!];
    const node = this.#trace.node.values[index]!;
    const subject = this.#trace.subject.values[index]!;
    const before = this.#newest.where.values[subject]!;
    this.#newest.apply();
    const after = this.#newest.where.values[subject]!;
    if (before !== after) {
      // A finished place is never taken back: its count says how many ever ended so.
      if (before && !isFinishedCode(before & PLACE_MASK)) this.#counts[before]?.add(sequence, -1);
      this.#counts[after]?.add(sequence, 1);
    }
    if (!kind) return;
    if (kind.rate) this.#rates[node]?.add(sequence, 1);
    if (this.#failing.has(kind.number, this.#trace.details[this.#trace.detail.values[index]! - 1])) this.#failures[node]?.add(sequence, 1);
    if (this.#motions.moves(kind.number)) this.#move(index, kind);
    else if (kind.rate || staysPending(kind)) {
      this.#moves.add(sequence, 1);
      if (isFailure(kind)) this.#failedMoves.add(sequence, 1);
    }
  }

  #move(index: number, kind: Kind): void {
    const sequence = index + 1;
    const link = Number(this.#trace.details[this.#trace.detail.values[index]! - 1]?.[this.#motions.linkPlace(kind.number)] ?? -1);
    this.#onLinks[link * TONES.length + this.#motions.tone(kind.number)]?.add(sequence, 1);
    this.#moves.add(sequence, 1);
    if (isFailure(kind)) this.#failedMoves.add(sequence, 1);
  }

  // ── at any instant ──

  kind(number: number): Kind | undefined { return this.#kinds[number]; }
  /** Of a kind by its name; 0: there is none. */
  numberOf(name: string): number { return this.#numbers.get(name) ?? 0; }

  count(node: number, place: Place, sequence: Sequence): number {
    return this.#counts[(node << PLACE_BITS) | placeCode(place)]?.at(sequence) ?? 0;
  }

  failures(node: number, sequence: Sequence): number { return this.#failures[node]?.at(sequence) ?? 0; }

  /** Records of the rate kinds at a node between two sequences. */
  passed(node: number, from: Sequence, to: Sequence): number {
    const steps = this.#rates[node];
    return steps ? steps.at(to) - steps.at(from) : 0;
  }

  /** What set out over a link between two sequences, by tone. */
  onLink(link: number, from: Sequence, to: Sequence): [flow: number, retry: number, lost: number] {
    const passed = (tone: number) => this.#onLinks[link * TONES.length + tone]!.at(to) - this.#onLinks[link * TONES.length + tone]!.at(from);
    return [passed(0), passed(1), passed(2)];
  }

  /** Everything that set out between two sequences. */
  moved(from: Sequence, to: Sequence): number { return this.#moves.at(to) - this.#moves.at(from); }

  bins(count: number, until: Instant): Bin[] {
    const edge = (i: number) => this.#trace.sequenceAt((until * i) / count);
    return Array.from({ length: count }, (_, i) => {
      const from = i ? edge(i) : 0, to = edge(i + 1);
      return {
        from: (until * i) / count,
        records: this.moved(from, to),
        failures: this.#failedMoves.at(to) - this.#failedMoves.at(from),
      };
    });
  }

  // ── at the playhead ──

  /** Where a subject is, '' while it is nowhere yet. */
  placeOf(subject: Handle): Place | '' { return PLACES[(this.positions.where.values[subject] ?? 0) & PLACE_MASK] ?? ''; }

  /** Subjects in a place at a node, in the order they were made. */
  *at(node: number, place: Place): Generator<Handle> {
    const wanted = (node << PLACE_BITS) | placeCode(place);
    const { values, length } = this.positions.where;
    for (let handle = 1; handle < length; handle++) if (values[handle] === wanted) yield handle;
  }

  /** The same, those made last first. */
  *newestAt(node: number, place: Place): Generator<Handle> {
    const wanted = (node << PLACE_BITS) | placeCode(place);
    const { values, length } = this.positions.where;
    for (let handle = length - 1; handle > 0; handle--) if (values[handle] === wanted) yield handle;
  }
}
