/** What a card shows as its one large number, by the kind of its node. */
import type { Gauges, Place } from './types';

export interface Reading { place: Place; unit: string }

const WAITING: Reading = { place: 'visible', unit: 'waiting' };
const READINGS: Readonly<Record<string, Reading>> = {
  queue: WAITING,
  dlq: { place: 'visible', unit: 'dead letters' },
  function: { place: 'executing', unit: 'running' },
  topic: { place: 'pending', unit: 'being delivered' },
  bucket: { place: 'visible', unit: 'objects' },
  machine: { place: 'executing', unit: 'running' },
  bus: { place: 'delivered', unit: 'matched' },
  rule: { place: 'pending', unit: 'being delivered' },
  schedule: { place: 'delivered', unit: 'calls made' },
  pipe: { place: 'pending', unit: 'under way' },
  stream: { place: 'visible', unit: 'records' },
  'delivery-stream': { place: 'visible', unit: 'gathered' },
  table: { place: 'visible', unit: 'items' },
  'graphql-api': { place: 'pending', unit: 'being answered' },
  'container-task': { place: 'executing', unit: 'tasks running' },
  'container-service': { place: 'executing', unit: 'tasks running' },
  cluster: { place: 'executing', unit: 'tasks running' },
  database: { place: 'executing', unit: 'running' },
  archive: { place: 'visible', unit: 'events kept' },
  api: { place: 'pending', unit: 'being answered' },
  'api-destination': { place: 'delivered', unit: 'requests' },
};

export const readingOf = (kind: string): Reading => READINGS[kind] ?? WAITING;
export const mainPlace = (kind: string): Place => readingOf(kind).place;
export const mainCount = (kind: string, gauges: Gauges): number => gauges.counts[mainPlace(kind)];
