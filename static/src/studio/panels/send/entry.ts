/**
 * An entry of PutEvents as a text: what traffic to a bus sends. Its detail is written like any body, with `{{index}}` where a number
 * goes, quoted or not, so the text is JSON only once that is filled in.
 */
export interface Entry { source: string; detailType: string; detail: string }

/** PutEvents takes no such source from you; the playground puts one such event in the service's name. */
export const isAws = (source: string): boolean => source.trim().toLowerCase().startsWith('aws.');

export const entryText = ({ source, detailType, detail }: Entry): string =>
  `{"Source": ${JSON.stringify(source)}, "DetailType": ${JSON.stringify(detailType)}, "Detail": ${detail.trim() || '{}'}}`;

/** The same as one entry of the playground's AnnounceEvents; null where the detail is no JSON object. */
export function serviceEntry({ source, detailType, detail }: Entry): Record<string, unknown> | null {
  const Detail = filledIn(detail);
  return Detail && { Source: source.trim(), DetailType: detailType.trim(), Detail };
}

const INDEX = /\{\{index(?: ?% ?\d+)?\}\}/g;
/** Stands for the n-th place while a text is read as JSON: no number that anybody writes. */
const mark = (n: number): string => String(827_165_000_000 + n);

/** The JSON object that a text becomes; null if it becomes none. */
export function filledIn(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text.replaceAll(INDEX, '1'));
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The parts of an entry's text; a text that is none is the detail of one. */
export function entryOf(text: string, otherwise: Entry): Entry {
  const places: string[] = [];
  const marked = text.replaceAll(INDEX, (place) => mark(places.push(place) - 1));
  let given: unknown;
  try {
    given = JSON.parse(marked);
  } catch {
    return otherwise;
  }
  if (typeof given !== 'object' || given === null) return otherwise;
  const { Source, DetailType, Detail } = given as { Source?: string; DetailType?: string; Detail?: unknown };
  const back = (value: string) => places.reduce((done, place, n) => done.replaceAll(mark(n), place), value);
  const detail = Detail === undefined ? given : typeof Detail === 'string' ? JSON.parse(Detail) : Detail;
  return { source: back(Source ?? otherwise.source), detailType: back(DetailType ?? otherwise.detailType), detail: back(JSON.stringify(detail, null, 2)) };
}
