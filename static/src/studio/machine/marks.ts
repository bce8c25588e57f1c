/** What a state shows at the playhead: how many executions are in it, how many ever were, failed tries there, and retries. */
export interface Mark { active: number; entered: number; failed: number; retried: number }
export const NO_MARK: Mark = { active: 0, entered: 0, failed: 0, retried: 0 };
