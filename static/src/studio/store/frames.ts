/** The text frames of the socket, as the server spells them in `dashboard/frames.py`. */
import type { CommandFrame, DemandKind, Driver, Instant, Sequence } from '../model/types';

/** Of `dashboard/frames.py`, as this page reads it. */
export const FORMAT = 1;

/** How far the simulation has come; part of every frame that says so. */
export interface Progress {
  generation: number; head: Sequence; frontier_at: Instant; state: 'idle' | 'running' | 'failed' | 'stopped'; quiet: boolean; next_at: Instant | null;
}

export interface SnapshotFrame extends Progress {
  type: 'snapshot'; format: number; execution: string; after: Sequence; seen_at: Instant; commands: CommandFrame[]; driver: Driver | null; you: string; drives: boolean;
}
export interface AdvancedFrame extends Progress { type: 'advanced'; speed: number | null }
export interface TruncatedFrame { type: 'truncated'; generation: number; at: Instant; after: Sequence }
export interface DriverFrame { type: 'driver'; viewer: string | null; name: string; drives: boolean; asks?: readonly string[] }
/** Why the run does not go on just now; no message: nothing keeps it any more. */
export interface TroubleFrame { type: 'trouble'; message: string; hint: string }
export interface ProblemFrame { type: 'problem'; message: string; hint: string }
export type ServerFrame = SnapshotFrame | AdvancedFrame | TruncatedFrame | CommandFrame | DriverFrame | ProblemFrame | TroubleFrame;

export type ClientFrame =
  | { type: 'hello'; generation: number | null; after: Sequence; until: Sequence | null; window: true }
  | { type: 'look'; at: Instant }
  | { type: 'demand'; kind: DemandKind; until_at?: Instant }
  | { type: 'seen'; at: Instant }
  | { type: 'command'; key: string; at: Instant; operation: string; params: Record<string, unknown> }
  | { type: 'got'; after: Sequence; until: Sequence | null }
  | { type: 'control'; action: 'ask' | 'release' };
