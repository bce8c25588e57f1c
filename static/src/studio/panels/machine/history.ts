/** A history in groups: events that belong to one state and follow each other stand together. */
import type { HistoryEvent } from '../../store/machines';

export interface HistoryGroup { state: string; first: number; events: HistoryEvent[] }

export function grouped(events: readonly HistoryEvent[]): HistoryGroup[] {
  const groups: HistoryGroup[] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last && last.state === event.state) last.events.push(event);
    else groups.push({ state: event.state, first: event.sequence, events: [event] });
  }
  return groups;
}

/** One time that an execution was in a state: its input and output, and every try in between. */
export interface Visit {
  state: string; entered_at: number; left_at: number | null; input: number; output: number; assigned: number;
  tries: { at: number; ended_at: number | null; parameters: number; output: number; error: string; cause: number }[];
}

const body = (event: HistoryEvent, name: string): number => event.bodies.find((each) => each.name === name)?.body ?? 0;
const fact = (event: HistoryEvent, name: string): string => event.facts.find((each) => each.name === name)?.value ?? '';

/** The visits of one state in the order they began. Branches and iterations interleave: an exit ends the oldest open visit. */
export function visits(events: readonly HistoryEvent[], state: string): Visit[] {
  const found: Visit[] = [];
  for (const event of events) {
    if (event.state !== state) continue;
    const open = found.find(({ left_at }) => left_at === null);
    if (event.type.endsWith('StateEntered')) {
      found.push({ state, entered_at: event.at, left_at: null, input: body(event, 'input'), output: 0, assigned: 0, tries: [] });
    } else if (!open) continue;
    else if (event.type.endsWith('StateExited')) {
      open.left_at = event.at;
      open.output = body(event, 'output');
      open.assigned = body(event, 'assigned');
    } else if (/(Task|LambdaFunction|Activity)Scheduled$/.test(event.type)) {
      open.tries.push({ at: event.at, ended_at: null, parameters: body(event, 'parameters') || body(event, 'input'), output: 0, error: '', cause: 0 });
    } else if (/^(Task|LambdaFunction|Activity)(Succeeded|.*Failed|TimedOut)$/.test(event.type)) {
      const one = open.tries.findLast(({ ended_at }) => ended_at === null);
      if (one) Object.assign(one, { ended_at: event.at, output: body(event, 'output'), error: fact(event, 'error'), cause: body(event, 'cause') });
    }
  }
  return found;
}
