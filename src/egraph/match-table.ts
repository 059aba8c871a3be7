/** The matches of one search: rows of registers in one reused array. */
import { grown } from './ints.ts';

export class MatchTable {
  readonly width: number;
  data: Int32Array;
  count = 0;

  constructor(width: number) {
    this.width = width;
    this.data = new Int32Array(16 * width);
  }

  /** Makes room for one more row and returns `data`; called by generated code. */
  grow(): Int32Array {
    this.data = grown(this.data, this.data.length + this.width);
    return this.data;
  }

  /** Keeps the rows for which `accept`, given the row's offset, is true. */
  filter(accept: (offset: number) => boolean): void {
    let kept = 0;
    for (let row = 0; row < this.count; row++) {
      const offset = row * this.width;
      if (!accept(offset)) continue;
      this.data.copyWithin(kept * this.width, offset, offset + this.width);
      kept++;
    }
    this.count = kept;
  }
}
