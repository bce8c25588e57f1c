/**
 * Where states stand: ELK lays each scope out inside the Map or Parallel it belongs to. Positions are relative to the parent,
 * as the canvas wants them; routes are absolute.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Point } from '../canvas/geometry';
import { labelSize } from '../canvas/sizes';
import { arrowLabel, END, inside, isEnd, scopes, START, type MachineGraph, type MachineState, type Scope, type Transition } from './graph';

export interface Box { x: number; y: number; width: number; height: number; parent: string }
export interface Arrow { id: string; transition: Transition; points: Point[]; label: Point | null }
export interface MachineLayout { boxes: Map<string, Box>; arrows: Arrow[]; direction: Direction }

/** A loop back to where a scope starts does not push its start down. */
const FIRST = { 'elk.layered.layering.layerConstraint': 'FIRST' };

export interface Room { width: number; height: number }
export type Direction = 'RIGHT' | 'DOWN';

const HEIGHT = 52;
/** Cards are as wide as their names, within reason. */
const LEAST = 132, MOST = 248, CHARACTER = 7.1, AROUND = 76;
export const stateSize = ({ name }: Pick<MachineState, 'name'>) => ({
  width: Math.round(Math.min(MOST, Math.max(LEAST, name.length * CHARACTER + AROUND))), height: HEIGHT,
});
export const PILL = { width: 76, height: 32 };
/** A container's title needs room above its states. */
const TITLE = 48;
const OPTIONS = {
  'elk.algorithm': 'layered', 'elk.edgeRouting': 'ORTHOGONAL', 'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
  'elk.layered.spacing.nodeNodeBetweenLayers': '26', 'elk.spacing.nodeNode': '22', 'elk.spacing.edgeNode': '18', 'elk.spacing.edgeEdge': '14',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12', 'elk.spacing.edgeLabel': '3', 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.nodePlacement.favorStraightEdges': 'true', 'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.feedbackEdges': 'true',
};

/** From here on states are placed the quick way: straighter lines cost the square of the states. */
const MANY = 80;
/** More are not drawn: the page would stand still for minutes, and nobody could read it. */
export const MOST_DRAWN = 1000;

/** Laid out both ways; the one that can be drawn larger in the room there is wins. */
export async function layOut(graph: MachineGraph, room: Room): Promise<MachineLayout> {
  if (graph.states.length > MOST_DRAWN) throw new Error(`It has ${graph.states.length.toLocaleString('en')} states; up to ${MOST_DRAWN.toLocaleString('en')} are drawn.`);
  const { default: Elk } = await import('elkjs/lib/elk-api');
  const elk = new Elk({ workerUrl });
  try {
    const both = await Promise.all((['RIGHT', 'DOWN'] as const).map(async (direction) => {
      const transitions = new Map<string, Transition>();
      const root = await elk.layout(asElk(graph, transitions, direction));
      return { zoom: Math.min(room.width / root.width!, room.height / root.height!), layout: read(root, transitions, direction) };
    }));
    return (both[1]!.zoom > both[0]!.zoom ? both[1]! : both[0]!).layout;
  } finally {
    elk.terminateWorker();
  }
}

export function asElk(graph: MachineGraph, transitions: Map<string, Transition>, direction: Direction = 'RIGHT'): ElkNode {
  const all = scopes(graph), within = inside(all), options = { ...OPTIONS, ...(graph.states.length > MANY ? { 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF' } : {}), 'elk.direction': direction };
  const padded = (top: number, around: number) => ({ ...options, 'elk.padding': `[top=${top},left=${around},bottom=${around},right=${around}]` });
  const node = (state: MachineState): ElkNode => {
    const children = within.get(state.id), { width, height } = stateSize(state);
    const first = state.start && state.parent ? { layoutOptions: FIRST } : {};
    if (!children) return { id: state.id, width, height, ...first };
    // Branches are side by side, each a box of its own that is not drawn; a Map's one scope needs none.
    const inner = children.length === 1
      ? contents(children[0]!, node, transitions)
      : { children: children.map((scope) => ({ id: scope.id, layoutOptions: padded(6, 6), ...contents(scope, node, transitions) })) };
    return { id: state.id, layoutOptions: { ...padded(TITLE, 16), ...(state.start && state.parent ? FIRST : {}), 'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': `(${width},${TITLE + HEIGHT})` }, ...inner };
  };
  const whole = contents(all.get('')!, node, transitions), ends = all.get('')!.states.filter(isEnd);
  const joined = (id: string, source: string, target: string) => {
    transitions.set(id, { source, target, kind: 'next', label: '', index: null });
    whole.edges.push({ id, sources: [source], targets: [target] });
  };
  const pill = (id: string, layer: 'FIRST' | 'LAST') => whole.children.push({ id, ...PILL, layoutOptions: { 'elk.layered.layering.layerConstraint': layer } });
  const start = all.get('')!.states.find((state) => state.start);
  if (start) {
    pill(START, 'FIRST');
    joined('start', START, start.id);
  }
  if (ends.length) pill(END, 'LAST');
  for (const end of ends) joined(`end ${end.id}`, end.id, END);
  return { id: 'machine', layoutOptions: options, ...whole };
}

interface Contents { children: ElkNode[]; edges: ElkExtendedEdge[] }

function contents(scope: Scope, node: (state: MachineState) => ElkNode, transitions: Map<string, Transition>): Contents {
  const edges = scope.transitions.map((transition, index) => {
    const id = `${scope.id} ${index}`, label = arrowLabel(transition);
    transitions.set(id, transition);
    return {
      id, sources: [transition.source], targets: [transition.target],
      ...(label ? { labels: [{ text: label, ...labelSize(label, 1) }] } : {}),
    };
  });
  return { children: scope.states.map(node), edges };
}

function read(root: ElkNode, transitions: ReadonlyMap<string, Transition>, direction: Direction): MachineLayout {
  const boxes = new Map<string, Box>(), arrows: Arrow[] = [];
  const visit = (at: ElkNode, x: number, y: number, parent: string, dx: number, dy: number) => {
    for (const edge of at.edges ?? []) arrows.push(arrow(edge, transitions.get(edge.id)!, x, y));
    for (const child of at.children ?? []) {
      const left = child.x ?? 0, top = child.y ?? 0;
      const isBranch = at.id !== 'machine' && child.children !== undefined && child.id.startsWith(`${at.id}[`);
      // A branch's box is not drawn: what it holds stands relative to the Parallel.
      if (!isBranch) boxes.set(child.id, { x: left + dx, y: top + dy, width: child.width!, height: child.height!, parent });
      visit(child, x + left, y + top, isBranch ? parent : child.id, isBranch ? left + dx : 0, isBranch ? top + dy : 0);
    }
  };
  visit(root, 0, 0, '', 0, 0);
  return { boxes, arrows, direction };
}

function arrow(edge: ElkExtendedEdge, transition: Transition, x: number, y: number): Arrow {
  const { startPoint, bendPoints, endPoint } = edge.sections![0]!;
  const moved = (point: Point): Point => ({ x: point.x + x, y: point.y + y });
  const label = edge.labels?.[0];
  return {
    id: edge.id, transition, points: [startPoint, ...(bendPoints ?? []), endPoint].map(moved),
    label: label?.x === undefined ? null : moved({ x: label.x + label.width! / 2, y: label.y! + label.height! / 2 }),
  };
}
