/** How an execution's status is shown: a word, and the outcome whose mark and colour it takes. */
import type { ExecutionStatus } from '../../store/machines';

export const STATUS: Record<ExecutionStatus, { word: string; mark: 'flow' | 'delivered' | 'lost' | 'retry' | 'neutral' }> = {
  RUNNING: { word: 'Running', mark: 'flow' },
  SUCCEEDED: { word: 'Succeeded', mark: 'delivered' },
  FAILED: { word: 'Failed', mark: 'lost' },
  TIMED_OUT: { word: 'Timed out', mark: 'lost' },
  ABORTED: { word: 'Stopped', mark: 'neutral' },
};
