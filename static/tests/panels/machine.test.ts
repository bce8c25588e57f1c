/** A state machine opened, by keyboard: what Escape closes, what is kept while one looks elsewhere, what a long history draws. */
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeAll, expect, it, vi } from 'vitest';
import './page';
import Dialog from '../../src/studio/ui/Dialog.svelte';
import Body from '../../src/studio/ui/Body.svelte';
import ExecutionHead from '../../src/studio/panels/machine/ExecutionHead.svelte';
import History from '../../src/studio/panels/machine/History.svelte';
import type { HistoryEvent } from '../../src/studio/store/machines';
import { fakeStudio } from '../../src/studio/store/fake';
import { createRawSnippet } from 'svelte';

beforeAll(() => vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} })));

const words = (text: string) => createRawSnippet(() => ({ render: () => `<p>${text}</p>` }));

it('a dialog keeps Escape to itself, and gives the focus back when it goes', async () => {
  const around = vi.fn(), asked = document.body.appendChild(document.createElement('button'));
  document.body.addEventListener('keydown', around);
  asked.focus();
  const { unmount } = render(Dialog, { title: 'Sure?', onclose: () => {}, children: words('Really?'), actions: words('') });
  screen.getByRole('button', { name: 'Close' }).focus();
  await fireEvent.keyDown(screen.getByRole('button', { name: 'Close' }), { key: 'Escape' });
  expect(around).not.toHaveBeenCalled();
  unmount();
  await Promise.resolve();
  expect(document.activeElement).toBe(asked);
  asked.remove();
});

it('a body that may scroll is reached by keyboard', async () => {
  const studio = fakeStudio({ body: () => Promise.resolve('{"a": 1}') });
  const { container } = render(Body, { studio, number: 1, full: true });
  await vi.waitFor(() => expect(container.querySelector('pre')?.tabIndex).toBe(0));
});

it('an execution that has not begun at the playhead is neither running nor to be stopped', () => {
  const studio = fakeStudio(), node = studio.node(1), execution = { ...studio.machineExecution(1), begun: false };
  render(ExecutionHead, { studio, node, graph: null, execution, onall: () => {} });
  expect(screen.getByText('Not started yet')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Stop' })).toBeNull();
});

it('a long history draws its newest thousand events, and more when asked', async () => {
  const events: HistoryEvent[] = Array.from({ length: 2500 }, (_, i) => ({
    sequence: i + 1, at: i, id: i + 1, previous: i, type: 'PassStateEntered', state: 'Turn', outcome: 'neutral', sentence: '', bodies: [], facts: [],
  }));
  const studio = fakeStudio({ executionHistory: () => events });
  render(History, { studio, subject: 1, only: '', onstate: () => {}, onexecutions: () => {} });
  expect(screen.getAllByText('PassStateEntered')).toHaveLength(1000);
  await fireEvent.click(screen.getByText('1,500 earlier events'));
  expect(screen.getAllByText('PassStateEntered')).toHaveLength(2000);
}, 30_000);
