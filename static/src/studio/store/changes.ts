/**
 * Settings that were changed while it ran: the services write them down as "Name = value, …" (one record kind each), and
 * the newest up to the playhead holds. A value in braces is a structure: it is kept whole, and its plain members are settings of
 * their own.
 */
import type { Fold } from './fold';
import type { Reader } from './reader';

/** Kind → how its fields tell of settings. */
const TELLS: Record<string, (told: Record<string, unknown>) => string> = {
  QueueAttributesChanged: ({ attributes }) => String(attributes),
  ConfigurationChanged: ({ setting, value }) => `${String(setting)} = ${String(value)}`,
  MappingChanged: ({ settings }) => String(settings),
  EventInvokeConfigChanged: ({ settings }) => String(settings),
  SubscriptionChanged: ({ settings }) => String(settings),
  ScheduleChanged: ({ settings }) => String(settings),
  RuleChanged: ({ settings }) => String(settings),
  ArchiveChanged: ({ settings }) => String(settings),
  TopicChanged: ({ settings }) => String(settings),
};
const NAME = /\s*([\w.]+) ?= ?/y;
const INNER = /['"](\w+)['"]: ?['"]?([\w-]+)/g;

export function pairs(text: string): [name: string, value: string][] {
  const found: [string, string][] = [];
  for (let at = 0; at < text.length; ) {
    NAME.lastIndex = at;
    const name = NAME.exec(text);
    if (!name) break;
    const end = endOfValue(text, NAME.lastIndex), value = text.slice(NAME.lastIndex, end).trim();
    found.push([name[1]!, value]);
    if (/^\{[^{[]*\}$/.test(value)) for (const [, inner, each] of value.matchAll(INNER)) found.push([`${name[1]}.${inner}`, each!]);
    at = end + 1;
  }
  return found;
}

/** The comma that ends a value: one outside of braces, brackets and quoted texts. */
function endOfValue(text: string, from: number): number {
  let depth = 0, quote = '';
  for (let i = from; i < text.length; i++) {
    const one = text[i]!;
    if (quote) {
      if (one === '\\') i++;
      else if (one === quote) quote = '';
    } else if (depth && (one === '"' || one === "'")) quote = one;
    else if (one === '{' || one === '[') depth++;
    else if (one === '}' || one === ']') depth--;
    else if (one === ',' && depth <= 0) return i;
  }
  return text.length;
}

/** What is no longer as the template says, by node, or by link where the record names one. */
export function changes(fold: Fold, reader: Reader): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  const names = new Map<number, string>();
  const { kind: kinds } = reader.trace;
  for (let sequence = 1; sequence <= fold.positions.cursor; sequence++) {
    const number = kinds.values[sequence - 1]!;
    let name = names.get(number);
    if (name === undefined) names.set(number, (name = reader.name(sequence) in TELLS ? reader.name(sequence) : ''));
    if (!name) continue;
    const { node, fields } = reader.record(sequence);
    const told = Object.fromEntries(fields.map((each) => [each.name, each.value]));
    const key = told.link === undefined ? `node ${node}` : `link ${String(told.link)}`;
    const values = found.get(key) ?? new Map<string, string>();
    for (const [setting, value] of pairs(TELLS[name]!(told))) values.set(setting, value);
    found.set(key, values);
  }
  return found;
}
