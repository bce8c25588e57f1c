/** When something that is scheduled fires next: the newest record of its node with a `next_at` says so. */
import type { Instant, Sequence } from '../model/types';
import { NEVER, type Reader } from './reader';

export function nextFiring(reader: Reader, cursor: Sequence, node: number): Instant | null {
  const { node: nodes } = reader.trace;
  for (let sequence = cursor; sequence > 0; sequence--) {
    if (nodes.values[sequence - 1] !== node) continue;
    const next = reader.field(sequence, 'next_at');
    if (next !== undefined) return next === NEVER ? null : Number(next);
  }
  return null;
}
