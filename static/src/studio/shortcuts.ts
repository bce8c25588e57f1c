/** The keys of the studio: one table for what they do, what the help says, and which are left to the focused control. */
import { faster } from './store/speeds';
import type { Studio } from './store/studio.svelte';

/** The page as keys see it: the run, and the places one can go to. */
export interface Page { studio: Studio; fitAll(): void; help(): void; goTo(place: Place): void }
export type Place = 'canvas' | 'inspector' | 'dock' | 'send';
export interface Shortcut { keys: readonly string[]; shown: string; does: string; run(page: Page): void }
export interface Group { name: string; shortcuts: readonly Shortcut[]; others: readonly (readonly [shown: string, does: string])[] }

/** `others` are keys that the canvas, the timeline and the panels have by themselves; the help shows them, too. */
export const GROUPS: readonly Group[] = [
  {
    name: 'Clock',
    shortcuts: [
      { keys: [' '], shown: 'Space', does: 'Play or pause', run: ({ studio }) => studio.playback.toggle() },
      { keys: ['.'], shown: '.', does: 'One step', run: ({ studio }) => studio.playback.step() },
      { keys: ['n'], shown: 'n', does: 'To the next event', run: ({ studio }) => studio.playback.next() },
      { keys: ['q'], shown: 'q', does: 'Until nothing is left to happen', run: ({ studio }) => studio.playback.untilQuiet() },
      { keys: ['+', '='], shown: '+', does: 'Faster', run: ({ studio }) => { studio.playback.speed = faster(studio.playback.speed, 1); } },
      { keys: ['-'], shown: '−', does: 'Slower', run: ({ studio }) => { studio.playback.speed = faster(studio.playback.speed, -1); } },
    ],
    others: [['← →', 'Scrub, on the timeline (with Shift: farther)']],
  },
  {
    name: 'Go to',
    shortcuts: [
      { keys: ['c'], shown: 'c', does: 'The canvas', run: (page) => page.goTo('canvas') },
      { keys: ['i'], shown: 'i', does: 'The inspector', run: (page) => page.goTo('inspector') },
      { keys: ['d'], shown: 'd', does: 'Dead letters, log and report', run: (page) => page.goTo('dock') },
      { keys: ['s'], shown: 's', does: 'What you send', run: (page) => page.goTo('send') },
    ],
    others: [['Tab', 'Through nodes, links and controls'], ['Esc', 'Back: out of a message, the inspector, a dialog']],
  },
  {
    name: 'Canvas',
    shortcuts: [
      { keys: ['f'], shown: 'f', does: 'Fit all of it', run: (page) => page.fitAll() },
      { keys: ['m'], shown: 'm', does: 'Who manages what', run: ({ studio }) => studio.toggleLens() },
    ],
    others: [['Enter', 'Open the focused node or link'], ['Arrow keys', 'Move the open node']],
  },
  {
    name: 'Everywhere',
    shortcuts: [{ keys: ['?'], shown: '?', does: 'These keys', run: (page) => page.help() }],
    others: [['Ctrl Enter', 'Send, from the send form'], ['← → Home End', 'Between tabs, between choices']],
  },
];

export const shortcutOf = (key: string): Shortcut | undefined => GROUPS.flatMap(({ shortcuts }) => shortcuts).find(({ keys }) => keys.includes(key));

const TYPES_TEXT = 'textarea, select, [contenteditable]:not([contenteditable="false"]), input:not([type="range"], [type="checkbox"], [type="radio"])';
const USES_SPACE = 'button, a, summary, [role="tab"], [role="radio"], input[type="checkbox"], input[type="radio"]';

/** Whether the key belongs to what is focused, or to a dialog, rather than to the page. */
export function belongsElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  if (document.querySelector('dialog[open]') || target?.closest(TYPES_TEXT)) return true;
  return event.key === ' ' && Boolean(target?.closest(USES_SPACE));
}
