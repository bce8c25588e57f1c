/** The panels' answers where the run is long and only a window of it is here: the server's, in the store's own terms. */
import type { Bin, ContentRow, DeadLetter, Handle, Instant, JourneyRow, Place, Subject, Topology } from '../model/types';
import type { Asked } from './asked';

/** Rows of contents in the first answer, and in each that is asked for after it: a row costs the server a few chunks to read, and a list shows ten at a time. */
export const FIRST_ROWS = 25;
export const MORE_ROWS = 100;
/** Dead letters in the first answer, the newest; and in each that is asked for after it. */
export const FIRST_LETTERS = 25;
export const MORE_LETTERS = 250;
/** No more is listed than this many answers. */
export const MOST_PAGES = 20;
const MOST_SUBJECTS = 10_000;

type Named<T extends { node: number }> = Omit<T, 'node'> & { node: string };
type NamedRow = Named<JourneyRow> & { subject_kind: Subject['kind'] } & Omit<Subject, 'handle' | 'kind'>;
type NamedLetter = Omit<Named<DeadLetter>, 'source'> & { source: string };

export class Far {
  readonly #asked: Asked;
  readonly #url: string;
  /** Of whom the answers spoke. */
  readonly #subjects = new Map<Handle, Subject>();
  readonly #index: ReadonlyMap<string, number>;

  constructor(asked: Asked, url: string, { nodes }: Topology) {
    this.#asked = asked;
    this.#url = url;
    this.#index = new Map(nodes.map(({ id, index }) => [id, index]));
  }

  /** The first `most`. Answers may be of different instants while the playhead goes on: nobody is listed twice. */
  contents(node: number, place: Place, most: number, at: Instant, stamp: string): readonly ContentRow[] {
    const bySubject = new Map<Handle, ContentRow>();
    for (let offset = 0; offset < most; offset += offset ? MORE_ROWS : FIRST_ROWS) {
      const limit = Math.min(most - offset, offset ? MORE_ROWS : FIRST_ROWS);
      const url = `${this.#url}/contents?node=${node}&place=${place}&at=${at}&offset=${offset}&limit=${limit}`;
      const rows = this.#asked.get<readonly ContentRow[], ContentRow[]>(`contents ${node} ${place} ${offset} ${limit}`, stamp, url, (rows) => rows, []);
      for (const row of rows) if (row.at <= at) bySubject.set(row.subject, row);
      if (rows.length < limit) break;
    }
    return [...bySubject.values()];
  }

  /** The newest, so many pages of them. Pages may be of different instants while the playhead goes on: nobody is listed twice. */
  deadLetters(at: Instant, stamp: string, pages: number): readonly DeadLetter[] {
    const read = (letters: NamedLetter[]) => letters.map((letter) => ({ ...letter, node: this.#node(letter.node), source: this.#node(letter.source) }));
    const bySubject = new Map<Handle, DeadLetter>();
    for (let page = 0; page < Math.min(pages, MOST_PAGES); page++) {
      const offset = page && FIRST_LETTERS + (page - 1) * MORE_LETTERS;
      const url = `${this.#url}/dead-letters?at=${at}&offset=${offset}&limit=${page ? MORE_LETTERS : FIRST_LETTERS}`;
      const letters = this.#asked.get<readonly DeadLetter[], NamedLetter[]>(`dead letters ${page}`, stamp, url, read, []);
      for (const letter of letters) if (letter.at <= at) bySubject.set(letter.subject, letter);
    }
    return [...bySubject.values()].sort((a, b) => b.subject - a.subject);
  }

  journey(root: Handle, at: Instant, stamp: string): readonly JourneyRow[] {
    const read = (rows: NamedRow[]) => {
      for (const { subject, subject_kind, id, parent, root: of, body } of rows) this.#knows({ handle: subject, kind: subject_kind, id, parent, root: of, body });
      return rows.map((row) => ({ ...row, node: this.#node(row.node) }));
    };
    const whole = this.#asked.get<readonly JourneyRow[], NamedRow[]>(`journey ${root}`, stamp, `${this.#url}/journey?subject=${root}`, read, []);
    return whole.filter((row) => row.at <= at);
  }

  bins(count: number, until: Instant, stamp: string): readonly Bin[] {
    return this.#asked.get<readonly Bin[], Bin[]>(`bins ${count}`, stamp, `${this.#url}/timeline?bins=${count}&until=${Math.round(until)}`, (bins) => bins, []);
  }

  subject(handle: Handle): Subject | undefined { return this.#subjects.get(handle); }

  #knows(subject: Subject): void {
    if (this.#subjects.size >= MOST_SUBJECTS) this.#subjects.clear();
    this.#subjects.set(subject.handle, subject);
  }

  #node(id: string): number { return this.#index.get(id) ?? -1; }
}
