/**
 * A store with fixed answers, for component tests only: an `orders` queue with an `orders-dlq`, read by `charge-card`.
 * Give `fakeStudio({ … })` the members a test is about; commands are remembered in `given`.
 */
import type { CommandFrame, ContentRow, DeadLetter, Gauges, Kind, Place, StudioData, TopologyNode } from '../model/types';
import { clock } from '../ui/format';
import type { StudioStore } from './api';

const PLACES: Place[] = [
  'visible', 'in_flight', 'delayed', 'pending', 'executing',
  'delivered', 'deleted', 'purged', 'expired', 'filtered', 'discarded', 'moved', 'failed',
];
const nowhere = Object.fromEntries(PLACES.map((place) => [place, 0])) as Record<Place, number>;

const node = (index: number, id: string, kind: string, more: Partial<TopologyNode> = {}): TopologyNode => ({
  index, id, name: id, type: '', kind, service: 'sqs', arn: `arn:aws:sqs:eu-west-1:123456789012:${id}`,
  url: `https://sqs.eu-west-1.amazonaws.com/123456789012/${id}`, scenery: false, is_dead_letter_queue: false, position: null,
  properties: {}, settings: [{ name: 'Visibility timeout', value: 30, unit: 's', source: 'default' }], ...more,
});

export const fakeData: StudioData = {
  execution: {
    id: '0d5f8a5e-0000-4000-8000-000000000001', name: 'First run', seed: 7, epoch: '2026-01-01T00:00:00Z', generation: 1,
    topology_id: '0d5f8a5e-0000-4000-8000-000000000002', topology_name: 'Order pipeline', parent: null, forked_at: null,
  },
  topology: {
    name: 'Order pipeline', region: 'eu-west-1', account: '123456789012', digest: '',
    nodes: [
      node(0, 'client', 'client', { name: 'You', service: 'client', scenery: true }),
      node(1, 'orders', 'queue'),
      node(2, 'orders-dlq', 'queue', { is_dead_letter_queue: true }),
      node(3, 'charge-card', 'function', { service: 'lambda', arn: 'arn:aws:lambda:eu-west-1:123456789012:function:charge-card' }),
      node(4, 'receipts', 'bucket', { service: 'external' }),
    ],
    links: [
      { index: 0, id: 'send-orders', source: 0, target: 1, kind: 'send', via: '', style: 'scenery', label: '', settings: [] },
      { index: 1, id: 'orders-redrive', source: 1, target: 2, kind: 'redrive', via: '', style: 'solid', label: 'after 3 receives', settings: [] },
      { index: 2, id: 'orders-charge-card', source: 1, target: 3, kind: 'esm', via: '', style: 'solid', label: 'batches of 10', settings: [] },
      { index: 3, id: 'charge-card-receipts', source: 3, target: 4, kind: 'sdk', via: '', style: 'suggested', label: '', settings: [] },
    ],
  },
  report: [{ resource: 'Orders', property: 'KmsMasterKeyId', verdict: 'ignored', reason: 'Encryption changes nothing here', path: '/Resources/Orders', line: 12 }],
  kinds: [] as Kind[], socket_url: '/ws/executions/0d5f8a5e-0000-4000-8000-000000000001/', api: '/api',
};

export const fakeGauges = (counts: Partial<Record<Place, number>> = {}, more: Partial<Gauges> = {}): Gauges => ({
  counts: { ...nowhere, ...counts }, rate: 0, errors: 0, history: Array.from({ length: 48 }, (_, i) => i % 9), ...more,
});

export const fakeRow = (subject: number, more: Partial<ContentRow> = {}): ContentRow => ({
  subject, root: subject, id: `00000000-0000-4000-8000-${String(subject).padStart(12, '0')}`, state: 'in_flight',
  at: 2_000_000, body: subject, attempt: 2, reason: 'In flight until 00:00:33.000', ...more,
});

export const fakeDeadLetter = (subject: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  subject, root: subject, id: fakeRow(subject).id, node: 2, source: 1, state: 'visible', at: 95_000_000,
  reason: 'Received 3 times, the most its redrive policy allows', error_type: 'CardDeclined', error: 0, attempts: 3,
  first_receive_at: 2_000_000, last_receive_at: 62_000_000, body: subject, ...more,
});

const applied = (operation: string): CommandFrame => ({
  type: 'command', key: 'key', ordinal: 1, status: 'applied', at: 0, operation, result: {}, error: null, execution: null,
});

export interface FakeStudio extends StudioStore { given: [operation: string, params: Record<string, unknown>][] }

export function fakeStudio(more: Partial<StudioStore> = {}): FakeStudio {
  const given: FakeStudio['given'] = [];
  const idle = fakeGauges();
  return {
    ...fakeData, given, example: null, management: null, lens: false, toggleLens() {}, wasReplayed: () => false, blocks: () => [], batchTrees: () => ({ total: 0, trees: [] }),
    playback: { playhead: 95_000_000, playing: false, speed: 1 },
    connected: true, gone: false, driver: { viewer: 'v1', name: 'Ana' }, drives: true, forksHere: false,
    selection: null,
    since: null,
    select(selection) { this.selection = selection; },
    lanes: () => ({ total: 0, lanes: [] }),
    kept: () => ({ count: 0, bytes: 0, at: new Float64Array(), subject: new Uint32Array() }),
    preview: () => ({ events: 0, rules: new Map() }),
    replays: () => [],
    isReplayed: () => false,
    nextFiring: () => null,
    crossed: () => 0,
    machine: null,
    openMachine() {},
    stateMarks: () => new Map(),
    machineExecutions: () => ({ total: 0, rows: [] }),
    machineDefinition: () => 0,
    machineExecution: (subject) => ({ subject, root: subject, id: fakeRow(subject).id, name: '', begun: true, status: 'RUNNING', started_at: 0, ended_at: null, input: 1, output: 0, error: '', cause: 0, redrives: 0 }),
    executionHistory: () => [],
    executionPath: () => ({ marks: new Map(), taken: new Set() }),
    node: (index) => fakeData.topology.nodes[index]!,
    gauges: () => idle,
    series: (_node, _state, points = 48) => Array.from({ length: points }, (_, i) => i % 9),
    contents: () => [],
    journey: () => [],
    deadLetters: () => [],
    moveTasks: () => [],
    recent: () => [],
    subject: (handle) => ({ handle, kind: 'message', id: fakeRow(handle).id, parent: 0, root: handle, body: handle }),
    traffic: () => [],
    faults: () => [],
    changes: () => new Map(),
    tally: () => 0,
    database: () => ({ state: 'available', since: null, until: null, acus: null }),
    behaviour: () => null,
    bins: (count) => Array.from({ length: count }, (_, i) => ({ from: i * 1_000_000, records: i % 7, failures: i % 3 })),
    sentence: (sequence) => `Record ${sequence}.`,
    body: async (number) => `{"orderId": "ord_${number}"}`,
    command: async (operation, params) => { given.push([operation, params]); return applied(operation); },
    clock: (at) => clock(at),
    ...more,
  };
}
