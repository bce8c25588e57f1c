/** What lies at a node, by its kind: the tabs of its contents, each with what it says when it is empty. */
import type { Place, TopologyNode } from '../../model/types';

export interface Lying { id: Place; label: string; none: string }

const QUEUE: readonly Lying[] = [
  { id: 'visible', label: 'Visible', none: 'No message is waiting to be received.' },
  { id: 'in_flight', label: 'In flight', none: 'No message has been received and not yet deleted.' },
  { id: 'delayed', label: 'Delayed', none: 'No message waits for its delay to pass.' },
];
const LYING: Readonly<Record<string, readonly Lying[]>> = {
  queue: QUEUE,
  topic: [{ id: 'pending', label: 'Being delivered', none: 'No notification is under way to a subscriber.' }],
  bucket: [
    { id: 'visible', label: 'Objects', none: 'The bucket is empty.' },
    { id: 'pending', label: 'Being delivered', none: 'No event notification is under way.' },
  ],
  bus: [
    { id: 'filtered', label: 'Matched by none', none: 'Every event so far was matched by a rule.' },
    { id: 'delivered', label: 'Matched', none: 'No rule has matched an event yet.' },
  ],
  rule: [
    { id: 'pending', label: 'Tried again', none: 'No delivery waits for its next attempt.' },
    { id: 'moved', label: 'Dead letters', none: 'Nothing went to a dead-letter queue.' },
    { id: 'delivered', label: 'Delivered', none: 'Nothing was delivered yet.' },
  ],
  schedule: [
    { id: 'pending', label: 'Waiting', none: 'No call of its target waits.' },
    { id: 'delivered', label: 'Made', none: 'It has not called its target yet.' },
  ],
  pipe: [
    { id: 'pending', label: 'Under way', none: 'Nothing is in the pipe.' },
    { id: 'filtered', label: 'Filtered', none: 'Its filter has let everything through.' },
  ],
  'api-destination': [{ id: 'delivered', label: 'Requests', none: 'No request was sent to the endpoint yet.' }],
  stream: [{ id: 'visible', label: 'Records', none: 'No record is in the stream.' }],
  table: [{ id: 'visible', label: 'Items', none: 'The table is empty.' }],
  'delivery-stream': [
    { id: 'visible', label: 'Gathered', none: 'Nothing is gathered for the next object.' },
    { id: 'executing', label: 'On their way', none: 'No object is being written or transformed.' },
  ],
  'graphql-api': [{ id: 'pending', label: 'Being answered', none: 'No request is being answered.' }],
  database: [
    { id: 'executing', label: 'Running', none: 'No statement runs.' },
    { id: 'pending', label: 'Waiting', none: 'Nobody waits for the database to resume.' },
    { id: 'failed', label: 'Failed', none: 'No statement has failed.' },
  ],
  api: [{ id: 'pending', label: 'Being answered', none: 'No request is being answered.' }],
  'container-task': [
    { id: 'executing', label: 'Running', none: 'No task runs.' },
    { id: 'pending', label: 'Starting', none: 'No task is starting.' },
    { id: 'failed', label: 'Failed', none: 'No task has failed.' },
  ],
  function: [{ id: 'pending', label: 'Waiting events', none: 'No event is in the internal queue of asynchronous invocation.' }],
};

/** The tabs of a place's inspector, by its kind. */
export interface PlaceTab { id: string; label: string }

const CONTENTS = { id: 'contents', label: 'Contents' }, SEND = { id: 'send', label: 'Send' };
const COMMON: readonly PlaceTab[] = [{ id: 'faults', label: 'Faults' }, { id: 'settings', label: 'Settings' }];
const OWN: Readonly<Record<string, (node: Pick<TopologyNode, 'name' | 'properties'>) => readonly PlaceTab[]>> = {
  queue: ({ name }) => [CONTENTS, ...(name.endsWith('.fifo') ? [{ id: 'groups', label: 'Groups' }] : []), SEND],
  bus: () => [{ id: 'contents', label: 'Events' }, { id: 'rules', label: 'Rules' }, SEND, { id: 'schemas', label: 'Schemas' }],
  rule: ({ properties }) => [{ id: 'pattern', label: properties.EventPattern ? 'Pattern' : 'Schedule' }, { id: 'targets', label: 'Targets' }],
  'container-task': () => [CONTENTS, { id: 'behaviour', label: 'Behaviour' }, SEND],
  'graphql-api': () => [CONTENTS, SEND, { id: 'listeners', label: 'Listeners' }],
  database: () => [{ id: 'use', label: 'Use' }, { id: 'contents', label: 'Statements' }, SEND],
  schedule: () => [{ id: 'schedule', label: 'Schedule' }, { id: 'contents', label: 'Calls' }],
};
/** Where you can send to. */
const TAKES = new Set(['topic', 'bucket', 'api', 'stream', 'table', 'delivery-stream', 'container-task']);
/** Nothing lies there by itself. */
const EMPTY = new Set(['cluster', 'container-service']);

export const tabsOf = (node: Pick<TopologyNode, 'kind' | 'name' | 'properties'>): readonly PlaceTab[] => [...(OWN[node.kind]?.(node) ?? (EMPTY.has(node.kind) ? [] : TAKES.has(node.kind) ? [CONTENTS, SEND] : [CONTENTS])), ...COMMON];

export const lyingAt = ({ kind }: Pick<TopologyNode, 'kind'>): readonly Lying[] => LYING[kind] ?? QUEUE;
