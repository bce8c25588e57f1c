/**
 * The store of the page: one trace, one clock, one wire.
 *
 * Everything goes one way. A frame comes in (`#frame`, `#chunk`), the trace grows or is cut, the fold follows, and at
 * the next beat the views show it. Commands go out and change nothing here: what they did comes back as records.
 */
import type { CommandFrame, Driver, Instant, Selection, StudioData } from '../model/types';
import type { StudioStore } from './api';
import type { Beginning } from './beginning';
import type { Chunk } from './chunk';
import { Commands } from './commands';
import { FORMAT } from './frames';
import type { ClientFrame, ServerFrame, SnapshotFrame } from './frames';
import { Playback } from './playback.svelte';
import { Socket, type SocketParts } from './socket';
import { Views } from './views.svelte';
import { RunWindow } from './window.svelte';

export type { PlaybackView, StudioStore } from './api';

/** Between two beats of the views. */
const BEAT_MS = 200;

/** The server was replaced under the page. */
const OTHER_FORMAT = { message: 'This page is of another version than its server.', hint: 'Load it again to see everything.' };

export class Studio extends Views implements StudioStore {
  readonly playback: Playback;
  /** The server has said where the run stands. Before that it knows nobody here: whoever asks for something is told that somebody else drives. */
  connected = $state(false);
  /** The execution is no more, or no longer this viewer's to see: what is here can be looked at, and nothing comes of it. */
  gone = $state(false);
  driver = $state.raw<Driver | null>(null);
  /** What the server, or this page, could not do. */
  problem = $state.raw<{ message: string; hint: string } | null>(null);
  /** What keeps the run from going on; it stands until the server says that it is over. */
  trouble = $state.raw<{ message: string; hint: string } | null>(null);
  selection = $state.raw<Selection>(null);
  /** The state machine that is open instead of the topology. */
  machine = $state.raw<number | null>(null);
  lens = $state(false);
  /** Of a long run only a stretch is here. */
  readonly window: RunWindow;
  readonly #socket: Socket;
  /** What the server has called this page, on each of its connections. */
  readonly #selves = new Set<string>();
  readonly #commands: Commands;
  #generation: number | null = null;
  #begun = false;
  /** What is on the canvas is of another place in the run: nothing has been shown since this page came, or since the window began. */
  #elsewhere = $state(true);
  #stale = true;
  #sinceBeat = Infinity;

