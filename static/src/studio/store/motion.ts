/**
 * Where every moving message is: a function of the trace and the playhead, nothing remembered from frame to frame.
 *
 * A record with a motion sets a particle out on its link at the record's instant; it has arrived 0.7 seconds of the wall
 * later, whatever the speed. A burst is spread a little, or it would look like one message. While the clock stands after a step, `settling` carries on the motion and `landed` says which
 * records have arrived already.
 */
import type { Motions } from '../model/motions';
import type { Instant, Sequence } from '../model/types';
import type { Trace } from './trace';

/** What a particle takes from end to end, on the wall's clock at any speed. */
export const MOTION_MS = 700;
const US_PER_MS = 1000;

/** The virtual time a particle is under way. */
export const motionLength = (speed: number): number => MOTION_MS * US_PER_MS * speed;

/** Of messages that set out together each follows the one before by this part of the way, up to the last that still keeps apart. */
const APART = 0.02;
const MOST_APART = 25;

export interface Moment { at: Instant; speed: number; settling: number; landed: Sequence }
export type Draw = (link: number, fraction: number, tone: number, backward: boolean, index: number) => void;

/** Calls `draw` for every message under way; the fraction is from the link's source, also for those that go back. */
export function eachMoving(trace: Trace, motions: Motions, { at, speed, settling, landed }: Moment, draw: Draw): void {
  const length = motionLength(speed);
  const last = trace.sequenceAt(at);
  let togetherAt: Instant = -1, togetherOn = -1, rank = 0;
  for (let i = Math.max(landed, trace.sequenceAt(at - length)); i < last; i++) {
    const kind = trace.kind.values[i]!;
    if (!motions.moves(kind)) continue;
    const setOut = trace.at.values[i]!;
    const link = Number(trace.details[trace.detail.values[i]! - 1]?.[motions.linkPlace(kind)] ?? -1);
    rank = setOut === togetherAt && link === togetherOn ? rank + 1 : 0;
    togetherAt = setOut;
    togetherOn = link;
    const late = (rank % MOST_APART) * APART;
    const fraction = ((at - setOut) / length + settling - late) / (1 - late);
    if (link < 0 || fraction < 0 || fraction > 1) continue;
    const backward = motions.backward(kind);
    draw(link, backward ? 1 - fraction : fraction, motions.tone(kind), backward, i);
  }
}
