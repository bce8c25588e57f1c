/**
 * What only the server can say of a long run, because it lies outside of the window: asked for when a panel wants it, and again
 * something has happened since: then only when the playhead rests, or has gone on for a while. Meanwhile the last answer stands;
 * there is at most one question of a kind under way.
 */
type Fetch = (url: string) => Promise<Response>;
interface Answer { stamp: string; value: unknown }
interface Question { stamp: string; url: string; read(answer: unknown): unknown }

/** Something known is asked for again when it has been wanted unchanged for so long … */
const REST_MS = 150;
/** … or after so long at the latest. */
const AT_LATEST_MS = 1000;
/** After a question that nobody answered, whoever still wants to know asks again. */
const AGAIN_MS = 2000;
const FAILED = Symbol('not answered');
/** Answers that are kept, the newest. */
const MOST = 40;

export class Asked {
  readonly #answers = new Map<string, Answer>();
  readonly #underWay = new Set<string>();
  readonly #waiting = new Map<string, { question: Question; timer: ReturnType<typeof setTimeout>; since: number }>();
  readonly #told: () => void;
  readonly #fetch: Fetch;

  /** `told` is called whenever there is an answer. */
  constructor(told: () => void, fetch: Fetch = globalThis.fetch.bind(globalThis)) {
    this.#told = told;
    this.#fetch = fetch;
  }

  /** `stamp` says what the answer is a function of; `read` makes of the server's what is wanted. */
  get<T, A>(key: string, stamp: string, url: string, read: (answer: A) => T, nothing: T): T {
    const known = this.#answers.get(key);
    const question = { stamp, url, read: (answer: unknown) => read(answer as A) };
    if (!known && !this.#underWay.has(key)) void this.#ask(key, question);
    else if (known?.stamp !== stamp) this.#postpone(key, question);
    return known ? (known.value as T) : nothing;
  }

  /** After a truncation nothing that was said need be so. */
  forget(): void { this.#answers.clear(); }

  #postpone(key: string, question: Question): void {
    const waiting = this.#waiting.get(key), since = waiting?.since ?? Date.now();
    if (waiting?.question.stamp === question.stamp) return;
    clearTimeout(waiting?.timer);
    const rest = Math.max(0, Math.min(REST_MS, since + AT_LATEST_MS - Date.now()));
    this.#waiting.set(key, { question, since, timer: setTimeout(() => this.#rested(key), rest) });
  }

  #rested(key: string): void {
    const { question } = this.#waiting.get(key)!;
    this.#waiting.delete(key);
    if (this.#underWay.has(key)) this.#postpone(key, question);
    else void this.#ask(key, question);
  }

  async #ask(key: string, { stamp, url, read }: Question): Promise<void> {
    this.#underWay.add(key);
    const value = await this.#fetch(url).then((response) => (response.ok ? response.json() : FAILED), () => FAILED);
    if (value === FAILED) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    else this.#keep(key, { stamp, value: read(value) });
    this.#underWay.delete(key);
    this.#told();
  }

  #keep(key: string, answer: Answer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > MOST && oldest !== undefined) this.#answers.delete(oldest);
  }
}
