/** A typed array that grows by doubling and can be cut short: the only container the trace is made of. */
type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
type Maker<T> = new (size: number) => T;

export class Growing<T extends Numbers> {
  /** The values, and room after them: read below `length` only. */
  values: T;
  length = 0;
  readonly #make: Maker<T>;

  constructor(make: Maker<T>, room = 1024) {
    this.#make = make;
    this.values = new make(room);
  }

  push(value: number): void {
    this.reserve(this.length + 1);
    this.values[this.length++] = value;
  }

  append(values: ArrayLike<number>): void {
    this.reserve(this.length + values.length);
    this.values.set(values, this.length);
    this.length += values.length;
  }

  /** Cuts or lengthens (with zeros) to exactly `length`. */
  resize(length: number): void {
    this.reserve(length);
    if (length > this.length) this.values.fill(0, this.length, length);
    this.length = length;
  }

  private reserve(length: number): void {
    if (length <= this.values.length) return;
    const wider = new this.#make(Math.max(length, this.values.length * 2));
    wider.set(this.values.subarray(0, this.length));
    this.values = wider;
  }
}

/** How many of the first `length` values (ascending) are ≤ `limit`. */
export function countUpTo(values: ArrayLike<number>, length: number, limit: number): number {
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
