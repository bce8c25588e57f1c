import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import './page';
import Tunable from '../../src/studio/panels/inspector/Tunable.svelte';
import { pairs } from '../../src/studio/store/changes';
import { fakeStudio } from '../../src/studio/store/fake';

it('reads what a record says was changed, structures by their inner names', () => {
  expect(pairs("BatchSize = 5, ScalingConfig = {'MaximumConcurrency': 20}")).toEqual([['BatchSize', '5'], ['ScalingConfig', "{'MaximumConcurrency': 20}"], ['ScalingConfig.MaximumConcurrency', '20']]);
  expect(pairs('FilterPolicy = {"a": [{"prefix": "x, y}"}], "b": [1, 2]}, Raw = true')).toEqual([
    ['FilterPolicy', '{"a": [{"prefix": "x, y}"}], "b": [1, 2]}'], ['Raw', 'true'],
  ]);
  expect(pairs('Timeout = 10 s')).toEqual([['Timeout', '10 s']]);
});

it('changes a setting by its AWS operation, within its limits', async () => {
  const studio = fakeStudio();
  const node = { ...studio.node(1), settings: [{ name: 'VisibilityTimeout', value: 30, unit: 's', source: 'template' }] };
  render(Tunable, { studio, node });
  await fireEvent.click(screen.getByRole('button', { name: 'Change VisibilityTimeout' }));
  const input = screen.getByRole('spinbutton', { name: 'VisibilityTimeout' });
  await fireEvent.input(input, { target: { value: '50000' } });
  expect(screen.getByRole('button', { name: 'Set' })).toHaveProperty('disabled', true);
  await fireEvent.input(input, { target: { value: '60' } });
  await fireEvent.click(screen.getByRole('button', { name: 'Set' }));
  expect(studio.given).toEqual([['sqs:SetQueueAttributes', { QueueUrl: node.url, Attributes: { VisibilityTimeout: '60' } }]]);
});

it('shows what holds at the playhead, and that it was changed in this run', () => {
  const studio = fakeStudio({ changes: () => new Map([['VisibilityTimeout', '60']]) });
  const node = { ...studio.node(1), settings: [{ name: 'VisibilityTimeout', value: 30, unit: 's', source: 'template' }] };
  render(Tunable, { studio, node });
  expect(screen.getByText('changed in this run')).toBeTruthy();
  expect(screen.queryByText('template')).toBeNull();
});
