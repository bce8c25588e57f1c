// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { arrange } from '../../src/studio/canvas/layout';
import { sizeOf } from '../../src/studio/canvas/sizes';
import { fakeData } from '../../src/studio/store/fake';
import type { Topology } from '../../src/studio/model/types';

const { topology } = fakeData;
const NONE = new Map();

/** Pairs of corners: the pieces of a route. */
const pieces = (points: readonly { x: number; y: number }[]) => points.slice(1).map((to, i) => ({ from: points[i]!, to }));

describe('where nodes stand', () => {
  it('is to the right of what leads there, and no card lies on another', () => {
    const { nodes } = arrange(topology, topology.links, NONE);
    for (const { source, target } of topology.links) expect(nodes.get(source)!.x).toBeLessThan(nodes.get(target)!.x);
    const boxes = topology.nodes.map((node) => ({ ...nodes.get(node.index)!, ...sizeOf(node) }));
    for (const a of boxes) {
      for (const b of boxes) if (a !== b) expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
    }
  });

  it('is the same every time', () => {
    expect(arrange(topology, topology.links, NONE)).toEqual(arrange(topology, topology.links, NONE));
  });

  it('is where the document says, first of all; the routes at such a node no longer hold', () => {
    const placed: Topology = { ...topology, nodes: topology.nodes.map((node) => (node.index === 3 ? { ...node, position: { x: 5, y: 6 } } : node)) };
    const { nodes, routes } = arrange(placed, topology.links, NONE);
    expect(nodes.get(3)).toEqual({ x: 5, y: 6 });
    expect([...routes.keys()]).toEqual([0, 1]);
  });

  it('is where somebody dragged them, before that', () => {
    const { nodes } = arrange(topology, topology.links, new Map([[1, { x: 7, y: 8 }]]));
    expect(nodes.get(1)).toEqual({ x: 7, y: 8 });
  });
});

describe('how links run', () => {
  const { nodes, routes } = arrange(topology, topology.links, NONE);

  it('from the right of their source to the left of their target, level or upright', () => {
    for (const [index, { points }] of routes) {
      const { source, target } = topology.links[index]!;
      const from = nodes.get(source)!, to = nodes.get(target)!, { width } = sizeOf(topology.nodes[source]!);
      expect(points[0]!.x).toBe(from.x + width);
      expect(points.at(-1)!.x).toBe(to.x);
      for (const piece of pieces(points)) expect(piece.from.x === piece.to.x || Math.abs(piece.from.y - piece.to.y) < 2).toBe(true);
    }
  });

  it('with turns that do not lie on each other', () => {
    const upright = [...routes.values()].flatMap(({ points }) => pieces(points).filter(({ from, to }) => from.x === to.x && from.y !== to.y));
    for (const a of upright) {
      for (const b of upright) {
        const apart = Math.max(a.from.y, a.to.y) < Math.min(b.from.y, b.to.y) || Math.max(b.from.y, b.to.y) < Math.min(a.from.y, a.to.y);
        expect(a === b || a.from.x !== b.from.x || apart).toBe(true);
      }
    }
  });
});
