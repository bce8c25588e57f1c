/** What can be sent to from here, and how sending is called there: one row per kind of node. */
import type { TopologyNode } from '../../model/types';

export interface Target {
  /** One of what is sent, and its body, in words. */
  noun: string;
  body: string;
  /** The field that only this kind has. */
  extra: '' | 'key' | 'partition' | 'invocation' | 'event' | 'http';
  /** What else there is to know before sending. */
  hint?: string;
}

export const TARGETS: Readonly<Record<string, Target>> = {
  queue: { noun: 'message', body: 'Message body', extra: '' },
  topic: { noun: 'notification', body: 'Message', extra: '' },
  bucket: { noun: 'object', body: 'Content', extra: 'key' },
  function: { noun: 'event', body: 'Event (JSON)', extra: 'invocation' },
  bus: { noun: 'event', body: 'Detail (JSON)', extra: 'event' },
  api: { noun: 'request', body: 'Body', extra: 'http' },
  machine: { noun: 'execution', body: 'Input (JSON)', extra: '' },
  stream: { noun: 'record', body: 'Data', extra: 'partition' },
  table: { noun: 'item', body: 'Item (JSON)', extra: '', hint: 'Keys that the item lacks are made up.' },
  'delivery-stream': { noun: 'record', body: 'Data', extra: '' },
  'graphql-api': { noun: 'request', body: 'Query, or variables (JSON)', extra: '', hint: 'A JSON object is the variables of the usual request of the API.' },
  database: { noun: 'statement', body: 'SQL', extra: '', hint: 'You connect, as a program does.' },
  'container-task': { noun: 'task', body: 'PAYLOAD', extra: '', hint: 'It is the variable PAYLOAD of the container.' },
};

export const targetOf = ({ kind }: Pick<TopologyNode, 'kind'>): Target => TARGETS[kind] ?? TARGETS.queue!;

/** Stubs take nothing from you: what is not simulated cannot show what became of it. */
export const isTarget = ({ kind, simulated, missing, service }: TopologyNode): boolean =>
  kind in TARGETS && simulated !== false && !missing && service !== 'external';
