import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import './page';
import Faults from '../../src/studio/panels/inspector/Faults.svelte';
import { emptyFault, putFault, wrongWith } from '../../src/studio/panels/inspector/faults';
import { fakeStudio } from '../../src/studio/store/fake';

const on = { id: 'fault-1', node: 3, link: -1, what: 'outage', state: 'on' as const, begins_at: 5_000_000, ends_at: null };

it('asks for a share of errors for a while, from the playhead on', () => {
  expect(putFault({ ...emptyFault(), kind: 'error-rate', percent: 25, seconds: 90 }, 'ChargeCard', 10_000_000)).toEqual({
    Target: 'ChargeCard', Kind: 'error-rate', Rate: 0.25, Until: 100_000_000,
  });
});

it('an outage without an end has only its target', () => {
  expect(putFault(emptyFault(), 'ChargeCard', 0)).toEqual({ Target: 'ChargeCard', Kind: 'outage' });
});

it('says what is missing, for the kind that is chosen', () => {
  expect(wrongWith({ ...emptyFault(), kind: 'latency', latencyMs: null })).toEqual({ latencyMs: 'More than 0.' });
  expect(wrongWith({ ...emptyFault(), kind: 'outage', latencyMs: null })).toEqual({});
});

it('shows what is on here and not elsewhere, and takes it away', async () => {
  const studio = fakeStudio({ faults: () => [on, { ...on, id: 'fault-2', node: 1, what: 'latency' }] });
  render(Faults, { props: { studio, target: 'charge-card', node: 3 } });
  expect(screen.getByRole('list', { name: 'Faults here' }).textContent).toContain('outage');
  expect(screen.getByRole('list', { name: 'Faults here' }).textContent).not.toContain('latency');
  await fireEvent.click(screen.getByRole('button', { name: 'Take away: outage' }));
  expect(studio.given).toEqual([['playground:DeleteFault', { FaultId: 'fault-1' }]]);
});
