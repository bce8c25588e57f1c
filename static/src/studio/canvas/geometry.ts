/** The paths of links: orthogonal routes with rounded corners, and their points at equal distances. */
export interface Point { x: number; y: number }

/** A polyline with rounded corners as SVG path data. */
export function roundedPath(points: readonly Point[], radius = 14): string {
  const [first] = points;
  if (!first) return '';
  const corners = points.slice(1, -1).map((corner, i) => turn(points[i]!, corner, points[i + 2]!, radius));
  const last = points.at(-1)!;
  return [`M${first.x} ${first.y}`, ...corners, `L${last.x} ${last.y}`].join('');
}

function turn(from: Point, corner: Point, to: Point, radius: number): string {
  const before = distance(from, corner), after = distance(corner, to);
  const r = Math.min(radius, before / 2, after / 2);
  const a = towards(corner, from, before, r), b = towards(corner, to, after, r);
  return `L${a.x} ${a.y}Q${corner.x} ${corner.y} ${b.x} ${b.y}`;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

const towards = (from: Point, to: Point, length: number, by: number): Point =>
  length ? { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by } : from;

/** A path sampled once at equal arc lengths, so that placing a particle is one interpolation. */
export class Track {
  readonly length: number;
  readonly #points: Float32Array;
  readonly #last: number;

  constructor(path: Pick<SVGPathElement, 'getTotalLength' | 'getPointAtLength'>, step = 5) {
    this.length = path.getTotalLength();
    this.#last = Math.max(1, Math.ceil(this.length / step));
    this.#points = new Float32Array((this.#last + 1) * 2);
    for (let i = 0; i <= this.#last; i++) {
      const { x, y } = path.getPointAtLength((i / this.#last) * this.length);
      this.#points[i * 2] = x;
      this.#points[i * 2 + 1] = y;
    }
  }

  static of(d: string): Track {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', d);
    return new Track(path);
  }

  /** The point at a fraction of the way, written into `out`. */
  at(fraction: number, out: Point): Point {
    const place = Math.min(Math.max(fraction, 0), 1) * this.#last;
    const i = Math.min(Math.floor(place), this.#last - 1) * 2, rest = place - i / 2;
    const points = this.#points;
    out.x = points[i]! + (points[i + 2]! - points[i]!) * rest;
    out.y = points[i + 1]! + (points[i + 3]! - points[i + 1]!) * rest;
    return out;
  }
}

/** The tracks of all links that are drawn, by link index; the particle layer reads what the links write. */
export class Tracks {
  readonly byLink = new Map<number, Track>();
  /** How often a track was laid anew. */
  changes = 0;
}
