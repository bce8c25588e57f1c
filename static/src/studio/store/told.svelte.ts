/** How far the simulation has told its story, as far as this page knows. */
import type { Instant, Sequence } from '../model/types';
import type { Progress } from './frames';

/** What there is of the trace. */
export interface Known {
  readonly reached: Sequence; readonly beganAt: Instant; readonly lastAt: Instant; sequenceAt(at: Instant): Sequence; instantAfter(at: Instant): Instant | null;
  /** Whether only a stretch of it is here. */
  readonly isWindow: boolean;
}

export class Told {
  /** Everything up to here has happened. */
  frontier = $state<Instant>(0);
  /** Nothing but background notices is left: what there is of the trace is all that will be. */
  quiet = $state(false);
  /** It broke, and will not go on. */
  failed = $state(false);
  #head = $state<Sequence>(0);
  /** The trace is no signal; this is, and says how much of it there is. */
  #arrived = $state<Sequence>(0);
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  /** Whether all records that were told of have arrived. */
  get isHere(): boolean { return this.#arrived >= this.#head; }
  /** Until where everything is known here. */
  get limit(): Instant { return this.isHere ? this.frontier : Math.min(this.frontier, this.#known.lastAt); }
  /** How far one may go: a window on a long run is moved there. */
  get farthest(): Instant { return this.#known.isWindow ? this.frontier : this.limit; }
  /** Whether an instant can be shown with what is here. */
  covers(at: Instant): boolean { return at >= this.#known.beganAt && at <= this.limit; }
  /** Where it all ends, if that is known; else the limit. */
  get end(): Instant { return this.quiet && this.isHere ? this.#known.lastAt : this.limit; }
  /** Whether at an instant everything that will happen has happened. */
  isOver(at: Instant): boolean { return this.quiet && this.isHere && at >= this.#known.lastAt; }

  /** Takes what the server says; whether that is anything new. */
  progress({ head, frontier_at, quiet, state }: Progress): boolean {
    const moved = frontier_at !== this.frontier || head !== this.#head;
    this.frontier = frontier_at;
    this.quiet = quiet;
    this.failed = state === 'failed';
    this.#head = head;
    return moved;
  }

  /** A command was applied: the next thing the server says of the run is from after it, and always comes. */
  stirred(): void { this.quiet = false; }

  /** To be called whenever the trace changed. */
  arrived(): void { this.#arrived = this.#known.reached; }

  truncated(at: Instant, after: Sequence): void {
    this.frontier = Math.min(this.frontier, at);
    this.quiet = false;
    this.#head = after;
    this.arrived();
  }
}
