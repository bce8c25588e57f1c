// @vitest-environment node
/** An archive and its replays, folded from few records. */
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/studio/model/types';
import { fakeData } from '../../src/studio/store/fake';
import { Views } from '../../src/studio/store/views.svelte';
import { chunkOf, type NewSubject, SECOND, type Written } from './cast';

const BUS = 1, ARCHIVE = 2, RULE = 3, EVENT = 9;
const kind = (number: number, name: string, fields: Kind['fields'] = []): Kind => ({ number, service: 'events', name, fields, sentence: name, to: '', outcome: 'neutral', motion: '', rate: false });
const KINDS: Kind[] = [
  kind(600, 'EventPut'), kind(606, 'EventReplayed', [['link', 'link'], ['replay', 'string']]), kind(620, 'EventArchived', [['link', 'link'], ['bytes', 'integer']]),
  kind(621, 'ArchivedEventsExpired', [['events', 'integer']]), kind(622, 'ReplayStarted', [['replay', 'string'], ['rules', 'string'], ['from', 'string'], ['to', 'string']]),
  kind(623, 'ReplayRunning', [['replay', 'string'], ['events', 'integer']]), kind(624, 'ReplayCompleted', [['replay', 'string'], ['events', 'integer']]),
  kind(640, 'RuleMatched'),
];
const kept = (subject: number, at: number, bytes: number): Written => ({ at, node: ARCHIVE, kind: 620, subject, detail: [0, bytes] });
const told = (number: number, at: number, detail: (string | number)[]): Written => ({ at, node: ARCHIVE, kind: number, subject: 4, detail });

/** Three events, the second matched; then the second is replayed as event 5, of which message 6 is made. */
const RECORDS: Written[] = [
  kept(1, SECOND, 100), kept(2, 2 * SECOND, 50), { at: 2 * SECOND, node: RULE, kind: 640, subject: 2 }, kept(3, 3 * SECOND, 30),
  told(622, 10 * SECOND, ['again', 'bill, ship', 'A', 'B']), told(623, 11 * SECOND, ['again', 1]),
  { at: 11 * SECOND, node: BUS, kind: 606, subject: 5, detail: [0, 'again'] }, told(624, 12 * SECOND, ['again', 1]),
  { at: 20 * SECOND, node: ARCHIVE, kind: 621, subject: 0, detail: [1] },
];
const SUBJECTS: NewSubject[] = [{ kind: EVENT }, { kind: EVENT }, { kind: EVENT }, { kind: 10 }, { kind: EVENT, parent: 2, root: 2 }, { kind: 1, parent: 5, root: 2 }];

function views(records: readonly Written[] = RECORDS): Views {
  const made = new Views({ ...fakeData, kinds: KINDS });
  made.trace.append(chunkOf(records, SUBJECTS));
  made.fold.extend();
  return made;
}

describe('an archive', () => {
  const all = views();
  const at = (seconds: number) => { all.show(seconds * SECOND, 1); return all; };

  it('keeps what came up to the playhead', () => {
    expect(at(2).kept(ARCHIVE)).toMatchObject({ count: 2, bytes: 150 });
    expect([...at(5).kept(ARCHIVE).subject]).toEqual([1, 2, 3]);
    expect(all.kept(BUS).count).toBe(0);
  });

  it('forgets the oldest', () => {
    expect(at(20).kept(ARCHIVE)).toMatchObject({ count: 2, bytes: 80 });
    expect([...all.kept(ARCHIVE).at]).toEqual([2 * SECOND, 3 * SECOND]);
  });

  it('says what a replay of a window would do, the end not included', () => {
    expect(at(5).preview(ARCHIVE, 2 * SECOND, 3 * SECOND)).toEqual({ events: 1, rules: new Map([[RULE, 1]]) });
    expect(all.preview(ARCHIVE, 0, 2 * SECOND)).toEqual({ events: 1, rules: new Map() });
  });

  it('tells how far a replay is', () => {
    expect(at(9).replays()).toEqual([]);
    expect(at(10).replays()).toMatchObject([{ name: 'again', archive: ARCHIVE, state: 'starting', rules: ['bill', 'ship'], total: 0, sent: 0, ended_at: null }]);
    expect(at(11).replays()).toMatchObject([{ state: 'running', total: 1, sent: 1, ended_at: null }]);
    expect(at(12).replays()).toMatchObject([{ state: 'completed', sent: 1, ended_at: 12 * SECOND }]);
  });

  it('knows what belongs to a replay, and nothing of what was cut off', () => {
    expect([2, 4, 5, 6].map((subject) => at(20).isReplayed(subject))).toEqual([false, false, true, true]);
    const cut = views();
    cut.show(20 * SECOND, 1);
    expect(cut.isReplayed(6)).toBe(true);
    cut.fold.truncate(4);
    cut.trace.truncate(4);
    expect(cut.isReplayed(6)).toBe(false);
    expect(cut.archives.replays()).toEqual([]);
  });
});

it('a replayed event is known by its root, its rule and the time: redriving its dead letter would send it twice', () => {
  const all = views();
  all.show(20 * SECOND, 1);
  expect(all.wasReplayed(2, 'bill', 5 * SECOND)).toBe(true);
  expect(all.wasReplayed(2, 'another', 5 * SECOND)).toBe(false);
  expect(all.wasReplayed(2, 'bill', 12 * SECOND)).toBe(false);
  expect(all.wasReplayed(1, 'bill', 0)).toBe(false);
  all.show(5 * SECOND, 1);
  expect(all.wasReplayed(2, 'bill', 0)).toBe(false);
});
