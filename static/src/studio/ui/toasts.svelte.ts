/** Short messages about what a command did. They go by themselves, except refusals and links: those wait for somebody. */
import { untrack } from 'svelte';

export interface Toast { id: number; tone: 'ok' | 'warn' | 'bad'; text: string; hint: string; href: string }

const STAYS_MS = 5000;
const MOST = 3;

export const toasts = $state<Toast[]>([]);
let last = 0;

export function toast(text: string, { tone = 'ok', hint = '', href = '' }: Partial<Omit<Toast, 'id' | 'text'>> = {}): void {
  const id = ++last;
  // An effect may say something; it must not depend on what has been said.
  untrack(() => {
    // Said again, it is one notice, and the newest.
    const said = toasts.findIndex((one) => one.text === text);
    if (said >= 0) toasts.splice(said, 1);
    toasts.push({ id, tone, text, hint, href });
    if (toasts.length > MOST) toasts.shift();
  });
  if (tone !== 'bad' && !href) setTimeout(() => dismiss(id), STAYS_MS);
}

export function dismiss(id: number): void {
  const at = toasts.findIndex((one) => one.id === id);
  if (at >= 0) toasts.splice(at, 1);
}
