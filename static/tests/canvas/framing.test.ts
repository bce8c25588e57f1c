// @vitest-environment node
import { expect, it } from 'vitest';
import { frame } from '../../src/studio/canvas/framing';

const ROOM = { x: 40, y: 20, width: 800, height: 400 };
const ZOOMS = { least: 0.75, most: 1.25 };

it('what can be read whole is shown whole, in the middle of what is free', () => {
  expect(frame({ x: 0, y: 0, width: 800, height: 200 }, ROOM, { x: 0, y: 0 }, ZOOMS)).toEqual({ x: 40, y: 120, zoom: 1 });
});

it('what is small is not blown up', () => {
  expect(frame({ x: 0, y: 0, width: 100, height: 100 }, ROOM, { x: 0, y: 0 }, ZOOMS).zoom).toBe(1.25);
});

it('what is too wide to be read begins at its start, at the left', () => {
  expect(frame({ x: 0, y: 0, width: 4000, height: 200 }, ROOM, { x: 0, y: 100 }, ZOOMS)).toEqual({ x: 40, y: 145, zoom: 0.75 });
});

it('what is too tall as well has its start in the middle, without emptiness beyond an end', () => {
  expect(frame({ x: 0, y: 0, width: 4000, height: 2000 }, ROOM, { x: 80, y: 1000 }, ZOOMS).y).toBe(20 + 200 - 750);
  expect(frame({ x: 0, y: 0, width: 4000, height: 2000 }, ROOM, { x: 80, y: 0 }, ZOOMS).y).toBe(20);
  expect(frame({ x: 0, y: 0, width: 4000, height: 2000 }, ROOM, { x: 80, y: 2000 }, ZOOMS).y).toBe(20 + 400 - 1500);
});

it('what would be cut is shown whole instead, as long as it can just be read', () => {
  const zooms = { ...ZOOMS, enough: 0.65 };
  expect(frame({ x: 0, y: 0, width: 800, height: 571 }, ROOM, { x: 0, y: 0 }, zooms).zoom).toBeCloseTo(0.7, 2);
  expect(frame({ x: 0, y: 0, width: 800, height: 700 }, ROOM, { x: 0, y: 0 }, zooms).zoom).toBe(0.75);
});
