/** What was computed before, as far as it is remembered: all of it is forgotten when it is too much, and made again. */
export class Recent<T> {
  readonly #known = new Map<string, T>();
  readonly #sizeMax: number;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  of(key: string, make: () => T): T {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (this.#known.size >= this.#sizeMax) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }
}
