import { describe, expect, it, vi } from 'vitest';
import { arrange } from '../../src/studio/canvas/layout';
import { fakeData } from '../../src/studio/store/fake';
import type { Topology } from '../../src/studio/model/types';

/** ELK's answer: nodes in a row 200 apart, every route a straight line. */
vi.mock('elkjs/lib/elk-api', () => ({
  default: class {
    layout = async (graph: { children: { id: string }[]; edges: { id: string; labels: object[] }[] }) => ({
      children: graph.children.map(({ id }) => ({ id, x: Number(id) * 200, y: 0 })),
      edges: graph.edges.map(({ id, labels }) => ({ id, labels, sections: [{ startPoint: { x: 0, y: 0 }, endPoint: { x: 9, y: 0 } }] })),
    });
    terminateWorker() {}
  },
}));

const { topology } = fakeData;
const NONE = new Map();

describe('where nodes stand', () => {
  it('is where ELK puts them, and links run along their routes', async () => {
    const { nodes, routes } = await arrange(topology, topology.links, NONE);
    expect(nodes.get(2)).toEqual({ x: 400, y: 0 });
    expect([...routes.keys()]).toEqual([0, 1, 2, 3]);
  });

  it('is where the document says, first of all; the routes at such a node no longer hold', async () => {
    const placed: Topology = { ...topology, nodes: topology.nodes.map((node) => (node.index === 3 ? { ...node, position: { x: 5, y: 6 } } : node)) };
    const { nodes, routes } = await arrange(placed, topology.links, NONE);
    expect(nodes.get(3)).toEqual({ x: 5, y: 6 });
    expect([...routes.keys()]).toEqual([0, 1]);
  });

  it('is where somebody dragged them, before that', async () => {
    const { nodes } = await arrange(topology, topology.links, new Map([[1, { x: 7, y: 8 }]]));
    expect(nodes.get(1)).toEqual({ x: 7, y: 8 });
  });
});
