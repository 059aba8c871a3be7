/** Growing arrays of 32-bit integers, and the one place that reads them unchecked. */

/**
 * The element at an index that the caller knows to be inside: compiles to a plain load, where a
 * check of every read would cost a third of the matching speed.
 */
export function at(array: Int32Array, index: number): number {
  return array[index] ?? 0;
}

/** A copy with room for `length` elements and at least twice the room it had. */
export function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(Math.max(length, array.length * 2, 16));
  larger.set(array);
  return larger;
}

/** An append-only list. `data` is replaced when it grows, so no caller keeps it. */
export class IntVector {
  data: Int32Array;
  length = 0;

  constructor(capacity: number = 16) {
    this.data = new Int32Array(capacity);
  }

  get(index: number): number {
    return at(this.data, index);
  }

  push(value: number): void {
    if (this.length === this.data.length) this.data = grown(this.data, this.length + 1);
    this.data[this.length++] = value;
  }

  /** Makes room for `count` more elements, which the caller writes into `data` itself. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.data.length) this.data = grown(this.data, needed);
  }

  /** Removes and returns the last element of a list that isn't empty. */
  pop(): number {
    this.length--;
    return at(this.data, this.length);
  }

  truncate(length: number): void {
    this.length = length;
  }
}
