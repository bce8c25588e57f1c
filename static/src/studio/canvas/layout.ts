/**
 * Where nodes stand and how links run. Positions in the document win; the rest is laid out by ELK, in a worker that is
 * loaded when it is first needed. A route holds only while both its ends stand where ELK put them.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Position, Topology, TopologyLink, TopologyNode } from '../model/types';
import type { Point } from './geometry';
import { saysIdle, shortLabel } from './graph';
import { labelSize, sizeOf } from './sizes';

export interface Route { points: Point[]; label: Point | null }
export interface Placement { nodes: Map<number, Position>; routes: Map<number, Route> }

const OPTIONS = {
  'elk.algorithm': 'layered', 'elk.direction': 'RIGHT', 'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '34', 'elk.spacing.nodeNode': '40', 'elk.spacing.edgeNode': '28', 'elk.spacing.edgeEdge': '18',
  'elk.layered.spacing.edgeNodeBetweenLayers': '22', 'elk.spacing.edgeLabel': '3', 'elk.spacing.componentComponent': '56',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX', 'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES', 'elk.aspectRatio': '1.9',
};

/** Traffic comes in from the left. */
const FIRST = { 'elk.layered.layering.layerConstraint': 'FIRST' };

export async function arrange(topology: Topology, links: readonly TopologyLink[], moved: ReadonlyMap<number, Position>): Promise<Placement> {
  const { nodes } = topology;
  const laidOut = await layOut(topology, links);
  const given = (node: TopologyNode) => moved.get(node.index) ?? node.position;
  const stands = new Map(nodes.map((node) => [node.index, given(node) ?? laidOut.nodes.get(node.index)!]));
  const isAsLaidOut = (index: number) => {
    const here = stands.get(index), there = laidOut.nodes.get(index);
    return here?.x === there?.x && here?.y === there?.y;
  };
  const routes = new Map([...laidOut.routes].filter(([index]) => {
    const link = links.find((each) => each.index === index);
    return link && isAsLaidOut(link.source) && isAsLaidOut(link.target);
  }));
  return { nodes: stands, routes };
}

async function layOut(topology: Topology, links: readonly TopologyLink[]): Promise<Placement> {
  const { default: Elk } = await import('elkjs/lib/elk-api');
  const elk = new Elk({ workerUrl });
  const graph = await elk.layout(asGraph(topology, links));
  elk.terminateWorker();
  return {
    nodes: new Map(graph.children!.map(({ id, x, y }) => [Number(id), { x: Math.round(x!), y: Math.round(y!) }])),
    routes: new Map((graph.edges as ElkExtendedEdge[]).map((edge) => [Number(edge.id), routeOf(edge)])),
  };
}

function asGraph(topology: Topology, links: readonly TopologyLink[]): ElkNode {
  return {
    id: 'root', layoutOptions: OPTIONS,
    children: topology.nodes.map((node) => ({ id: String(node.index), ...sizeOf(node), layoutOptions: node.scenery ? FIRST : {} })),
    edges: links.map((link) => ({
      id: String(link.index), sources: [String(link.source)], targets: [String(link.target)],
      // An empty text would be passed over; a link without a label keeps room for its counts.
      labels: [{ text: link.label || ' ', ...labelSize(shortLabel(link.label), saysIdle(link, topology) ? 2 : 1) }],
    })),
  };
}

function routeOf({ sections, labels }: ElkExtendedEdge): Route {
  const section = sections![0]!;
  const label = labels?.[0];
  return {
    points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint],
    label: label?.x === undefined ? null : { x: label.x + label.width! / 2, y: label.y! + label.height! / 2 },
  };
}
