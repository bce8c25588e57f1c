/** Where a copy can be, as small numbers: the ledger of the design's section 14. 0 is nowhere. */
import type { Place } from './types';

/** A copy is here, or it has ended so. */
export const PRESENT: readonly Place[] = ['visible', 'in_flight', 'delayed', 'pending', 'executing'];
export const FINISHED: readonly Place[] = ['delivered', 'deleted', 'purged', 'expired', 'filtered', 'discarded', 'moved', 'failed'];
export const PLACES: readonly (Place | '')[] = ['', ...PRESENT, ...FINISHED];

export const placeCode = (place: Place | ''): number => Math.max(0, PLACES.indexOf(place));
export const isFinishedCode = (code: number): boolean => code > PRESENT.length;
