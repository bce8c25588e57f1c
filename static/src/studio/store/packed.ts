/** A packed chunk (format 2, `flows/traces/packed.py`), decoded: what compaction made of chunks that slices wrote. */
import { decompress } from 'fzstd';
import { absoluteSubjects, back, type Chunk, type Detail, type Header } from './chunk';
import { alone, distancesBack, follow, fromPlanes, type Groups, grouped, groupedBy, type Numbers, unmarked } from './packing';

interface Words {
  columns: [name: string, planes: number, bases: string][];
  kinds?: number[];
  details?: [kind: number, arity: number, places: (Place | Detail)[]][];
  texts?: string[];
}
type Place = 'numbers' | 'texts' | (string | number)[];

/** A decompressed blob: its columns one after another, and its words behind them. */
class Reader {
  readonly words: Words;
  private readonly raw: Uint8Array;
  private offset = 0;
  private column = 0;

  constructor(packed: Uint8Array, { raw, words = 0 }: Header['hot']) {
    this.raw = decompress(packed, new Uint8Array(raw));
    this.words = JSON.parse(new TextDecoder().decode(this.raw.subarray(raw - words))) as Words;
  }

  next(groups: Groups): { residuals: Numbers; bases: string } {
    const [, planes, bases] = this.words.columns[this.column++]!;
    const residuals = fromPlanes(this.raw, this.offset, planes, groups);
    this.offset += planes * groups.order.length;
    return { residuals, bases };
  }

  follow(groups: Groups, start = 0, leaf?: Numbers): Numbers {
    const { residuals, bases } = this.next(groups);
    return follow(groups, residuals, bases, start, leaf);
  }

  distances(groups: Groups, subject?: Numbers, request?: Numbers): Numbers {
    const { residuals, bases } = this.next(groups);
    return distancesBack(groups, residuals, bases, subject, request);
  }
}

export function decodePacked(header: Header, hotBytes: Uint8Array, coldBytes: Uint8Array): Chunk {
  const hot = new Reader(hotBytes, header.hot), cold = new Reader(coldBytes, header.cold);
  const { execution, generation, first, count } = header;
  const kinds = hot.words.kinds ?? [];
  const groups = grouped(hot.next(alone(count)).residuals, kinds.length);
  const kind = new Uint16Array(count);
  for (let row = 0; row < count; row++) kind[row] = kinds[groups.index[row]!]!;
  const at = hot.follow(groups, header.first_at);
  const node = new Uint16Array(hot.follow(groups));
  const request = hot.follow(groups);
  const subject = hot.follow(groups, 0, request);
  const distances = cold.distances(groups, subject, request);
  const attempt = new Uint32Array(cold.follow(groups));
  const { numbers, owners } = unmarked(groups, cold.next(groups).residuals);
  const subjects = readSubjects(cold, header.subjects);
  const ages = Float64Array.from(owners, (row) => {
    const cause = row - distances[row]!;
    return distances[row]! > 0 && cause >= 0 ? at[row]! - at[cause]! : 0;
  });
  return {
    execution, generation, first, count, at, node, kind,
    subject: new Uint32Array(subject), request: new Uint32Array(request), cause: back(distances, first, 0), attempt,
    detail: numbers, details: readDetails(cold, owners.map((row) => kind[row]!), ages), subjects,
  };
}

function readSubjects(cold: Reader, { first, count }: Header['subjects']): Chunk['subjects'] {
  const kind = cold.next(alone(count)).residuals;
  const groups = groupedBy(kind);
  const [parent, root, identity] = [cold.distances(groups), cold.distances(groups), cold.distances(groups)];
  return absoluteSubjects(first, kind, parent, root, identity, cold.follow(groups));
}

/** `kinds` and `ages` of the records that had each detail first, in the details' order. */
function readDetails(cold: Reader, kinds: readonly number[], ages: Numbers): Detail[] {
  const details: Detail[] = new Array(kinds.length);
  const { details: directory = [], texts = [] } = cold.words;
  for (const [kind, arity, places] of directory) {
    const mine = kinds.flatMap((owner, number) => (owner === kind ? [number] : []));
    const columns = arity < 0 ? [] : (places as Place[]).map((place) => {
      if (typeof place === 'object') return place;
      const { residuals, bases } = cold.next(alone(mine.length));
      const values = follow(alone(mine.length), residuals, bases === 'C' ? 'R' : bases, 0, Float64Array.from(mine, (number) => ages[number]!));
      return place === 'texts' ? Array.from(values, (text) => texts[text]!) : Array.from(values);
    });
    mine.forEach((number, i) => { details[number] = arity < 0 ? (places[i] as Detail) : columns.map((column) => column[i]!); });
  }
  return details;
}
