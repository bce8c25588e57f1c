/** Which links are drawn: everything that the topology says, and of the ways you may send only those worth a line. */
import type { Topology, TopologyLink } from '../model/types';
import { reachedFrom } from './circles';
import { isStub } from './sizes';

const isSending = (link: TopologyLink): boolean => link.style === 'scenery';

/** Where your messages naturally go: queues that somebody reads and nothing in the simulation feeds; else what nothing feeds at all. A circle is entered where most of its links meet. */
export function entryLinks({ nodes, links }: Topology): TopologyLink[] {
  const others = links.filter((link) => !isSending(link)), running = others.filter((link) => link.simulated !== false);
  const follows = new Map(links.filter(isSending).map(({ target }) => [target, reachedFrom(running, target)]));
  const isFed = (node: number) => running.some(({ source, target }) => target === node && !follows.get(node)?.has(source));
  const linksAt = (node: number) => running.filter(({ source, target }) => source === node || target === node).length;
  const isHub = (node: number) => [...follows].every(([other, after]) => other === node || !after.has(node) || !follows.get(node)!.has(other) || linksAt(other) < linksAt(node) || (linksAt(other) === linksAt(node) && node < other));
  const read = new Set(running.map((link) => link.source)), fed = new Set([...follows.keys()].filter(isFed));
  const named = new Set(others.map((link) => link.target));
  const sending = links.filter((link) => isSending(link) && !nodes[link.target]?.is_dead_letter_queue);
  const choices = [
    sending.filter(({ target }) => read.has(target) && !fed.has(target) && isHub(target)),
    sending.filter(({ target }) => !named.has(target)),
    sending.slice(0, 1),
  ];
  return choices.find((choice) => choice.length > 0) ?? [];
}

/** `prepared`: what an example sends to. */
export function drawnLinks(topology: Topology, isUsed: (link: number) => boolean, prepared: ReadonlySet<string> = new Set()): TopologyLink[] {
  const entries = new Set(entryLinks(topology));
  return topology.links.filter((link) => !isSending(link) || entries.has(link) || prepared.has(topology.nodes[link.target]!.id) || isUsed(link.index));
}

export function describeLink({ nodes }: Topology, link: TopologyLink): string {
  const label = link.label ? `, ${link.label}` : '';
  return `From ${nodes[link.source]?.name} to ${nodes[link.target]?.name}${label}`;
}

const LONGEST_LABEL = 26;
export const shortLabel = (label: string): string => (label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1).trimEnd()}…` : label);

/** A link that does not run although both its ends do has to say so; beside a hatched node its dashes say enough. */
export const saysIdle = (link: TopologyLink, { nodes }: Topology): boolean =>
  link.simulated === false && [link.source, link.target].every((end) => nodes[end] && !isStub(nodes[end]));
