/**
 * The wire to the server: one WebSocket that is always being opened.
 *
 * Starting is the only recovery there is: on every opening it says hello with what it has, and the server sends what
 * came after. Frames are handed on strictly in the order they came, although chunks are decoded in a worker; so when
 * an `advanced` frame is seen, the records it speaks of are there. What cannot be sent now is not kept: demands and
 * `seen` are said again by the playback, commands by whoever still waits for an answer. One close is the last: the
 * execution is gone, and opening again would find nothing.
 *
 * Three hundred pages lose a server at one moment, so none of them waits exactly as long as another before it knocks again.
 * A laptop that slept may not hear for a quarter of an hour that its connection is no more, for as long as it has nothing to
 * say; the server has given it up long before. So a page whose clock has jumped, or whose network is back, opens again by itself.
 */
import type { Beginning } from './beginning';
import type { Chunk } from './chunk';
import type { ClientFrame, ServerFrame } from './frames';

/** The pause before opening again doubles from the first to the second, until a snapshot came: a server whose database is away opens, says so and closes. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;
/** By how much a pause may be longer than it would be. */
const SPREAD = 0.5;
/** The execution was deleted, or is not this viewer's to see. */
const GONE = 4404;
/** All places are taken: that is not over in a quarter of a second. */
const FULL = 4430;
const LOOK_EVERY_MS = 10_000;
/** The server gives a page up that answers no ping for 50 s; a page that nobody looks at is run once a minute. */
const SLEPT_MS = 120_000;

export interface Wire {
  hello(): ClientFrame;
  opened(): void;
  closed(): void;
  /** It is closed for good. */
  gone(): void;
  chunk(chunk: Chunk): void;
  beginning(beginning: Beginning): void;
  frame(frame: ServerFrame): void;
  /** A chunk that cannot be read: our bug, or a page older than the server. */
  broken(error: Error): void;
}
export interface SocketParts { decode(bytes: ArrayBuffer): Promise<Chunk | Beginning>; open?(url: string): WebSocket }

export class Socket {
  #socket: WebSocket | null = null;
  #pause = FIRST_PAUSE_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #inbox: Promise<void> = Promise.resolve();
  #watching: ReturnType<typeof setInterval> | undefined;
  #awakeAt = 0;
  readonly #url: string;
  readonly #wire: Wire;
  readonly #parts: SocketParts;

  constructor(url: string, wire: Wire, parts: SocketParts) {
    this.#url = url;
    this.#wire = wire;
    this.#parts = parts;
  }

  open(): void {
    this.#stayAwake();
    const socket = this.#parts.open?.(this.#url) ?? new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.send(this.#wire.hello());
      this.#wire.opened();
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => this.#receive(socket, data);
    socket.onclose = ({ code }) => this.#lost(socket, code);
  }

  /** Whether the frame went out. */
  send(frame: ClientFrame): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Begins anew on a fresh connection: what was received does not join. */
  restart(): void { this.#socket?.close(); }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#retry);
    this.#stop();
    socket?.close();
  }

  #stayAwake(): void {
    if (this.#watching !== undefined) return;
    this.#awakeAt = Date.now();
    this.#watching = setInterval(() => {
      const slept = Date.now() - this.#awakeAt > SLEPT_MS;
      this.#awakeAt = Date.now();
      if (slept) this.#again();
    }, LOOK_EVERY_MS);
    globalThis.addEventListener?.('online', this.#again);
  }

  #stop(): void {
    clearInterval(this.#watching);
    this.#watching = undefined;
    globalThis.removeEventListener?.('online', this.#again);
  }

  /** The old connection may be dead without a word: nobody waits for its farewell. */
  #again = (): void => {
    const socket = this.#socket;
    if (!socket) return;
    clearTimeout(this.#retry);
    this.#socket = null;
    socket.close();
    this.#wire.closed();
    this.open();
  };

  #receive(socket: WebSocket, data: string | ArrayBuffer): void {
    const decoded = typeof data === 'string' ? null : this.#parts.decode(data);
    decoded?.catch(() => undefined);
    this.#inbox = this.#inbox.then(async () => {
      if (socket !== this.#socket) return;
      const binary = await decoded;
      if (binary && 'who' in binary) return this.#wire.beginning(binary);
      if (binary) return this.#wire.chunk(binary);
      const frame = JSON.parse(data as string) as ServerFrame;
      if (frame.type === 'snapshot') this.#pause = FIRST_PAUSE_MS;
      this.#wire.frame(frame);
    }).catch((error: Error) => this.#wire.broken(error));
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#wire.closed();
    if (code === GONE) {
      this.#stop();
      return this.#wire.gone();
    }
    if (code === FULL) this.#pause = LONGEST_PAUSE_MS;
    this.#retry = setTimeout(() => this.open(), this.#pause * (1 + SPREAD * Math.random()));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }
}
