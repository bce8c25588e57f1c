/** What the Send panel asks for: the form's fields, what is wrong with them, and the StartTraffic that they make. */
import type { Example, TopologyNode } from '../../model/types';
import { count } from '../../ui/format';
import { entryOf, entryText, filledIn, isAws } from './entry';

export type Mode = 'once' | 'burst' | 'rate';
export type InvocationType = 'Event' | 'RequestResponse';

export interface SendForm {
  mode: Mode;
  body: string;
  count: number | null;
  rate: number | null;
  poisoned: boolean;
  every: number | null;
  poison: string;
  /** What else an example sends every so often: not edited here, sent while there is poison. */
  more: readonly { Every: number; MessageBody: string }[];
  /** A bucket's: the name of each object; empty: one that the bucket's first notification takes. */
  key: string;
  /** A stream's: the partition key, `{{index}}` and `{{index % 10}}` filled in; empty: ten keys in turn. */
  partition: string;
  /** A function's: asynchronously, or waiting for the answer. */
  invocation: InvocationType;
  /** A FIFO queue's or topic's: the message group, `{{index}}` and `{{index % 5}}` filled in; empty: five groups in turn. */
  group: string;
  /** A queue's or topic's: message attributes as JSON, name → text or number; filter policies look at them. */
  attributes: string;
  /** An event's: the body is its detail. */
  source: string;
  detailType: string;
  /** An API's: method and path, `{{index}}` filled in; both empty: those of its first route that takes a body. */
  method: string;
  path: string;
}

export const MOST_MESSAGES = 1_000_000;
export const MOST_PER_SECOND = 100_000;

/** The form that an example's traffic fills in. */
export function exampleForm(traffic: Example['traffic'], kind = ''): SendForm {
  const empty = emptyForm(kind);
  const variant = traffic.Variants?.[0];
  return {
    ...empty,
    mode: traffic.Mode === 'rate' || traffic.Mode === 'burst' ? traffic.Mode : 'once',
    ...(kind === 'bus' ? eventFields(traffic.MessageBody ?? '', empty) : { body: traffic.MessageBody ?? empty.body }),
    count: traffic.Count ?? empty.count,
    rate: traffic.RatePerSecond ?? empty.rate,
    key: traffic.Key ?? empty.key,
    partition: traffic.PartitionKey ?? empty.partition,
    invocation: traffic.InvocationType === 'RequestResponse' ? 'RequestResponse' : 'Event',
    method: traffic.Method ?? '',
    path: traffic.Path ?? '',
    group: traffic.MessageGroupId ?? '',
    attributes: traffic.MessageAttributes ? JSON.stringify(plain(traffic.MessageAttributes)) : '',
    ...(variant ? { poisoned: true, every: variant.Every, poison: variant.MessageBody, more: traffic.Variants!.slice(1) } : {}),
  };
}

function eventFields(text: string, { source, detailType, body }: SendForm): Pick<SendForm, 'source' | 'detailType' | 'body'> {
  const { detail, ...entry } = entryOf(text, { source, detailType, detail: body });
  return { ...entry, body: detail };
}

export const emptyForm = (kind = ''): SendForm => ({
  mode: 'once',
  body: '{\n  "orderId": "ord_{{index}}",\n  "amount": 4200\n}',
  count: 200,
  rate: 20,
  poisoned: false,
  every: 10,
  poison: kind === 'bus' ? POISON_EVENT : '{\n  "orderId": "ord_{{index}}",\n  "amount": -1,\n  "poison": true\n}',
  more: [],
  key: '',
  partition: '',
  invocation: 'Event',
  group: '',
  attributes: '',
  source: 'shop.orders',
  detailType: 'OrderPlaced',
  method: '',
  path: '',
});

const POISON_EVENT = '{\n  "Source": "shop.orders",\n  "DetailType": "OrderCancelled",\n  "Detail": {"orderId": "ord_{{index}}"}\n}';

