/** A function's behaviour as JSON (contract section 3), as a form, and the presets that teach. */
export type Duration = { kind: 'constant'; ms: number | null } | { kind: 'uniform'; low_ms: number | null; high_ms: number | null } | { kind: 'lognormal'; median_ms: number | null; p99_ms: number | null };
export type BodyOp = 'equals' | 'exists' | 'contains' | 'prefix';
export type How = 'item' | 'raise' | 'timeout';

/** One failure rule in the form: a condition counts only while its checkbox does. `value` is JSON text. */
export interface Rule {
  byRate: boolean; percent: number | null;
  byAttempt: boolean; attempts: number | null;
  byBody: boolean; path: string; op: BodyOp; value: string;
  type: string; message: string; how: How;
}
/** What the function calls while it runs; not edited here, and never lost by editing the rest. */
export interface Call { target: string; operation?: string }
/** `init` is how long a cold start takes, null: none is simulated. `others` is what a form has no fields for: a container's queue, say. */
export interface BehaviourForm { duration: Duration; init: Duration | null; rules: Rule[]; output: string; calls: Call[]; others: Json }
type Json = Record<string, unknown>;

export const newRule = (more: Partial<Rule> = {}): Rule => ({
  byRate: false, percent: 10, byAttempt: false, attempts: 1, byBody: false, path: '$.poison', op: 'equals', value: 'true',
  type: 'ServiceUnavailable', message: 'The service did not answer.', how: 'raise', ...more,
});

const usual = (): Duration => ({ kind: 'lognormal', median_ms: 100, p99_ms: 400 });

/** A preset says how long and whether it fails; what the function answers and calls stays as it is. */
export const PRESETS: readonly { name: string; title: string; make: () => Pick<BehaviourForm, 'duration' | 'rules'> }[] = [
  { name: 'Works', title: 'Every invocation succeeds', make: () => ({ duration: usual(), rules: [] }) },
  { name: 'Fails always', title: 'Every invocation raises', make: () => ({ duration: usual(), rules: [newRule()] }) },
  {
    name: 'Fails on poison',
    title: 'A message with "poison": true fails, the others of its batch do not',
    make: () => ({ duration: usual(), rules: [newRule({ byBody: true, type: 'CardDeclined', message: 'The card was declined.', how: 'item' })] }),
  },
  { name: 'Slow', title: 'Two seconds, and now and then ten', make: () => ({ duration: { kind: 'lognormal', median_ms: 2000, p99_ms: 10_000 }, rules: [] }) },
];

export const DURATIONS: Record<Duration['kind'], { label: string; make: () => Duration }> = {
  constant: { label: 'Constant', make: () => ({ kind: 'constant', ms: 100 }) },
  uniform: { label: 'Uniform', make: () => ({ kind: 'uniform', low_ms: 50, high_ms: 200 }) },
  lognormal: { label: 'Log-normal', make: usual },
};

export function toForm(json: unknown): BehaviourForm {
  const { duration, init, failures, output, calls, ...others } = (json ?? {}) as { duration?: Json; init?: Json | null; failures?: Json[]; output?: unknown; calls?: Call[] };
  const given = { duration, failures, output, calls };
  return { others, init: init ? toDuration(init) : null, duration: toDuration(given.duration), rules: (given.failures ?? []).map(toRule), output: JSON.stringify(given.output ?? null, null, 2), calls: given.calls ?? [] };
}

/** What a cold start usually takes. */
export const coldStart = (): Duration => ({ kind: 'lognormal', median_ms: 300, p99_ms: 1200 });

export const toJson = (form: BehaviourForm): Json => ({
  ...form.others,
  duration: { ...form.duration },
  ...(form.init ? { init: { ...form.init } } : {}),
  failures: form.rules.map((rule) => ({
    ...(rule.byRate ? { rate: (rule.percent ?? 0) / 100 } : {}),
    ...(rule.byAttempt ? { attempts_up_to: rule.attempts } : {}),
    ...(rule.byBody ? { body: { path: rule.path, [rule.op]: rule.op === 'prefix' ? asText(rule.value) : JSON.parse(rule.value) } } : {}),
    error: { type: rule.type, message: rule.message },
    how: rule.how,
  })),
  output: JSON.parse(form.output),
  ...(form.calls.length ? { calls: form.calls } : {}),
});

function toDuration(json: Json | undefined): Duration {
  const n = (name: string, otherwise: number) => (typeof json?.[name] === 'number' ? (json[name] as number) : otherwise);
  if (json?.kind === 'constant') return { kind: 'constant', ms: n('ms', 100) };
  if (json?.kind === 'uniform') return { kind: 'uniform', low_ms: n('low_ms', 50), high_ms: n('high_ms', 200) };
  return { kind: 'lognormal', median_ms: n('median_ms', 100), p99_ms: n('p99_ms', 400) };
}

function toRule(json: Json): Rule {
  const body = json.body as Json | undefined | null;
  const op = (['equals', 'exists', 'contains', 'prefix'] as const).find((one) => body && one in body && body[one] !== undefined) ?? 'equals';
  const error = (json.error ?? {}) as { type?: string; message?: string };
  const fresh = newRule();
  return {
    byRate: typeof json.rate === 'number', percent: typeof json.rate === 'number' ? Number((json.rate * 100).toFixed(4)) : fresh.percent,
    byAttempt: typeof json.attempts_up_to === 'number', attempts: (json.attempts_up_to as number) ?? fresh.attempts,
    byBody: !!body, path: (body?.path as string) ?? fresh.path, op, value: body ? (op === 'prefix' ? String(body[op]) : JSON.stringify(body[op])) : fresh.value,
    type: error.type ?? 'Error', message: error.message ?? '', how: (json.how as How) ?? 'item',
  };
}

/** `prefix` takes text: quotes around it are allowed, not asked for. */
function asText(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch {
    return value;
  }
}
