/**
 * After a step the clock stands, but what moves must still be seen to move. `settling` goes from 0 to 1 in wall time and
 * is added to every particle's way; `landed` is the last record whose motion is over although the clock stands.
 */
import type { Sequence } from '../model/types';
import { MOTION_MS } from './motion';

export class Landing {
  settling = 0;
  landed: Sequence = 0;

  /** Sets out: only what comes after this record moves. */
  begin(after: Sequence): void {
    this.landed = after;
    this.settling = Number.EPSILON;
  }

  /** `ms` later; `shown` is the last record at the playhead. */
  tick(ms: number, shown: () => Sequence): void {
    if (!this.settling) return;
    this.settling += ms / MOTION_MS;
    if (this.settling < 1) return;
    this.settling = 0;
    this.landed = shown();
  }

  /** The playhead was set elsewhere: everything moves as the clock says. */
  clear(): void {
    this.settling = 0;
    this.landed = 0;
  }

  truncated(after: Sequence): void { this.landed = Math.min(this.landed, after); }
}
