/** Prints what happened. Sentences are never stored: a kind has one with places in it, the record fills them. */
import { subjectName } from '../model/subjects';
import type { Topology } from '../model/types';
import { clock, length, number } from '../ui/format';
import { type Field, NEVER, type TraceRecord } from './reader';
import type { Trace } from './trace';

export interface Words { topology: Topology; trace: Trace; seed: number }

export function sentence(record: TraceRecord, words: Words): string {
  const printed = record.kind.sentence.replace(/\{(\w+)\}/g, (_, name: string) => word(name, record, words));
  const whole = printed.charAt(0).toUpperCase() + printed.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}

/** A field as people read it. */
export function print({ type, value }: Field, words: Words): string {
  switch (type) {
    case 'instant': return value === NEVER ? 'never' : clock(Number(value));
    case 'length': return length(Number(value));
    case 'integer': return number(Number(value));
    case 'subject': return called(Number(value), words);
    case 'node': return words.topology.nodes[Number(value)]?.name ?? 'nowhere';
    case 'link': return linkName(Number(value), words.topology);
    case 'body': return `body ${value}`;
    case 'string': return String(value);
  }
}

export function linkName(index: number, { nodes, links }: Topology): string {
  const link = links[index];
  return link ? `${nodes[link.source]?.name} → ${nodes[link.target]?.name}` : 'no link';
}

function word(name: string, record: TraceRecord, words: Words): string {
  const field = record.fields.find((each) => each.name === name);
  if (field) return print(field, words);
  switch (name) {
    case 'subject': return called(record.subject, words);
    case 'request': return called(record.request, words);
    case 'node': return words.topology.nodes[record.node]?.name ?? 'nowhere';
    case 'attempt': return number(record.attempt);
    case 'at': return clock(record.at);
    default: return `{${name}}`;
  }
}

function called(subject: number, { trace, seed }: Words): string {
  const { kind, identity, count } = trace.subjects;
  if (subject && subject <= count && !kind.values[subject]) return 'an earlier one';
  return subject && subject <= count ? subjectName(seed, kind.values[subject]!, identity.values[subject]!) : 'nothing';
}
