/** Bodies as text, fetched when wanted and then kept: a filter can only look into what has arrived. */
import { SvelteMap } from 'svelte/reactivity';

export class Texts {
  readonly #known = new SvelteMap<number, string>();
  readonly #asked = new Set<number>();

  constructor(private readonly fetch: (body: number) => Promise<string>) {}

  get(body: number): string {
    return this.#known.get(body) ?? '';
  }

  want(bodies: readonly number[]): void {
    for (const body of bodies) {
      if (!body || this.#asked.has(body)) continue;
      this.#asked.add(body);
      this.fetch(body).then((text) => this.#known.set(body, text), () => this.#asked.delete(body));
    }
  }
}
