/**
 * What a panel may know of the store. Everything here is a function of the trace and the playhead; the methods read a
 * signal that beats at most five times a second, so `$derived(studio.contents(…))` stays fresh and cheap by itself.
 */
import type { Mark } from '../machine/marks';
import type { Kept, Preview, Replay } from './archives';
import type { DatabaseNow } from './databases';
import type { BatchTree, Block } from './batches';
import type { Lane } from './groups';
import type { HistoryEvent, MachineExecution } from './machines';
import type {
  Bin, CommandFrame, ContentRow, DeadLetter, Driver, Example, ExecutionInfo, Fault, Gauges, Handle, Instant, JourneyRow, Kind, Management, MoveTask,
  Place, ReportLine, Selection, Sequence, Subject, Topology, TopologyNode, Traffic,
} from '../model/types';

export interface PlaybackView {
  readonly playhead: Instant;
  readonly playing: boolean;
  readonly speed: number;
}

export interface StudioStore {
  readonly execution: ExecutionInfo;
  readonly topology: Topology;
  readonly report: readonly ReportLine[];
  readonly kinds: readonly Kind[];
  readonly api: string;
  readonly example: Example | null;
  readonly management: Management | null;
  /** Whether the lens "who manages what" lies over the topology. */
  readonly lens: boolean;
  toggleLens(): void;

  readonly playback: PlaybackView;
  readonly connected: boolean;
  /** The execution is no more: what is here can be read, and nothing comes of commands. */
  readonly gone: boolean;
  readonly driver: Driver | null;
  /** Whether this viewer drives: only then do commands go through. */
  readonly drives: boolean;
  /** Whether a command given now lies in the seen past and will therefore fork. */
  readonly forksHere: boolean;

  selection: Selection;
  select(selection: Selection): void;
  /** The state machine that is open instead of the topology. */
  readonly machine: number | null;
  openMachine(node: number | null): void;

  /** Of a long run, what is told one by one (executions, batches, events kept) is told since then; null: all of it. */
  readonly since: Instant | null;

  node(index: number): TopologyNode;
  /** A live object per node: read its fields where they are drawn, each is a signal. */
  gauges(node: number): Gauges;
  /** Samples of one count of one node, oldest first, ending at the playhead. */
  series(node: number, state: Place, points?: number): readonly number[];
  contents(node: number, state: Place, limit?: number): readonly ContentRow[];
  /** The message groups of a FIFO queue, those with a message in flight first. */
  lanes(node: number): { total: number; lanes: readonly Lane[] };
  journey(root: Handle): readonly JourneyRow[];
  /** All of them; of a long run the newest, so many pages. */
  deadLetters(pages?: number): readonly DeadLetter[];
  moveTasks(): readonly MoveTask[];
  /** The events that an archive keeps, oldest first. */
  kept(archive: number): Kept;
  /** What a replay of the events kept from one instant up to another would do. */
  preview(archive: number, from: Instant, to: Instant): Preview;
  /** Shards that a failed batch blocks: over one stream mapping, or over all. */
  blocks(link: number | null): readonly Block[];
  /** Batches of a stream mapping that failed, newest first, with all they were split into. */
  batchTrees(link: number, most?: number): { total: number; trees: readonly BatchTree[] };
  /** Replays that were started, newest first. */
  replays(): readonly Replay[];
  /** Whether an event was replayed to a rule (by name) since an instant. */
  wasReplayed(root: Handle, rule: string, since: Instant): boolean;
  /** Whether a subject is a replayed event, or was made of one. */
  isReplayed(subject: Handle): boolean;
  /** When a rule or schedule fires next, as the trace tells; null where it will not. */
  nextFiring(node: number): Instant | null;
  /** Whether a database is awake, and how large. */
  database(node: number): DatabaseNow;
  /** How many have set out over a link so far. */
  crossed(link: number): number;
  /** How many executions of a machine are in each of its states, over all executions. */
  stateMarks(node: number): ReadonlyMap<string, Mark>;
  /** Executions of a machine that have started, newest first. */
  machineExecutions(node: number, limit?: number): { total: number; rows: readonly MachineExecution[] };
  /** The body of a machine's definition where it was changed while it ran, else 0. */
  machineDefinition(node: number): number;
  machineExecution(subject: Handle): MachineExecution;
  /** One execution's history as AWS writes it, oldest first. */
  executionHistory(subject: Handle): readonly HistoryEvent[];
  /** Where one execution went: its own marks, and the transitions taken ("A → B"). */
  executionPath(subject: Handle): { marks: ReadonlyMap<string, Mark>; taken: ReadonlySet<string> };
  /** Records up to the playhead, newest first. */
  recent(limit?: number): readonly JourneyRow[];
  bins(count: number, until: Instant): readonly Bin[];
  /** Who a handle is: its kind, AWS id, body, and where it comes from. */
  subject(handle: Handle): Subject;
  /** Traffic started so far, newest first, with how much of it was sent by the playhead. */
  traffic(): readonly Traffic[];
  /** Settings of `node 3` or `link 2` that were changed while it ran, by name: as they are at the playhead. */
  changes(of: string): ReadonlyMap<string, string>;
  /** Faults that were planned or put up to the playhead, newest first. */
  faults(): readonly Fault[];
  /** How many records of one kind (`MappingThrottled`) a node has written by the playhead. */
  tally(node: number, kind: string): number;
  /** A function's behaviour JSON: the last that was applied (UpdateFunctionCode), else the topology's, else null. */
  behaviour(node: number): unknown;
  sentence(sequence: Sequence): string;
  /** The text of a body, fetched once. */
  body(number: number): Promise<string>;
  /** An AWS operation at the playhead. Resolves when it is applied, refused, forked or discarded. */
  command(operation: string, params: Record<string, unknown>): Promise<CommandFrame>;
  /** An instant as the virtual clock shows it: "00:04:30.250". */
  clock(at: Instant): string;
}
