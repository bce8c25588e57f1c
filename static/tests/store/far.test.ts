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

const row = (subject: number, at = subject) => ({ subject, at, root: subject });

it('lists contents as far as they are wanted: the next page only when the one before it is full, and nobody twice', async () => {
  const first = Array.from({ length: 25 }, (_, i) => row(i + 1));
  const pages: Record<string, unknown[]> = { '0/25': first, '25/100': [row(25), row(26), row(99)] };
  const answer = vi.fn(async (url: string) => {
    const query = new URL(url, 'http://here').searchParams;
    return Response.json(pages[`${query.get('offset')}/${query.get('limit')}`] ?? []);
  });
  const told = vi.fn(), far = new Far(new Asked(told, answer), '/api/executions/e', fakeData.topology);
  const listed = (most: number) => far.contents(1, 'visible', most, 50, 'now').map(({ subject }) => subject);
  expect(listed(225)).toEqual([]);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(1));
  expect(listed(25)).toHaveLength(25);
  expect(answer).toHaveBeenCalledTimes(1);
  expect(listed(225)).toHaveLength(25);
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(2));
  expect(listed(225)).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
  expect(answer).toHaveBeenCalledTimes(2);
});
