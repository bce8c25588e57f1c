/** The cast of the store's tests: records written by hand for `orders`, `charge-card` and `orders-dlq`. */
import type { Chunk, Detail } from '../../src/studio/store/chunk';
import type { Kind } from '../../src/studio/model/types';

export const CLIENT = 0, ORDERS = 1, ORDERS_DLQ = 2, CHARGE_CARD = 3;
export const SEND = 0, REDRIVE = 1, MAPPING = 2;
export const SECOND = 1_000_000;

const kind = (number: number, name: string, more: Partial<Kind> = {}): Kind => ({
  number, service: 'sqs', name, fields: [], sentence: name, to: '', outcome: 'neutral', motion: '', rate: false, ...more,
});

export const KINDS: Kind[] = [
  kind(100, 'MessageSent', { fields: [['link', 'link']], sentence: 'sent to {node}; visible at once', to: 'visible', motion: 'forward', rate: true }),
  kind(102, 'MessageReceived', {
    fields: [['link', 'link'], ['visible_at', 'instant']], sentence: 'received (receive {attempt}); in flight until {visible_at}', to: 'in_flight', motion: 'forward',
  }),
  kind(103, 'MessageDeleted', { sentence: 'deleted after receive {attempt}', to: 'deleted', outcome: 'delivered' }),
  kind(104, 'MessageBecameVisible', { sentence: 'visible again', to: 'visible', outcome: 'retry' }),
  kind(106, 'MessageMovedToDeadLetterQueue', {
    fields: [['link', 'link'], ['receive_count', 'integer'], ['maximum', 'integer']],
    sentence: 'moved over {link} after {receive_count} receives (maximum {maximum})', to: 'moved', outcome: 'lost', motion: 'forward',
  }),
  kind(107, 'DeadLetterArrived', { fields: [['source', 'node']], sentence: 'arrived as a dead letter from {source}', to: 'visible', outcome: 'lost' }),
  kind(112, 'MoveTaskStarted', { fields: [['source', 'node'], ['destination', 'node'], ['total', 'integer'], ['rate', 'integer']] }),
  kind(113, 'MoveTaskProgressed', { fields: [['moved', 'integer'], ['total', 'integer']] }),
  kind(114, 'MoveTaskCompleted', { fields: [['moved', 'integer']] }),
  kind(200, 'InvocationStarted', { fields: [['link', 'link'], ['batch_size', 'integer']], to: 'executing', rate: true }),
  kind(202, 'InvocationFailed', { fields: [['error_type', 'string']], sentence: '{node} failed with {error_type}', to: 'failed', outcome: 'retry' }),
  kind(205, 'DeliveryFailed', {
    fields: [['link', 'link'], ['error_type', 'string'], ['error', 'body']], sentence: 'failed with {error_type}', outcome: 'retry', motion: 'backward',
  }),
];

export interface Written { at: number; node: number; kind: number; subject: number; attempt?: number; detail?: Detail; request?: number }
export interface NewSubject { kind: number; parent?: number; root?: number; identity?: number; body?: number }

/** Records and subjects as one chunk, the first record being `first` and the first subject `firstSubject`. */
export function chunkOf(records: readonly Written[], subjects: readonly NewSubject[] = [], { first = 1, firstSubject = 1 } = {}): Chunk {
  const details: Detail[] = [];
  const handle = (i: number) => firstSubject + i;
  return {
    execution: 'e', generation: 1, first, count: records.length,
    at: Float64Array.from(records, ({ at }) => at),
    node: Uint16Array.from(records, ({ node }) => node),
    kind: Uint16Array.from(records, (record) => record.kind),
    subject: Uint32Array.from(records, ({ subject }) => subject),
    request: Uint32Array.from(records, ({ request = 0 }) => request),
    cause: new Uint32Array(records.length),
    attempt: Uint32Array.from(records, ({ attempt = 0 }) => attempt),
    detail: Uint32Array.from(records, ({ detail }) => (detail ? details.push(detail) : 0)),
    details,
    subjects: {
      first: firstSubject, count: subjects.length,
      kind: Uint8Array.from(subjects, (subject) => subject.kind),
      parent: Uint32Array.from(subjects, ({ parent = 0 }) => parent),
      root: Uint32Array.from(subjects, ({ root }, i) => root ?? handle(i)),
      identity: Uint32Array.from(subjects, ({ identity }, i) => identity ?? handle(i)),
      body: Uint32Array.from(subjects, ({ body = 0 }) => body),
    },
  };
}

/** One poison message: sent, received three times, dead. Message 1, invocations 2–4, dead letter 5. */
export const POISON_SUBJECTS: NewSubject[] = [
  { kind: 1, body: 1 }, { kind: 2 }, { kind: 2 }, { kind: 2 }, { kind: 1, parent: 1, root: 1, identity: 1, body: 1 },
];
export const POISON: Written[] = [
  { at: 0, node: ORDERS, kind: 100, subject: 1, detail: [SEND] },
  ...[1, 2, 3].flatMap((attempt): Written[] => {
    const at = (attempt - 1) * 30 * SECOND, request = attempt + 1;
    return [
      ...(attempt > 1 ? [{ at, node: ORDERS, kind: 104, subject: 1, attempt: attempt - 1 }] : []),
      { at, node: ORDERS, kind: 102, subject: 1, request, attempt, detail: [MAPPING, 30 * SECOND] },
      { at, node: CHARGE_CARD, kind: 200, subject: request, request, detail: [MAPPING, 1] },
      { at: at + 100_000, node: CHARGE_CARD, kind: 202, subject: request, request, detail: ['CardDeclined'] },
      { at: at + 100_000, node: CHARGE_CARD, kind: 205, subject: 1, request, attempt, detail: [MAPPING, 'CardDeclined', 2] },
    ];
  }),
  { at: 90 * SECOND, node: ORDERS, kind: 106, subject: 1, attempt: 3, detail: [REDRIVE, 3, 3] },
  { at: 90 * SECOND, node: ORDERS_DLQ, kind: 107, subject: 5, attempt: 3, detail: [ORDERS] },
];
