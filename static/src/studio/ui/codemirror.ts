/** CodeMirror set up as our JSON editor. Loaded on demand: it is the heaviest thing on the page after the canvas. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

export type { Extension };
export interface Editor { setText(text: string): void; focus(from: number, to: number): void; destroy(): void }

export interface EditorOptions {
  text: string;
  label: string;
  readOnly: boolean;
  onchange: (text: string) => void;
  /** What an editor of a particular language brings: its linter (in place of JSON's), its completion. */
  language?: Extension | undefined;
}

export function createEditor(parent: HTMLElement, { text, label, readOnly, onchange, language }: EditorOptions): Editor {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.nonce ?? '';
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        lineNumbers(),
        history(),
        bracketMatching(),
        // Tab keeps moving the focus: an editor must not be a keyboard trap.
        keymap.of([...defaultKeymap.filter((binding) => binding.key !== 'Mod-Enter'), ...historyKeymap]),
        json(),
        ...(readOnly ? [] : [language ?? linter(lintTemplates), lintGutter()]),
        syntaxHighlighting(HIGHLIGHT),
        THEME,
        EditorView.lineWrapping,
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        EditorView.updateListener.of((update) => update.docChanged && onchange(update.state.doc.toString())),
      ],
    }),
  });
  return {
    setText: (next) => next !== view.state.doc.toString() && view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    focus(from, to) {
      view.focus();
      view.dispatch({ selection: { anchor: from, head: to } });
    },
    destroy: () => view.destroy(),
  };
}

/**
 * A body may be any text, so only what begins like JSON is held to it; and `{{index}}` outside a string is no JSON but
 * becomes a number when sent.
 */
const parseLinter = jsonParseLinter();
const lintTemplates = (view: EditorView) => {
  const text = view.state.doc.toString();
  return /^\s*[[{]/.test(text) && !text.includes('{{index}}') ? parseLinter(view) : [];
};

const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink)' },
  { tag: tags.string, color: 'var(--ok)' },
  { tag: tags.number, color: 'var(--warn)' },
  { tag: [tags.bool, tags.null], color: 'var(--bad)' },
  { tag: tags.punctuation, color: 'var(--ink-3)' },
]);

const THEME = EditorView.theme({
  '&': { fontSize: '0.75rem', backgroundColor: 'var(--surface-2)', borderRadius: 'var(--r-2)', border: '1px solid var(--line-2)', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5', maxHeight: 'inherit', overflow: 'auto' },
  '.cm-content': { padding: '0.375rem 0', caretColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--ink-3)' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 0.25rem 0 0.5rem' },
  '.cm-gutter-lint': { width: '0.5rem' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', border: '1px solid var(--line)', borderRadius: 'var(--r-1)', color: 'var(--ink)' },
});
