/** A state machine as a graph: what the server reads from the definition (`flows/asl/graph.py`), and how it is grouped. */

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';
export type TransitionKind = 'next' | 'choice' | 'default' | 'catch';

/** `scope` is where it stands: "" in the machine itself, "Each[item]" in a Map, "Both[1]" in a Parallel's second branch. */
export interface MachineState {
  id: string; name: string; type: StateType; parent: string; branch: number | null; scope: string; start: boolean; terminal: boolean;
  resource: string; integration: string; pattern: string; mode: string; retriers: number; catchers: number;
}
export interface Transition { source: string; target: string; kind: TransitionKind; label: string; index: number | null }
export interface MachineGraph { states: MachineState[]; transitions: Transition[] }

export interface Scope { id: string; owner: string; states: MachineState[]; transitions: Transition[] }

/** The scopes by id; the machine's own is "". */
export function scopes({ states, transitions }: MachineGraph): Map<string, Scope> {
  const found = new Map<string, Scope>([['', { id: '', owner: '', states: [], transitions: [] }]]);
  const scopeOf = new Map<string, Scope>();
  for (const state of states) {
    let here = found.get(state.scope);
    if (!here) found.set(state.scope, (here = { id: state.scope, owner: state.parent, states: [], transitions: [] }));
    here.states.push(state);
    scopeOf.set(state.id, here);
  }
  for (const transition of transitions) scopeOf.get(transition.source)?.transitions.push(transition);
  return found;
}

/** The scopes inside each Map and Parallel, in the order of their branches. */
export function inside(all: ReadonlyMap<string, Scope>): Map<string, Scope[]> {
  const found = new Map<string, Scope[]>();
  for (const scope of all.values()) {
    if (scope.id === '') continue;
    const others = found.get(scope.owner);
    if (others) others.push(scope);
    else found.set(scope.owner, [scope]);
  }
  return found;
}

/** A state that ends the machine without being an end itself. */
export const isEnd = (state: MachineState): boolean => state.terminal && state.type !== 'Fail' && state.type !== 'Succeed';

/** What a card says under the name: what a task calls and how it waits; a Map's mode. */
export function what({ type, integration, pattern, mode }: MachineState): string {
  if (type === 'Map' && mode === 'DISTRIBUTED') return 'Map, distributed';
  if (type !== 'Task' || !integration) return type;
  return pattern && pattern !== 'request-response' ? `${integration} · ${pattern === 'waitForTaskToken' ? 'callback' : pattern}` : integration;
}

const LONGEST_LABEL = 30;
/** What an arrow says: a rule in a few words, what is caught. */
export function arrowLabel({ kind, label }: Transition): string {
  const text = label || (kind === 'catch' ? 'catch' : '');
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1).trimEnd()}…` : text;
}

export const START = '\u0000start', END = '\u0000end';
