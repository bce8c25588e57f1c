/** What can be done with an execution that ended badly, as operations. */
import type { TopologyNode } from '../../model/types';
import type { MachineExecution } from '../../store/machines';

/** An execution's ARN, made of its machine's: `…:stateMachine:name` → `…:execution:name:id`. */
export const executionArn = ({ arn }: Pick<TopologyNode, 'arn'>, { name, id }: Pick<MachineExecution, 'name' | 'id'>): string =>
  `${arn.replace(':stateMachine:', ':execution:')}:${name || id}`;

export const canRedrive = ({ status }: Pick<MachineExecution, 'status'>): boolean => status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';

export interface Changes { fromState: string; input: string }

/** AWS's redrive, unless something was changed: that is the playground's. */
export function redrive(arn: string, changes: Changes | null): { operation: string; params: Record<string, unknown> } {
  if (!changes) return { operation: 'states:RedriveExecution', params: { executionArn: arn } };
  const { fromState, input } = changes;
  return {
    operation: 'states:RedriveExecutionWithChanges',
    params: { executionArn: arn, ...(fromState ? { fromState } : {}), ...(input.trim() ? { input } : {}) },
  };
}
