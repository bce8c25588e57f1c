// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/studio/model/types';
import { fakeData } from '../../src/studio/store/fake';
import { Views } from '../../src/studio/store/views.svelte';
import { chunkOf, SECOND, type Written } from './cast';

const DATABASE = 3, OTHER = 4;
const kind = (number: number, name: string, fields: Kind['fields']): Kind => ({ number, service: 'rds', name, fields, sentence: name, to: '', outcome: 'neutral', motion: '', rate: false });
const KINDS: Kind[] = [
  kind(960, 'DatabasePaused', [['duration', 'integer']]), kind(961, 'DatabaseResuming', [['until', 'instant']]), kind(962, 'DatabaseResumed', [['duration', 'integer']]),
  kind(963, 'CapacityChanged', [['before_milli', 'integer'], ['after_milli', 'integer']]), kind(964, 'DatabaseStatusChanged', [['status', 'string']]),
];
const record = (at: number, number: number, detail: Written['detail'], node = DATABASE): Written => ({ at: at * SECOND, node, kind: number, subject: 0, ...(detail ? { detail } : {}) });

/** It grows, pauses, is wanted, resumes, is stopped; beside it another one grows. */
const WEEK = [
  record(1, 963, [500, 2000]), record(2, 963, [500, 64_000], OTHER), record(300, 960, [300 * SECOND]), record(400, 961, [15 * SECOND]), record(415, 962, [15 * SECOND]),
  record(416, 963, [500, 1500]), record(500, 964, ['stopped']),
];

describe('a database at the playhead', () => {
  const views = new Views({ ...fakeData, kinds: KINDS });
  views.trace.append(chunkOf(WEEK));
  views.fold.extend();
  const at = (seconds: number) => { views.show(seconds * SECOND, 1); return views.database(DATABASE); };

  it('is available, of a capacity that nothing has told yet', () => expect(at(0)).toEqual({ state: 'available', since: null, until: null, acus: null }));
  it('has the capacity that its own newest change told', () => expect(at(2)).toEqual({ state: 'available', since: null, until: null, acus: 2 }));
  it('has none while it sleeps', () => expect(at(399)).toEqual({ state: 'paused', since: 300 * SECOND, until: null, acus: 0 }));
  it('says until when it resumes', () => expect(at(400)).toEqual({ state: 'resuming', since: 400 * SECOND, until: 415 * SECOND, acus: 0 }));
  it('is awake again, of no known capacity until it is told', () => expect([at(415), at(416)]).toEqual([
    { state: 'available', since: 415 * SECOND, until: null, acus: null }, { state: 'available', since: 415 * SECOND, until: null, acus: 1.5 },
  ]));
  it('has the status that somebody gave it', () => expect(at(600)).toMatchObject({ state: 'stopped', since: 500 * SECOND, acus: 0 }));
  it('knows nothing of its future when one goes back', () => expect(at(1)).toMatchObject({ state: 'available', acus: 2 }));
});
