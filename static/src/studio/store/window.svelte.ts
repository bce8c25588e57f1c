/**
 * The window on a long run: which stretch of it is here, when it is moved, and how far ahead of the playhead it reaches.
 *
 * A run that is short is here whole. Of a long one there is a stretch around the playhead; whoever seeks outside of it asks the
 * server to begin anew there (`look`), one question at a time, the newest wish last. What plays pulls the chunks ahead of it
 * (`until`); when too many records lie here, the window is moved to the playhead. So what a page holds is bounded, however
 * long the run is.
 */
import type { Instant, Sequence } from '../model/types';
import type { Beginning } from './beginning';
import type { ClientFrame } from './frames';
import type { Trace } from './trace';

const CHUNK = 4096;
/** A window reaches this far ahead of a playhead that stands or goes … */
const AHEAD = 2 * CHUNK;
const AHEAD_PLAYING = 8 * CHUNK;
/** … and is told so again when the playhead has come this much further. */
const STRIDE = CHUNK;
/** More records than this are not held: a window is begun anew at the playhead. */
const MOST = 96 * CHUNK;

export class RunWindow {
  /** Whether something is asked for that is not here yet. */
  moving = $state(false);
  #wanted: Instant | null = null;
  #until: Sequence | null = null;
  readonly #trace: Trace;
  readonly #send: (frame: ClientFrame) => boolean;

  constructor(trace: Trace, send: (frame: ClientFrame) => boolean) {
    this.#trace = trace;
    this.#send = send;
  }

  get until(): Sequence | null { return this.#until; }

  look(at: Instant): void {
    this.#wanted = at;
    if (this.moving) return;
    this.moving = true;
    this.#send({ type: 'look', at });
  }

  /** The socket was opened: what was asked on the one before is forgotten there. */
  again(): void {
    if (this.#wanted !== null) this.#send({ type: 'look', at: this.#wanted });
  }

  /** A window can begin here. False: somebody has sought on meanwhile, and it is not worth beginning. */
  began({ asked }: Beginning): boolean {
    if (this.#wanted !== null && this.#wanted !== asked) {
      this.#send({ type: 'look', at: this.#wanted });
      return false;
    }
    this.#until = this.#wanted = null;
    this.moving = false;
    return true;
  }

  /** Whether what comes is of a window that is being left. */
  leaves(playhead: Instant, told: { covers(at: Instant): boolean }): boolean {
    return this.moving && this.#trace.isWindow && !told.covers(playhead);
  }

  /** Says what has arrived, and how much more may come: nothing of a window that is being left. */
  got(playhead: Instant, playing: boolean): void {
    const ahead = this.moving ? this.#trace.reached : this.#reach(playhead, playing);
    this.#until = this.#trace.isWindow ? ahead : null;
    this.#send({ type: 'got', after: this.#trace.reached, until: this.#until });
  }

  /** To be called as the playhead goes on. */
  moved(playhead: Instant, playing: boolean): void {
    if (this.moving) return;
    if (this.#trace.head - this.#trace.kept > MOST) this.look(playhead);
    else if (this.#until !== null && this.#reach(playhead, playing) > this.#until + STRIDE) this.got(playhead, playing);
  }

  #reach(playhead: Instant, playing: boolean): Sequence {
    return this.#trace.inRun(this.#trace.sequenceAt(playhead)) + (playing ? AHEAD_PLAYING : AHEAD);
  }
}
