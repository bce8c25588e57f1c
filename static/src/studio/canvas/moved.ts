/** Where people dragged nodes to, remembered in this browser for a topology as it is. */
import type { Position, Topology } from '../model/types';

const keyOf = (topology: Topology): string => `redrive.positions.${topology.digest}`;

export function movedNodes(topology: Topology): Map<number, Position> {
  try {
    return new Map(JSON.parse(localStorage.getItem(keyOf(topology)) ?? '[]'));
  } catch {
    return new Map();
  }
}

export function rememberMoved(topology: Topology, moved: ReadonlyMap<number, Position>): void {
  try {
    if (moved.size) localStorage.setItem(keyOf(topology), JSON.stringify([...moved]));
    else localStorage.removeItem(keyOf(topology));
  } catch {
    // Storage may be full or forbidden; the nodes then stand where the layout puts them next time.
  }
}
