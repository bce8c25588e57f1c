// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { roundedPath, Track } from '../../src/studio/canvas/geometry';

/** A straight path of the given length along x: jsdom draws no SVG. */
const straight = (length: number) => new Track({ getTotalLength: () => length, getPointAtLength: (x: number) => ({ x, y: 7 }) as DOMPoint });

describe('a route', () => {
  it('is rounded at its corners', () => {
    expect(roundedPath([{ x: 0, y: 0 }, { x: 40, y: 0 }, { x: 40, y: 40 }], 16)).toBe('M0 0L24 0Q40 0 40 16L40 40');
  });

  it('is rounded less where a stretch is short', () => {
    expect(roundedPath([{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 40 }], 16)).toBe('M0 0L5 0Q10 0 10 5L10 40');
  });

  it('of no points is no path', () => expect(roundedPath([])).toBe(''));
});

describe('a track', () => {
  it('gives the point at a fraction of the way', () => expect(straight(103).at(0.5, { x: 0, y: 0 })).toEqual({ x: 51.5, y: 7 }));

  it('stays on the way before its beginning and after its end', () => {
    expect(straight(100).at(-1, { x: 0, y: 0 }).x).toBe(0);
    expect(straight(100).at(2, { x: 0, y: 0 }).x).toBe(100);
  });
});
