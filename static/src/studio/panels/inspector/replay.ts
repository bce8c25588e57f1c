/** A replay as it is asked for: names, dates as AWS takes them, and the bars of its timeline. */
import type { Instant } from '../../model/types';

const MS = 1000;

export interface ReplayWanted { name: string; archive: string; bus: string; epoch: string; from: number; to: number; rules: readonly string[] }

/** `from` and `to` are seconds of the virtual clock; no rules are all of them. */
export const startReplay = ({ name, archive, bus, epoch, from, to, rules }: ReplayWanted): Record<string, unknown> => ({
  ReplayName: name, EventSourceArn: archive, EventStartTime: date(epoch, from), EventEndTime: date(epoch, to),
  Destination: { Arn: bus, ...(rules.length ? { FilterArns: rules } : {}) },
});

const date = (epoch: string, seconds: number): string => new Date(Date.parse(epoch) + seconds * MS).toISOString();

/** The first of "replay-1", "replay-2" … that was not used. */
export function nextName(replays: readonly { name: string }[]): string {
  const used = new Set(replays.map(({ name }) => name));
  for (let n = 1; ; n++) if (!used.has(`replay-${n}`)) return `replay-${n}`;
}

export const isName = (name: string): boolean => /^[\w.-]{1,64}$/.test(name);

/** How many of the instants (ascending) lie in each of so many equal parts of the time up to `end`. */
export function histogram(at: ArrayLike<Instant>, end: Instant, parts: number): number[] {
  const found = new Array<number>(parts).fill(0);
  for (let i = 0; i < at.length; i++) found[Math.min(parts - 1, Math.floor((at[i]! / end) * parts))]!++;
  return found;
}
