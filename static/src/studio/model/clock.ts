/** Virtual time as people read it. Instants and lengths are microseconds (section 3 of the design). */
import type { Instant } from './types';

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const two = (n: number): string => String(n).padStart(2, '0');

/** An instant as a clock shows it: `00:04:30.250`, with the days before it once there are any. */
export function clock(at: Instant, digits = 3): string {
  const whole = Math.max(0, Math.floor(at));
  const days = Math.floor(whole / DAY);
  const time = [whole % DAY / HOUR, whole % HOUR / MINUTE, whole % MINUTE / SECOND].map((n) => two(Math.floor(n))).join(':');
  const fraction = String(whole % SECOND).padStart(6, '0').slice(0, digits);
  return `${days ? `${days} d ` : ''}${time}${digits ? `.${fraction}` : ''}`;
}

const UNITS: [length: number, name: string][] = [[DAY, 'd'], [HOUR, 'h'], [MINUTE, 'min'], [SECOND, 's'], [1000, 'ms'], [1, 'µs']];

/** A length in the two largest units that say something: `4 d`, `1 min 30 s`, `230 ms`. */
export function length(us: number): string {
  if (us === 0) return '0 s';
  const first = UNITS.findIndex(([unit]) => us >= unit);
  const [unit, name] = UNITS[first] ?? [1, 'µs'];
  const small = unit <= SECOND;
  if (small) return `${Number((us / unit).toFixed(unit === SECOND ? 2 : 0))} ${name}`;
  const [next, nextName] = UNITS[first + 1]!;
  const rest = Math.floor(us % unit / next);
  return `${Math.floor(us / unit)} ${name}${rest ? ` ${rest} ${nextName}` : ''}`;
}
