/**
 * What each function and container does: the behaviour in the topology until UpdateFunctionCode was applied, then that one. The trace
 * only holds the hash of a behaviour; the command's result holds the behaviour.
 */
import type { CommandFrame, Instant, Topology } from '../model/types';

/** Operations that change what runs, and where their result names it. */
const OPERATIONS: Readonly<Record<string, string>> = { 'lambda:UpdateFunctionCode': 'FunctionArn', 'ecs:UpdateContainerCode': 'taskDefinitionArn' };

interface Change { ordinal: number | null; at: Instant; node: number; behaviour: unknown }

export class Behaviours {
  #changes: Change[] = [];
  readonly #topology: Topology;

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  /** A command, as far as it has come. */
  take({ ordinal, status, at, operation, result }: CommandFrame): void {
    const named = OPERATIONS[operation];
    if (!named || status !== 'applied' || this.#changes.some((change) => change.ordinal === ordinal)) return;
    const node = this.#topology.nodes.find(({ arn }) => arn === result?.[named]);
    if (!node) return;
    this.#changes.push({ ordinal, at, node: node.index, behaviour: result?.Behaviour });
    this.#changes.sort((a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0));
  }

  of(node: number, at: Instant): unknown {
    const last = this.#changes.findLast((change) => change.node === node && change.at <= at);
    return last ? last.behaviour : this.#topology.nodes[node]?.behaviour ?? null;
  }
}
