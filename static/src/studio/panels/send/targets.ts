/** What can be sent to from here, and how sending is called there: one row per kind of node. */
import type { TopologyNode } from '../../model/types';

export interface Target {
  /** One of what is sent, and its body, in words. */
  noun: string;
  body: string;
  /** The field that only this kind has. */
  extra: '' | 'key' | 'invocation' | 'event' | 'http';
}

export const TARGETS: Readonly<Record<string, Target>> = {
  queue: { noun: 'message', body: 'Message body', extra: '' },
  topic: { noun: 'notification', body: 'Message', extra: '' },
  bucket: { noun: 'object', body: 'Content', extra: 'key' },
  function: { noun: 'event', body: 'Event (JSON)', extra: 'invocation' },
  bus: { noun: 'event', body: 'Detail (JSON)', extra: 'event' },
  api: { noun: 'request', body: 'Body', extra: 'http' },
  machine: { noun: 'execution', body: 'Input (JSON)', extra: '' },
};

export const targetOf = ({ kind }: Pick<TopologyNode, 'kind'>): Target => TARGETS[kind] ?? TARGETS.queue!;

/** Stubs take nothing from you: what is not simulated cannot show what became of it. */
export const isTarget = ({ kind, simulated, missing, service }: TopologyNode): boolean =>
  kind in TARGETS && simulated !== false && !missing && service !== 'external';
