/** What is under way on one link at the playhead, as a signal: shown instead of particles where they would be too many. */
import type { Instant } from '../model/types';
import type { Fold } from './fold';
import { motionLength } from './motion';
import type { Trace } from './trace';

export class LinkCounts {
  /** Messages under way: flowing, going back to be retried, lost. */
  onWire = $state.raw<readonly [flow: number, retry: number, lost: number]>([0, 0, 0]);
  /** Whether anything ever went over it, up to the playhead. */
  used = $state(false);
  readonly #link: number;

  constructor(link: number) {
    this.#link = link;
  }

  read(fold: Fold, trace: Trace, at: Instant, speed: number): void {
    const sequence = trace.sequenceAt(at);
    const onWire = fold.onLink(this.#link, trace.sequenceAt(at - motionLength(speed)), sequence);
    if (onWire.some((count, tone) => count !== this.onWire[tone])) this.onWire = onWire;
    this.used = fold.onLink(this.#link, 0, sequence).some((count) => count > 0);
  }
}
