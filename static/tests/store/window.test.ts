// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/studio/model/types';
import type { Beginning } from '../../src/studio/store/beginning';
import type { Chunk } from '../../src/studio/store/chunk';
import { fakeData } from '../../src/studio/store/fake';
import type { ClientFrame } from '../../src/studio/store/frames';
import { PLACE_MASK } from '../../src/studio/store/positions';
import { Trace } from '../../src/studio/store/trace';
import { Views } from '../../src/studio/store/views.svelte';
import { RunWindow } from '../../src/studio/store/window.svelte';
import { CHARGE_CARD, CLIENT, chunkOf, KINDS, MAPPING, ORDERS, ORDERS_DLQ, POISON, POISON_SUBJECTS, SECOND, SEND } from './cast';
import { isFinishedCode, PLACES } from '../../src/studio/model/places';

/** The poison message's story in two parts, and the beginning of a window between them, made from a fold of the first. */
const CUT = 9;
const before = chunkOf(POISON.slice(0, CUT), POISON_SUBJECTS.slice(0, 3));
const after = chunkOf(POISON.slice(CUT), POISON_SUBJECTS.slice(3), { first: CUT + 1, firstSubject: 4 });

function views(...chunks: Chunk[]) {
  const made = new Views({ ...fakeData, kinds: KINDS });
  for (const chunk of chunks) made.trace.append(chunk);
  made.fold.extend();
  return made;
}

function beginningOf(whole: Views, lasting: Beginning['lasting'] = []): Beginning {
  const { fold, trace } = whole;
  fold.positions.seek(CUT);
  const { values } = fold.positions.where;
  const who = Array.from({ length: trace.subjects.count }, (_, i) => i + 1).filter((one) => values[one] && !isFinishedCode(values[one]! & PLACE_MASK));
  const nodes = [CLIENT, ORDERS, ORDERS_DLQ, CHARGE_CARD], places = PLACES.slice(1) as Exclude<(typeof PLACES)[number], ''>[];
  const counts = nodes.flatMap((node) => places.map((place, code) => [(node << 4) | (code + 1), fold.count(node, place, CUT)] as const));
  return {
    generation: 1, after: CUT, at: trace.at.values[CUT - 1]!, asked: 0,
    who: Uint32Array.from(who), where: Uint32Array.from(who, (one) => values[one]!), counts: counts.filter(([, n]) => n),
    rates: nodes.map((node) => [node, fold.passed(node, 0, CUT)]), failures: nodes.map((node) => [node, fold.failures(node, CUT)]),
    crossed: [SEND, 1, MAPPING].flatMap((link) => fold.onLink(link, 0, CUT).map((n, tone) => [link * 3 + tone, n] as const)),
    moves: [fold.moved(0, CUT), 0], lasting, sent: [],
    told: KINDS.flatMap(({ number }) => nodes.map((node): [number, number, number] => [node, number, POISON.slice(0, CUT).filter((one) => one.node === node && one.kind === number).length])),
  };
}

function throughAWindow(lasting: Beginning['lasting'] = []) {
  const made = views(), beginning = beginningOf(views(before), lasting);
  made.trace.begin(beginning);
  made.fold.begin(beginning);
  made.trace.append(after);
  made.fold.extend();
  return made;
}

const readings = (made: Views, at: number) => {
  made.show(at, 1);
  return [CLIENT, ORDERS, ORDERS_DLQ, CHARGE_CARD].map((node) => ({ ...made.gauges(node).counts, errors: made.gauges(node).errors, crossed: [made.crossed(SEND), made.crossed(MAPPING)] }));
};

