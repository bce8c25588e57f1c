/** Where a diagnostic's pointer leads in the text, and which fields are offered where one types. */
import { jsonLanguage } from '@codemirror/lang-json';
import { expect, it, vi } from 'vitest';
import { lint } from '../../src/studio/machine/linting';
import { objectAt } from '../../src/studio/machine/completing';
import { pathAt, rangeOf } from '../../src/studio/machine/pointer';

const TEXT = '{"StartAt": "A/b", "States": {"A/b": {"Type": "Task", "Retry": [{"ErrorEquals": ["x"]}, {"MaxAttempts": 1}]}}}';
const tree = jsonLanguage.parser.parse(TEXT);
const shown = (pointer: string) => { const { from, to } = rangeOf(tree, TEXT, pointer); return TEXT.slice(from, to); };

it('underlines the name of a property and the element of a list', () => {
  expect(shown('/States/A~1b/Type')).toBe('"Type"');
  expect(shown('/States/A~1b/Retry/1')).toBe('{"MaxAttempts": 1}');
  expect(shown('/States/A~1b/Retry/1/MaxAttempts')).toBe('"MaxAttempts"');
});

it('stays with what exists when the pointer leads further', () => {
  expect(shown('/States/A~1b/Resource')).toBe('"A/b"');
  expect(shown('')).toBe('{');
});

it('knows the object one stands in', () => {
  const at = TEXT.indexOf('"MaxAttempts": 1') + '"MaxAttempts": 1'.length;
  const path = pathAt(tree, TEXT, at);
  expect(path.slice(0, 3)).toEqual(['States', 'A/b', 'Retry']);
  expect(objectAt(['States', 'A/b', 'Retry'], JSON.parse(TEXT)).kind).toBe('Retrier');
  expect(objectAt(['States', 'A/b'], JSON.parse(TEXT)).kind).toBe('Task');
  expect(objectAt([], JSON.parse(TEXT)).kind).toBe('');
});

it('a definition that the server refuses to check says why, in its words', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"message": "The definition has more than 1048576 characters."}', { status: 413 })));
  await expect(lint('/api', '{}', 'STANDARD')).rejects.toThrow('The definition has more than 1048576 characters.');
  vi.unstubAllGlobals();
});
