/** Completes the names of fields while a definition is typed: those that the object one stands in may have, and has not yet. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { pathAt } from './pointer';

/** What an object is called → query language → the names of its fields; "" is the machine itself (`flows/asl/lint`). */
export type Fields = Record<string, Record<string, string[]>>;

const LISTS: Record<string, string> = { Retry: 'Retrier', Catch: 'Catcher', Choices: 'Choice rule' };

/** Which object a path leads into: "" the machine, a state's type, "Retrier" … */
export function objectAt(path: readonly string[], definition: unknown): { kind: string; given: Record<string, unknown> } {
  let here: unknown = definition, kind = '';
  for (const [depth, part] of path.entries()) {
    const list = LISTS[part];
    here = isObject(here) ? here[part] : undefined;
    if (Array.isArray(here)) here = here[0];
    if (list) kind = list;
    else if (path[depth - 1] === 'States') kind = isObject(here) && typeof here.Type === 'string' ? here.Type : 'State';
    else if (['ItemProcessor', 'Iterator', 'Branches'].includes(part)) kind = '';
    else if (part !== 'States') kind = part;
  }
  return { kind, given: isObject(here) ? here : {} };
}

export function completeFields(fields: () => Fields) {
  return (context: CompletionContext): CompletionResult | null => {
    const typed = context.matchBefore(/"[A-Za-z]*$/);
    if (!typed) return null;
    const text = context.state.doc.toString(), path = pathAt(syntaxTree(context.state), text, typed.from);
    if (path.at(-1) === 'States') return null;
    const definition = loosely(text), { kind, given } = objectAt(path, definition);
    const language = String(given.QueryLanguage ?? (isObject(definition) ? definition.QueryLanguage : '') ?? '') || 'JSONPath';
    const names = fields()[kind]?.[language] ?? [];
    const options: Completion[] = names.filter((name) => !(name in given)).map((name) => ({ label: `"${name}"`, type: 'property', apply: `"${name}": ` }));
    return options.length ? { from: typed.from, options } : null;
  };
}

/** What a text that is being typed says so far, or nothing. */
function loosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
