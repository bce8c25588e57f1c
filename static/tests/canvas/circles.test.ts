// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { backLinks, reachedFrom } from '../../src/studio/canvas/circles';
import { entryLinks } from '../../src/studio/canvas/graph';
import { arrange } from '../../src/studio/canvas/layout';
import { sizeOf } from '../../src/studio/canvas/sizes';
import { fakeData } from '../../src/studio/store/fake';
import type { Topology } from '../../src/studio/model/types';

const link = (index: number, source: number, target: number) => ({ ...fakeData.topology.links[1]!, index, source, target, id: `${source}-${target}`, style: 'flow' as const, simulated: true });
/** You, a bus, two of its functions that tell it of more, and a queue behind one. The functions come first, as in a file. */
const CIRCLE = [link(0, 2, 1), link(1, 3, 1), link(2, 1, 2), link(3, 1, 3), link(4, 3, 4), { ...link(5, 0, 1), style: 'scenery' as const, kind: 'send' }];
const [node] = fakeData.topology.nodes;
const topology: Topology = { ...fakeData.topology, links: CIRCLE as Topology['links'], nodes: [0, 1, 2, 3, 4].map((index) => ({ ...node!, index, id: `n${index}` })) };

describe('a circle of links', () => {
  it('is open without those that lead back to where yours came by', () => expect([...backLinks(CIRCLE, 0)].map(({ id }) => id)).toEqual(['2-1', '3-1']));
  it('reaches all that follows', () => expect([...reachedFrom(CIRCLE, 3)].sort()).toEqual([1, 2, 3, 4]));
  it('is entered where only what follows leads to', () => expect(entryLinks(topology).map(({ id }) => id)).toEqual(['0-1']));
  it('has you at its left, and then what you send to', () => {
    const { nodes } = arrange(topology, topology.links, new Map());
    const x = (index: number) => nodes.get(index)!.x;
    expect([x(0) < x(1), x(1) < x(2), x(1) < x(3), x(3) < x(4)]).toEqual([true, true, true, true]);
  });
});

describe('a link that leads back', () => {
  const { nodes, routes } = arrange(topology, topology.links, new Map());
  const right = (index: number) => nodes.get(index)!.x + sizeOf(topology.nodes[index]!).width;

  it('runs from the left of its source to the right of its target', () => {
    for (const [index, source] of [[0, 2], [1, 3]] as const) {
      const { points } = routes.get(index)!;
      expect([points[0]!.x, points.at(-1)!.x]).toEqual([nodes.get(source)!.x, right(1)]);
    }
  });

  it('meets the card where no other link does', () => {
    const atTheBus = [0, 1, 2, 3].map((index) => (index < 2 ? routes.get(index)!.points.at(-1)! : routes.get(index)!.points[0]!));
    expect(new Set(atTheBus.map(({ y }) => y)).size).toBe(4);
  });

  it('to its own node goes over it', () => {
    const own = [...CIRCLE, link(6, 4, 4)] as Topology['links'];
    const { nodes: stand, routes: found } = arrange({ ...topology, links: own }, own, new Map());
    const { x, y } = stand.get(4)!, { points } = found.get(6)!;
    expect([points[0]!.x, points.at(-1)!.x, Math.min(...points.map((at) => at.y)) < y]).toEqual([x + sizeOf(topology.nodes[4]!).width, x, true]);
  });
});

it('a circle is entered at one of its nodes, where most links meet', () => {
  const sends = [2, 3, 1].map((target, i) => ({ ...link(5 + i, 0, target), style: 'scenery' as const, kind: 'send' }));
  const all = [...CIRCLE.slice(0, 5), ...sends] as Topology['links'];
  expect(entryLinks({ ...topology, links: all }).map(({ id }) => id)).toEqual(['0-1']);
});
