/** How each kind of resource looks and is called: its word and its glyph. Its hue is `[data-kind]` in tokens.css. */
import type { Component } from 'svelte';
import Archive from '@lucide/svelte/icons/archive';
import Ledger from '@lucide/svelte/icons/book-open-text';
import Container from '@lucide/svelte/icons/box';
import Schedule from '@lucide/svelte/icons/calendar-clock';
import Stub from '@lucide/svelte/icons/circle-dashed';
import Cluster from '@lucide/svelte/icons/container';
import Bucket from '@lucide/svelte/icons/cylinder';
import Database from '@lucide/svelte/icons/database';
import Rule from '@lucide/svelte/icons/funnel';
import Queue from '@lucide/svelte/icons/layers';
import DeadLetters from '@lucide/svelte/icons/octagon-alert';
import Topic from '@lucide/svelte/icons/radio-tower';
import Graph from '@lucide/svelte/icons/share-2';
import Pipe from '@lucide/svelte/icons/spline';
import Bus from '@lucide/svelte/icons/split';
import Function from '@lucide/svelte/icons/square-function';
import Table from '@lucide/svelte/icons/table-2';
import Delivery from '@lucide/svelte/icons/truck';
import You from '@lucide/svelte/icons/user-round';
import Stream from '@lucide/svelte/icons/waves';
import Api from '@lucide/svelte/icons/webhook';
import Machine from '@lucide/svelte/icons/workflow';
import type { TopologyNode } from '../model/types';

export type Icon = Component<{ size?: number | string; strokeWidth?: number | string }>;
export interface Look { label: string; icon: Icon }

export const KINDS: Readonly<Record<string, Look>> = {
  client: { label: 'You and your programs', icon: You },
  queue: { label: 'Queue', icon: Queue },
  dlq: { label: 'Dead-letter queue', icon: DeadLetters },
  function: { label: 'Function', icon: Function },
  topic: { label: 'Topic', icon: Topic },
  bus: { label: 'Event bus', icon: Bus },
  rule: { label: 'Rule', icon: Rule },
  archive: { label: 'Archive', icon: Archive },
  'api-destination': { label: 'API destination', icon: Api },
  schedule: { label: 'Schedule', icon: Schedule },
  pipe: { label: 'Pipe', icon: Pipe },
  machine: { label: 'State machine', icon: Machine },
  table: { label: 'Table', icon: Table },
  stream: { label: 'Stream', icon: Stream },
  'delivery-stream': { label: 'Delivery stream', icon: Delivery },
  bucket: { label: 'Bucket', icon: Bucket },
  api: { label: 'HTTP API', icon: Api },
  'graphql-api': { label: 'GraphQL API', icon: Graph },
  cluster: { label: 'Cluster', icon: Cluster },
  'container-task': { label: 'Container task', icon: Container },
  'container-service': { label: 'Container service', icon: Container },
  database: { label: 'Database', icon: Database },
  ledger: { label: 'Ledger', icon: Ledger },
  'ledger-stream': { label: 'Ledger stream', icon: Stream },
  stub: { label: 'Outside the template', icon: Stub },
};

/** The kind a node is drawn as: a queue that others name in their redrive policy is drawn as their dead-letter queue. */
export const drawnKind = (node: Pick<TopologyNode, 'kind' | 'is_dead_letter_queue'>): string =>
  node.kind === 'queue' && node.is_dead_letter_queue ? 'dlq' : node.kind;

export const lookOf = (node: Pick<TopologyNode, 'kind' | 'is_dead_letter_queue'>): Look => KINDS[drawnKind(node)] ?? KINDS.stub!;
