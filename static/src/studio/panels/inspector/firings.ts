/** When a schedule fires: asked of the server, which reads expressions as the simulation does; sorted into days for a calendar. */
import type { Instant, TopologyNode } from '../../model/types';
import type { StudioStore } from '../../store/api';

export interface Firing { at: Instant; date: Date }
export interface Day { day: string; weekday: string; times: { at: Instant; time: string }[] }

const US_PER_MS = 1000;
export const wallMs = (epoch: string, at: Instant): number => Date.parse(epoch) + at / US_PER_MS;

/** The next firings after the playhead; null where the server cannot say. */
export async function nextFirings(studio: StudioStore, node: TopologyNode, expression: string, timezone: string, count: number): Promise<readonly Firing[] | null> {
  const { epoch } = studio.execution;
  const after = new Date(wallMs(epoch, studio.playback.playhead)).toISOString();
  const text = (name: string) => (typeof node.properties[name] === 'string' ? { [name === 'StartDate' ? 'start' : 'end']: node.properties[name] } : {});
  try {
    const asked = new URLSearchParams({ expression, timezone, after, began: epoch, count: String(count), ...text('StartDate'), ...text('EndDate') });
    const response = await fetch(`${studio.api}/schedules/firings?${asked}`);
    if (!response.ok) return null;
    const { firings, refusal } = (await response.json()) as { firings: { at: string }[]; refusal: string };
    return refusal ? null : firings.map(({ at }) => ({ at: (Date.parse(at) - Date.parse(epoch)) * US_PER_MS, date: new Date(at) }));
  } catch {
    return null;
  }
}

export function byDay(firings: readonly Firing[], timeZone: string): Day[] {
  const days: Day[] = [];
  for (const { at, date } of firings) {
    const say = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(date);
    const day = say({ day: 'numeric', month: 'short' }), time = say({ hour: '2-digit', minute: '2-digit', ...(date.getUTCSeconds() ? { second: '2-digit' } : {}) });
    if (days.at(-1)?.day !== day) days.push({ day, weekday: say({ weekday: 'short' }), times: [] });
    days.at(-1)!.times.push({ at, time });
  }
  return days;
}
