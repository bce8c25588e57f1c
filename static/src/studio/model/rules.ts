/** What a rule has seen: how many events its bus showed it, and how many it matched. */
import type { Replay } from '../store/archives';
import type { Gauges, Topology, TopologyLink, TopologyNode } from './types';

export interface RuleCounts { matched: number; asked: number }
interface Seen { topology: Topology; crossed(link: number): number; gauges(node: number): Gauges; replays(): readonly Replay[] }

/** The link over which a rule gets the events of its bus; a rule that fires by a schedule has none. */
export const busLink = ({ links }: Topology, rule: number): TopologyLink | undefined =>
  links.find(({ kind, target }) => kind === 'bus-rule' && target === rule);

export const rulesOf = ({ links, nodes }: Topology, bus: number): TopologyNode[] =>
  links.filter(({ kind, source }) => kind === 'bus-rule' && source === bus).map(({ target }) => nodes[target]!);

export const targetsOf = ({ links }: Topology, rule: number): TopologyLink[] => links.filter(({ kind, source }) => kind === 'rule-target' && source === rule);

/** Every event on the bus is shown to every rule, but for those that a replay sends to chosen rules only. */
export function ruleCounts(seen: Seen, rule: TopologyNode): RuleCounts | null {
  const link = busLink(seen.topology, rule.index);
  if (!link) return null;
  const { counts } = seen.gauges(link.source);
  const forOthers = seen.replays()
    .filter(({ archive, rules }) => rules.length && !rules.includes(rule.name) && seen.topology.links.some(({ kind, source, target }) => kind === 'archive' && source === link.source && target === archive))
    .reduce((sum, { sent }) => sum + sent, 0);
  return { matched: seen.crossed(link.index), asked: counts.delivered + counts.filtered + counts.pending - forOthers };
}
