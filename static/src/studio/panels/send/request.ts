/** What the Send panel asks for: the form's fields, what is wrong with them, and the StartTraffic that they make. */
import type { Example } from '../../model/types';

export type Mode = 'once' | 'burst' | 'rate';

export interface SendForm {
  mode: Mode;
  body: string;
  count: number | null;
  rate: number | null;
  poisoned: boolean;
  every: number | null;
  poison: string;
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

export function startTraffic(form: SendForm, targetArn: string): Record<string, unknown> {
  const one = form.mode === 'once';
  return {
    TargetArn: targetArn,
    Mode: form.mode,
    Count: one ? 1 : form.count,
    ...(form.mode === 'rate' ? { RatePerSecond: form.rate } : {}),
    MessageBody: form.body,
    ...(form.poisoned && !one ? { Variants: [{ Every: form.every, MessageBody: form.poison }] } : {}),
  };
}

/** What the button will do, for its own label and for the notice afterwards. */
export function described(form: SendForm): string {
  if (form.mode === 'once') return '1 message';
  const messages = `${(form.count ?? 0).toLocaleString('en')} messages`;
  return form.mode === 'rate' ? `${messages} at ${form.rate ?? 0}/s` : messages;
}

const whole = (n: number | null, least: number, most: number): boolean => n !== null && Number.isInteger(n) && n >= least && n <= most;
