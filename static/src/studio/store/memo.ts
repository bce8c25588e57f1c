/**
 * Answers kept as long as nothing has happened: the very same object, so that nothing is drawn again either. The stamp
 * says what they are a function of; a new one forgets them all.
 */
export class Memo {
  #stamp = '';
  readonly #answers = new Map<string, unknown>();

  get<T>(stamp: string, key: string, make: () => T): T {
    if (stamp !== this.#stamp) this.#answers.clear();
    this.#stamp = stamp;
    if (!this.#answers.has(key)) this.#answers.set(key, make());
    return this.#answers.get(key) as T;
  }
}
