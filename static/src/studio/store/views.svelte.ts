/**
 * Everything panels read: functions of the trace and the playhead. The methods read one signal, the beat, which the
 * studio sounds at most five times a second; between two beats nothing here is computed again.
 */
import type {
  Bin, ContentRow, DeadLetter, Example, ExecutionInfo, Fault, Handle, Instant, JourneyRow, Kind, Management, MoveTask, Place, ReportLine, Sequence, StudioData,
  Subject, Topology, TopologyNode, Traffic,
} from '../model/types';
import { subjectId, subjectKind } from '../model/subjects';
import { mainPlace } from '../model/gauge';
import { Motions } from '../model/motions';
import { clock } from '../ui/format';
import { nextFiring } from './firing';
import { databaseNow, type DatabaseNow } from './databases';
import { Batches, type BatchTree, type Block } from './batches';
import { Archives, type Kept, type Preview, type Replay } from './archives';
import { Asked } from './asked';
import { Far } from './far';
import { Behaviours } from './behaviours';
import { Bodies } from './bodies';
import { changes } from './changes';
import { contents } from './contents';
import { DeadLetters } from './deadLetters';
import { Fold } from './fold';
import { NodeGauges, sampleLength, samples } from './gauges.svelte';
import { journey, recent } from './journeys';
import { LinkCounts } from './linkCounts.svelte';
import { Machines, type HistoryEvent, type MachineExecution } from './machines';
import type { Mark } from '../machine/marks';
import { Memo } from './memo';
import { faults } from './faults';
import { lanes, type Lane } from './groups';
import { moveTasks } from './moveTasks';
import { Reader } from './reader';
import { sentence, type Words } from './sentences';
import { Trace } from './trace';
import { traffic } from './traffic';

const NOTHING: ReadonlyMap<string, string> = new Map();

export class Views {
  readonly execution: ExecutionInfo;
  readonly topology: Topology;
  readonly report: readonly ReportLine[];
  readonly kinds: readonly Kind[];
  readonly api: string;
  readonly example: Example | null;
  readonly management: Management | null;
  readonly trace = new Trace();
  readonly motions: Motions;
  readonly fold: Fold;
  readonly links: LinkCounts[];
  readonly machines: Machines;
  readonly archives: Archives;
  readonly #batches: Batches;
  readonly bodies: Bodies;
  readonly behaviours: Behaviours;
  readonly asked: Asked;
  readonly #far: Far;
  readonly #reader: Reader;
  readonly #words: Words;
  readonly #letters: DeadLetters;
  readonly #gauges: NodeGauges[];
  readonly #memo = new Memo();
  #beat = $state(0);
  /** The last record there is, whether it is here or not. */
  protected headOfRun: Sequence = 0;
  #at: Instant = 0;
  #speed = 1;

