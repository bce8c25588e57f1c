/** What a card tells beside its large number, by the kind of node: only what is not zero. */
import Failed from '@lucide/svelte/icons/circle-x';
import Unmatched from '@lucide/svelte/icons/circle-slash';
import Delayed from '@lucide/svelte/icons/clock';
import Given from '@lucide/svelte/icons/octagon-alert';
import Blocked from '@lucide/svelte/icons/lock';
import InFlight from '@lucide/svelte/icons/plane';
import Again from '@lucide/svelte/icons/rotate-cw';
import type { Gauges } from '../model/types';
import type { Icon } from '../ui/kinds';

export interface Badge { icon: Icon; count: number; title: string; tone: '' | 'warn' | 'bad' }

/** Boxes whose failures are told as one number. */
const FAILING = new Set(['graphql-api', 'api', 'delivery-stream', 'database', 'stream', 'table']);

/** `blocked`: sentences about what holds back who is behind it. */
export function badgesOf(kind: string, { counts, errors }: Gauges, blocked: readonly string[] = []): Badge[] {
  const all: Badge[] = [
    { icon: InFlight, count: counts.in_flight, title: `${counts.in_flight} in flight`, tone: '' },
    { icon: Delayed, count: counts.delayed, title: `${counts.delayed} delayed`, tone: '' },
  ];
  if (kind === 'function') all.push({ icon: Failed, count: errors, title: `${errors} invocations failed so far`, tone: 'bad' });
  if (kind === 'container-task') {
    all.push({ icon: Delayed, count: counts.pending, title: `${counts.pending} tasks are starting`, tone: '' });
    all.push({ icon: Failed, count: counts.failed, title: `${counts.failed} tasks failed so far`, tone: 'bad' });
  }
  if (FAILING.has(kind)) all.push({ icon: Failed, count: errors, title: `${errors} failures so far`, tone: 'bad' });
  if (kind === 'machine') all.push({ icon: Failed, count: counts.failed, title: `${counts.failed} executions failed so far`, tone: 'bad' });
  if (blocked.length) all.push({ icon: Blocked, count: blocked.length, title: blocked.join(' '), tone: 'warn' });
  if (kind === 'bus') all.push({ icon: Unmatched, count: counts.filtered, title: `${counts.filtered} matched by no rule`, tone: 'warn' });
  if (kind === 'rule') {
    const lost = counts.moved + counts.discarded + counts.expired;
    all.push({ icon: Again, count: counts.pending, title: `${counts.pending} wait for their next attempt`, tone: 'warn' });
    all.push({ icon: Given, count: lost, title: `${lost} never delivered`, tone: 'bad' });
  }
  return all.filter(({ count }) => count > 0);
}
