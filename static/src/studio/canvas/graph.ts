/** Which links are drawn: everything that the topology says, and of the ways you may send only those worth a line. */
import type { Topology, TopologyLink } from '../model/types';

const isSending = (link: TopologyLink): boolean => link.style === 'scenery';

/** Queues that nothing in the topology feeds: what you send naturally goes there. */
export function entryLinks({ nodes, links }: Topology): TopologyLink[] {
  const fed = new Set(links.filter((link) => !isSending(link)).map((link) => link.target));
  const sending = links.filter(isSending);
  const entries = sending.filter((link) => !fed.has(link.target) && !nodes[link.target]?.is_dead_letter_queue);
  return entries.length ? entries : sending.slice(0, 1);
}

export function drawnLinks(topology: Topology, isUsed: (link: number) => boolean): TopologyLink[] {
  const entries = new Set(entryLinks(topology));
  return topology.links.filter((link) => !isSending(link) || entries.has(link) || isUsed(link.index));
}

export function describeLink({ nodes }: Topology, link: TopologyLink): string {
  const label = link.label ? `, ${link.label}` : '';
  return `From ${nodes[link.source]?.name} to ${nodes[link.target]?.name}${label}`;
}
