/** Texts of bodies, asked for by number. What is wanted in the same moment goes in one request; each is fetched once. */
type Fetch = (url: string) => Promise<Response>;
interface Wanted { number: number; resolve(text: string): void; reject(error: Error): void }

/** Numbers in one request, so that its address stays short. */
const MOST = 100;

export class Bodies {
  readonly #known = new Map<number, Promise<string>>();
  #wanted: Wanted[] = [];
  readonly #url: string;
  readonly #fetch: Fetch;

  constructor(url: string, fetch: Fetch = globalThis.fetch.bind(globalThis)) {
    this.#url = url;
    this.#fetch = fetch;
  }

  text(number: number): Promise<string> {
    if (!number) return Promise.resolve('');
    const known = this.#known.get(number);
    if (known) return known;
    const text = new Promise<string>((resolve, reject) => {
      if (!this.#wanted.length) queueMicrotask(() => this.#ask());
      this.#wanted.push({ number, resolve, reject });
    });
    this.#known.set(number, text);
    text.catch(() => this.#known.delete(number));
    return text;
  }

  /** After a truncation a number may mean another text. */
  forget(): void { this.#known.clear(); }

  #ask(): void {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let from = 0; from < wanted.length; from += MOST) void this.#load(wanted.slice(from, from + MOST));
  }

  async #load(wanted: Wanted[]): Promise<void> {
    try {
      const response = await this.#fetch(`${this.#url}?numbers=${wanted.map(({ number }) => number).join(',')}`);
      if (!response.ok) throw new Error(`The bodies could not be read (${response.status})`);
      const texts = (await response.json()) as Record<string, string>;
      for (const { number, resolve, reject } of wanted) {
        const text = texts[number];
        if (text === undefined) reject(new Error('This body is not stored'));
        else resolve(text);
      }
    } catch (error) {
      for (const { reject } of wanted) reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
