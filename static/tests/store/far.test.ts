import { expect, it, vi } from 'vitest';
import { Asked } from '../../src/studio/store/asked';
import { fakeData } from '../../src/studio/store/fake';
import { Far } from '../../src/studio/store/far';

const letter = (subject: number, at = subject) => ({ subject, at, root: subject, node: 'orders-dlq', source: 'orders' });

it('lists pages of dead letters, the newest first, nobody twice, and nobody who is not dead yet', async () => {
  const pages: Record<string, unknown[]> = { '0/25': [letter(9), letter(8)], '25/250': [letter(8), letter(7), letter(60)] };
  const answer = vi.fn(async (url: string) => {
    const query = new URL(url, 'http://here').searchParams;
    return Response.json(pages[`${query.get('offset')}/${query.get('limit')}`] ?? []);
  });
  const told = vi.fn(), far = new Far(new Asked(told, answer), '/api/executions/e', fakeData.topology);
  expect(far.deadLetters(10, 'now', 2)).toEqual([]);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2));
  expect(far.deadLetters(10, 'now', 1).map(({ subject }) => subject)).toEqual([9, 8]);
  expect(far.deadLetters(10, 'now', 2).map(({ subject, node, source }) => [subject, node, source])).toEqual([[9, 2, 1], [8, 2, 1], [7, 2, 1]]);
  expect(answer).toHaveBeenCalledTimes(2);
});
