/**
 * How much of the motion is shown. Where messages would run into each other a link shows only some of them, and says how
 * many there are; where there are too many altogether, or the viewer wants stillness, the links show counts alone.
 */
import { MediaQuery } from 'svelte/reactivity';
import { TONES } from '../model/motions';
import type { Studio } from '../store/studio.svelte';
import type { Tracks } from './geometry';

/** Above the first nothing but counts is shown, below the second particles again: what eyes can follow … */
const TOO_MANY_DRAWN = 600;
const FEW_AGAIN = 450;
/** … and what a frame has time to look through. */
const TOO_MANY_MOVING = 6000;
/** Closer together than this, in canvas pixels, dots are a smear. */
const LEAST_GAP = 8;

export class Density {
  readonly #studio: Studio;
  readonly #tracks: Tracks;
  readonly #still = new MediaQuery('prefers-reduced-motion: reduce');
  #crowded = $state(false);
  /** By link and tone: one of how many is drawn; a power of two, so that fewer are some of the same. */
  #strides = $state.raw<readonly number[]>([]);

  constructor(studio: Studio, tracks: Tracks) {
    this.#studio = studio;
    this.#tracks = tracks;
  }

  get strides(): readonly number[] { return this.#strides; }
  /** Nothing moves; links tell counts. */
  get counts(): boolean { return this.#still.current || this.#crowded; }
  /** Whether a link has to say how many are on it. */
  tells(link: number): boolean { return this.counts || TONES.some((_, tone) => this.stride(link, tone) > 1); }
  stride(link: number, tone: number): number { return this.#strides[link * TONES.length + tone] ?? 1; }

  /** Whether a record is among those that are drawn on a crowded link; chosen by chance, but always the same. */
  shows(link: number, tone: number, index: number): boolean {
    return ((Math.imul(index, 0x9e3779b1) >>> 12) & (this.stride(link, tone) - 1)) === 0;
  }

  /** To be called at every beat. */
  measure(): void {
    const moving = this.#studio.links.flatMap(({ onWire }) => onWire);
    const strides = moving.map((n, at) => strideFor(n, this.#tracks.byLink.get(Math.floor(at / TONES.length))?.length ?? 0));
    if (strides.some((stride, at) => stride !== this.#strides[at])) this.#strides = strides;
    const drawn = moving.reduce((sum, n, at) => sum + n / strides[at]!, 0);
    const all = moving.reduce((sum, n) => sum + n, 0);
    this.#crowded = drawn > (this.#crowded ? FEW_AGAIN : TOO_MANY_DRAWN) || all > TOO_MANY_MOVING;
  }
}

export function strideFor(moving: number, length: number): number {
  const room = Math.max(1, length / LEAST_GAP);
  return moving <= room ? 1 : 2 ** Math.ceil(Math.log2(moving / room));
}
