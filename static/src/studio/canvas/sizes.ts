/** Sizes on the canvas, in its own pixels: cards do not grow with the text size of the page, the canvas zooms. */
import type { TopologyNode } from '../model/types';

/** Farther away nothing is told apart. */
export const LEAST_ZOOM = 0.15;

export const CARD = { width: 180, height: 108 };
/** Nodes without numbers: you, and what is not simulated. */
export const SMALL_CARD = { width: 160, height: 60 };

export const isStub = (node: TopologyNode): boolean => !node.scenery && (node.simulated === false || node.service === 'external');
export const sizeOf = (node: TopologyNode) => (node.scenery || isStub(node) ? SMALL_CARD : CARD);

/** Labels are set at 10.5 px; this is what Geist takes for a character of it. A link without one is as long all the same. */
const CHARACTER = 5.6;
const LEAST_LABEL = 52;
const LINE = 15;
export const labelSize = (label: string, lines: number) => ({
  width: Math.max(LEAST_LABEL, Math.ceil(label.length * CHARACTER + 14)),
  height: label ? LINE * lines : 1,
});
