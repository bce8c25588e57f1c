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
 * Imperfect: within what is known already a step is an instant, because the trace does not say where one notice ends
 * and the next begins; at the frontier a step is one notice.
 */
import type { Instant, Sequence } from '../model/types';
import { type Asks, Demands } from './demands';
import type { Progress } from './frames';
import { Landing } from './landing';
import { type Known, Told } from './told.svelte';

const US_PER_MS = 1000;
/** How the gap closes: following smoothly, hurrying quickly and at this many times the speed at the least. */
const FOLLOW_MS = 900;
const HURRY_MS = 600;
const HURRY = 4;
/** The effective speed is smoothed over this long. */
const PACE_MS = 500;
/** Below this part of the speed asked for, the simulation is said to be slower. */
const STARVED = 0.8;
/** A frame longer than this was a sleeping tab, not time to play. */
const LONGEST_FRAME_MS = 100;
/** Who lost the wheel to nobody and has it again within this long goes on; later it may have been forgotten that time would pass. */
const FORGOTTEN_MS = 60_000;

export type Mode = 'play' | 'quiet' | 'follow' | 'step' | 'next';

export class Playback {
  playhead = $state<Instant>(0);
  playing = $state(false);
  mode = $state<Mode>('play');
  speed = $state(1);
  /** The speed it really has, smoothed. */
  pace = $state(0);
  /** How far the driver has seen; what lies after it is speculative. */
  seen = $state<Instant>(0);
  drives = $state(false);
  readonly told: Told;
  readonly landing = new Landing();
  readonly #known: Known;
  readonly #demands: Demands;
  readonly #asks: Asks;
  #stepFrom: Sequence = 0;
  /** What went on when the wheel was lost without anybody having taken it, and how long ago. */
  #interrupted: { mode: Mode; ms: number } | null = null;

  constructor(known: Known, asks: Asks) {
    this.#known = known;
    this.told = new Told(known);
    this.#demands = new Demands(asks);
    this.#asks = asks;
  }

  /** Playing, but slower than asked because the simulation is. */
  get starved(): boolean { return this.playing && this.mode === 'play' && this.pace < this.speed * STARVED; }
  /** What the motion on the canvas goes by: hurrying, everything moves as fast as the clock does. */
  get motionSpeed(): number { return this.playing && this.mode !== 'play' ? Math.max(this.speed, this.pace) : this.speed; }

  // ── controls ──

  play(): void { this.#start(this.drives ? 'play' : 'follow'); }
  untilQuiet(): void { this.#start(this.drives ? 'quiet' : 'follow'); }
  step(): void { this.#start('step'); }
  next(): void { this.#start('next'); }
  toggle(): void { if (this.playing) this.pause(); else this.play(); }

  pause(): void {
    if (this.playing && this.drives && this.mode === 'quiet' && !this.told.quiet) this.#demands.atMost(this.told.frontier, this.speed);
    this.playing = false;
    this.pace = 0;
    this.#interrupted = null;
  }

  seek(at: Instant): void {
    this.playhead = Math.round(Math.min(Math.max(0, at), this.told.farthest));
    this.landing.clear();
    this.#demands.again();
  }

  // ── what the server says ──

  progress(progress: Progress): void {
    if (!this.told.progress(progress)) return;
    if (this.#isStepping) this.#demands.again();
    else this.#demands.answered();
  }

  /** Where the driver was when this page came. */
  begin(seen: Instant): void {
    this.sawUntil(seen);
    this.playhead = seen;
  }

  sawUntil(seen: Instant): void { this.seen = this.#demands.seen = seen; }

  /** `own` is the same record as the trace here counts. */
  truncated(at: Instant, after: Sequence, own: Sequence): void {
    this.told.truncated(at, after);
    this.landing.truncated(own);
    this.playhead = Math.min(this.playhead, at);
    this.#demands.again();
  }

  /**
   * Whether this page drives from now on. Whoever gets the wheel finds the clock standing; but not who had it, lost it with the
   * connection or the database, and has it back: `taken` is somebody else's doing.
   */
  driven(drives: boolean, taken = true): void {
    if (drives !== this.drives && this.playing) {
      const { mode } = this, goesOn = this.#interrupted;
      if (!drives) {
        this.mode = 'follow';
        this.#interrupted = taken || this.#isStepping ? null : { mode, ms: 0 };
      } else if (goesOn && goesOn.ms < FORGOTTEN_MS) {
        this.mode = goesOn.mode;
        this.#interrupted = null;
      } else this.pause();
    } else if (taken && !drives) this.#interrupted = null;
    this.drives = drives;
    this.#demands.again();
  }

  /** The trace begins elsewhere, and counts its records anew. */
  begunAnew(): void {
    this.told.arrived();
    this.landing.clear();
    this.#stepFrom = this.#known.sequenceAt(this.playhead);
  }

  // ── the passing of time ──

  /** One animation frame of `wall` milliseconds. */
  tick(wall: number): void {
    const ms = Math.min(wall, LONGEST_FRAME_MS);
    this.#demands.passed(ms);
    if (this.#interrupted) this.#interrupted.ms += wall;
    this.landing.tick(ms, () => this.#known.sequenceAt(this.playhead));
    if (this.playing && this.#isStepping) this.#takeStep();
    else if (this.playing) this.#run(ms);
    this.tellSeen();
  }

  tellSeen(atOnce = false): void {
    if (this.drives) this.#demands.tellSeen(this.playhead, atOnce);
    if (this.seen !== this.#demands.seen) this.seen = this.#demands.seen;
  }

  get #isStepping(): boolean { return this.mode === 'step' || this.mode === 'next'; }

  #start(mode: Mode): void {
    this.#interrupted = null;
    this.#demands.again();
    this.#stepFrom = this.#known.sequenceAt(this.playhead);
    this.mode = mode;
    this.pace = this.speed;
    this.playing = true;
  }

  #run(ms: number): void {
    const gap = Math.max(0, (this.mode === 'quiet' ? this.told.end : this.told.limit) - this.playhead);
    const even = ms * this.speed * US_PER_MS;
    const wanted = {
      play: even,
      follow: Math.max(even, gap * Math.min(1, ms / FOLLOW_MS)),
      quiet: Math.max(even * HURRY, gap * Math.min(1, ms / HURRY_MS)),
    }[this.mode as 'play' | 'follow' | 'quiet'];
    const advance = Math.round(Math.min(wanted, gap));
    this.playhead += advance;
    if (ms) this.pace += (advance / (ms * US_PER_MS) - this.pace) * Math.min(1, ms / PACE_MS);
    if (this.mode === 'quiet' && this.told.isOver(this.playhead) && !this.#asks.awaits()) this.pause();
    else if (this.drives && this.mode === 'quiet') this.#demands.once('quiet');
    else if (this.drives) this.#demands.ahead(this.playhead, this.speed, this.told.frontier);
  }

  /** Goes to the records of the next step as soon as they are known. */
  #takeStep(): void {
    const here = this.mode === 'step' && this.#known.sequenceAt(this.playhead) > this.#stepFrom;
    const at = here ? this.playhead : this.#known.instantAfter(this.playhead);
    if (at === null && (!this.drives || (this.told.quiet && !this.#asks.awaits()))) this.pause();
    else if (at === null) this.#demands.once(this.mode as 'step' | 'next');
    else {
      this.landing.begin(this.#stepFrom);
      this.playhead = at;
      this.pause();
    }
  }
}
