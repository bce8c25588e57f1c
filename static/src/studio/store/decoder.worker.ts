import { decodeBeginning, isBeginning } from './beginning';
import { decodeChunk } from './chunk';
import type { Answer, Decoded } from './decoder';

const worker = self as unknown as { postMessage(answer: Answer, transfer?: Transferable[]): void };

self.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
  try {
    const bytes = new Uint8Array(data);
    const decoded = isBeginning(bytes) ? decodeBeginning(bytes) : decodeChunk(bytes);
    worker.postMessage({ decoded }, columnsOf(decoded).map(({ buffer }) => buffer as ArrayBuffer));
  } catch (error) {
    worker.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
};

function columnsOf(decoded: Decoded): ArrayBufferView[] {
  const values: unknown[] = 'subjects' in decoded ? [...Object.values(decoded), ...Object.values(decoded.subjects)] : Object.values(decoded);
  return values.filter((value) => ArrayBuffer.isView(value));
}
