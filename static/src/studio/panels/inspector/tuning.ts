/** Settings that can be changed while it runs: one row each, with the AWS operation that changes it. */
import type { TopologyLink, TopologyNode } from '../../model/types';

export interface Change { operation: string; params: Record<string, unknown> }
export interface Tuning { min: number; max: number; step?: number; change: (value: number) => Change }

type Row<Thing> = (thing: Thing) => Tuning;

const attribute = (name: string, min: number, max: number): Row<TopologyNode> => ({ url }) => ({
  min, max, change: (value) => ({ operation: 'sqs:SetQueueAttributes', params: { QueueUrl: url, Attributes: { [name]: String(value) } } }),
});
const mapping = (min: number, max: number, param: (value: number) => Record<string, unknown>): Row<TopologyLink> => ({ via, id }) => ({
  min, max, change: (value) => ({ operation: 'lambda:UpdateEventSourceMapping', params: { UUID: via || id, ...param(value) } }),
});
const invoke = (name: string, min: number, max: number): Row<TopologyNode> => ({ name: FunctionName }) => ({
  min, max, change: (value) => ({ operation: 'lambda:UpdateFunctionEventInvokeConfig', params: { FunctionName, [name]: value } }),
});

const NODES: Readonly<Record<string, Readonly<Record<string, Row<TopologyNode>>>>> = {
  queue: {
    VisibilityTimeout: attribute('VisibilityTimeout', 0, 43_200),
    DelaySeconds: attribute('DelaySeconds', 0, 900),
    MessageRetentionPeriod: attribute('MessageRetentionPeriod', 60, 1_209_600),
  },
  function: {
    Timeout: ({ name }) => ({ min: 1, max: 900, change: (value) => ({ operation: 'lambda:UpdateFunctionConfiguration', params: { FunctionName: name, Timeout: value } }) }),
    ReservedConcurrentExecutions: ({ name }) => ({
      min: 0, max: 900, change: (value) => ({ operation: 'lambda:PutFunctionConcurrency', params: { FunctionName: name, ReservedConcurrentExecutions: value } }),
    }),
    MaximumRetryAttempts: invoke('MaximumRetryAttempts', 0, 2),
    MaximumEventAgeInSeconds: invoke('MaximumEventAgeInSeconds', 60, 21_600),
  },
};
const LINKS: Readonly<Record<string, Readonly<Record<string, Row<TopologyLink>>>>> = {
  esm: {
    BatchSize: mapping(1, 10_000, (BatchSize) => ({ BatchSize })),
    MaximumBatchingWindowInSeconds: mapping(0, 300, (MaximumBatchingWindowInSeconds) => ({ MaximumBatchingWindowInSeconds })),
    'ScalingConfig.MaximumConcurrency': mapping(2, 1_000, (MaximumConcurrency) => ({ ScalingConfig: { MaximumConcurrency } })),
  },
};

/** Settings that AWS has and a template may leave out, so that they can be set here too. */
const UNSAID: Readonly<Record<string, readonly { name: string; unit: string }[]>> = {
  function: [{ name: 'ReservedConcurrentExecutions', unit: '' }, { name: 'MaximumRetryAttempts', unit: '' }, { name: 'MaximumEventAgeInSeconds', unit: 's' }],
  esm: [{ name: 'ScalingConfig.MaximumConcurrency', unit: '' }],
};

export const unsaid = (kind: string): readonly { name: string; unit: string }[] => UNSAID[kind] ?? [];
export const tuningOfNode = (node: TopologyNode, setting: string): Tuning | undefined => NODES[node.kind]?.[setting]?.(node);
export const tuningOfLink = (link: TopologyLink, setting: string): Tuning | undefined => LINKS[link.kind]?.[setting]?.(link);
