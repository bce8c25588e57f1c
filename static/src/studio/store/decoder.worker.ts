import { decodeChunk } from './chunk';
import type { Answer } from './decoder';

const worker = self as unknown as { postMessage(answer: Answer, transfer?: Transferable[]): void };

self.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
  try {
    const chunk = decodeChunk(new Uint8Array(data));
    const columns = [...Object.values(chunk), ...Object.values(chunk.subjects)].filter((value) => ArrayBuffer.isView(value));
    worker.postMessage({ chunk }, columns.map(({ buffer }) => buffer as ArrayBuffer));
  } catch (error) {
    worker.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
};