describe('a window on a long run', () => {
  it('shows what the whole run shows, at every instant in it, forwards and back', () => {
    const whole = views(before, after), window = throughAWindow();
    const instants = POISON.slice(CUT).map(({ at }) => at);
    for (const at of [...instants, ...instants.toReversed()]) expect(readings(window, at)).toEqual(readings(whole, at));
  });

  it('the same with older records kept before it', () => {
    const whole = views(before, after), window = throughAWindow([[1, 0, ORDERS, 100, 1, 0, 0, [SEND], 1, 0, 1, 1, 1]]);
    expect(readings(window, 90 * SECOND)).toEqual(readings(whole, 90 * SECOND));
    expect(readings(window, 60 * SECOND)).toEqual(readings(whole, 60 * SECOND));
    expect([window.trace.reached, window.trace.head, window.trace.own(CUT + 1)]).toEqual([POISON.length, POISON.length - CUT + 1, 2]);
    expect(window.subject(1)).toMatchObject({ kind: 'message', body: 1 });
  });

  it('knows how often a node told each kind since the run began, though older records are kept before it', () => {
    const whole = views(before, after), window = throughAWindow([[1, 0, ORDERS, 102, 1, 0, 0, [MAPPING, 30], 1, 0, 1, 1, 1]]);
    for (const made of [whole, window]) made.show(90 * SECOND, 1);
    const tallies = (made: Views) => KINDS.flatMap(({ name }) => [ORDERS, ORDERS_DLQ, CHARGE_CARD].map((node) => made.tally(node, name)));
    expect(tallies(window)).toEqual(tallies(whole));
    expect(window.tally(ORDERS, 'MessageReceived')).toBe(3);
  });

  it('adds what traffic has sent before it to what it sends in it, and says since when things are told one by one', () => {
    const made = views(), started = 90, traffic = [1, 0, CLIENT, started, 2, 0, 0, [ORDERS, 'rate', 100], 4, 0, 2, 2, 0] as const;
    const kinds = [...KINDS, { ...KINDS[0]!, number: started, name: 'TrafficStarted', fields: [['target', 'node'], ['mode', 'string'], ['count', 'integer']] as Kind['fields'], motion: '' as const, to: '' as const, rate: false }];
    const window = new Views({ ...fakeData, kinds });
    const beginning = { ...beginningOf(views(before), [[...traffic]]), sent: [[2, 40]] as [number, number][] };
    window.trace.begin(beginning);
    window.fold.begin(beginning);
    window.trace.append(chunkOf([1, 2, 3].map((i) => ({ at: (60 + i) * SECOND, node: ORDERS, kind: 100, subject: 3 + i, request: 2, detail: [SEND] })), [{ kind: 1 }, { kind: 1 }, { kind: 1 }], { first: CUT + 1, firstSubject: 4 }));
    window.fold.extend();
    const sentAt = (at: number) => { window.show(at, 1); return window.traffic().map(({ sent, count, target }) => ({ sent, count, target })); };
    expect(sentAt(62 * SECOND)).toEqual([{ sent: 42, count: 100, target: ORDERS }]);
    expect(sentAt(64 * SECOND)).toEqual([{ sent: 43, count: 100, target: ORDERS }]);
    expect([window.since, made.since]).toEqual([beginning.at, null]);
  });

  it('takes the chunks that follow it, and no other', () => {
    const trace = new Trace();
    trace.begin(beginningOf(views(before)));
    expect(trace.append(before)).toBe('known');
    expect(trace.append(chunkOf(POISON.slice(12), [], { first: 13 }))).toBe('gap');
    expect(trace.append(after)).toBe('appended');
  });

  it('begins anew elsewhere without a trace of where it was', () => {
    const window = throughAWindow(), beginning = beginningOf(views(before));
    window.trace.begin(beginning);
    window.fold.begin(beginning);
    window.trace.append(after);
    window.fold.extend();
    expect(readings(window, 90 * SECOND)).toEqual(readings(views(before, after), 90 * SECOND));
  });

  it('is cut and goes on like the whole run', () => {
    const window = throughAWindow(), whole = views(before, after);
    for (const [made, cut] of [[window, 3], [whole, CUT + 3]] as const) {
      made.fold.truncate(cut);
      made.trace.truncate(cut);
      made.fold.extend();
    }
    expect(readings(window, 61 * SECOND)).toEqual(readings(whole, 61 * SECOND));
  });
});

describe('moving the window', () => {
  const said: ClientFrame[] = [];
  const trace = new Trace(), window = new RunWindow(trace, (frame) => said.push(frame) > 0);
  const answer = (asked: number) => {
    const beginning = { ...beginningOf(views(before)), asked };
    const begins = window.began(beginning);
    if (begins) trace.begin(beginning);
    return begins;
  };

  it('asks one question at a time, and the newest wish last', () => {
    window.look(10);
    window.look(20);
    window.look(30);
    expect(said.splice(0)).toEqual([{ type: 'look', at: 10 }]);
    expect(answer(10)).toBe(false);
    expect(said.splice(0)).toEqual([{ type: 'look', at: 30 }]);
    expect(answer(30)).toBe(true);
    expect([said.splice(0), window.moving]).toEqual([[], false]);
  });

  it('asks again on a new connection', () => {
    window.look(40);
    window.again();
    expect(said.splice(0)).toEqual([{ type: 'look', at: 40 }, { type: 'look', at: 40 }]);
    answer(40);
    window.again();
    expect(said).toEqual([]);
  });

  it('says what has come and how much more may: further ahead when it plays', () => {
    trace.append(after);
    window.got(90 * SECOND, false);
    window.got(90 * SECOND, true);
    expect(said.splice(0)).toEqual([
      { type: 'got', after: POISON.length, until: POISON.length + 8192 }, { type: 'got', after: POISON.length, until: POISON.length + 32768 },
    ]);
  });

  it('wants no more of the place that it leaves, and drops what still comes of it', () => {
    const nowhere = { covers: () => false }, here = { covers: () => true };
    expect(window.leaves(50, nowhere)).toBe(false);
    window.look(50);
    window.got(50, true);
    expect(said.splice(0)).toEqual([{ type: 'look', at: 50 }, { type: 'got', after: POISON.length, until: POISON.length }]);
    expect([window.leaves(50, nowhere), window.leaves(50, here)]).toEqual([true, false]);
    answer(50);
    expect(window.leaves(50, nowhere)).toBe(false);
  });
});
