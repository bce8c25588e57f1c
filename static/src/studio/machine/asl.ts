/** The language of state machines in the editor: the server's lint as one types, and completion of fields. Loaded on demand. */
import { autocompletion } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { linter, type Diagnostic } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { completeFields, type Fields } from './completing';
import type { Linted } from './linting';
import { rangeOf } from './pointer';

export interface AslOptions { lint: (text: string) => Promise<Linted>; fields: () => Fields; onlinted: (linted: Linted) => void }

const PAUSE_MS = 350;

export const asl = ({ lint, fields, onlinted }: AslOptions): Extension => [
  linter(async (view): Promise<Diagnostic[]> => {
    const text = view.state.doc.toString(), linted = await lint(text);
    onlinted(linted);
    const tree = syntaxTree(view.state);
    return linted.diagnostics.map(({ severity, message, location, code }) => {
      const { from, to } = rangeOf(tree, text, location ?? '');
      return { from, to: Math.min(Math.max(to, from + 1), text.length), severity: severity === 'ERROR' ? 'error' : 'warning', message: `${message} (${code})` };
    });
  }, { delay: PAUSE_MS }),
  autocompletion({ override: [completeFields(fields)], icons: false }),
];
