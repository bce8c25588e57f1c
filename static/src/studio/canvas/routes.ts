/**
 * Orthogonal routes: a link leaves its source at the right, runs level through each layer, and turns only in the gaps between
 * layers. Two rules keep lines apart: at a node each link has a port of its own, as near as may be to where it is going, and in
 * a gap each turn has a track of its own.
 *
 * A link that leads back to an earlier layer keeps the room that the layers left for it: it runs the other way between the same
 * sides, from the left of its source to the right of its target. One that leads to its own node goes round it.
 */
import type { Point } from './geometry';

export interface Route { points: Point[]; label: Point | null }
export interface Box { x: number; y: number; width: number; height: number }
/** A link as the layers were made: where it passes each of them from left to right, and where its label has room. */
export interface Laid { link: number; source: Box; target: Box; points: readonly Point[]; label: { x: number; y: number; width: number }; leadsBack?: boolean }

/** Ports keep this far from a corner of their node, and from each other. */
const CORNER = 24, APART = 20;
/** How far from its node a link that leads to itself runs. */
const ROUND = 18;
/** A label stands above its line, so that what moves does not run over it. */
const ABOVE = 12;
/** Turns of less than this are drawn as if level. */
const LEVEL = 1.5;

interface Turn { low: number; high: number; up: boolean; place(x: number): void }
interface Gap { left: number; right: number; turns: Turn[] }

/** `source` is what stands at the left; of a link that leads back it is where the link ends. */
export function routesOf(laid: readonly Laid[]): Map<number, Route> {
  const forward = laid.filter(({ source, target, points }) => source.x + source.width < target.x && points.length > 0);
  const out = ports(forward, ({ source }) => source, ({ points }) => points[0]!.y);
  const into = ports(forward, ({ target }) => target, ({ points }) => points.at(-1)!.y);
  const gaps = new Map<string, Gap>();
  const found = new Map(forward.map((one): [number, Route] => [one.link, { points: led(one, out.get(one)!, into.get(one)!, gaps), label: null }]));
  for (const gap of gaps.values()) track(gap);
  for (const one of forward) {
    const route = found.get(one.link)!;
    route.points = route.points.filter(({ x, y }, i, all) => !i || i === all.length - 1 || x !== all[i - 1]!.x || y !== all[i - 1]!.y);
    if (one.leadsBack) route.points.reverse();
    route.label = { x: one.label.x, y: one.label.y - ABOVE };
  }
  return found;
}

/** Out at the right of a node, over it, and in at its left. */
export function routeAround({ x, y, width }: Box): Route {
  const right = x + width + ROUND, left = x - ROUND, over = y - ROUND, port = y + CORNER;
  const points = [{ x: x + width, y: port }, { x: right, y: port }, { x: right, y: over }, { x: left, y: over }, { x: left, y: port }, { x, y: port }];
  return { points, label: { x: x + width / 2, y: over - ABOVE } };
}

/** The heights at which links meet one side of their node: where each would like to, then apart. */
function ports(links: readonly Laid[], node: (one: Laid) => Box, wish: (one: Laid) => number): Map<Laid, number> {
  const bySide = new Map<Box, Laid[]>();
  for (const one of links) bySide.set(node(one), [...(bySide.get(node(one)) ?? []), one]);
  const found = new Map<Laid, number>();
  for (const [{ y, height }, side] of bySide) {
    const corner = Math.min(CORNER, height / 3), top = y + corner, bottom = y + height - corner;
    const apart = Math.min(APART, (bottom - top) / Math.max(1, side.length - 1));
    const sorted = [...side].sort((a, b) => wish(a) - wish(b));
    const at = sorted.map((one) => Math.min(bottom, Math.max(top, wish(one))));
    for (let i = 1; i < at.length; i++) at[i] = Math.max(at[i]!, at[i - 1]! + apart);
    for (let i = at.length - 1, least = bottom; i >= 0; i--, least = at[i + 1]! - apart) at[i] = Math.min(at[i]!, least);
    sorted.forEach((one, i) => found.set(one, Math.round(at[i]!)));
  }
  return found;
}

/** The points of one link; the turns among them wait for their tracks. */
function led({ source, target, points, label }: Laid, leaves: number, arrives: number, gaps: Map<string, Gap>): Point[] {
  const half = (at: Point) => (Math.abs(at.x - label.x) < 1 ? label.width / 2 : 0);
  const stops = [
    { left: source.x, right: source.x + source.width, y: leaves, middle: source.x + source.width / 2 },
    ...points.map((at) => ({ left: at.x - half(at), right: at.x + half(at), y: at.y, middle: at.x })),
    { left: target.x, right: target.x, y: arrives, middle: target.x + target.width / 2 },
  ];
  const found: Point[] = [{ x: stops[0]!.right, y: leaves }];
  stops.slice(1).forEach((stop, i) => {
    const before = stops[i]!, y = found.at(-1)!.y;
    // What is nearly level already goes straight on, but for the end, where the port says where.
    const to = i < stops.length - 2 && Math.abs(stop.y - y) < LEVEL ? y : stop.y;
    if (to === y) return;
    const one: Point = { x: 0, y }, other: Point = { x: 0, y: to };
    found.push(one, other);
    const key = `${Math.round(before.middle)} ${Math.round(stop.middle)}`;
    const gap = gaps.get(key) ?? { left: -Infinity, right: Infinity, turns: [] };
    gaps.set(key, { left: Math.max(gap.left, before.right), right: Math.min(gap.right, stop.left), turns: [...gap.turns, { low: Math.min(y, to), high: Math.max(y, to), up: to < y, place: (x) => { one.x = other.x = x; } }] });
  });
  return [...found, { x: target.x, y: arrives }];
}

/** Gives the turns of a gap tracks: as few as keep those apart that would touch. Turns upwards go in the order that crosses least. */
function track({ left, right, turns }: Gap): void {
  const order = [...turns].sort((a, b) => (a.up === b.up ? (a.up ? a.low - b.low : b.low - a.low) : Number(b.up) - Number(a.up)));
  const ends: { low: number; high: number }[][] = [];
  const tracks = order.map((turn) => {
    const free = ends.findIndex((taken) => taken.every(({ low, high }) => turn.high < low - LEVEL || turn.low > high + LEVEL));
    const at = free < 0 ? ends.push([]) - 1 : free;
    ends[at]!.push(turn);
    return at;
  });
  const step = (right - left) / (ends.length + 1);
  order.forEach((turn, i) => turn.place(Math.round(left + step * (tracks[i]! + 1))));
}
