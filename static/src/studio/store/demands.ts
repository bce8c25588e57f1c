/**
 * What the driver's page asks of the simulation, and how often: virtual time a little ahead of the playhead, one step,
 * or until quiet; and how far has been seen. A demand that nobody answers is said again.
 */
import type { DemandKind, Instant } from '../model/types';

/** Ask for this much wall time ahead … */
const AHEAD_MS = 2500;
/** … as soon as less than this is left of what was asked. */
const LEAST_AHEAD_MS = 1500;
const PATIENCE_MS = 3000;
/** The playhead is told to the server this often. */
const SEEN_EVERY_MS = 500;
const US_PER_MS = 1000;

export interface Asks {
  demand(kind: DemandKind, until?: Instant): boolean;
  seen(at: Instant): boolean;
  /** Whether a command of this page has not been applied or refused yet: what the server said last may be from before it. */
  awaits(): boolean;
}

export class Demands {
  /** How far the driver has come; what lies after it is speculative. */
  seen: Instant = 0;
  #until: Instant = 0;
  #waited = Infinity;
  #untold = 0;
  readonly #asks: Asks;

  constructor(asks: Asks) {
    this.#asks = asks;
  }

  passed(ms: number): void {
    this.#waited += ms;
    this.#untold += ms;
  }

  /** Whatever was asked before may be forgotten or done: ask anew. */
  again(): void {
    this.#until = 0;
    this.#waited = Infinity;
  }

  /** The simulation moved: what was asked is being worked on. */
  answered(): void { this.#waited = 0; }

  ahead(playhead: Instant, speed: number, frontier: Instant): void {
    if (this.#waited > PATIENCE_MS) this.#until = 0;
    if (this.#until > playhead + LEAST_AHEAD_MS * US_PER_MS * speed) return;
    const until = Math.ceil(playhead + AHEAD_MS * US_PER_MS * speed);
    if (until <= frontier || !this.#asks.demand('until', until)) return;
    this.#until = until;
    this.#waited = 0;
  }

  once(kind: DemandKind): void {
    if (this.#waited > PATIENCE_MS && this.#asks.demand(kind)) this.#waited = 0;
  }

  /** Takes back a demand without an end: the last one asked for wins. */
  atMost(frontier: Instant, speed: number): void {
    this.#asks.demand('until', Math.ceil(frontier + LEAST_AHEAD_MS * US_PER_MS * speed));
  }

  tellSeen(playhead: Instant, atOnce = false): void {
    if (playhead <= this.seen || (!atOnce && this.#untold < SEEN_EVERY_MS)) return;
    if (this.#asks.seen(playhead)) this.seen = playhead;
    this.#untold = 0;
  }
}
