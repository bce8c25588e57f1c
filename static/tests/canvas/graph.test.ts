// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { drawnLinks, entryLinks } from '../../src/studio/canvas/graph';
import { afterPick, mark, marked } from '../../src/studio/canvas/selecting';
import { fakeData } from '../../src/studio/store/fake';
import type { Topology, TopologyLink } from '../../src/studio/model/types';

const { topology } = fakeData;
const send = (index: number, target: number): TopologyLink => ({ index, id: `send-${target}`, source: 0, target, kind: 'send', via: '', style: 'scenery', label: '', settings: [] });
const withSends: Topology = { ...topology, links: [...topology.links, send(4, 2)] };
const names = (links: readonly TopologyLink[]) => links.map(({ id }) => id);

describe('ways to send', () => {
  it('are drawn to queues that nothing feeds', () => expect(names(entryLinks(withSends))).toEqual(['send-orders']));
  it('are drawn to the others once they were used', () => {
    expect(names(drawnLinks(withSends, () => false))).not.toContain('send-2');
    expect(names(drawnLinks(withSends, (link) => link === 4))).toContain('send-2');
  });
  it('are drawn to a queue that only something not simulated feeds, if somebody reads it', () => {
    const idle = { ...topology.links[1]!, index: 9, source: 3, target: 1, simulated: false };
    expect(names(entryLinks({ ...topology, links: [...topology.links, idle] }))).toEqual(['send-orders']);
  });
  it('keep one line even where every queue is fed', () => {
    const circle: Topology = { ...topology, links: [send(0, 1), { ...topology.links[1]!, source: 2, target: 1 }] };
    expect(names(entryLinks(circle))).toEqual(['send-1']);
  });
});

describe('the selection', () => {
  const nodes = [{ id: '1', position: { x: 0, y: 0 }, data: {}, selected: true }, { id: '2', position: { x: 0, y: 0 }, data: {} }];

  it('marks the node of an open message', () => expect(marked({ type: 'message', root: 9, node: 2 })).toEqual({ node: '2', link: '' }));
  it('marks only what changes, and nothing if nothing does', () => {
    expect(mark(nodes, '1')).toBe(nodes);
    expect(mark(nodes, '2').map(({ selected }) => selected)).toEqual([false, true]);
  });
  it('opens what was picked, and leaves an open message of the same node open', () => {
    expect(afterPick(null, [nodes[0]!], [])).toEqual({ type: 'node', node: 1 });
    expect(afterPick({ type: 'message', root: 9, node: 1 }, [nodes[0]!], [])).toBeUndefined();
    expect(afterPick({ type: 'node', node: 1 }, [], [])).toBeUndefined();
    expect(afterPick(null, [], [{ id: 'link-12', source: '1', target: '2' }])).toEqual({ type: 'link', link: 12 });
  });
});
