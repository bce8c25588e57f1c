import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import './page';
import Inspector from '../../src/studio/panels/Inspector.svelte';
import JourneySteps from '../../src/studio/panels/inspector/JourneySteps.svelte';
import { chapters } from '../../src/studio/panels/inspector/journey';
import type { JourneyRow, Selection } from '../../src/studio/model/types';
import type { StudioStore } from '../../src/studio/store/api';
import { fakeGauges, fakeRow, fakeStudio } from '../../src/studio/store/fake';

const inspect = (selection: Selection, more: Partial<StudioStore> = {}) => {
  const studio = fakeStudio({ selection, ...more });
  render(Inspector, { studio });
  return studio;
};

const record = (sequence: number, kind: string, subject: number, more: Partial<JourneyRow> = {}): JourneyRow => ({
  sequence, at: sequence * 1_000_000, kind, node: 1, subject, request: 0, cause: 0, attempt: 0, outcome: 'neutral', sentence: `${kind}.`, fields: {}, ...more,
});

it('a queue shows where its messages are and why each waits', async () => {
  const studio = inspect({ type: 'node', node: 1 }, {
    gauges: () => fakeGauges({ visible: 3, in_flight: 1 }),
    contents: (_node, place) => (place === 'in_flight' ? [fakeRow(7)] : []),
  });
  await fireEvent.click(screen.getByRole('tab', { name: /In flight/ }));
  await fireEvent.click(screen.getByRole('button', { name: /In flight until 00:00:33.000/ }));
  expect(studio.selection).toEqual({ type: 'message', root: 7, node: 1 });
});

it('a purge asks first, with the count', async () => {
  const studio = inspect({ type: 'node', node: 1 }, { gauges: () => fakeGauges({ visible: 3, in_flight: 1 }) });
  await fireEvent.click(screen.getByRole('button', { name: 'Purge…' }));
  expect(studio.given).toEqual([]);
  await fireEvent.click(screen.getByRole('button', { name: 'Purge 4 messages' }));
  expect(studio.given).toEqual([['sqs:PurgeQueue', { QueueUrl: studio.node(1).url }]]);
});

it('tabs are walked by arrows and have one tab stop', async () => {
  inspect({ type: 'node', node: 1 });
  const contents = screen.getByRole('tab', { name: 'Contents' });
  await fireEvent.keyDown(contents, { key: 'ArrowRight' });
  expect(screen.getByRole('tab', { name: 'Send' }).getAttribute('aria-selected')).toBe('true');
  expect(contents.tabIndex).toBe(-1);
});

it('a link says what it is', () => {
  inspect({ type: 'link', link: 1 });
  expect(screen.getByRole('heading', { name: 'Redrive policy' })).toBeTruthy();
});

it('a node that is not simulated says that it stands still', () => {
  inspect({ type: 'node', node: 4 });
  expect(screen.getByText(/Drawn, but stands still/)).toBeTruthy();
});

it('a node that is not simulated counts what reached it, and can be made to refuse', async () => {
  const studio = inspect({ type: 'node', node: 4 }, { gauges: () => fakeGauges({ visible: 60 }) });
  expect(screen.getByText('60').parentElement!.textContent).toBe('60 arrived so far.');
  await fireEvent.click(screen.getByRole('button', { name: 'Put it on' }));
  expect(studio.given[0]).toEqual(['playground:PutFault', { Target: studio.node(4).id, Kind: 'outage' }]);
});

it('Escape leads from a message to its queue, and from the queue to nothing', async () => {
  const studio = inspect({ type: 'message', root: 7, node: 2 });
  await fireEvent.keyDown(screen.getByRole('complementary'), { key: 'Escape' });
  expect(studio.selection).toEqual({ type: 'node', node: 2 });
});

it('a journey is cut into copies, and an edited copy is named so', () => {
  const subject = (handle: number) => ({ handle, kind: 'message' as const, id: `m${handle}`, parent: handle === 9 ? 5 : handle === 5 ? 1 : 0, root: 1, body: handle === 9 ? 2 : 1 });
  const rows = [record(1, 'MessageSent', 1), record(2, 'MessageReceived', 1), record(3, 'DeadLetterArrived', 5, { node: 2 }), record(4, 'RedrivenMessageArrived', 9)];
  expect(chapters({ subject }, rows).map(({ id, edited, rows: own }) => [id, edited, own.length])).toEqual([['m1', false, 2], ['m5', false, 1], ['m9', true, 1]]);
});

it('a copy that a service wrapped is not called edited; one that you edited on its way back is', () => {
  const subject = (handle: number) => ({ handle, kind: 'message' as const, id: `m${handle}`, parent: handle - 1, root: 1, body: handle });
  const rows = [record(1, 'ObjectCreated', 1), record(2, 'FailureArrived', 2), record(3, 'DeadLetterReturned', 2, { fields: { edited: 1 } }), record(4, 'EventQueued', 3)];
  expect(chapters({ subject }, rows).map(({ changed, edited }) => [changed, edited])).toEqual([[true, false], [true, false], [true, true]]);
});

it('a journey of very many tries shows how it began and how it ended', () => {
  render(JourneySteps, { studio: fakeStudio(), rows: Array.from({ length: 1000 }, (_, i) => record(i + 1, 'NotificationFailed', 7)) });
  expect(screen.getAllByText('NotificationFailed.')).toHaveLength(100);
  expect(screen.getByText('900 records between are not shown.')).toBeTruthy();
});
