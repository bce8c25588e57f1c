/**
 * The shapes the studio speaks. Those under "page" arrive as JSON in the page (`studio-data`) and are spelled as the
 * server spells them; those under "views" are what the store computes from the trace and the playhead, and are all
 * that a panel ever reads.
 */

import type { MachineGraph } from '../machine/graph';

/** Microseconds of virtual time since the epoch of the execution. */
export type Instant = number;
/** A subject's handle: a message, an invocation, a batch, a move task … numbered from 1 within the execution. */
export type Handle = number;
/** A record's place in the trace, from 1. */
export type Sequence = number;

export type Outcome = 'neutral' | 'delivered' | 'retry' | 'lost';
/** Where a copy of a message can be: present (first row) or finished (second row). */
export type Place =
  | 'visible' | 'in_flight' | 'delayed' | 'pending' | 'executing'
  | 'delivered' | 'deleted' | 'purged' | 'expired' | 'filtered' | 'discarded' | 'moved' | 'failed';

// ── page ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Setting { name: string; value: string | number | boolean | null; unit: string; source: string }
export interface Position { x: number; y: number }

export interface TopologyNode {
  index: number; id: string; name: string; type: string; kind: string; service: string; arn: string; url: string;
  scenery: boolean; is_dead_letter_queue: boolean; position: Position | null;
  /** The type in the template where it is another (SAM), what a node that stands still lacks ('' if it runs). */
  origin?: string; missing?: string;
  /** What it is called on the canvas; whether the simulation runs it (else it is drawn as a stub). */
  label?: string; simulated?: boolean;
  /** A function's behaviour as the document has it. */
  behaviour?: unknown;
  /** A state machine's definition and what is drawn of it. */
  definition?: unknown; graph?: MachineGraph;
  properties: Record<string, unknown>; settings: Setting[];
}
export interface TopologyLink {
  index: number; id: string; source: number; target: number; kind: string; via: string;
  style: 'solid' | 'suggested' | 'scenery'; label: string;
  simulated?: boolean; settings: Setting[];
}
export interface Topology {
  name: string; region: string; account: string; digest: string; nodes: TopologyNode[]; links: TopologyLink[];
}

/** Who manages what (`flows/topology/management.py`): the scale, its rungs, and on which rung each node stands ('' on none). */
export type Manager = 'provider' | 'customer' | 'both';
export interface Rung { key: string; step: number; name: string; cells: { layer: string; who: Manager; words: string }[] }
export interface Management { layers: { key: string; name: string }[]; steps: { name: string; example: string }[]; rungs: Rung[]; nodes: string[] }

export type FieldType = 'integer' | 'instant' | 'length' | 'subject' | 'string' | 'body' | 'link' | 'node';
export interface Kind {
  number: number; service: string; name: string; fields: [name: string, type: FieldType][]; sentence: string;
  to: Place | ''; outcome: Outcome; motion: '' | 'forward' | 'backward'; rate: boolean;
}

export interface ExecutionInfo {
  id: string; name: string; seed: number; epoch: string; generation: number;
  topology_id: string; topology_name: string; parent: string | null; forked_at: Instant | null; head?: Sequence;
}
export interface ReportLine { resource: string; property: string; verdict: string; reason: string; path: string; line: number | null }
/** What is sent, prefilled: `target` is a logical id, the rest are StartTraffic's. */
export interface ExampleTraffic {
  target: string; Mode?: string; Count?: number; RatePerSecond?: number; MessageBody?: string; Method?: string; Path?: string; Key?: string; PartitionKey?: string; MessageGroupId?: string; MessageAttributes?: Record<string, { DataType: string; StringValue: string }>; InvocationType?: 'Event' | 'RequestResponse'; Variants?: { Every: number; MessageBody: string }[];
}
/** What a gallery example says about itself; `also` is what to send to other targets. */
export interface Example {
  watch: string[]; try: { do: string; then: string }[];
  /** Of its folder, and of its page: `/examples/<slug>/`. */
  slug: string;
  traffic: ExampleTraffic; also: ExampleTraffic[];
}
export interface StudioData {
  execution: ExecutionInfo; topology: Topology; report: ReportLine[]; kinds: Kind[]; socket_url: string; api: string;
  management?: Management;
  example?: Example | null;
}

