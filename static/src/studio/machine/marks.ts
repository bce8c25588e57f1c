/** What a state shows at the playhead: how many executions are in it, and how those that were went on. */
export interface Mark { active: number; entered: number; failed: number; retried: number; caught: number }
export const NO_MARK: Mark = { active: 0, entered: 0, failed: 0, retried: 0, caught: 0 };
