/** Virtual time, counts, ids and bodies as people read them. Instants and lengths are integer microseconds. */
import type { Instant } from '../model/types';

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const two = (n: number): string => String(n).padStart(2, '0');

/** An instant as the execution's clock shows it: `00:04:30.250`, with the days before it once there are any. */
export function clock(at: Instant, digits = 3): string {
  const whole = Math.max(0, Math.floor(at));
  const days = Math.floor(whole / DAY);
  const time = [(whole % DAY) / HOUR, (whole % HOUR) / MINUTE, (whole % MINUTE) / SECOND].map((n) => two(Math.floor(n))).join(':');
  const fraction = String(whole % SECOND).padStart(6, '0').slice(0, digits);
  return `${days ? `${days} d ` : ''}${time}${digits ? `.${fraction}` : ''}`;
}

const UNITS: [us: number, name: string][] = [[DAY, 'd'], [HOUR, 'h'], [MINUTE, 'min'], [SECOND, 's'], [1000, 'ms'], [1, 'µs']];

/** A length in the two largest units that say something: `4 d`, `1 min 30 s`, `2.5 s`, `230 ms`. */
export function length(us: number): string {
  if (us <= 0) return '0 s';
  const first = UNITS.findIndex(([unit]) => us >= unit);
  const [unit, name] = UNITS[first] ?? UNITS.at(-1)!;
  if (unit <= SECOND) return `${Number((us / unit).toFixed(unit === SECOND ? 2 : 0))} ${name}`;
  const [next, nextName] = UNITS[first + 1]!;
  const rest = Math.floor((us % unit) / next);
  return `${Math.floor(us / unit)} ${name}${rest ? ` ${rest} ${nextName}` : ''}`;
}

/** `1 message`, `12,400 messages`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

const printer = new Intl.NumberFormat('en');
export const number = (n: number): string => printer.format(n);

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(n: number): string {
  const ending = n % 100 > 10 && n % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${number(n)}${ending}`;
}

/** The first eight characters of an id: enough to tell two apart by eye; the whole id stands in the title. */
export const short = (id: string): string => id.slice(0, 8);

/** A body on one line. */
export const oneLine = (body: string): string => body.replace(/\s+/g, ' ').trim();

/** JSON laid out for reading; anything else as it is. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** `512 B`, `1.2 kB`, `3.4 MB`. */
export function bytes(n: number): string {
  const unit = Math.min(3, Math.floor(Math.log10(Math.max(1, n)) / 3));
  return `${Number((n / 1000 ** unit).toFixed(1))} ${['B', 'kB', 'MB', 'GB'][unit]}`;
}
