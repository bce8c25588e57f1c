import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import './page';
import SendPanel from '../../src/studio/panels/send/SendPanel.svelte';
import Traffic from '../../src/studio/panels/send/Traffic.svelte';
import { emptyForm, exampleForm, problems, startTraffic } from '../../src/studio/panels/send/request';
import { fakeStudio } from '../../src/studio/store/fake';

const ARN = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const QUEUE = { kind: 'queue', arn: ARN, name: 'orders' };

it('sends 200 messages at a rate, every tenth of them poison', () => {
  const form = { ...emptyForm(), mode: 'rate' as const, body: '{"n": {{index}}}', poisoned: true, poison: '{"poison": true}' };
  expect(startTraffic(form, QUEUE)).toEqual({
    TargetArn: ARN, Mode: 'rate', Count: 200, RatePerSecond: 20, MessageBody: '{"n": {{index}}}',
    Variants: [{ Every: 10, MessageBody: '{"poison": true}' }],
  });
});

it('one message has no rate and no variants, whatever the hidden fields hold', () => {
  expect(startTraffic({ ...emptyForm(), poisoned: true, body: 'hello' }, QUEUE)).toEqual({ TargetArn: ARN, Mode: 'once', Count: 1, MessageBody: 'hello' });
});

it('says everything that is wrong, by field; zero is a number and not an absence', () => {
  const form = { ...emptyForm(), mode: 'rate' as const, body: ' ', count: 0, rate: null, poisoned: true, every: 1.5 };
  expect(Object.keys(problems(form)).sort()).toEqual(['body', 'count', 'every', 'rate']);
});

it('an example fills the form in', () => {
  const form = exampleForm({ target: 'Orders', Mode: 'burst', Count: 20, MessageBody: '{}', Variants: [{ Every: 5, MessageBody: '[]' }] });
  expect([form.mode, form.count, form.body, form.poisoned, form.every, form.poison]).toEqual(['burst', 20, '{}', true, 5, '[]']);
});

it('Ctrl+Enter sends from any field', async () => {
  const studio = fakeStudio();
  render(SendPanel, { studio, node: studio.node(1) });
  await fireEvent.keyDown(screen.getByRole('textbox', { name: 'Message body' }), { key: 'Enter', ctrlKey: true });
  expect(studio.given.map(([operation]) => operation)).toEqual(['client:StartTraffic']);
});

it('names the fork it would make', () => {
  const studio = fakeStudio({ forksHere: true });
  render(SendPanel, { studio, node: studio.node(1) });
  expect(screen.getByText(/You look at the past: this makes a fork at/)).toBeTruthy();
});

it('shows how far running traffic is, and stops it', async () => {
  const one = { subject: 4, id: '4', target: 1, mode: 'rate', count: 200, sent: 60, started_at: 0, ended_at: null };
  const studio = fakeStudio({ traffic: () => [one] });
  render(Traffic, { studio, node: studio.node(1) });
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('60');
  await fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
  expect(studio.given).toEqual([['client:StopTraffic', { TrafficId: '4' }]]);
});

it('an object has a key if one was given, a function an invocation type', () => {
  const form = { ...emptyForm(), body: '{}' };
  expect(startTraffic({ ...form, key: ' in/{{index}}.csv ' }, { kind: 'bucket', arn: ARN, name: 'in' })).toMatchObject({ Key: 'in/{{index}}.csv' });
  expect(startTraffic(form, QUEUE)).not.toHaveProperty('Key');
  expect(startTraffic(form, { kind: 'function', arn: ARN, name: 'f' })).toMatchObject({ InvocationType: 'Event' });
});

it('sends a FIFO queue a group and a standard one none, and attributes go along in AWS’s form', () => {
  const form = { ...emptyForm(), group: 'c{{index % 3}}', attributes: '{"country": "CH", "amount": 40, "tags": ["a"]}' };
  expect(startTraffic(form, QUEUE)).not.toHaveProperty('MessageGroupId');
  expect(startTraffic(form, { ...QUEUE, name: 'orders.fifo' })).toMatchObject({
    MessageGroupId: 'c{{index % 3}}',
    MessageAttributes: {
      country: { DataType: 'String', StringValue: 'CH' }, amount: { DataType: 'Number', StringValue: '40' }, tags: { DataType: 'String.Array', StringValue: '["a"]' },
    },
  });
  expect(problems({ ...form, attributes: '[1]' })).toHaveProperty('attributes');
});

it('an example with several kinds of message sends all of them', () => {
  const Variants = [{ Every: 3, MessageBody: '{"a": 1}' }, { Every: 7, MessageBody: '{"b": 1}' }];
  const form = exampleForm({ target: 'Orders', Mode: 'rate', Count: 20, RatePerSecond: 1, MessageBody: '{}', Variants });
  expect(startTraffic(form, { arn: 'a', kind: 'queue', name: 'a' }).Variants).toEqual(Variants);
});
