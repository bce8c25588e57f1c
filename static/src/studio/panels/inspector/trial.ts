/** What a filter is tried on: something to begin with, and the newest that came by. */
import type { Handle, TopologyLink } from '../../model/types';
import type { StudioStore } from '../../store/api';
import { pretty } from '../../ui/format';
import { envelope, SAMPLES } from '../send/samples';
import type { Tried } from './filter';

const NEWEST = 300;

export function firstTrial({ topology }: StudioStore, tried: Tried): string {
  if (tried === 'event') return JSON.stringify(envelope(SAMPLES[0]!, topology), null, 2);
  return tried === 'attributes' ? '{"country": "CH", "amount": 40}' : '{"amount": 40, "country": "CH"}';
}

/** The newest message or event at the link's source; `missed`: of those that the rule at its end did not match. */
export async function newestTrial(studio: StudioStore, link: TopologyLink, tried: Tried, missed = false): Promise<string | null> {
  const rows = studio.recent(NEWEST), kind = tried === 'event' ? 'event' : 'message';
  const matched = new Set<Handle>(rows.filter((row) => row.node === link.target && row.kind === 'RuleMatched').map(({ subject }) => subject));
  const found = rows.find((row) => {
    if (row.node !== link.source || (missed && matched.has(row.subject))) return false;
    const subject = studio.subject(row.subject);
    return subject.kind === kind && subject.body > 0;
  });
  return found ? pretty(await studio.body(studio.subject(found.subject).body)) : null;
}
