/**
 * Commands on their way. Each has a key of its own, so saying one again after a lost connection is harmless, and every
 * answer finds who waits for it.
 */
import type { CommandFrame, Instant } from '../model/types';
import type { ClientFrame } from './frames';

type CommandOut = Extract<ClientFrame, { type: 'command' }>;
interface Waiting { out: CommandOut; answer(frame: CommandFrame): void }

export class Commands {
  readonly #waiting = new Map<string, Waiting>();
  readonly #send: (frame: ClientFrame) => boolean;

  constructor(send: (frame: ClientFrame) => boolean) {
    this.#send = send;
  }

  give(at: Instant, operation: string, params: Record<string, unknown>): Promise<CommandFrame> {
    const out: CommandOut = { type: 'command', key: newKey(), at, operation, params };
    return new Promise((answer) => {
      this.#waiting.set(out.key, { out, answer });
      this.#send(out);
    });
  }

  get isWaiting(): boolean { return this.#waiting.size > 0; }

  /** Everything still unanswered, said again. */
  again(): void { for (const { out } of this.#waiting.values()) this.#send(out); }

  /** An answer; `accepted` is only a promise of one. */
  answered(frame: CommandFrame): void {
    const waiting = this.#waiting.get(frame.key);
    if (!waiting || frame.status === 'accepted') return;
    this.#waiting.delete(frame.key);
    waiting.answer(frame);
  }
}

/** A random UUID; `crypto.randomUUID` is missing on plain-http pages. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
