/** A target as its rule's properties tell it: its id, how often and how long it is tried, and where what never arrives goes. */
import type { TopologyLink, TopologyNode } from '../../model/types';
import type { StudioStore } from '../../store/api';

export interface TargetRow { id: string; retries: number; ageSeconds: number; letters: string | null }
interface Given { Id?: string; RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number }; DeadLetterConfig?: { Arn?: string } }

/** AWS's defaults: 185 times in 24 hours. */
const RETRIES = 185, AGE_S = 86_400;

export function targetRow({ topology }: Pick<StudioStore, 'topology'>, rule: TopologyNode, link: TopologyLink): TargetRow {
  const all = (rule.properties.Targets ?? []) as Given[], place = Number(link.id.slice(link.id.lastIndexOf('.') + 1));
  const given: Given = all[place] ?? {};
  const grave = topology.links.find(({ id, kind }) => kind === 'rule-dlq' && id === `${link.id}.DeadLetterConfig`);
  return {
    id: given.Id ?? `Target${place}`, retries: given.RetryPolicy?.MaximumRetryAttempts ?? RETRIES, ageSeconds: given.RetryPolicy?.MaximumEventAgeInSeconds ?? AGE_S,
    letters: grave ? topology.nodes[grave.target]!.name : null,
  };
}
