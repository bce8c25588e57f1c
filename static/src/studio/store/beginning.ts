/**
 * Where a window on a long run begins (`flows/traces/window.py`): who is where at the record before it, what was counted so
 * far, and the few older records that still matter. With it, and the chunks after it, everything at the playhead is what
 * it would be had the whole run been read.
 *
 *     "RDW1" · u32 header length · header (JSON) · zstd blob
 */
import { decompress } from 'fzstd';
import type { Handle, Instant, Sequence } from '../model/types';
import type { Detail } from './chunk';

const MAGIC = 'RDW1';
const FORMAT = 1;
const PREFIX = 8;
const WIDTH = 4;

type Pair = readonly [index: number, count: number];
/** An older record, with its subject's row. */
export type Lasting = readonly [
  sequence: Sequence, at: Instant, node: number, kind: number, subject: Handle, request: Handle, attempt: number, detail: Detail,
  subjectKind: number, parent: Handle, root: Handle, identity: Handle, body: number,
];

interface Header {
  format: number; generation: number; after: Sequence; at: Instant; asked: Instant; present: number;
  counts: Pair[]; rates: Pair[]; failures: Pair[]; crossed: Pair[]; moves: [number, number]; lasting: Lasting[];
  /** How often a node had told each kind of record, and how many messages the traffic that is among `lasting` had sent. */
  told: [node: number, kind: number, count: number][]; sent: Pair[];
}

/** `who` is everybody present, ascending, and `where` their node and place. `asked` is the instant somebody wanted to see. */
export interface Beginning extends Omit<Header, 'format' | 'present'> { who: Uint32Array; where: Uint32Array }

export const isBeginning = (bytes: Uint8Array): boolean => new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) === MAGIC;

export function decodeBeginning(bytes: Uint8Array): Beginning {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const { format, present, ...header } = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + length))) as Header;
  if (format !== FORMAT) throw new Error(`Window format ${format} is unknown here; reload the page`);
  const raw = decompress(bytes.subarray(PREFIX + length), new Uint8Array(2 * WIDTH * present));
  const columns = new Uint32Array(raw.slice().buffer);
  return { ...header, who: columns.slice(0, present), where: columns.slice(present, 2 * present) };
}
