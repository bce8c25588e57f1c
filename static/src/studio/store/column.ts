/** One column of a blob: its directory entry, and how its values are coded. */
export interface ColumnHeader { name: string; type: 'u8' | 'u16' | 'u32' | 'f64'; coding: 'plain' | 'delta' | 'zigzag'; count: number }
export type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array } as const;
/** Columns begin at multiples of this many bytes, so that a typed array can be laid over them. */
const ALIGNMENT = 8;

export const byteLength = ({ type, count }: ColumnHeader): number => TYPES[type].BYTES_PER_ELEMENT * count;
export const paddedLength = (header: ColumnHeader): number => Math.ceil(byteLength(header) / ALIGNMENT) * ALIGNMENT;

/** The column at `offset` as it is written. */
export const readColumn = (raw: Uint8Array, offset: number, header: ColumnHeader): NumberArray =>
  new TYPES[header.type](raw.slice(offset, offset + byteLength(header)).buffer);

/** The values behind a coding: distances from the one before added up, zigzag ones (2d or -2d - 1) signed first. */
export function undo(values: NumberArray, header: ColumnHeader): NumberArray {
  if (header.coding === 'plain') return values;
  const out = header.type === 'f64' ? new Float64Array(values.length) : new Uint32Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    sum += header.coding === 'delta' ? value : value % 2 ? -(value + 1) / 2 : value / 2;
    out[i] = sum;
  }
  return out;
}
