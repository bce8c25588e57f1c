/** A state machine as a graph: what the server reads from the definition (`flows/asl/graph.py`), and how it is grouped. */

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';
export type TransitionKind = 'next' | 'choice' | 'default' | 'catch';

export interface MachineState { name: string; type: StateType; parent: string; start?: boolean; terminal?: boolean; integration?: string }
export interface Transition { parent: string; source: string; target: string; kind: TransitionKind; index?: number; label?: string }
export interface MachineGraph { start: string; states: MachineState[]; transitions: Transition[] }

/** Where a scope's states lie: "" is the machine itself, "Name[item]" a Map's item, "Name[2]" a Parallel's branch. */
export const ownerOf = (scope: string): string => scope.replace(/\[(item|\d+)\]$/, '');

export interface Scope { id: string; owner: string; states: MachineState[]; transitions: Transition[] }

/** The scopes by id; the machine's own is "". */
export function scopes({ states, transitions }: MachineGraph): Map<string, Scope> {
  const found = new Map<string, Scope>();
  const scope = (id: string): Scope => {
    let here = found.get(id);
    if (!here) found.set(id, (here = { id, owner: id === '' ? '' : ownerOf(id), states: [], transitions: [] }));
    return here;
  };
  scope('');
  for (const state of states) scope(state.parent).states.push(state);
  for (const transition of transitions) scope(transition.parent).transitions.push(transition);
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

export const isEnd = (state: MachineState): boolean => Boolean(state.terminal) && state.type !== 'Fail' && state.type !== 'Succeed';

const WORDS: Record<StateType, string> = {
  Task: 'Task', Pass: 'Pass', Choice: 'Choice', Wait: 'Wait', Succeed: 'Succeed', Fail: 'Fail', Parallel: 'Parallel', Map: 'Map',
};
export const typeWord = (type: StateType): string => WORDS[type] ?? type;

/** What an arrow says: the number of a choice's rule, that it is the default, what is caught. */
export function arrowLabel({ kind, index, label }: Transition): string {
  if (label) return label;
  if (kind === 'default') return 'default';
  if (kind === 'choice') return `rule ${(index ?? 0) + 1}`;
  return kind === 'catch' ? 'catch' : '';
}

export const START = '\u0000start', END = '\u0000end';
