import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import './page';
import { fakeDeadLetter, fakeStudio } from '../../src/studio/store/fake';
import Dock from '../../src/studio/panels/Dock.svelte';

const three = [
  fakeDeadLetter(5),
  fakeDeadLetter(6, { error_type: 'CardDeclined' }),
  fakeDeadLetter(7, { error_type: 'Timeout', at: 99_000_000 }),
];

it('opens on causes, the largest first, with their counts', () => {
  render(Dock, { studio: fakeStudio({ deadLetters: () => three }) });
  const causes = screen.getAllByRole('button', { expanded: true }).map((button) => button.textContent?.replace(/\s+/g, ' ').trim());
  expect(causes.slice(-2)).toEqual(['2 CardDeclinedin orders, 00:01:35.000', '1 Timeoutin orders, 00:01:39.000']);
});

it('redrives all with one move task after saying how many and to where', async () => {
  const studio = fakeStudio({ deadLetters: () => three });
  render(Dock, { studio });
  await fireEvent.click(screen.getByRole('button', { name: 'Redrive all' }));
  expect(screen.getByRole('heading', { name: 'Redrive 3 messages to orders?' })).toBeTruthy();
  await fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Redrive 3 messages' }));
  expect(studio.given).toEqual([['sqs:StartMessageMoveTask', { SourceArn: studio.node(2).arn }]]);
});

it('redrives exactly what is selected, and never all by an empty selection', async () => {
  const studio = fakeStudio({ deadLetters: () => three });
  render(Dock, { studio });
  const selected = () => screen.getByRole<HTMLButtonElement>('button', { name: /Redrive selected/ });
  expect(selected().disabled).toBe(true);
  await fireEvent.click(screen.getByRole('checkbox', { name: 'Select all 2 of CardDeclined' }));
  await fireEvent.click(selected());
  await fireEvent.click(screen.getByRole('button', { name: 'Redrive 2 messages' }));
  expect(studio.given).toEqual([['sqs:RedriveMessages', { SourceArn: studio.node(2).arn, Messages: [{ MessageId: three[0]!.id }, { MessageId: three[1]!.id }] }]]);
});

it('redrives an edited body as a selection and keeps the others as they died', async () => {
  const studio = fakeStudio({ deadLetters: () => [three[0]!] });
  render(Dock, { studio });
  await fireEvent.click(screen.getByRole('button', { name: /^Edit the body of/ }));
  const editor = await screen.findByRole('textbox', { name: 'Body to redrive' });
  await fireEvent.input(editor, { target: { value: '{"orderId": "ord_5", "poison": false}' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Keep for the redrive' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Redrive selected (1)' }));
  expect(screen.getByText('1 body')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Redrive 1 message' }));
  await waitFor(() => expect(studio.given).toEqual([['sqs:RedriveMessages', {
    SourceArn: studio.node(2).arn,
    Messages: [{ MessageId: three[0]!.id, MessageBody: '{"orderId": "ord_5", "poison": false}' }],
  }]]));
});

it('redrives what a filter shows, never more', async () => {
  const studio = fakeStudio({ deadLetters: () => three });
  render(Dock, { studio });
  await fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'timeout' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Redrive the 1 shown' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Redrive 1 message' }));
  expect(studio.given).toEqual([['sqs:RedriveMessages', { SourceArn: studio.node(2).arn, Messages: [{ MessageId: three[2]!.id }] }]]);
});

it('says that another viewer drives, and offers no redrive', () => {
  render(Dock, { studio: fakeStudio({ deadLetters: () => three, drives: false }) });
  const all = screen.getByRole<HTMLButtonElement>('button', { name: 'Redrive all' });
  expect(all.disabled).toBe(true);
  expect(all.title).toBe('Ana drives this execution. Ask for control to change it.');
});

it('shows a running redrive with its progress, and cancels it', async () => {
  const task = { subject: 9, source: 2, destination: 1, started_at: 0, ended_at: null, total: 20, moved: 6, rate: 1, state: 'running' as const, reason: '' };
  const studio = fakeStudio({ moveTasks: () => [task] });
  render(Dock, { studio });
  expect(screen.getByRole('progressbar', { name: 'Redriven' }).getAttribute('aria-valuenow')).toBe('6');
  await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(studio.given[0]![0]).toBe('sqs:CancelMessageMoveTask');
});

it('changing the tab leaves nothing of the old one behind', async () => {
  render(Dock, { studio: fakeStudio({ deadLetters: () => three }) });
  await fireEvent.click(screen.getByRole('tab', { name: /Import report/ }));
  expect(screen.queryByRole('button', { name: 'Redrive all' })).toBeNull();
  expect(screen.queryByRole('region', { name: 'Dead letters by cause' })).toBeNull();
  expect(screen.getByRole('region', { name: 'Import report' })).toBeTruthy();
});