/** Field → sentence; empty when the form may be sent. */
export function problems(form: SendForm, kind = ''): Partial<Record<keyof SendForm, string>> {
  const found: Partial<Record<keyof SendForm, string>> = {};
  if (!form.body.trim()) found.body = 'A message needs a body.';
  else if (kind === 'bus' && !filledIn(form.body)) found.body = 'The detail of an event is a JSON object.';
  if (kind === 'bus' && !(form.source.trim() && form.detailType.trim())) found.source = 'An event needs a source and a detail type.';
  if (kind === 'bus' && form.mode !== 'once' && isAws(form.source)) found.source = 'An event in the name of AWS is sent once.';
  if (form.mode !== 'once') {
    if (!whole(form.count, 1, MOST_MESSAGES)) found.count = `A whole number from 1 to ${MOST_MESSAGES.toLocaleString('en')}.`;
    if (form.poisoned && !whole(form.every, 1, MOST_MESSAGES)) found.every = 'A whole number from 1.';
    if (form.poisoned && !form.poison.trim()) found.poison = 'A message needs a body.';
  }
  if (form.mode === 'rate' && !(form.rate !== null && form.rate > 0 && form.rate <= MOST_PER_SECOND)) {
    found.rate = `More than 0, at most ${MOST_PER_SECOND.toLocaleString('en')}.`;
  }
  if (form.attributes.trim() && !attributesOf(form.attributes)) found.attributes = 'A JSON object of texts and numbers, like {"country": "CH"}.';
  return found;
}

type Attribute = { DataType: string; StringValue: string };

/** Attributes as people write them, in AWS's form; null if that is no object of texts, numbers and lists. */
export function attributesOf(text: string): Record<string, Attribute> | null {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  const found: Record<string, Attribute> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string') found[name] = { DataType: 'String', StringValue: value };
    else if (typeof value === 'number') found[name] = { DataType: 'Number', StringValue: String(value) };
    else if (Array.isArray(value)) found[name] = { DataType: 'String.Array', StringValue: JSON.stringify(value) };
    else return null;
  }
  return found;
}

function plain(attributes: Record<string, Attribute>): Record<string, unknown> {
  const value = ({ DataType, StringValue }: Attribute) => (DataType === 'Number' ? Number(StringValue) : DataType === 'String.Array' ? JSON.parse(StringValue) : StringValue);
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, value(attribute)]));
}

export const isFifo = ({ kind, name }: Pick<TopologyNode, 'kind' | 'name'>): boolean => ['queue', 'topic'].includes(kind) && name.endsWith('.fifo');

export function startTraffic(form: SendForm, { kind, arn, name }: Pick<TopologyNode, 'kind' | 'arn' | 'name'>): Record<string, unknown> {
  const one = form.mode === 'once';
  return {
    TargetArn: arn,
    Mode: form.mode,
    Count: one ? 1 : form.count,
    ...(form.mode === 'rate' ? { RatePerSecond: form.rate } : {}),
    MessageBody: kind === 'bus' ? entryText({ source: form.source.trim(), detailType: form.detailType.trim(), detail: form.body }) : form.body,
    ...(kind === 'bucket' && form.key.trim() ? { Key: form.key.trim() } : {}),
    ...(kind === 'stream' && form.partition.trim() ? { PartitionKey: form.partition.trim() } : {}),
    ...(isFifo({ kind, name }) && form.group.trim() ? { MessageGroupId: form.group.trim() } : {}),
    ...(['queue', 'topic'].includes(kind) && form.attributes.trim() ? { MessageAttributes: attributesOf(form.attributes) } : {}),
    ...(kind === 'api' && form.method ? { Method: form.method } : {}),
    ...(kind === 'api' && form.path.trim() ? { Path: form.path.trim() } : {}),
    ...(kind === 'function' ? { InvocationType: form.invocation } : {}),
    ...(form.poisoned && !one ? { Variants: [{ Every: form.every, MessageBody: form.poison }, ...form.more] } : {}),
  };
}

/** What the button will do, for its own label and for the notice afterwards. */
export function described(form: SendForm, noun = 'message'): string {
  const sent = count(form.mode === 'once' ? 1 : (form.count ?? 0), noun);
  return form.mode === 'rate' ? `${sent} at ${form.rate ?? 0}/s` : sent;
}

const whole = (n: number | null, least: number, most: number): boolean => n !== null && Number.isInteger(n) && n >= least && n <= most;