  constructor(data: StudioData, parts: SocketParts) {
    super(data);
    this.#socket = new Socket(data.socket_url, {
      hello: () => ({ type: 'hello', generation: this.#generation, after: this.trace.reached, until: this.window.until, window: true }),
      opened: () => this.window.again(),
      closed: () => { this.connected = false; },
      gone: () => { this.gone = true; },
      chunk: (chunk) => this.#chunk(chunk),
      beginning: (beginning) => this.#began(beginning),
      frame: (frame) => this.#frame(frame),
      broken: (error) => { this.problem = { message: 'Something came that this page cannot read.', hint: error.message }; },
    }, parts);
    this.#commands = new Commands((frame) => this.#say(frame));
    this.window = new RunWindow(this.trace, (frame) => this.#socket.send(frame));
    this.playback = new Playback(this.trace, {
      demand: (kind, until_at) => this.#say(until_at === undefined ? { type: 'demand', kind } : { type: 'demand', kind, until_at }),
      seen: (at) => this.#say({ type: 'seen', at }),
      awaits: () => this.#commands.isWaiting,
    });
  }

  /** Whether what the playhead points at is shown. */
  get ready(): boolean { return !this.#elsewhere && !this.#isAwaited; }
  get drives(): boolean { return this.playback.drives; }
  get forksHere(): boolean { return this.playback.playhead < this.playback.seen; }

  connect(): void { this.#socket.open(); }
  close(): void { this.#socket.close(); }
  /** Leaves, and comes back as soon as the page is awake. */
  comeAgain(): void { this.#socket.restart(); }

  // ── what people do ──

  select(selection: Selection): void { this.selection = selection; }
  openMachine(node: number | null): void { this.machine = node; }
  toggleLens(): void { this.lens = !this.lens; }
  askToDrive(): void { this.#socket.send({ type: 'control', action: 'ask' }); }
  letOthersDrive(): void { this.#socket.send({ type: 'control', action: 'release' }); }

  /** Shows an instant at once. */
  seek(at: Instant): void {
    this.playback.seek(at);
    const { playhead, told } = this.playback;
    if (this.trace.isWindow && (this.window.moving || !told.covers(playhead))) this.window.look(playhead);
    this.#show();
  }

  command(operation: string, params: Record<string, unknown>): Promise<CommandFrame> {
    const at = this.playback.playhead;
    this.playback.tellSeen(true);
    return this.#commands.give(at, operation, params);
  }

  /** One animation frame of `wall` milliseconds. */
  tick(wall: number): void {
    const before = this.playback.playhead;
    const played = this.playback.playing;
    this.playback.tick(wall);
    if (this.playback.playhead !== before) this.window.moved(this.playback.playhead, this.playback.playing);
    this.#sinceBeat += wall;
    this.#stale ||= this.playback.playhead !== before;
    const arrived = !this.playback.playing && (played || this.playback.playhead !== before);
    if (arrived || (this.#stale && this.#sinceBeat >= BEAT_MS)) this.#show();
  }

  // ── what the server says ──

  #chunk(chunk: Chunk): void {
    if (this.window.leaves(this.playback.playhead, this.playback.told)) return;
    const joined = this.trace.append(chunk);
    if (joined === 'gap' && this.window.moving) return;
    if (joined === 'gap') return this.#socket.restart();
    this.fold.extend();
    this.machines.extend();
    this.playback.told.arrived();
    this.#stale = true;
    if (this.#elsewhere) this.#show();
    this.window.got(this.playback.playhead, this.playback.playing);
    this.window.moved(this.playback.playhead, this.playback.playing);
  }

  #began(beginning: Beginning): void {
    if (!this.window.began(beginning)) return;
    this.trace.begin(beginning);
    this.fold.begin(beginning);
    this.machines.begin();
    this.machines.extend();
    this.playback.begunAnew();
    this.#elsewhere = true;
    this.#stale = true;
  }

  #frame(frame: ServerFrame): void {
    this.#stale = true;
    switch (frame.type) {
      case 'snapshot': return this.#snapshot(frame);
      case 'advanced':
        this.headOfRun = frame.head;
        return this.playback.progress(frame);
      case 'truncated':
        this.#generation = frame.generation;
        this.#cut(frame.after);
        return this.playback.truncated(frame.at, frame.after, this.trace.own(frame.after));
      case 'command':
        if (frame.status === 'applied') this.playback.told.stirred();
        return this.#answered(frame);
      case 'driver':
        this.driver = frame.viewer ? { viewer: frame.viewer, name: frame.name, asks: frame.asks ?? [] } : null;
        return this.playback.driven(frame.drives, this.#isTaken());
      case 'trouble': this.trouble = frame.message ? { message: frame.message, hint: frame.hint } : null; return;
      case 'problem': this.problem = { message: frame.message, hint: frame.hint };
    }
  }

  #say(frame: ClientFrame): boolean { return this.connected && this.#socket.send(frame); }

  #snapshot(frame: SnapshotFrame): void {
    this.connected = true;
    if (frame.after < this.trace.reached) this.#cut(frame.after);
    this.#generation = frame.generation;
    this.trouble = frame.format === FORMAT ? null : OTHER_FORMAT;
    this.headOfRun = frame.head;
    this.driver = frame.driver;
    this.#selves.add(frame.you);
    this.playback.driven(frame.drives, this.#isTaken());
    this.playback.progress(frame);
    this.playback.sawUntil(frame.seen_at);
    if (!this.#begun) this.playback.begin(frame.seen_at);
    else if (this.trace.isWindow && !this.window.moving && this.playback.playhead < this.trace.beganAt) this.#skipped(frame.seen_at);
    if (!this.#begun && !frame.drives) this.playback.play();
    this.#begun = true;
    for (const command of frame.commands) this.#answered(command);
    this.#commands.again();
  }

  /** Whether somebody else has the wheel: not nobody, and not this page as it was called on an earlier connection. */
  #isTaken(): boolean { return this.driver !== null && !this.#selves.has(this.driver.viewer); }

  /** Our line is too thin for what the driver does. Who follows goes on where the driver is; who looks at something keeps looking at it. */
  #skipped(seen: Instant): void {
    if (this.playback.playing) this.playback.seek(seen);
    else this.window.look(this.playback.playhead);
  }

  #answered(frame: CommandFrame): void {
    this.behaviours.take(frame);
    this.#commands.answered(frame);
  }

  #cut(inRun: number): void {
    const after = Math.max(this.trace.own(inRun), this.trace.kept);
    if (after > this.trace.own(inRun)) this.window.look(this.playback.playhead);
    if (after >= this.trace.head) return;
    this.fold.truncate(after);
    this.machines.truncate(after);
    this.trace.truncate(after);
    this.playback.told.arrived();
    this.bodies.forget();
    this.asked.forget();
  }

  #show(): void {
    if (this.#isAwaited) return;
    this.#stale = false;
    this.#sinceBeat = 0;
    if (this.#begun && this.playback.told.covers(this.playback.playhead)) this.#elsewhere = false;
    this.show(this.playback.playhead, this.playback.motionSpeed);
  }

  /** Whether the records at the playhead are on their way: of a long run only a stretch is here. */
  get #isAwaited(): boolean { return (this.window.moving || this.trace.isWindow) && !this.playback.told.covers(this.playback.playhead); }
}
