/**
 * The clock on the page. Playback owns the playhead: an instant that only moves inside what the simulation has told.
 *
 * The viewer's clock pulls the simulation (`demands.ts`). It never skips: where the simulation is slower, the clock
 * waits and `pace` tells the effective speed; where nothing happens, the clock passes through the silence because the
 * frontier does.
 *
 *   play    on at `speed`, for ever          quiet   on, hurrying through gaps, until nothing is left to happen
 *   follow  close behind another's frontier  step    to the records of the next step, then let them arrive
 *   next    to the next instant at which something happens
 *
 * After a step the clock stands, but what moves must still be seen to move: `settling` goes from 0 to 1 in wall time
 * and is added to every particle's way. Imperfect: within what is known already a step is an instant, because the trace
 * does not say where one notice ends and the next begins; at the frontier a step is one notice.
 */
import type { Instant, Sequence } from '../model/types';
import { type Asks, Demands } from './demands';
import type { Progress } from './frames';
import { MOTION_MS } from './motion';

export const SPEEDS: readonly number[] = [0.25, 1, 4, 10, 100, 1000];
const US_PER_MS = 1000;
/** Following and hurrying: the gap to the frontier closes in about this long. */
const CATCH_UP_MS = 900;
/** The effective speed is smoothed over this long. */
const PACE_MS = 500;
/** A frame longer than this was a sleeping tab, not time to play. */
const LONGEST_FRAME_MS = 100;

export type Mode = 'play' | 'quiet' | 'follow' | 'step' | 'next';
/** What playback needs to know of the trace. */
export interface Known {
  readonly head: Sequence; readonly lastAt: Instant; sequenceAt(at: Instant): Sequence; instantAfter(at: Instant): Instant | null;
}

export class Playback {
  playhead = $state<Instant>(0);
  playing = $state(false);
  mode = $state<Mode>('play');
  speed = $state(1);
  /** The speed it really has, smoothed. */
  pace = $state(0);
  /** How far the simulation has come, and the driver has seen. */
  frontier = $state<Instant>(0);
  seen = $state<Instant>(0);
  quiet = $state(false);
  drives = $state(false);
  /** How far (0–1) the motion of a step has come, and the last record whose motion is over although the clock stands. */
  settling = 0;
  landed: Sequence = 0;
  readonly #known: Known;
  readonly #demands: Demands;
  #head: Sequence = 0;
  #stepFrom: Sequence = 0;

  constructor(known: Known, asks: Asks) {
    this.#known = known;
    this.#demands = new Demands(asks);
  }

