/**
 * Where nodes stand and how links run. Positions in the document win; the rest is laid out in layers by dagre (traffic comes in
 * from the left), and its links are led round corners by `routes.ts`. A route holds only while both its ends stand where it was
 * made for.
 *
 * State machines are laid out by ELK, which is better at scopes within scopes; it weighs thirty times as much and is loaded when
 * one is opened, while this here is needed before anything can be seen.
 */
import { Graph, layout, type EdgeLabel } from '@dagrejs/dagre';
import type { Position, Topology, TopologyLink, TopologyNode } from '../model/types';
import { backLinks } from './circles';
import { saysIdle, shortLabel } from './graph';
import { routeAround, routesOf, type Box, type Laid, type Route } from './routes';
import { labelSize, sizeOf } from './sizes';

export type { Route } from './routes';
export interface Placement { nodes: Map<number, Position>; routes: Map<number, Route> }

const OPTIONS = { rankdir: 'LR', nodesep: 40, edgesep: 22, ranksep: 76, marginx: 0, marginy: 0 };
/** Straighter lines cost more than the square of the nodes; from here on the quick way is good enough. */
const MANY = 150;
/** Between parts that nothing connects, and how much wider than high they are together. */
const GAP = 56, ASPECT = 1.9;
const CLIENT = 0;

export function arrange(topology: Topology, links: readonly TopologyLink[], moved: ReadonlyMap<number, Position>): Placement {
  const { nodes } = topology;
  const laidOut = layOut(topology, links);
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

/** Parts that nothing connects are laid out each by itself, and stand in rows about as wide as a screen is; yours comes first. */
function layOut(topology: Topology, links: readonly TopologyLink[]): Placement {
  const parts = connected(topology, links).map((part) => layOutPart(topology, links.filter(({ source }) => part.has(source)), part));
  const area = parts.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const widest = Math.max(Math.sqrt(area * ASPECT), ...parts.map(({ width }) => width));
  const nodes = new Map<number, Position>(), routes = new Map<number, Route>();
  let x = 0, y = 0, row = 0;
  for (const part of parts) {
    if (x && x + part.width > widest) [x, y, row] = [0, y + row + GAP, 0];
    const by = (at: Position): Position => ({ x: at.x + x, y: at.y + y });
    for (const [index, at] of part.nodes) nodes.set(index, by(at));
    for (const [index, { points, label }] of part.routes) routes.set(index, { points: points.map(by), label: label && by(label) });
    x += part.width + GAP;
    row = Math.max(row, part.height);
  }
  return { nodes, routes };
}

function connected({ nodes }: Topology, links: readonly TopologyLink[]): Set<number>[] {
  const part = new Map(nodes.map(({ index }) => [index, new Set([index])]));
  for (const { source, target } of links) {
    const one = part.get(source)!, other = part.get(target)!;
    if (one === other) continue;
    for (const index of other) part.set(index, one.add(index));
  }
  const all = [...new Set(part.values())];
  return all.sort((a, b) => Number(b.has(CLIENT)) - Number(a.has(CLIENT)) || b.size - a.size);
}

function layOutPart(topology: Topology, links: readonly TopologyLink[], part: ReadonlySet<number>): Placement & { width: number; height: number } {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ ...OPTIONS, ranker: part.size > MANY ? 'longest-path' : 'network-simplex' });
  for (const node of topology.nodes) if (part.has(node.index)) graph.setNode(String(node.index), { ...sizeOf(node) });
  const back = backLinks(links, CLIENT);
  for (const link of links) {
    // A link without a label keeps room for its counts.
    const room = labelSize(shortLabel(link.label), saysIdle(link, topology) ? 2 : 1);
    const [before, after] = back.has(link) ? [link.target, link.source] : [link.source, link.target];
    if (before !== after) graph.setEdge(String(before), String(after), { ...room, labelpos: 'c' }, String(link.index));
  }
  layout(graph);
  const boxes = new Map(graph.nodes().map((id): [number, Box] => {
    const { x, y, width, height } = graph.node(id) as Box;
    return [Number(id), { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height }];
  }));
  const leadsBack = new Set([...back].map(({ index }) => String(index)));
  const laid = graph.edges().map((edge): Laid => {
    const { points, x, y, width } = graph.edge(edge) as Required<EdgeLabel>;
    return { link: Number(edge.name), source: boxes.get(Number(edge.v))!, target: boxes.get(Number(edge.w))!, points: points.slice(1, -1), label: { x, y, width }, leadsBack: leadsBack.has(edge.name!) };
  });
  const toItself = links.filter(({ source, target }) => source === target).map(({ index, source }): [number, Route] => [index, routeAround(boxes.get(source)!)]);
  const ends = [...boxes.values()];
  return {
    nodes: new Map([...boxes].map(([index, { x, y }]) => [index, { x, y }])), routes: new Map([...routesOf(laid), ...toItself]),
    width: Math.max(...ends.map(({ x, width }) => x + width)), height: Math.max(...ends.map(({ y, height }) => y + height)),
  };
}
