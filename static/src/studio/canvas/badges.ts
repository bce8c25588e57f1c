/** What a card tells beside its large number, by the kind of node: only what is not zero. */
import Failed from '@lucide/svelte/icons/circle-x';
import Delayed from '@lucide/svelte/icons/clock';
import InFlight from '@lucide/svelte/icons/plane';
import type { Gauges } from '../model/types';
import type { Icon } from '../ui/kinds';

export interface Badge { icon: Icon; count: number; title: string; tone: '' | 'warn' | 'bad' }

export function badgesOf(kind: string, { counts, errors }: Gauges): Badge[] {
  const all: Badge[] = [
    { icon: InFlight, count: counts.in_flight, title: `${counts.in_flight} in flight`, tone: '' },
    { icon: Delayed, count: counts.delayed, title: `${counts.delayed} delayed`, tone: '' },
  ];
  if (kind === 'function') all.push({ icon: Failed, count: errors, title: `${errors} deliveries failed so far`, tone: 'bad' });
  return all.filter(({ count }) => count > 0);
}