  /** Until where everything is known here. */
  get limit(): Instant { return this.#known.head < this.#head ? Math.min(this.frontier, this.#known.lastAt) : this.frontier; }
  /** Everything that will happen has happened. */
  get isOver(): boolean { return this.quiet && this.playhead >= this.#known.lastAt && this.#known.head >= this.#head; }
  /** Playing, but slower than asked because the simulation is. */
  get starved(): boolean { return this.playing && this.mode === 'play' && this.pace < this.speed * 0.8; }

  /** What the motion on the canvas goes by: hurrying, everything moves as fast as the clock does. */
  get motionSpeed(): number { return this.playing && this.mode !== 'play' ? Math.max(this.speed, this.pace) : this.speed; }

  // ── controls ──

  play(): void { this.#start(this.drives ? 'play' : 'follow'); }
  untilQuiet(): void { this.#start(this.drives ? 'quiet' : 'follow'); }
  step(): void { this.#start('step'); }
  next(): void { this.#start('next'); }
  toggle(): void { if (this.playing) this.pause(); else this.play(); }

  faster(by: 1 | -1): void {
    const now = SPEEDS.findIndex((speed) => speed === this.speed);
    this.speed = SPEEDS[Math.min(Math.max(0, now + by), SPEEDS.length - 1)]!;
  }

  pause(): void {
    if (this.playing && this.drives && this.mode === 'quiet' && !this.quiet) this.#demands.atMost(this.frontier, this.speed);
    this.playing = false;
    this.pace = 0;
  }

  seek(at: Instant): void {
    this.playhead = Math.round(Math.min(Math.max(0, at), this.limit));
    this.settling = 0;
    this.landed = 0;
    this.#demands.again();
  }

  // ── what the server says ──

  progress({ head, frontier_at, quiet }: Progress): void {
    const moved = frontier_at !== this.frontier || head !== this.#head;
    if (moved && (this.mode === 'step' || this.mode === 'next')) this.#demands.again();
    else if (moved) this.#demands.answered();
    this.frontier = frontier_at;
    this.quiet = quiet;
    this.#head = head;
  }

  /** Where the driver was when this page came. */
  begin(seen: Instant): void {
    this.sawUntil(seen);
    this.playhead = seen;
  }

  sawUntil(seen: Instant): void { this.seen = this.#demands.seen = seen; }

  truncated(at: Instant, after: Sequence): void {
    this.frontier = Math.min(this.frontier, at);
    this.#head = after;
    this.playhead = Math.min(this.playhead, at);
    this.landed = Math.min(this.landed, after);
    this.quiet = false;
    this.#demands.again();
  }

  reconnected(): void { this.#demands.again(); }

  /** Someone else drives from now on, or this page does. */
  driven(drives: boolean): void {
    this.drives = drives;
    if (this.playing && drives && this.mode === 'follow') this.mode = 'play';
    else if (this.playing && !drives) this.mode = 'follow';
    this.#demands.again();
  }

  // ── the passing of time ──

  /** One animation frame of `wall` milliseconds. */
  tick(wall: number): void {
    const ms = Math.min(wall, LONGEST_FRAME_MS);
    this.#demands.passed(ms);
    this.#settle(ms);
    if (this.playing && (this.mode === 'step' || this.mode === 'next')) this.#seekStep();
    else if (this.playing) this.#run(ms);
    this.tellSeen();
  }

  tellSeen(atOnce = false): void {
    if (this.drives) this.#demands.tellSeen(this.playhead, atOnce);
    if (this.seen !== this.#demands.seen) this.seen = this.#demands.seen;
  }

  #start(mode: Mode): void {
    this.#demands.again();
    this.#stepFrom = this.#known.sequenceAt(this.playhead);
    this.mode = mode;
    this.pace = this.speed;
    this.playing = true;
  }

  #run(ms: number): void {
    const gap = (this.mode === 'quiet' ? this.#end : this.limit) - this.playhead;
    const even = ms * this.speed * US_PER_MS;
    const hurried = Math.max(even, gap * Math.min(1, ms / CATCH_UP_MS));
    const advance = Math.round(Math.max(0, Math.min(this.mode === 'play' ? even : hurried, gap)));
    this.playhead += advance;
    if (ms) this.pace += (advance / (ms * US_PER_MS) - this.pace) * Math.min(1, ms / PACE_MS);
    if (this.mode === 'quiet' && this.isOver) this.pause();
    else if (this.drives && this.mode === 'quiet') this.#demands.once('quiet');
    else if (this.drives) this.#demands.ahead(this.playhead, this.speed, this.frontier);
  }

  /** Until quiet, the last record is the end; until that is known, the frontier. */
  get #end(): Instant { return this.quiet && this.#known.head >= this.#head ? this.#known.lastAt : this.limit; }

  /** Goes to the records of the next step as soon as they are known. */
  #seekStep(): void {
    const more = this.mode === 'step' && this.#known.sequenceAt(this.playhead) > this.#stepFrom;
    const at = more ? this.playhead : this.#known.instantAfter(this.playhead);
    if (at !== null) this.#arrive(at);
    else if (this.quiet || !this.drives) this.pause();
    else this.#demands.once(this.mode as 'step' | 'next');
  }

  #arrive(at: Instant): void {
    this.landed = this.#stepFrom;
    this.playhead = at;
    this.settling = Number.EPSILON;
    this.pause();
  }

  #settle(ms: number): void {
    if (!this.settling) return;
    this.settling += ms / MOTION_MS;
    if (this.settling < 1) return;
    this.settling = 0;
    this.landed = this.#known.sequenceAt(this.playhead);
  }
}
