/** Moves an element into another while it lives: a tab's tools stand in the dock's bar but belong to the tab. */
import type { Attachment } from 'svelte/attachments';

export const portal = (target: HTMLElement | undefined): Attachment<HTMLElement> => (element) => {
  if (!target) return;
  target.append(element);
  return () => element.remove();
};
