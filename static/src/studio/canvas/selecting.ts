/**
 * One selection, two keepers: Svelte Flow marks what is selected on the canvas, the store says what is open. Each tells
 * the other of a change, and only of a change; else they would go round for ever.
 */
import type { Edge, Node } from '@xyflow/svelte';
import type { Selection } from '../model/types';

export const nodeId = (index: number): string => String(index);
export const linkId = (index: number): string => `link-${index}`;

/** Ids of the node and the link that a selection marks on the canvas. */
export function marked(selection: Selection): { node: string; link: string } {
  return {
    node: selection && selection.type !== 'link' ? nodeId(selection.node) : '',
    link: selection?.type === 'link' ? linkId(selection.link) : '',
  };
}

/** The same elements with only the marked one selected; the very same array if nothing changes. */
export function mark<T extends Node | Edge>(elements: T[], id: string): T[] {
  if (elements.every((each) => Boolean(each.selected) === (each.id === id))) return elements;
  return elements.map((each) => (Boolean(each.selected) === (each.id === id) ? each : { ...each, selected: each.id === id }));
}

/** What to open after a pick on the canvas; `undefined` leaves everything as it is. */
export function afterPick(current: Selection, nodes: readonly Node[], edges: readonly Edge[]): Selection | undefined {
  const was = marked(current);
  const [node] = nodes, [edge] = edges;
  if (node) return node.id === was.node ? undefined : { type: 'node', node: Number(node.id) };
  if (edge) return edge.id === was.link ? undefined : { type: 'link', link: Number(edge.id.slice(linkId(0).length - 1)) };
  return undefined;
}
