/** What can be made to go wrong, and the PutFault that asks for it. */
import { SECOND } from '../../ui/format';

export type FaultKind = 'outage' | 'error-rate' | 'latency' | 'throttle';

export interface FaultForm { kind: FaultKind; percent: number | null; latencyMs: number | null; perSecond: number | null; seconds: number | null }

export const FAULT_KINDS: readonly [FaultKind, string][] = [
  ['outage', 'Outage: nothing gets through'],
  ['error-rate', 'Errors: some of it fails'],
  ['latency', 'Latency: it takes longer'],
  ['throttle', 'Throttle: so many per second'],
];

export const emptyFault = (): FaultForm => ({ kind: 'outage', percent: 20, latencyMs: 500, perSecond: 5, seconds: null });

/** Field → sentence; empty when the fault may be put. */
export function wrongWith(form: FaultForm): Partial<Record<keyof FaultForm, string>> {
  const found: Partial<Record<keyof FaultForm, string>> = {};
  const positive = (value: number | null): boolean => value !== null && value > 0;
  if (form.kind === 'error-rate' && !(positive(form.percent) && form.percent! <= 100)) found.percent = 'More than 0, at most 100.';
  if (form.kind === 'latency' && !positive(form.latencyMs)) found.latencyMs = 'More than 0.';
  if (form.kind === 'throttle' && !positive(form.perSecond)) found.perSecond = 'More than 0.';
  if (form.seconds !== null && form.seconds <= 0) found.seconds = 'More than 0, or empty: until it is taken away.';
  return found;
}

/** It begins at the playhead `now`. */
export function putFault(form: FaultForm, target: string, now: number): Record<string, unknown> {
  return {
    Target: target,
    Kind: form.kind,
    ...(form.kind === 'error-rate' ? { Rate: (form.percent ?? 0) / 100 } : {}),
    ...(form.kind === 'latency' ? { Latency: Math.round((form.latencyMs ?? 0) * 1000) } : {}),
    ...(form.kind === 'throttle' ? { PerSecond: form.perSecond } : {}),
    ...(form.seconds === null ? {} : { Until: Math.round(now + form.seconds * SECOND) }),
  };
}
