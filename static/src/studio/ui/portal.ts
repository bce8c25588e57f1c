/**
 * Moves an element into another while it lives: a tab's tools stand in the dock's bar but belong to the tab. It must not
 * be a component's outermost element: Svelte removes a component by walking from its first node to its last.
 */
import type { Attachment } from 'svelte/attachments';

export const portal = (target: HTMLElement | undefined): Attachment<HTMLElement> => (element) => {
  if (!target) return;
  target.append(element);
  return () => element.remove();
};
