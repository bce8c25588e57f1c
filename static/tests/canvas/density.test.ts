// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Density, strideFor } from '../../src/studio/canvas/density.svelte';
import { Tracks, Track } from '../../src/studio/canvas/geometry';
import type { Studio } from '../../src/studio/store/studio.svelte';

const FLOW = 0, LOST = 2;
const track = (length: number) => new Track({ getTotalLength: () => length, getPointAtLength: () => ({ x: 0, y: 0 }) as DOMPoint });

function density(...onWire: number[]) {
  globalThis.matchMedia ??= (() => ({ matches: false, addEventListener() {}, removeEventListener() {} })) as never;
  const tracks = new Tracks();
  onWire.forEach((_, link) => tracks.byLink.set(link, track(160)));
  const made = new Density({ links: onWire.map((flow) => ({ onWire: [flow, 0, 0] })) } as unknown as Studio, tracks);
  made.measure();
  return made;
}

describe('a link', () => {
  it('shows every message while there is room for each', () => expect(strideFor(20, 160)).toBe(1));
  it('shows some of them where they would smear, and says how many there are', () => {
    const busy = density(100, 3);
    expect([busy.stride(0, FLOW), busy.tells(0), busy.tells(1), busy.counts]).toEqual([8, true, false, false]);
  });
  it('does not hide what is lost among what flows', () => {
    const busy = density(100);
    expect([1, 2, 3, 4].every((index) => busy.shows(0, LOST, index))).toBe(true);
  });
  it('shows the same ones of them in every frame', () => {
    const busy = density(100);
    const shown = Array.from({ length: 4000 }, (_, index) => index).filter((index) => busy.shows(0, FLOW, index));
    expect(shown.length).toBeGreaterThan(400);
    expect(shown.length).toBeLessThan(600);
  });
});

it('too many to look through are counts alone', () => expect(density(7000).counts).toBe(true));
it('too many to follow on many links are counts alone', () => expect(density(...Array.from({ length: 60 }, () => 20)).counts).toBe(true));
