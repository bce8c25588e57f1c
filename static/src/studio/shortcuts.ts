/** The keys of the studio: one table for what they do, what the help says, and which are left to the focused control. */
import { faster } from './store/speeds';
import type { Studio } from './store/studio.svelte';

export interface Shortcut { keys: readonly string[]; shown: string; does: string; run(studio: Studio): void }

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: [' '], shown: 'Space', does: 'Play or pause', run: ({ playback }) => playback.toggle() },
  { keys: ['.'], shown: '.', does: 'One step', run: ({ playback }) => playback.step() },
  { keys: ['n'], shown: 'n', does: 'To the next event', run: ({ playback }) => playback.next() },
  { keys: ['q'], shown: 'q', does: 'Until nothing is left to happen', run: ({ playback }) => playback.untilQuiet() },
  { keys: ['+', '='], shown: '+', does: 'Faster', run: ({ playback }) => { playback.speed = faster(playback.speed, 1); } },
  { keys: ['-'], shown: '−', does: 'Slower', run: ({ playback }) => { playback.speed = faster(playback.speed, -1); } },
];

/** Keys that the canvas, the timeline and the panels have by themselves; shown in the help only. */
export const OTHER_KEYS: readonly (readonly [shown: string, does: string])[] = [
  ['Tab', 'Through nodes, links and controls'],
  ['Enter', 'Open the focused node or link'],
  ['Arrow keys', 'Move the open node'],
  ['← →', 'Scrub, when the timeline is focused (with Shift: farther)'],
  ['Esc', 'Close the inspector'],
  ['Ctrl Enter', 'Send, from the send form'],
  ['?', 'These keys'],
];

const TYPES_TEXT = 'textarea, select, [contenteditable]:not([contenteditable="false"]), input:not([type="range"], [type="checkbox"], [type="radio"])';
const USES_SPACE = 'button, a, summary, [role="tab"], [role="radio"], input[type="checkbox"], input[type="radio"]';

/** Whether the key belongs to what is focused, or to a dialog, rather than to the page. */
export function belongsElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  if (document.querySelector('dialog[open]') || target?.closest(TYPES_TEXT)) return true;
  return event.key === ' ' && Boolean(target?.closest(USES_SPACE));
}
