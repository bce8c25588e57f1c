/**
 * Decoding off the main thread: 4096 records cost a few milliseconds, and a browser that was away catches up on
 * hundreds of chunks at once. The worker answers in the order it was asked.
 */
import type { Beginning } from './beginning';
import type { Chunk } from './chunk';

export interface Decoder { decode(bytes: ArrayBuffer): Promise<Decoded>; close(): void }
export type Decoded = Chunk | Beginning;
export type Answer = { decoded: Decoded } | { problem: string };

export function startDecoder(): Decoder {
  const worker = new Worker(new URL('./decoder.worker.ts', import.meta.url), { type: 'module' });
  const waiting: PromiseWithResolvers<Decoded>[] = [];
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const next = waiting.shift();
    if ('decoded' in data) next?.resolve(data.decoded);
    else next?.reject(new Error(data.problem));
  };
  return {
    decode(bytes) {
      const answer = withResolvers<Decoded>();
      waiting.push(answer);
      worker.postMessage(bytes, [bytes]);
      return answer.promise;
    },
    close: () => worker.terminate(),
  };
}

interface PromiseWithResolvers<T> { promise: Promise<T>; resolve(value: T): void; reject(reason: Error): void }

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void, reject!: (reason: Error) => void;
  const promise = new Promise<T>((yes, no) => { resolve = yes; reject = no; });
  return { promise, resolve, reject };
}
