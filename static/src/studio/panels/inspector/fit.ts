/**
 * Edit to fit: the smallest change of an event, or of its pattern, at the field where they part. What comes of it is asked of the one
 * matcher again, so a guess here can be poor but never wrong.
 */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Structure = { [name: string]: Json };

const ABSENT = Symbol('absent');
type Value = Json | typeof ABSENT;

const isStructure = (value: unknown): value is Structure => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The event with a value at the path that the pattern wants there; null if none can be thought of. */
export function fitEvent(pattern: string, event: string, path: string): string | null {
  const wanted = conditionsAt(JSON.parse(pattern) as Json, path.split('.')), fitted = JSON.parse(event) as Json;
  const value = wanted?.map(valueFor).find((each) => each !== undefined);
  if (value === undefined || !isStructure(fitted)) return null;
  put(fitted, path.split('.'), value);
  return JSON.stringify(fitted, null, 2);
}

/** The pattern, letting through at the path what the event has there. */
export function fitPattern(pattern: string, event: string, path: string): string | null {
  const fitted = JSON.parse(pattern) as Json, found = read(JSON.parse(event) as Json, path.split('.'));
  const conditions = conditionsAt(fitted, path.split('.'));
  if (!conditions || isStructure(found)) return null;
  conditions.push(found === undefined || (Array.isArray(found) && !found.length) ? { exists: false } : Array.isArray(found) ? found[0]! : found);
  return JSON.stringify(fitted, null, 2);
}

/** The list that stands at a path in a pattern; alternatives are looked into, a name may itself have dots. */
function conditionsAt(pattern: Json, path: readonly string[]): Json[] | null {
  if (!path.length) return Array.isArray(pattern) ? pattern : null;
  if (!isStructure(pattern)) return null;
  for (let n = path.length; n > 0; n--) {
    const inner = pattern[path.slice(0, n).join('.')];
    const found = inner === undefined ? null : conditionsAt(inner, path.slice(n));
    if (found) return found;
  }
  const either = pattern.$or;
  for (const one of Array.isArray(either) ? either : []) {
    const found = conditionsAt(one, path);
    if (found) return found;
  }
  return null;
}

function read(event: Json, path: readonly string[]): Json | undefined {
  if (!path.length) return event;
  if (!isStructure(event)) return undefined;
  const n = nameLength(event, path), inner = event[path.slice(0, n).join('.')];
  return inner === undefined ? undefined : read(inner, path.slice(n));
}

function put(event: Structure, path: readonly string[], value: Value): void {
  const n = nameLength(event, path), name = path.slice(0, n).join('.'), rest = path.slice(n);
  if (rest.length) {
    if (!isStructure(event[name])) event[name] = {};
    put(event[name] as Structure, rest, value);
  } else if (value === ABSENT) delete event[name];
  else event[name] = value;
}

/** How many parts of the path are one name here: as many as there is a member for, else one. */
function nameLength(event: Structure, path: readonly string[]): number {
  for (let n = path.length; n > 1; n--) if (path.slice(0, n).join('.') in event) return n;
  return 1;
}

// ── a value that a condition takes ──

const OTHER = 'other';
const text = (given: Json): Json | undefined => (typeof given === 'string' ? given : isStructure(given) ? text(Object.values(given)[0] ?? null) : undefined);

/** One row per kind of condition. */
const VALUES: Readonly<Record<string, (given: Json) => Value | undefined>> = {
  prefix: text, suffix: text, 'equals-ignore-case': text,
  wildcard: (given) => (typeof given === 'string' ? given.replaceAll('*', '') : undefined),
  cidr: (given) => (typeof given === 'string' ? given.split('/')[0]! : undefined),
  exists: (given) => (given ? OTHER : ABSENT),
  numeric: (given) => (Array.isArray(given) ? within(given) : undefined),
  'anything-but': (given) => {
    const all = Array.isArray(given) ? given : [given], numbers = all.filter((each) => typeof each === 'number');
    return numbers.length ? Math.max(...numbers) + 1 : OTHER;
  },
};

function valueFor(condition: Json): Value | undefined {
  if (!isStructure(condition)) return Array.isArray(condition) ? undefined : condition;
  const [name, given] = Object.entries(condition)[0] ?? ['', null];
  return VALUES[name]?.(given);
}

/** A number between the bounds of [">=", 5, "<", 10]. */
function within(bounds: readonly Json[]): number | undefined {
  let low = -Infinity, high = Infinity, open = false;
  for (let i = 0; i < bounds.length; i += 2) {
    const bound = Number(bounds[i + 1]), sign = String(bounds[i]);
    if (sign === '=') return bound;
    if (sign.startsWith('>')) (low = bound), (open = !sign.endsWith('='));
    else high = sign.endsWith('=') ? bound : bound - Math.min(1, (bound - low) / 2);
  }
  if (low === -Infinity) return high === Infinity ? undefined : high;
  return open ? Math.min(low + 1, (low + high) / 2) : low;
}
