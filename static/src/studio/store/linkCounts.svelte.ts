/** What is under way on one link at the playhead, as a signal: shown instead of particles where they would be too many. */
import type { Instant } from '../model/types';
import type { Fold } from './fold';
import { motionLength } from './motion';
import type { Trace } from './trace';

/** Before the first record, and before whatever a window began with. */
const BEFORE_ALL = -1;

export class LinkCounts {
  /** Messages under way: flowing, going back to be retried, lost. */
  onWire = $state.raw<readonly [flow: number, retry: number, lost: number]>([0, 0, 0]);
  /** How many ever set out over it, up to the playhead. */
  crossed = $state(0);
  readonly used = $derived(this.crossed > 0);
  readonly #link: number;

  constructor(link: number) {
    this.#link = link;
  }

  read(fold: Fold, trace: Trace, at: Instant, speed: number): void {
    const sequence = trace.sequenceAt(at);
    const onWire = fold.onLink(this.#link, trace.sequenceAt(at - motionLength(speed)), sequence);
    if (onWire.some((count, tone) => count !== this.onWire[tone])) this.onWire = onWire;
    this.crossed = fold.onLink(this.#link, BEFORE_ALL, sequence).reduce((sum, count) => sum + count, 0);
  }
}
