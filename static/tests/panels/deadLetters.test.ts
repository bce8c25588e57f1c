import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import './page';
import { fakeData, fakeDeadLetter, fakeGauges, fakeStudio } from '../../src/studio/store/fake';
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

/** A long run: two dead-letter queues, and only the newest letters of one of them are listed. */
const two = (source: string, style = 'solid') => {
  const { topology } = fakeData, [client, orders, orders_dlq, , bucket] = topology.nodes;
  const nodes = [client!, orders!, orders_dlq!, { ...topology.nodes[3]!, id: 'charge-card' }, bucket!, { ...orders_dlq!, index: 5, id: 'late-dlq', name: 'late-dlq', arn: 'arn:late-dlq' }];
  const from = nodes.findIndex(({ id }) => id === source);
  const links = [...topology.links, { ...topology.links[1]!, index: 4, id: 'late', source: from, target: 5, style: style as 'solid' }];
  const gauges = (index: number) => fakeGauges({ visible: index === 2 ? 400 : index === 5 ? 30 : 0 });
  const asked: (number | undefined)[] = [];
  const deadLetters = (pages?: number) => { asked.push(pages); return three; };
  return { asked, studio: fakeStudio({ topology: { ...topology, nodes, links }, node: (index) => nodes[index]!, gauges, deadLetters }) };
};

it('redrives every queue with dead letters, also one of which none is listed', async () => {
  const { studio } = two('orders');
  render(Dock, { studio });
  await fireEvent.click(screen.getByRole('button', { name: 'Redrive all' }));
  expect(screen.getByRole('heading', { name: 'Redrive 430 messages to orders?' })).toBeTruthy();
  await fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Redrive 430 messages' }));
  await waitFor(() => expect(studio.given).toEqual([
    ['sqs:StartMessageMoveTask', { SourceArn: studio.node(2).arn }], ['sqs:StartMessageMoveTask', { SourceArn: 'arn:late-dlq' }],
  ]));
});

it('takes what a function left by the operation that can send it back there, all of it', async () => {
  const { studio } = two('charge-card');
  render(Dock, { studio });
  await fireEvent.click(screen.getByRole('button', { name: 'Redrive all' }));
  expect(screen.getByRole('heading', { name: 'Redrive 430 messages to orders, charge-card?' })).toBeTruthy();
  await fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Redrive 430 messages' }));
  await waitFor(() => expect(studio.given[1]).toEqual(['sqs:RedriveMessages', { SourceArn: 'arn:late-dlq', Messages: [], AllOthers: true }]));
});

it('says how many of how many are listed, and lists more when asked', async () => {
  const { studio, asked } = two('orders');
  render(Dock, { studio });
  expect(screen.getByText(/^3 of 430 dead letters, the newest/)).toBeTruthy();
  expect(asked).toEqual([1]);
  await fireEvent.click(screen.getByRole('button', { name: 'Show 250 more' }));
  await waitFor(() => expect(asked.at(-1)).toBe(2));
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

it('shows the edited body in its row, and says when it stopped being JSON', async () => {
  const studio = fakeStudio({ deadLetters: () => [three[0]!], body: async () => '{"poison": true}' });
  render(Dock, { studio });
  await fireEvent.click(screen.getByRole('button', { name: /^Edit the body of/ }));
  const editor = await screen.findByRole('textbox', { name: 'Body to redrive' });
  await fireEvent.input(editor, { target: { value: '{"poison": fal' } });
  expect(screen.getByText(/not JSON any more/)).toBeTruthy();
  await fireEvent.input(editor, { target: { value: '{"poison": false}' } });
  expect(screen.queryByText(/not JSON any more/)).toBeNull();
  await fireEvent.click(screen.getByRole('button', { name: 'Keep for the redrive' }));
  expect(screen.getByText('{"poison": false}')).toBeTruthy();
});

it('fetches a body anew when somebody wishes it, after the server could not answer', async () => {
  let away = true;
  const body = async () => { if (away) throw new Error('503'); return '{"order": 10}'; };
  render(Dock, { studio: fakeStudio({ deadLetters: () => [three[0]!], body }) });
  const again = await screen.findByRole('button', { name: 'Try again' });
  away = false;
  await fireEvent.click(again);
  expect(await screen.findByText('{"order": 10}')).toBeTruthy();
});

it('does not deny the dead letters of a long run while they are fetched', () => {
  render(Dock, { studio: fakeStudio({ deadLetters: () => [], gauges: (index) => fakeGauges({ visible: index === 2 ? 993 : 0 }) }) });
  expect(screen.getByText('Fetching 993 dead letters …')).toBeTruthy();
  expect(screen.queryByText(/No dead letters/)).toBeNull();
});

it('says that what a stream gave up was never received, instead of an instant that never was', () => {
  const letter = fakeDeadLetter(5, { source: 3, first_receive_at: 0, last_receive_at: 0 });
  render(Dock, { studio: fakeStudio({ deadLetters: () => [letter] }) });
  expect(screen.getByText('none').title).toBe('Nobody received it from a queue before it came here');
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
