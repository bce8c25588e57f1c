/** Groups with one tab stop: the arrows, Home and End move within, as the patterns for tabs and radio buttons ask. */
const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  ArrowDown: (at, last) => (at === last ? 0 : at + 1),
  ArrowLeft: (at, last) => (at === 0 ? last : at - 1),
  ArrowUp: (at, last) => (at === 0 ? last : at - 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/** Chooses the neighbour that a key means, and takes the focus there; any other key is left alone. */
export function rove(event: KeyboardEvent & { currentTarget: EventTarget & HTMLElement }, role: 'tab' | 'radio'): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(`[role=${role}]`)];
  const at = all.findIndex((one) => one.getAttribute(role === 'tab' ? 'aria-selected' : 'aria-checked') === 'true');
  const to = MOVES[event.key]?.(Math.max(0, at), all.length - 1);
  if (to === undefined) return;
  event.preventDefault();
  all[to]!.click();
  all[to]!.focus();
}