// ── frames (the text frames of the socket) ──────────────────────────────────────────────────────────────────────────

export type CommandStatus = 'accepted' | 'applied' | 'refused' | 'forked' | 'discarded';
export interface Refusal { code: string; message: string; hint: string }
export interface CommandFrame {
  type: 'command'; key: string; ordinal: number | null; status: CommandStatus; at: Instant; operation: string;
  result: Record<string, unknown> | null; error: Refusal | null; execution: string | null;
}
export type DemandKind = 'until' | 'step' | 'next' | 'quiet' | 'end';

// ── views (what the store computes) ─────────────────────────────────────────────────────────────────────────────────

/** One node's readings at the playhead. */
export interface Gauges {
  /** Copies at the node by place; finished places count everything that ever finished there so. */
  readonly counts: Readonly<Record<Place, number>>;
  /** Records of the rate kinds per second of virtual time. */
  readonly rate: number;
  /** Records with outcome retry or lost at this node, so far. */
  readonly errors: number;
  /** The last 48 samples of the node's main reading (waiting messages, running invocations …), oldest first. */
  readonly history: readonly number[];
}

/** One copy of a message in a queue. */
export interface ContentRow {
  subject: Handle; root: Handle; id: string; state: Place; at: Instant; body: number; attempt: number; reason: string;
}

/** One step of a journey: a record, printed. */
export interface JourneyRow {
  sequence: Sequence; at: Instant; kind: string; node: number; subject: Handle; request: Handle; cause: Sequence;
  attempt: number; outcome: Outcome; sentence: string; fields: Readonly<Record<string, string | number>>;
}

export interface DeadLetter {
  subject: Handle; root: Handle; id: string; node: number; source: number; state: Place; at: Instant; reason: string;
  /** Whom a topic or a rule could not reach with it; absent where it died at its source itself. */
  target?: number;
  error_type: string; error: number; attempts: number; first_receive_at: Instant; last_receive_at: Instant; body: number;
  /** When the copy that died came to be, and how often it had come back before: where the server tells it, else its journey does. */
  born_at?: Instant; redriven?: number;
}

export interface MoveTask {
  subject: Handle; source: number; destination: number; started_at: Instant; ended_at: Instant | null;
  total: number; moved: number; rate: number; state: 'running' | 'completed' | 'cancelled' | 'failed'; reason: string;
}

/** One row of the subject table. */
export interface Subject {
  handle: Handle; kind: 'message' | 'invocation' | 'batch' | 'traffic' | 'move_task' | 'request' | 'command' | 'execution' | 'event' | 'replay' | '';
  id: string; parent: Handle; root: Handle; body: number;
}

/** One StartTraffic: `id` is the TrafficId that StopTraffic takes. */
export interface Traffic {
  subject: Handle; id: string; target: number; mode: string; count: number; sent: number; started_at: Instant; ended_at: Instant | null;
}

/** Something that is made to go wrong at a node or on a link (-1 none); open ends are null. */
export interface Fault {
  id: string; node: number; link: number; what: string; state: 'planned' | 'on' | 'over'; begins_at: Instant; ends_at: Instant | null;
}

/** `asks`: who waits to be next, the first first. */
export interface Driver { viewer: string; name: string; asks?: readonly string[] }
/** One bar of the timeline. */
export interface Bin { from: Instant; records: number; failures: number }

export type Selection =
  | { type: 'node'; node: number }
  | { type: 'link'; link: number }
  | { type: 'message'; root: Handle; node: number }
  | null;
