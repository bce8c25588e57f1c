// @vitest-environment node
/** A history's events as groups and as visits of a state. */
import { expect, it } from 'vitest';
import { grouped, visits } from '../../src/studio/panels/machine/history';
import { canRedrive, executionArn, redrive } from '../../src/studio/panels/machine/redrive';
import { stateIn, steps } from '../../src/studio/panels/machine/fields';
import type { HistoryEvent } from '../../src/studio/store/machines';

let sequence = 0;
const event = (type: string, state: string, at: number, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  sequence: ++sequence, at, id: sequence, previous: 0, type, state, outcome: 'neutral', sentence: '', bodies: [], facts: [], ...more,
});

const HISTORY = [
  event('ExecutionStarted', '', 0),
  event('TaskStateEntered', 'Pay', 0, { bodies: [{ name: 'input', body: 1 }] }),
  event('TaskScheduled', 'Pay', 0, { bodies: [{ name: 'parameters', body: 2 }] }),
  event('TaskStarted', 'Pay', 0),
  event('TaskFailed', 'Pay', 100, { facts: [{ name: 'error', value: 'Busy' }], bodies: [{ name: 'cause', body: 3 }] }),
  event('TaskScheduled', 'Pay', 1100, { bodies: [{ name: 'parameters', body: 2 }] }),
  event('TaskSucceeded', 'Pay', 1200, { bodies: [{ name: 'output', body: 4 }] }),
  event('TaskStateExited', 'Pay', 1200, { bodies: [{ name: 'output', body: 5 }] }),
  event('SucceedStateEntered', 'Done', 1200),
];

it('stands events of one state that follow each other together', () => {
  expect(grouped(HISTORY).map(({ state, events }) => [state, events.length])).toEqual([['', 1], ['Pay', 7], ['Done', 1]]);
});

it('reads a visit: what went in, the tries with their errors, what came out', () => {
  expect(visits(HISTORY, 'Pay')).toEqual([{
    state: 'Pay', entered_at: 0, left_at: 1200, input: 1, output: 5, assigned: 0,
    tries: [
      { at: 0, ended_at: 100, parameters: 2, output: 0, error: 'Busy', cause: 3 },
      { at: 1100, ended_at: 1200, parameters: 2, output: 4, error: '', cause: 0 },
    ],
  }]);
  expect(visits(HISTORY, 'Done')[0]!.left_at).toBeNull();
});

it('redrives as AWS does unless something is changed', () => {
  const arn = executionArn({ arn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:trip' }, { name: '', id: 'e-1' });
  expect(arn).toBe('arn:aws:states:eu-west-1:123456789012:execution:trip:e-1');
  expect(redrive(arn, null)).toEqual({ operation: 'states:RedriveExecution', params: { executionArn: arn } });
  expect(redrive(arn, { fromState: 'Pay', input: '{}' })).toEqual({
    operation: 'states:RedriveExecutionWithChanges', params: { executionArn: arn, fromState: 'Pay', input: '{}' },
  });
  expect(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'].map((status) => canRedrive({ status: status as 'RUNNING' }))).toEqual([false, false, true, true, true]);
});

it('finds a state wherever it stands, with the query language that holds there', () => {
  const inner = { Type: 'Pass' };
  const definition = { QueryLanguage: 'JSONata', States: { Each: { Type: 'Map', ItemProcessor: { States: { Inner: inner } } } } };
  expect(stateIn(definition, { name: 'Inner' })).toEqual({ state: inner, language: 'JSONata' });
  expect(stateIn(definition, { name: 'Nowhere' })).toBeNull();
});

it('tells the data after each field in the order a state works in, and what stayed the same', () => {
  expect(steps({ afterParameters: '{"a":1}', input: '{}', afterInputPath: '{}' }, '{"a":1}')).toEqual([
    { field: 'Input', text: '{}', same: false }, { field: 'after InputPath', text: '{}', same: true },
    { field: 'after Parameters', text: '{"a":1}', same: false }, { field: 'Output', text: '{"a":1}', same: true },
  ]);
});
