import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import './page';
import Behaviour from '../../src/studio/panels/behaviour/Behaviour.svelte';
import { check, LONGEST_MS } from '../../src/studio/panels/behaviour/check';
import { newRule, PRESETS, toForm, toJson } from '../../src/studio/panels/behaviour/model';
import { fakeStudio } from '../../src/studio/store/fake';

const poison = {
  duration: { kind: 'lognormal', median_ms: 100, p99_ms: 400 },
  failures: [{ body: { path: '$.poison', equals: true }, error: { type: 'CardDeclined', message: 'The card was declined.' }, how: 'item' }],
  output: null,
};

it('a behaviour comes back from the form as it went in', () => {
  const given = {
    duration: { kind: 'uniform', low_ms: 0, high_ms: 250 },
    failures: [{ rate: 0.1, attempts_up_to: 2, body: { path: '$.id', prefix: 'x-' }, error: { type: 'E', message: '' }, how: 'timeout' }],
    output: { done: false },
  };
  expect(toJson(toForm(given))).toEqual(given);
});

it('no behaviour is the usual one: about 100 ms, never failing', () => {
  expect(toJson(toForm(null))).toEqual({ duration: { kind: 'lognormal', median_ms: 100, p99_ms: 400 }, failures: [], output: null });
});

it('“fails on poison” fails the item and not its batch', () => {
  expect(toJson({ ...toForm(null), ...PRESETS[2]!.make() })).toEqual(poison);
});

it('names every wrong field at once', () => {
  const form = { calls: [], init: null, others: {}, duration: { kind: 'lognormal' as const, median_ms: 500, p99_ms: 400 }, rules: [newRule({ byRate: true, percent: 120, byBody: true, path: 'poison', type: ' ' })], output: '{' };
  expect(Object.keys(check(form)).sort()).toEqual(['duration.p99_ms', 'output', 'rules.0.path', 'rules.0.percent', 'rules.0.type']);
});

it('opens on what runs; a preset and Apply change it at the playhead', async () => {
  const studio = fakeStudio({ behaviour: () => poison });
  render(Behaviour, { studio, node: studio.node(3) });
  const apply = screen.getByRole<HTMLButtonElement>('button', { name: 'Apply' });
  expect(screen.getByRole('button', { name: 'Fails on poison' }).getAttribute('aria-pressed')).toBe('true');
  expect(apply.disabled).toBe(true);
  await fireEvent.click(screen.getByRole('button', { name: 'Works' }));
  expect(screen.getByText('00:01:35.000')).toBeTruthy();
  await fireEvent.submit(screen.getByRole('form'));
  expect(studio.given).toEqual([['lambda:UpdateFunctionCode', { FunctionName: 'charge-card', Behaviour: toJson({ ...toForm(null), ...PRESETS[0]!.make() }) }]]);
});

it('keeps what was typed when the service refuses it, and says why', async () => {
  const refused = { type: 'command' as const, key: 'k', ordinal: 1, status: 'refused' as const, at: 0, operation: '', result: null, execution: null, error: { code: 'InvalidParameterValueException', message: '/duration: too long', hint: '' } };
  const studio = fakeStudio({ behaviour: () => poison, command: async () => refused });
  render(Behaviour, { studio, node: studio.node(3) });
  await fireEvent.click(screen.getByRole('button', { name: 'Slow' }));
  await fireEvent.submit(screen.getByRole('form'));
  expect((await screen.findByRole('alert')).textContent).toBe('/duration: too long');
  expect(screen.getByRole('button', { name: 'Slow' }).getAttribute('aria-pressed')).toBe('true');
});

it('goes back to what runs here when the change went into a fork', async () => {
  const forked = { type: 'command' as const, key: 'k', ordinal: 1, status: 'forked' as const, at: 0, operation: '', result: null, execution: 'f', error: null };
  const studio = fakeStudio({ behaviour: () => poison, command: async () => forked });
  render(Behaviour, { studio, node: studio.node(3) });
  await fireEvent.click(screen.getByRole('button', { name: 'Works' }));
  await fireEvent.submit(screen.getByRole('form'));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Fails on poison' }).getAttribute('aria-pressed')).toBe('true'));
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Apply' }).disabled).toBe(true);
});

it('a preset keeps what the function calls and answers', async () => {
  const calls = [{ target: 'Receipts', operation: 's3:PutObject', message: { ok: true } }];
  const studio = fakeStudio({ behaviour: () => ({ ...poison, calls, output: 7 }) });
  render(Behaviour, { studio, node: studio.node(3) });
  expect(screen.getByText('While it runs it calls Receipts (s3:PutObject).')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Works' }));
  await fireEvent.submit(screen.getByRole('form'));
  expect(studio.given[0]![1].Behaviour).toMatchObject({ failures: [], output: 7, calls });
});

it('keeps what the form has no fields for, and a cold start', () => {
  const init = { kind: 'constant' as const, ms: 300 }, consumes = { queue: 'Orders', batch: 5 };
  expect(toJson(toForm({ init, consumes, on_sigterm: 'finish' }))).toMatchObject({ init, consumes, on_sigterm: 'finish' });
});

it('a container may work for a week, a function for a quarter of an hour', () => {
  const day = { ...toForm(null), duration: { kind: 'constant' as const, ms: 86_400_000 } };
  expect(check(day)).toEqual({ 'duration.ms': 'From 0 to 900,000 ms.' });
  expect(check(day, LONGEST_MS.container)).toEqual({});
  expect(check({ ...day, duration: { kind: 'constant', ms: 604_800_001 } }, LONGEST_MS.container)).toEqual({ 'duration.ms': 'From 0 to 604,800,000 ms.' });
});
