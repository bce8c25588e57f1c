/** Where the focus goes when what had it is gone: back to who opened it, else to the panel that it was in (`data-home`). */
const CAN = ':not([disabled]):not([inert])';

export const homeOf = (element: Element | null): HTMLElement | null => element?.closest<HTMLElement>('[data-home]') ?? null;

/** Called when a dialog closes; `asked` is what had the focus when it opened, `home` the panel that was in. */
export function giveBack(asked: HTMLElement | null, home: HTMLElement | null): void {
  if (asked?.isConnected && asked.matches(CAN)) asked.focus();
  else if (home?.isConnected) home.focus();
}

/** The node or the link on the canvas that this selection had open. */
export function onCanvas(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}
