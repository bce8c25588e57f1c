/** What the server says of a definition: everything that is wrong with it, and what can be drawn of it all the same. */
import { csrfToken } from '../../site/csrf';
import type { Fields } from './completing';
import type { MachineGraph } from './graph';

export interface Problem { severity: 'ERROR' | 'WARNING'; code: string; message: string; location: string | null }
export interface Linted { diagnostics: Problem[]; graph: MachineGraph | null }

export async function lint(api: string, definition: string, type: string): Promise<Linted> {
  const response = await fetch(`${api}/machines/lint`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() }, body: JSON.stringify({ definition, type }),
  });
  if (!response.ok) {
    const refused = (await response.json().catch(() => ({}))) as { message?: string };
    throw new Error(refused.message ?? `The definition could not be checked (${response.status}).`);
  }
  return (await response.json()) as Linted;
}

let known: Promise<Fields> | undefined;
/** The fields of every object of the language, asked for once. */
export function fieldsOf(api: string): Promise<Fields> {
  known ??= fetch(`${api}/machines/fields`).then(async (response) => (response.ok ? ((await response.json()) as { fields: Fields }).fields : {}), () => ({}));
  return known;
}
