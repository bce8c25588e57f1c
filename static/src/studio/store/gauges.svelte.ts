/**
 * One node's readings as signals: replaced only when they changed, so an update touches only the text that shows it.
 */
import { FINISHED, PRESENT } from '../model/places';
import type { Gauges, Instant, Place } from '../model/types';
import { SECOND } from '../ui/format';
import type { Fold } from './fold';
import type { Trace } from './trace';

const ALL = [...PRESENT, ...FINISHED];
/** Samples in a sparkline. */
export const SAMPLES = 48;
/** A sample from before a window on a long run. */
export const UNKNOWN = NaN;
/** How much virtual time one sample spans: a quarter of the viewer's second, half a virtual second at the least. */
export const sampleLength = (speed: number): number => SECOND * Math.max(0.5, speed / 4);
/** The length of virtual time that rates are taken over: the viewer's second, a virtual second at the least. */
const rateWindow = (speed: number): number => SECOND * Math.max(1, speed);

export class NodeGauges implements Gauges {
  counts = $state.raw(Object.fromEntries(ALL.map((place) => [place, 0])) as Record<Place, number>);
  rate = $state(0);
  errors = $state(0);
  history = $state.raw<readonly number[]>([]);
  readonly #node: number;
  readonly #main: Place;

  constructor(node: number, main: Place) {
    this.#node = node;
    this.#main = main;
  }

  /** Reads everything anew at an instant. */
  read(fold: Fold, trace: Trace, at: Instant, speed: number): void {
    const node = this.#node, sequence = trace.sequenceAt(at), window = rateWindow(speed);
    const changed = ALL.filter((place) => fold.count(node, place, sequence) !== this.counts[place]);
    if (changed.length) this.counts = { ...this.counts, ...Object.fromEntries(changed.map((place) => [place, fold.count(node, place, sequence)])) };
    const passed = fold.passed(node, trace.sequenceAt(at - window), sequence);
    this.rate = Math.round((passed / window) * SECOND * 10) / 10;
    this.errors = fold.failures(node, sequence);
    const known = samples(fold, trace, node, this.#main, at, SAMPLES, sampleLength(speed));
    const history = trace.isWindow ? [...Array.from({ length: SAMPLES - known.length }, () => UNKNOWN), ...known] : known;
    if (history.some((value, i) => !Object.is(value, this.history[i])) || history.length !== this.history.length) this.history = history;
  }
}

/** Counts at whole multiples of `step` up to the playhead, so that old samples stay as they were drawn. */
export function samples(fold: Fold, trace: Trace, node: number, place: Place, at: Instant, points: number, step: number): number[] {
  const last = Math.floor(at / step);
  const first = Math.max(Math.ceil(trace.beganAt / step), last - points + 2);
  const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => fold.count(node, place, trace.sequenceAt((first + i) * step)));
  return [...values, fold.count(node, place, trace.sequenceAt(at))];
}
