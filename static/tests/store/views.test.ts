// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { fakeData } from '../../src/studio/store/fake';
import { Views } from '../../src/studio/store/views.svelte';
import { CHARGE_CARD, chunkOf, KINDS, ORDERS, ORDERS_DLQ, POISON, POISON_SUBJECTS, SECOND } from './cast';

function views(...chunks: Parameters<typeof chunkOf>[]) {
  const made = new Views({ ...fakeData, kinds: KINDS });
  for (const chunk of chunks) made.trace.append(chunkOf(...chunk));
  made.fold.extend();
  return made;
}

describe('what a panel sees of one poison message', () => {
  const poison = views([POISON, POISON_SUBJECTS]);
  const show = (at: number) => { poison.show(at, 1); return poison; };

  it('in flight: with its receives and the reason it waits', () => {
    expect(show(31 * SECOND).contents(ORDERS, 'in_flight')).toMatchObject([
      { subject: 1, state: 'in_flight', at: 30 * SECOND, attempt: 2, body: 1, reason: 'Received (receive 2); in flight until 00:01:00.000.' },
    ]);
  });

  it('no dead letters before it died', () => expect(show(89 * SECOND).deadLetters()).toEqual([]));

  it('as a dead letter: cause, attempts, first and last receive, source', () => {
    const [letter] = show(90 * SECOND).deadLetters();
    expect(letter).toMatchObject({
      subject: 5, root: 1, node: ORDERS_DLQ, source: ORDERS, attempts: 3, error_type: 'CardDeclined', error: 2, body: 1,
      first_receive_at: 0, last_receive_at: 60 * SECOND, at: 90 * SECOND,
      reason: 'Moved over orders → orders-dlq after 3 receives (maximum 3).',
    });
    expect(letter!.id).toBe(poison.subject(1).id);
  });

  it('as a journey: every copy of it, in order, up to the playhead', () => {
    const rows = show(90 * SECOND).journey(1);
    expect(rows.map(({ kind }) => kind)).toEqual([
      'MessageSent', ...[1, 2, 3].flatMap((n) => [...(n > 1 ? ['MessageBecameVisible'] : []), 'MessageReceived', 'DeliveryFailed']),
      'MessageMovedToDeadLetterQueue', 'DeadLetterArrived',
    ]);
    expect(show(0).journey(1)).toHaveLength(2);
  });

  it('on its gauges', () => {
    const gauges = show(90 * SECOND).gauges(CHARGE_CARD);
    expect([gauges.counts.executing, gauges.counts.failed, gauges.errors]).toEqual([0, 3, 3]);
  });

  it('on the sparkline: how many were running, up to the playhead', () => {
    const values = show(60 * SECOND + 50_000).series(CHARGE_CARD, 'executing', 4);
    expect(values.at(-1)).toBe(1);
  });
});

describe('a move task', () => {
  const task = views([
    [
      { at: 0, node: ORDERS_DLQ, kind: 112, subject: 1, detail: [ORDERS_DLQ, ORDERS, 20, 5] },
      { at: SECOND, node: ORDERS_DLQ, kind: 113, subject: 1, detail: [5, 20] },
      { at: 4 * SECOND, node: ORDERS_DLQ, kind: 114, subject: 1, detail: [20] },
    ],
    [{ kind: 5 }],
  ]);

  it('runs, then is complete', () => {
    task.show(2 * SECOND, 1);
    expect(task.moveTasks()).toMatchObject([{ source: ORDERS_DLQ, destination: ORDERS, total: 20, moved: 5, rate: 5, state: 'running', ended_at: null }]);
    task.show(4 * SECOND, 1);
    expect(task.moveTasks()).toMatchObject([{ moved: 20, state: 'completed', ended_at: 4 * SECOND }]);
  });
});
