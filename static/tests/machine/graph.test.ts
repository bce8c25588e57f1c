// @vitest-environment node
/** What is drawn of a state machine: scopes, layout's input, labels. */
import { expect, it } from 'vitest';
import { arrowLabel, inside, scopes, what, type MachineGraph, type MachineState } from '../../src/studio/machine/graph';
import { asElk, layOut, MOST_DRAWN } from '../../src/studio/machine/layout';

const state = (id: string, type: MachineState['type'], more: Partial<MachineState> = {}): MachineState => ({
  id, name: id.slice(id.lastIndexOf('/') + 1), type, parent: '', branch: null, scope: '', start: false, terminal: false, resource: '', integration: '', pattern: '',
  mode: '', retriers: 0, catchers: 0, ...more,
});

const GRAPH: MachineGraph = {
  states: [
    state('Check', 'Choice', { start: true }),
    state('Both', 'Parallel'),
    state('Both[0]/A', 'Pass', { parent: 'Both', branch: 0, scope: 'Both[0]', start: true, terminal: true }),
    state('Both[1]/B', 'Pass', { parent: 'Both', branch: 1, scope: 'Both[1]', start: true, terminal: true }),
    state('Each', 'Map', { terminal: true, mode: 'DISTRIBUTED' }),
    state('Each[item]/Pay', 'Task', { parent: 'Each', scope: 'Each[item]', start: true, terminal: true, integration: 'sqs:sendMessage', pattern: 'waitForTaskToken' }),
  ],
  transitions: [
    { source: 'Check', target: 'Both', kind: 'choice', label: '$.big = true', index: 0 },
    { source: 'Check', target: 'Each', kind: 'default', label: 'otherwise', index: null },
    { source: 'Both', target: 'Each', kind: 'next', label: '', index: null },
  ],
};

it('groups states by where they stand: the machine, a branch, an item', () => {
  const all = scopes(GRAPH);
  expect([...all.keys()]).toEqual(['', 'Both[0]', 'Both[1]', 'Each[item]']);
  expect(inside(all).get('Both')!.map(({ id }) => id)).toEqual(['Both[0]', 'Both[1]']);
  expect(all.get('')!.transitions).toHaveLength(3);
});

it('gives a Parallel a box per branch, a Map its states, and the machine a start and an end', () => {
  const root = asElk(GRAPH, new Map());
  const ids = (of: typeof root) => (of.children ?? []).map(({ id }) => id);
  expect(ids(root)).toEqual(['Check', 'Both', 'Each', '\u0000start', '\u0000end']);
  expect(ids(root.children!.find(({ id }) => id === 'Both')!)).toEqual(['Both[0]', 'Both[1]']);
  expect(ids(root.children!.find(({ id }) => id === 'Each')!)).toEqual(['Each[item]/Pay']);
  expect(root.edges!.map(({ sources, targets }) => `${sources[0]} ${targets[0]}`)).toContain('Each \u0000end');
});

it('says what a task calls and how it waits, and cuts long rules', () => {
  expect(what(GRAPH.states[5]!)).toBe('sqs:sendMessage · callback');
  expect(what(GRAPH.states[4]!)).toBe('Map, distributed');
  expect(arrowLabel({ source: 'a', target: 'b', kind: 'choice', label: 'x'.repeat(40), index: 0 })).toHaveLength(30);
  expect(arrowLabel({ source: 'a', target: 'b', kind: 'catch', label: '', index: 0 })).toBe('catch');
});

it('a machine of too many states is not laid out, and says so', async () => {
  const states = Array.from({ length: MOST_DRAWN + 1 }, (_, i) => state(`S${i}`, 'Pass'));
  await expect(layOut({ states, transitions: [] }, { width: 800, height: 600 })).rejects.toThrow('It has 1,001 states; up to 1,000 are drawn.');
});
