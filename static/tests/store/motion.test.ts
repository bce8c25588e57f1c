// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Motions } from '../../src/studio/model/motions';
import { eachMoving, type Moment } from '../../src/studio/store/motion';
import { Trace } from '../../src/studio/store/trace';
import { chunkOf, KINDS, MAPPING, POISON, POISON_SUBJECTS, REDRIVE, SECOND, SEND } from './cast';

const trace = new Trace();
trace.append(chunkOf(POISON, POISON_SUBJECTS));
const motions = new Motions(KINDS);
const FLOW = 0, RETRY = 1, LOST = 2;

function moving(moment: Partial<Moment>) {
  const found: [link: number, fraction: number, tone: number][] = [];
  const still: Moment = { at: 0, speed: 1, settling: 0, landed: 0 };
  eachMoving(trace, motions, { ...still, ...moment }, (link, fraction, tone) => found.push([link, Number(fraction.toFixed(3)), tone]));
  return found;
}

describe('what is under way', () => {
  it('sets out at the instant of its record', () => expect(moving({ at: 0 })).toEqual([[SEND, 0, FLOW], [MAPPING, 0, FLOW]]));
  it('is half way after 350 ms', () => expect(moving({ at: 350_000 }).slice(0, 2)).toEqual([[SEND, 0.5, FLOW], [MAPPING, 0.5, FLOW]]));
  it('goes back over its link when a delivery failed', () => expect(moving({ at: 240_000 }).at(-1)).toEqual([MAPPING, 0.8, RETRY]));
  it('has arrived after 700 ms', () => expect(moving({ at: SECOND })).toEqual([]));
  it('takes as long on the wall at any speed', () => expect(moving({ at: 35 * SECOND, speed: 100 }).at(-1)).toEqual([MAPPING, 0.93, RETRY]));
  it('is lost over the redrive link', () => expect(moving({ at: 90 * SECOND })).toEqual([[REDRIVE, 0, LOST]]));
});

it('a burst is spread along its link, and arrives together', () => {
  const burst = new Trace();
  burst.append(chunkOf([1, 2, 3].map((subject) => ({ at: 0, node: 1, kind: 100, subject, detail: [SEND] })), [{ kind: 1 }, { kind: 1 }, { kind: 1 }]));
  const fractions = (at: number) => {
    const found: string[] = [];
    eachMoving(burst, motions, { at, speed: 1, settling: 0, landed: 0 }, (_link, fraction) => found.push(fraction.toFixed(2)));
    return found;
  };
  expect(fractions(0)).toEqual(['0.00']);
  expect(fractions(350_000)).toEqual(['0.50', '0.49', '0.48']);
  expect(fractions(699_999)).toEqual(['1.00', '1.00', '1.00']);
});

describe('after a step', () => {
  it('goes on in wall time while the clock stands', () => expect(moving({ at: 90 * SECOND, settling: 0.5 })).toEqual([[REDRIVE, 0.5, LOST]]));
  it('has landed, and is not drawn again', () => expect(moving({ at: 90 * SECOND, landed: POISON.length })).toEqual([]));
});
