/** The scale of the timeline: how much it shows, where its ticks stand, and what they are called. */
import type { Instant } from '../model/types';
import { DAY, HOUR, MINUTE, SECOND } from '../ui/format';

const STEPS = [
  0.1 * SECOND, 0.2 * SECOND, 0.5 * SECOND, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 20 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
  20 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY, 30 * DAY,
];
const LEAST_SPAN = 10 * SECOND;
const MOST_TICKS = 10;

/** The span is whole ticks and grows in steps, so that the bars stand still between two of them. */
export function scale(frontier: Instant): { span: Instant; tick: Instant } {
  const needed = Math.max(LEAST_SPAN, frontier * 1.02);
  const tick = STEPS.find((step) => needed / step <= MOST_TICKS) ?? STEPS.at(-1)!;
  return { span: Math.ceil(needed / tick) * tick, tick };
}

export const ticks = ({ span, tick }: { span: Instant; tick: Instant }): Instant[] => Array.from({ length: Math.floor(span / tick) + 1 }, (_, i) => i * tick);

const two = (n: number): string => String(n).padStart(2, '0');

export function tickName(at: Instant, tick: Instant): string {
  if (tick >= DAY) return `${at / DAY} d`;
  if (tick < MINUTE && at < MINUTE) return `${Number((at / SECOND).toFixed(1))} s`;
  const days = Math.floor(at / DAY), hours = Math.floor((at % DAY) / HOUR), minutes = Math.floor((at % HOUR) / MINUTE), seconds = Math.floor((at % MINUTE) / SECOND);
  const day = days ? `${days} d ` : '';
  if (tick >= MINUTE && at >= HOUR) return `${day}${hours}:${two(minutes)} h`;
  if (at >= HOUR) return `${day}${hours}:${two(minutes)}:${two(seconds)}`;
  return tick >= MINUTE ? `${minutes} min` : `${minutes}:${two(seconds)}`;
}
