/**
 * A chunk as the server stores and sends it (`flows/traces/chunk.py`), decoded into absolute columns: format 1 here, the
 * packed format 2 in `packed.ts`.
 *
 *     "RDC1" · u32 header length · header (JSON) · hot zstd blob · cold zstd blob
 *
 * Each blob holds columns one after another, little endian, each padded to eight bytes; the header's directory says
 * which, of what type and how coded. What is stored as a distance (cause, lineage) or a delta (instants) is absolute
 * here, so that nobody after this file knows how a chunk is written.
 */
import { decompress } from 'fzstd';
import type { Instant } from '../model/types';
import { type ColumnHeader, type NumberArray, paddedLength, readColumn, undo } from './column';
import { decodePacked } from './packed';

const MAGIC = 'RDC1';
const FORMAT = 1;
const PACKED = 2;
/** Bytes before the header: the magic and the header's length. */
const PREFIX = 8;
/** The one column that is added up in 53 bits, from the header's `first_at`. */
const INSTANTS = 'at';
/** In the column of instants: the delta is too large for 32 bits, take the next of the header's `escapes`. */
const ESCAPE = 0xffffffff;

export type Detail = readonly (string | number)[];

interface BlobHeader { length: number; raw: number; columns: ColumnHeader[]; json?: { offset: number; length: number }; words?: number }
export interface Header {
  format: number; execution: string; generation: number; first: number; count: number; first_at: Instant; last_at: Instant;
  hot: BlobHeader; cold: BlobHeader; subjects: { first: number; count: number }; escapes: number[];
}

/** `count` rows of the subject table from handle `first` on. */
export interface SubjectRows {
  first: number; count: number;
  kind: Uint8Array; parent: Uint32Array; root: Uint32Array; identity: Uint32Array; body: Uint32Array;
}
/** `count` records from sequence `first` on; `detail` is an index into `details`, from 1. */
export interface Chunk {
  execution: string; generation: number; first: number; count: number;
  at: Float64Array; node: Uint16Array; kind: Uint16Array; subject: Uint32Array;
  request: Uint32Array; cause: Uint32Array; attempt: Uint32Array; detail: Uint32Array;
  details: Detail[]; subjects: SubjectRows;
}

export function decodeChunk(bytes: Uint8Array): Chunk {
  const { header, length } = readHeader(bytes);
  const hotFrom = PREFIX + length;
  const coldFrom = hotFrom + header.hot.length;
  const hotBytes = bytes.subarray(hotFrom, coldFrom), coldBytes = bytes.subarray(coldFrom, coldFrom + header.cold.length);
  if (header.format === PACKED) return decodePacked(header, hotBytes, coldBytes);
  const hot = readBlob(hotBytes, header.hot);
  const cold = readBlob(coldBytes, header.cold);
  const { first, count } = header;
  return {
    execution: header.execution, generation: header.generation, first, count,
    at: absoluteInstants(hot.column(INSTANTS), header.first_at, header.escapes),
    node: new Uint16Array(hot.column('node')),
    kind: new Uint16Array(hot.column('kind')),
    subject: new Uint32Array(hot.column('subject')),
    request: new Uint32Array(cold.column('request')),
    cause: back(cold.column('cause'), first, 0),
    attempt: new Uint32Array(cold.column('attempt')),
    detail: new Uint32Array(cold.column('detail')),
    details: cold.json.details ?? [],
    subjects: absoluteSubjects(
      header.subjects.first, cold.column('subject_kind'), cold.column('subject_parent'), cold.column('subject_root'),
      cold.column('subject_identity'), cold.column('subject_body'),
    ),
  };
}

/** The rows of the subject table from what is written of them: lineage as distances back. */
export const absoluteSubjects = (
  first: number, kind: NumberArray, parent: NumberArray, root: NumberArray, identity: NumberArray, body: NumberArray,
): SubjectRows => ({
  first, count: kind.length, kind: new Uint8Array(kind), parent: back(parent, first, 0), root: back(root, first, 'itself'),
  identity: back(identity, first, 'itself'), body: new Uint32Array(body),
});

function readHeader(bytes: Uint8Array): { header: Header; length: number } {
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) throw new Error('Not a chunk: it does not begin with RDC1');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const header = JSON.parse(text.decode(bytes.subarray(PREFIX, PREFIX + length))) as Header;
  if (header.format !== FORMAT && header.format !== PACKED) throw new Error(`Chunk format ${header.format} is unknown here; reload the page`);
  return { header, length };
}

interface Blob { column(name: string): NumberArray; json: { details?: Detail[] } }

function readBlob(packed: Uint8Array, header: BlobHeader): Blob {
  const raw = decompress(packed, new Uint8Array(header.raw));
  const columns = new Map<string, NumberArray>();
  let offset = 0;
  for (const entry of header.columns) {
    const written = readColumn(raw, offset, entry);
    columns.set(entry.name, entry.name === INSTANTS ? written : undo(written, entry));
    offset += paddedLength(entry);
  }
  const { json } = header;
  return {
    column: (name) => columns.get(name) ?? new Uint8Array(),
    json: json ? JSON.parse(new TextDecoder().decode(raw.subarray(json.offset, json.offset + json.length))) : {},
  };
}

function absoluteInstants(deltas: NumberArray, firstAt: Instant, escapes: readonly number[]): Float64Array {
  const out = new Float64Array(deltas.length);
  let at = firstAt, escape = 0;
  for (let i = 0; i < deltas.length; i++) {
    const delta = deltas[i]!;
    out[i] = at += delta === ESCAPE ? escapes[escape++]! : delta;
  }
  return out;
}

/** Distances back from each row's own number, made absolute; distance 0 means nobody, or the row itself. */
export function back(distances: NumberArray, first: number, zero: 0 | 'itself'): Uint32Array {
  const out = new Uint32Array(distances.length);
  for (let i = 0; i < out.length; i++) {
    const distance = distances[i]!;
    out[i] = distance || zero === 'itself' ? first + i - distance : 0;
  }
  return out;
}
