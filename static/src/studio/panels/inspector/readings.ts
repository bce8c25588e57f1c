/** What a queue, a topic and a bucket show at the top of their inspector: three numbers, and what the trend draws. */
import { ruleCounts } from '../../model/rules';
import type { Place, TopologyNode } from '../../model/types';
import type { StudioStore } from '../../store/api';
import type { Series } from '../../ui/Trend.svelte';
import type { Reading } from './Numbers.svelte';

interface Drawn extends Omit<Series, 'values'> { place: Place }
interface Row { readings: (studio: StudioStore, node: TopologyNode) => readonly Reading[]; trend: readonly Drawn[] }

const DELIVERING: readonly Drawn[] = [{ place: 'pending', label: 'being delivered', colour: '--svc' }];
const passing = (label: string, ...kinds: string[]): Row['readings'] => (studio, { index }) => {
  const { counts, errors } = studio.gauges(index);
  return [
    { label, value: kinds.reduce((sum, kind) => sum + studio.tally(index, kind), 0) },
    { label: 'Being delivered', value: counts.pending, line: 'solid' },
    { label: 'Errors', value: errors, tone: 'bad' },
  ];
};

const ROWS: Readonly<Record<string, Row>> = {
  queue: {
    readings(studio, { index, is_dead_letter_queue }) {
      const { counts } = studio.gauges(index);
      return [
        { label: 'Visible', value: counts.visible, line: 'solid', tone: is_dead_letter_queue ? 'bad' : undefined },
        { label: 'In flight', value: counts.in_flight, line: 'dashed' },
        { label: 'Delayed', value: counts.delayed },
      ];
    },
    trend: [{ place: 'visible', label: 'visible', colour: '--svc' }, { place: 'in_flight', label: 'in flight', colour: '--ink-3', dash: true }],
  },
  topic: { readings: passing('Published', 'MessagePublished'), trend: DELIVERING },
  bus: {
    readings(studio, { index }) {
      const { counts } = studio.gauges(index);
      return [
        { label: 'Events', value: counts.delivered + counts.filtered + counts.pending },
        { label: 'Matched', value: counts.delivered, line: 'solid' },
        { label: 'By no rule', value: counts.filtered, line: 'dashed', tone: 'warn' },
      ];
    },
    trend: [{ place: 'delivered', label: 'matched', colour: '--svc' }, { place: 'filtered', label: 'by no rule', colour: '--ink-3', dash: true }],
  },
  rule: {
    readings(studio, node) {
      const counted = ruleCounts(studio, node), { counts } = studio.gauges(node.index);
      return [
        counted ? { label: 'Matched', value: counted.matched } : { label: 'Fired', value: studio.tally(node.index, 'ScheduleFired') },
        counted ? { label: 'Not matched', value: counted.asked - counted.matched } : { label: 'Delivered', value: counts.delivered },
        { label: 'Tried again', value: counts.pending, line: 'solid', tone: 'warn' },
      ];
    },
    trend: [{ place: 'pending', label: 'tried again', colour: '--svc' }],
  },
  'api-destination': {
    readings: (studio, { index }) => [{ label: 'Requests', value: studio.gauges(index).counts.delivered, line: 'solid' }, { label: 'Errors', value: studio.gauges(index).errors, tone: 'bad' }],
    trend: [{ place: 'delivered', label: 'requests', colour: '--svc' }],
  },
  schedule: {
    readings: (studio, { index }) => [{ label: 'Made', value: studio.gauges(index).counts.delivered }, { label: 'Waiting', value: studio.gauges(index).counts.pending, line: 'solid' }, { label: 'Errors', value: studio.gauges(index).errors, tone: 'bad' }],
    trend: DELIVERING,
  },
  pipe: {
    readings: (studio, { index }) => [{ label: 'Under way', value: studio.gauges(index).counts.pending, line: 'solid' }, { label: 'Filtered', value: studio.gauges(index).counts.filtered }, { label: 'Errors', value: studio.gauges(index).errors, tone: 'bad' }],
    trend: DELIVERING,
  },
  stream: {
    readings: (studio, { index }) => [
      { label: 'Records', value: studio.gauges(index).counts.visible, line: 'solid' }, { label: 'Put', value: studio.tally(index, 'RecordPut') },
      { label: 'Throttled', value: studio.tally(index, 'ShardThrottled'), tone: 'warn' },
    ],
    trend: [{ place: 'visible', label: 'records', colour: '--svc' }],
  },
  table: {
    readings: (studio, { index }) => [
      { label: 'Items', value: studio.gauges(index).counts.visible, line: 'solid' }, { label: 'Conditions failed', value: studio.tally(index, 'ConditionFailed') },
      { label: 'Throttled', value: studio.tally(index, 'TableThrottled'), tone: 'warn' },
    ],
    trend: [{ place: 'visible', label: 'items', colour: '--svc' }],
  },
  'delivery-stream': {
    readings: (studio, { index }) => [
      { label: 'Gathered', value: studio.gauges(index).counts.visible, line: 'solid' }, { label: 'Objects', value: studio.tally(index, 'FirehoseObjectDelivered') },
      { label: 'Errors', value: studio.gauges(index).errors, tone: 'bad' },
    ],
    trend: [{ place: 'visible', label: 'gathered', colour: '--svc' }],
  },
  'graphql-api': {
    readings: (studio, { index }) => [
      { label: 'Requests', value: studio.tally(index, 'GraphqlRequestReceived') }, { label: 'Being answered', value: studio.gauges(index).counts.pending, line: 'solid' },
      { label: 'With errors', value: studio.tally(index, 'GraphqlErrorsReturned'), tone: 'bad' },
    ],
    trend: DELIVERING,
  },
  'container-task': {
    readings: (studio, { index }) => [
      { label: 'Running', value: studio.gauges(index).counts.executing, line: 'solid' }, { label: 'Starting', value: studio.gauges(index).counts.pending, line: 'dashed' },
      { label: 'Failed', value: studio.gauges(index).counts.failed, tone: 'bad' },
    ],
    trend: [{ place: 'executing', label: 'running', colour: '--svc' }, { place: 'pending', label: 'starting', colour: '--ink-3', dash: true }],
  },
  'container-service': {
    readings: (studio, { index }) => [
      { label: 'Scaled', value: studio.tally(index, 'ServiceScaled') }, { label: 'Deployments', value: studio.tally(index, 'DeploymentBegan') },
      { label: 'Held back', value: studio.tally(index, 'ServiceHeldBack'), tone: 'warn' },
    ],
    trend: [],
  },
  database: {
    readings: (studio, { index }) => [
      { label: 'Running', value: studio.gauges(index).counts.executing, line: 'solid' }, { label: 'Statements', value: studio.tally(index, 'StatementStarted') },
      { label: 'Refused', value: studio.tally(index, 'ConnectionRefused'), tone: 'bad' },
    ],
    trend: [{ place: 'executing', label: 'running', colour: '--svc' }],
  },
  cluster: { readings: () => [], trend: [] },
  bucket: { readings: passing('Put', 'ObjectCreated', 'ObjectReplaced'), trend: DELIVERING },
};

/** A kind without a row counts like a queue. */
const rowOf = ({ kind }: TopologyNode): Row => ROWS[kind] ?? ROWS.queue!;

export const readingsOf = (studio: StudioStore, node: TopologyNode): readonly Reading[] => rowOf(node).readings(studio, node);
export const trendOf = (studio: StudioStore, node: TopologyNode): readonly Series[] =>
  rowOf(node).trend.map(({ place, ...drawn }) => ({ ...drawn, values: studio.series(node.index, place) }));
