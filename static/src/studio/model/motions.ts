/** Which kinds of record move over a link, which way, and in what shape: read once from the table of kinds. */
import type { Kind } from './types';

/** How what moves is drawn: a dot, a ring, a diamond. The order is that of the sprites. */
export const TONES = ['flow', 'retry', 'lost'] as const;

const STILL = 255;
const KIND_ROOM = 1 << 16;

export class Motions {
  readonly #tone = new Uint8Array(KIND_ROOM).fill(STILL);
  readonly #backward = new Uint8Array(KIND_ROOM);
  /** Where in its detail a kind names the link. */
  readonly #link = new Uint8Array(KIND_ROOM);

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) {
      const place = kind.fields.findIndex(([name, type]) => name === 'link' && type === 'link');
      if (!kind.motion || place < 0) continue;
      this.#tone[kind.number] = kind.outcome === 'lost' ? 2 : kind.outcome === 'retry' ? 1 : 0;
      this.#backward[kind.number] = Number(kind.motion === 'backward');
      this.#link[kind.number] = place;
    }
  }

  moves(kind: number): boolean { return this.#tone[kind] !== STILL; }
  /** An index into TONES. */
  tone(kind: number): number { return this.#tone[kind]!; }
  backward(kind: number): boolean { return this.#backward[kind] === 1; }
  linkPlace(kind: number): number { return this.#link[kind]!; }
}
