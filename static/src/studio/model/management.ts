/** The rung that a node stands on, and how many nodes stand on each step of the scale. */
import type { Management, Rung } from './types';

export const rungOf = (management: Management | null, node: number): Rung | null =>
  management?.rungs.find(({ key }) => key === management.nodes[node]) ?? null;

/** Layers that are yours, at least in part. */
export const yours = ({ cells }: Rung): number => cells.filter(({ who }) => who !== 'provider').length;

export function onSteps(management: Management): number[] {
  return management.steps.map((_, step) => management.nodes.filter((_key, node) => rungOf(management, node)?.step === step).length);
}
