/**
 * What each function does: the behaviour in the topology until UpdateFunctionCode was applied, then that one. The trace
 * only holds the hash of a behaviour, so the commands are remembered here.
 */
import type { Instant, Topology } from '../model/types';

const OPERATION = 'lambda:UpdateFunctionCode';

interface Change { at: Instant; node: number; behaviour: unknown }

export class Behaviours {
  #changes: Change[] = [];
  readonly #topology: Topology;

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  /** A command that was applied. */
  applied(at: Instant, operation: string, params: Record<string, unknown>): void {
    if (operation !== OPERATION) return;
    const node = this.#topology.nodes.find(({ name, arn }) => name === params.FunctionName || arn === params.FunctionName);
    if (node) this.#changes.push({ at, node: node.index, behaviour: params.Behaviour });
  }

  truncated(at: Instant): void { this.#changes = this.#changes.filter((change) => change.at < at); }

  of(node: number, at: Instant): unknown {
    const last = this.#changes.findLast((change) => change.node === node && change.at <= at);
    return last ? last.behaviour : this.#topology.nodes[node]?.behaviour ?? null;
  }
}
