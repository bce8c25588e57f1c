/** What each field of a state did to its data, as TestState tells it. */
import type { MachineState } from '../../machine/graph';
import type { StudioStore } from '../../store/api';
import type { Visit } from './history';

export interface FieldStep { field: string; text: string; same: boolean }
export interface FieldsOf { status: string; error: string; cause: string; steps: FieldStep[] }

/** TestState's words, in the order in which a state works; each shown under the field that it comes after. */
const ORDER: readonly [key: string, field: string][] = [
  ['input', 'Input'], ['afterInputPath', 'after InputPath'], ['afterParameters', 'after Parameters'], ['afterItemSelector', 'after ItemSelector'],
  ['afterItemBatcher', 'after ItemBatcher'], ['afterArguments', 'after Arguments'], ['result', 'Result'], ['afterResultSelector', 'after ResultSelector'],
  ['afterResultPath', 'after ResultPath'], ['variables', 'Assigned variables'],
];

/** The state's own part of a definition, wherever it stands. */
export function stateIn(definition: unknown, { name }: Pick<MachineState, 'name'>): { state: Record<string, unknown>; language: string } | null {
  const waiting: { given: unknown; language: string }[] = [{ given: definition, language: '' }];
  while (waiting.length) {
    const { given, language } = waiting.pop()!;
    if (typeof given !== 'object' || given === null) continue;
    if (Array.isArray(given)) {
      for (const each of given) waiting.push({ given: each, language });
      continue;
    }
    const here = String((given as { QueryLanguage?: unknown }).QueryLanguage ?? language);
    const states = (given as { States?: Record<string, unknown> }).States;
    if (states && typeof states[name] === 'object' && states[name] !== null) return { state: states[name] as Record<string, unknown>, language: here };
    for (const each of Object.values(given)) waiting.push({ given: each, language: here });
  }
  return null;
}

/** Runs the state once more on what went in, with the answer that came, and nothing outside. */
export async function inspect(studio: StudioStore, definition: unknown, drawn: MachineState, visit: Visit): Promise<FieldsOf> {
  const found = stateIn(definition, drawn);
  if (!found) throw new Error('The definition at this instant has no such state.');
  const state = { ...(found.language ? { QueryLanguage: found.language } : {}), ...found.state };
  const last = visit.tries.at(-1), outside = ['Task', 'Map', 'Parallel'].includes(drawn.type);
  const mock = !outside || !last ? {} : last.error
    ? { mock: { errorOutput: { error: last.error, cause: last.cause ? await studio.body(last.cause) : '' }, fieldValidationMode: 'NONE' } }
    : { mock: { result: await studio.body(last.output), fieldValidationMode: 'NONE' } };
  const frame = await studio.command('states:TestState', { definition: JSON.stringify(state), input: await studio.body(visit.input), inspectionLevel: 'TRACE', ...mock });
  if (frame.status === 'refused') throw new Error(frame.error?.message ?? 'It could not be tried.');
  const answer = (frame.result ?? {}) as { status?: string; error?: string; cause?: string; output?: string; inspectionData?: Record<string, unknown> };
  return { status: answer.status ?? '', error: answer.error ?? '', cause: answer.cause ?? '', steps: steps(answer.inspectionData ?? {}, answer.output) };
}

export function steps(data: Record<string, unknown>, output: string | undefined): FieldStep[] {
  const found: FieldStep[] = [];
  const add = (field: string, text: string) => found.push({ field, text, same: found.length > 0 && found.at(-1)!.text === text });
  for (const [key, field] of ORDER) if (typeof data[key] === 'string') add(field, data[key]);
  if (output !== undefined) add('Output', output);
  return found;
}
