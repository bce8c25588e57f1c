/** Circles of links: a function that tells the bus by which it was invoked. Layers need to know which link of a circle leads back. */
import type { TopologyLink } from '../model/types';

type Ends = Pick<TopologyLink, 'source' | 'target'>;

function bySource<Link extends Ends>(links: readonly Link[]): Map<number, Link[]> {
  const found = new Map<number, Link[]>();
  for (const link of links) {
    const own = found.get(link.source);
    if (own) own.push(link);
    else found.set(link.source, [link]);
  }
  return found;
}

/** All nodes that links lead to from this one, itself included. */
export function reachedFrom(links: readonly Ends[], start: number): Set<number> {
  const from = bySource(links), found = new Set([start]);
  for (const node of found) for (const { target } of from.get(node) ?? []) found.add(target);
  return found;
}

/**
 * Links that lead back to where one came from, walking as traffic does: from yours first, then from what nothing leads to, then from
 * the rest. Without them no circle is left.
 */
export function backLinks<Link extends Ends>(links: readonly Link[], client: number): Set<Link> {
  const from = bySource(links), fed = new Set(links.map(({ target }) => target));
  const sources = [...from.keys()].sort((a, b) => Number(b === client) - Number(a === client) || Number(fed.has(a)) - Number(fed.has(b)) || a - b);
  const back = new Set<Link>(), seen = new Set<number>(), onTheWay = new Set<number>();
  for (const start of sources) {
    if (seen.has(start)) continue;
    // The way so far, and which links of each of its nodes are still to be walked.
    const way = [{ node: start, next: 0 }];
    seen.add(start);
    onTheWay.add(start);
    while (way.length) {
      const here = way.at(-1)!, link = from.get(here.node)?.[here.next++];
      if (!link) {
        onTheWay.delete(way.pop()!.node);
      } else if (onTheWay.has(link.target)) {
        back.add(link);
      } else if (!seen.has(link.target)) {
        seen.add(link.target);
        onTheWay.add(link.target);
        way.push({ node: link.target, next: 0 });
      }
    }
  }
  return back;
}
