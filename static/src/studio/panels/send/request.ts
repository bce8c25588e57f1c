/** What the Send panel asks for: the form's fields, what is wrong with them, and the StartTraffic that they make. */
import type { Example, TopologyNode } from '../../model/types';
import { count } from '../../ui/format';

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
  /** A bucket's: the name of each object; empty: one that the bucket's first notification takes. */
  key: string;
  /** A function's: asynchronously, or waiting for the answer. */
  invocation: InvocationType;
}

export const MOST_MESSAGES = 1_000_000;
export const MOST_PER_SECOND = 100_000;

/** The form that an example's traffic fills in. */
export function exampleForm(traffic: Example['traffic']): SendForm {
  const empty = emptyForm();
  const variant = traffic.Variants?.[0];
  return {
    ...empty,
    mode: traffic.Mode === 'rate' || traffic.Mode === 'burst' ? traffic.Mode : 'once',
    body: traffic.MessageBody ?? empty.body,
    count: traffic.Count ?? empty.count,
    rate: traffic.RatePerSecond ?? empty.rate,
    key: traffic.Key ?? empty.key,
    invocation: traffic.InvocationType === 'RequestResponse' ? 'RequestResponse' : 'Event',
    ...(variant ? { poisoned: true, every: variant.Every, poison: variant.MessageBody } : {}),
  };
}

export const emptyForm = (): SendForm => ({
  mode: 'once',
  body: '{\n  "orderId": "ord_{{index}}",\n  "amount": 4200\n}',
  count: 200,
  rate: 20,
  poisoned: false,
  every: 10,
  poison: '{\n  "orderId": "ord_{{index}}",\n  "amount": -1,\n  "poison": true\n}',
  key: '',
  invocation: 'Event',
});

/** Field → sentence; empty when the form may be sent. */
export function problems(form: SendForm): Partial<Record<keyof SendForm, string>> {
  const found: Partial<Record<keyof SendForm, string>> = {};
  if (!form.body.trim()) found.body = 'A message needs a body.';
  if (form.mode !== 'once') {
    if (!whole(form.count, 1, MOST_MESSAGES)) found.count = `A whole number from 1 to ${MOST_MESSAGES.toLocaleString('en')}.`;
    if (form.poisoned && !whole(form.every, 1, MOST_MESSAGES)) found.every = 'A whole number from 1.';
    if (form.poisoned && !form.poison.trim()) found.poison = 'A message needs a body.';
  }
  if (form.mode === 'rate' && !(form.rate !== null && form.rate > 0 && form.rate <= MOST_PER_SECOND)) {
    found.rate = `More than 0, at most ${MOST_PER_SECOND.toLocaleString('en')}.`;
  }
  return found;
}

export function startTraffic(form: SendForm, { kind, arn }: Pick<TopologyNode, 'kind' | 'arn'>): Record<string, unknown> {
  const one = form.mode === 'once';
  return {
    TargetArn: arn,
    Mode: form.mode,
    Count: one ? 1 : form.count,
    ...(form.mode === 'rate' ? { RatePerSecond: form.rate } : {}),
    MessageBody: form.body,
    ...(kind === 'bucket' && form.key.trim() ? { Key: form.key.trim() } : {}),
    ...(kind === 'function' ? { InvocationType: form.invocation } : {}),
    ...(form.poisoned && !one ? { Variants: [{ Every: form.every, MessageBody: form.poison }] } : {}),
  };
}

/** What the button will do, for its own label and for the notice afterwards. */
export function described(form: SendForm, noun = 'message'): string {
  const sent = count(form.mode === 'once' ? 1 : (form.count ?? 0), noun);
  return form.mode === 'rate' ? `${sent} at ${form.rate ?? 0}/s` : sent;
}

const whole = (n: number | null, least: number, most: number): boolean => n !== null && Number.isInteger(n) && n >= least && n <= most;
