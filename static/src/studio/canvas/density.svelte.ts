/** Whether motion is shown as particles or as counts on the links: there may be too many, or the viewer wants stillness. */
import { MediaQuery } from 'svelte/reactivity';
import type { Studio } from '../store/studio.svelte';

/** Above the first the links show counts, below the second particles again. */
const TOO_MANY = 600;
const FEW_AGAIN = 400;

export class Density {
  readonly #studio: Studio;
  readonly #still = new MediaQuery('prefers-reduced-motion: reduce');
  #crowded = $state(false);

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  get counts(): boolean { return this.#still.current || this.#crowded; }

  /** To be called at every beat. */
  measure(): void {
    const moving = this.#studio.links.reduce((sum, { onWire }) => sum + onWire[0] + onWire[1] + onWire[2], 0);
    this.#crowded = moving > (this.#crowded ? FEW_AGAIN : TOO_MANY);
  }
}
