/**
 * The columns of a packed chunk (format 2, `flows/traces/packing.py`): each kind's values together, as signed distances
 * from what was expected of them, in planes of bytes. Here they are put back row by row; the bases (letters) are explained there.
 */
export type Numbers = Float64Array<ArrayBuffer>;

const [K, B, S, Q] = lettersOf('KBSQ') as [number, number, number, number];

function lettersOf(bases: string): number[] { return Array.from(bases, (base) => base.charCodeAt(0)); }

/** The rows of each kind: `index` a row's group, `order` the rows sorted by group. */
export interface Groups { index: Uint16Array; order: Uint32Array; size: number }

export function alone(count: number): Groups {
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row++) order[row] = row;
  return { index: new Uint16Array(count), order, size: 1 };
}

/** Rows by their group's number, which ascends with the kinds. */
export function grouped(index: ArrayLike<number>, size: number): Groups {
  const begins = new Uint32Array(size + 1);
  for (let row = 0; row < index.length; row++) begins[index[row]! + 1]!++;
  for (let group = 0; group < size; group++) begins[group + 1]! += begins[group]!;
  const order = new Uint32Array(index.length);
  for (let row = 0; row < index.length; row++) order[begins[index[row]!]!++] = row;
  return { index: new Uint16Array(index), order, size };
}

/** Groups of columns whose groups are not numbered yet. */
export function groupedBy(kinds: ArrayLike<number>): Groups {
  const numbers = [...new Set(Array.from(kinds))].sort((a, b) => a - b);
  const places = new Map(numbers.map((kind, place) => [kind, place]));
  return grouped(Array.from(kinds, (kind) => places.get(kind)!), numbers.length);
}

/** Residuals as they were written at `offset`, in the rows' own order. The lowest bit is the sign. */
export function fromPlanes(raw: Uint8Array, offset: number, planes: number, { order }: Groups): Numbers {
  const count = order.length;
  const out = new Float64Array(count);
  if (!planes) return out;
  const sizes = new Float64Array(count);
  for (let plane = planes - 1; plane > 0; plane--) {
    const from = offset + plane * count;
    for (let i = 0; i < count; i++) sizes[i] = sizes[i]! * 256 + raw[from + i]!;
  }
  for (let i = 0; i < count; i++) {
    const lowest = raw[offset + i]!, size = sizes[i]! * 128 + (lowest >> 1);
    out[order[i]!] = lowest & 1 ? -size - 1 : size;
  }
  return out;
}

/** Bases K, B and R: after the one before of the kind, after the row before, or beside `leaf`. */
export function follow({ index, size }: Groups, residuals: Numbers, bases: string, start = 0, leaf?: Numbers): Numbers {
  const last = new Float64Array(size).fill(start);
  const out = new Float64Array(residuals.length);
  const letters = lettersOf(bases);
  let before = start;
  for (let row = 0; row < out.length; row++) {
    const group = index[row]!, base = letters[group];
    const expected = base === K ? last[group]! : base === B ? before : leaf![row]!;
    out[row] = last[group] = before = residuals[row]! + expected;
  }
  return out;
}

/** Bases K, D, S and Q of distances back. */
export function distancesBack({ index, size }: Groups, residuals: Numbers, bases: string, subject?: Numbers, request?: Numbers): Numbers {
  const targets = new Float64Array(size);
  const out = new Float64Array(residuals.length);
  const letters = lettersOf(bases);
  const about = letters.includes(S) || letters.includes(Q) ? new Map<number, number>() : null;
  const since = (row: number, who: number): number => { const last = about!.get(who); return last === undefined ? 0 : row - last; };
  for (let row = 0; row < out.length; row++) {
    const group = index[row]!, residual = residuals[row]!;
    switch (letters[group]) {
      case K: out[row] = row - (targets[group]! += residual); break;
      case S: out[row] = residual + since(row, subject![row]!); break;
      case Q: out[row] = residual + since(row, request![row]!); break;
      default: out[row] = residual;
    }
    about?.set(subject![row]!, row);
  }
  return out;
}

/** Numbers of details from their marks: 0 as the one before of the kind, 1 a new one, else two more than the number; and who had each first. */
export function unmarked({ index, size }: Groups, marks: Numbers): { numbers: Uint32Array; owners: number[] } {
  const last = new Float64Array(size);
  const numbers = new Uint32Array(marks.length);
  const owners: number[] = [];
  for (let row = 0; row < marks.length; row++) {
    const group = index[row]!, mark = marks[row]!;
    numbers[row] = last[group] = mark === 0 ? last[group]! : mark === 1 ? owners.push(row) : mark - 2;
  }
  return { numbers, owners };
}