  constructor(data: StudioData) {
    const { topology, execution, kinds, api } = data;
    this.execution = execution;
    this.topology = topology;
    this.report = data.report;
    this.kinds = kinds;
    this.api = api;
    this.example = data.example ?? null;
    this.management = data.management ?? null;
    this.motions = new Motions(kinds);
    this.fold = new Fold(this.trace, kinds, this.motions, { nodes: topology.nodes.length, links: topology.links.length });
    this.bodies = new Bodies(`${api}/executions/${execution.id}/bodies`);
    this.behaviours = new Behaviours(topology);
    this.#reader = new Reader(this.trace, this.fold);
    this.#words = { topology, trace: this.trace, seed: execution.seed };
    this.archives = new Archives(this.fold, this.#reader);
    this.#batches = new Batches(this.fold, this.#reader);
    this.machines = new Machines(this.fold, this.#reader, this.#words, kinds);
    this.#letters = new DeadLetters(this.fold, this.#reader, this.#words);
    this.asked = new Asked(() => { this.#beat++; });
    this.#far = new Far(this.asked, `${api}/executions/${execution.id}`, topology);
    this.links = topology.links.map((link) => new LinkCounts(link.index));
    this.#gauges = topology.nodes.map((node) => new NodeGauges(node.index, mainPlace(node.kind)));
  }

  /** Shows another instant: moves the fold there, reads the gauges, sounds the beat. */
  show(at: Instant, speed: number): void {
    this.#at = at;
    this.#speed = speed;
    this.fold.positions.seek(this.trace.sequenceAt(at));
    for (const gauge of this.#gauges) gauge.read(this.fold, this.trace, at, speed);
    for (const link of this.links) link.read(this.fold, this.trace, at, speed);
    this.#beat++;
  }

  // ── what panels ask ──

  node(index: number): TopologyNode { return this.topology.nodes[index]!; }
  gauges(node: number): NodeGauges { return this.#gauges[node]!; }

  series(node: number, state: Place, points = 48): readonly number[] {
    return this.#now && samples(this.fold, this.trace, node, state, this.#at, points, sampleLength(this.#speed));
  }

  contents(node: number, state: Place, limit = 100): readonly ContentRow[] {
    if (this.#isWindow) return this.#far.contents(node, state, limit, this.#at, this.#stamp);
    return this.#once(`contents ${node} ${state} ${limit}`, () => contents(this.fold, this.#reader, this.#words, node, state, limit));
  }

  journey(root: Handle): readonly JourneyRow[] {
    if (this.#isWindow) return this.#far.journey(root, this.#at, `${this.headOfRun}`);
    return this.#once(`journey ${root}`, () => journey(this.#reader, this.#words, root));
  }
  deadLetters(pages = 1): readonly DeadLetter[] {
    if (this.#isWindow) return this.#far.deadLetters(this.#at, this.#stamp, pages);
    return this.#once('dead letters', () => this.#letters.all(this.trace.cuts));
  }
  moveTasks(): readonly MoveTask[] { return this.#once('move tasks', () => moveTasks(this.#reader)); }
  changes(of: string): ReadonlyMap<string, string> { return this.#once('changes', () => changes(this.fold, this.#reader)).get(of) ?? NOTHING; }
  faults(): readonly Fault[] { return this.#once('faults', () => faults(this.fold, this.#reader)); }
  kept(archive: number): Kept { return this.#once(`kept ${archive}`, () => this.archives.kept(archive)); }
  preview(archive: number, from: Instant, to: Instant): Preview {
    return this.#once(`preview ${archive} ${from} ${to}`, () => this.archives.preview(this.kept(archive), from, to));
  }
  blocks(link: number | null): readonly Block[] { return this.#once(`blocks ${link}`, () => this.#batches.blocks(link)); }
  batchTrees(link: number, most = 5): { total: number; trees: readonly BatchTree[] } { return this.#once(`trees ${link} ${most}`, () => this.#batches.trees(link, most)); }
  replays(): readonly Replay[] { return this.#once('replays', () => this.archives.replays()); }
  wasReplayed(root: Handle, rule: string, since: Instant): boolean { return this.#now && this.archives.wasReplayed(root, rule, since); }
  isReplayed(subject: Handle): boolean { return this.#now && this.archives.isReplayed(subject); }
  nextFiring(node: number): Instant | null { return this.#once(`firing ${node}`, () => nextFiring(this.#reader, this.fold.positions.cursor, node)); }
  database(node: number): DatabaseNow { return this.#once(`database ${node}`, () => databaseNow(this.#reader, this.fold.positions.cursor, node)); }
  crossed(link: number): number { return this.#now && this.links[link]!.crossed; }
  stateMarks(node: number): ReadonlyMap<string, Mark> { return this.#once(`marks ${node}`, () => this.machines.marks(node)); }
  machineExecutions(node: number, limit = 100): { total: number; rows: readonly MachineExecution[] } {
    return this.#once(`executions ${node} ${limit}`, () => this.machines.executions(node, limit));
  }
  lanes(node: number): { total: number; lanes: readonly Lane[] } {
    return this.#once(`lanes ${node}`, () => lanes(this.fold, this.#reader, this.#words, node, { lanes: 40, messages: 6 }));
  }
  machineDefinition(node: number): number { return this.#once(`definition ${node}`, () => this.machines.definition(node)); }
  machineExecution(subject: Handle): MachineExecution { return this.#once(`execution ${subject}`, () => this.machines.execution(subject)); }
  executionHistory(subject: Handle): readonly HistoryEvent[] { return this.#once(`history ${subject}`, () => this.machines.history(subject)); }
  executionPath(subject: Handle): { marks: ReadonlyMap<string, Mark>; taken: ReadonlySet<string> } {
    return this.#once(`path ${subject}`, () => this.machines.path(subject));
  }
  traffic(): readonly Traffic[] { return this.#once('traffic', () => traffic(this.fold, this.#reader)); }

  recent(limit = 100): readonly JourneyRow[] {
    return this.#once(`recent ${limit}`, () => recent(this.#reader, this.#words, this.fold.positions.cursor, limit));
  }

  tally(node: number, kind: string): number { return this.#once(`tally ${node} ${kind}`, () => this.#reader.tally(node, kind)); }
  bins(count: number, until: Instant): readonly Bin[] {
    return this.#isWindow ? this.#far.bins(count, until, `${this.headOfRun} ${until}`) : this.fold.bins(count, until);
  }
  behaviour(node: number): unknown { return this.#now && this.behaviours.of(node, this.#at); }

  subject(handle: Handle): Subject {
    const { kind, identity, parent, root, body } = this.#now && this.trace.subjects;
    const number = kind.values[handle] ?? 0;
    const far = number ? undefined : this.#far.subject(handle);
    if (far) return far;
    return {
      handle, kind: subjectKind(number), id: subjectId(this.#words.seed, number, identity.values[handle]!),
      parent: parent.values[handle]!, root: root.values[handle]!, body: body.values[handle]!,
    };
  }

  sentence(sequence: Sequence): string { return this.#now && sentence(this.#reader.record(sequence), this.#words); }
  body(number: number): Promise<string> { return this.bodies.text(number); }
  clock(at: Instant): string { return clock(at); }

  get since(): Instant | null { return this.#isWindow && this.trace.beganAt > 0 ? this.trace.beganAt : null; }

  /** An answer that changes only with the records up to the playhead. */
  #once<T>(key: string, make: () => T): T {
    return this.#memo.get(`${this.#now && this.trace.cuts}.${this.fold.positions.cursor}`, key, make);
  }

  /** Whether only a stretch of the run is here; then what lies outside of it is the server's to say. */
  get #isWindow(): boolean { return this.#now && this.trace.isWindow; }
  get #stamp(): string { return `${this.#at}`; }
  /** Read before answering: whoever asks is told again at the next beat. Always true. */
  get #now(): true { return (this.#beat, true); }
}
