/** A redrive as it is asked for, and the operations that it becomes: one per dead-letter queue, as SQS takes them. */
import type { DeadLetter, Handle } from '../../model/types';
import type { StudioStore } from '../../store/api';
import { groupBy } from '../../ui/group';

export interface RedriveRequest {
  letters: readonly DeadLetter[];
  /** Everything in these queues, whatever is shown: a move task of SQS. Otherwise exactly these messages. */
  all: boolean;
  edits: ReadonlyMap<Handle, string>;
}

/** `all`: whatever is visible in the queue when it is applied. */
export interface Step { operation: string; params: Record<string, unknown>; node: number; count: number; all: boolean }

type Seen = Pick<StudioStore, 'node' | 'gauges' | 'topology'>;

/**
 * `destination` null sends each message back to where it died; `rate` null is as fast as SQS goes. All means all: a queue none of whose
 * messages is listed (of a long run only the newest are) is taken, too.
 */
export function steps(studio: Seen, request: RedriveRequest, destination: number | null, rate: number | null): Step[] {
  const rated = rate === null ? {} : { MaxNumberOfMessagesPerSecond: rate };
  const byQueue = groupBy(request.letters, (letter) => letter.node);
  if (request.all) for (const node of queuesWithLetters(studio)) if (!byQueue.has(node)) byQueue.set(node, []);
  return [...byQueue].map(([node, letters]): Step => {
    const common = { SourceArn: studio.node(node).arn, ...(destination === null ? {} : { DestinationArn: studio.node(destination).arn }), ...rated };
    const edited = letters.filter((letter) => request.edits.has(letter.subject));
    if (!request.all) return { operation: 'sqs:RedriveMessages', params: { ...common, Messages: letters.map((letter) => message(letter, request.edits.get(letter.subject))) }, node, count: letters.length, all: false };
    const count = Math.max(letters.length, studio.gauges(node).counts.visible);
    const wide = holdsOthers(studio, node) || letters.some((letter) => isWide(studio, letter));
    if (!wide && !edited.length) return { operation: 'sqs:StartMessageMoveTask', params: common, node, count, all: true };
    return { operation: 'sqs:RedriveMessages', params: { ...common, Messages: edited.map((letter) => message(letter, request.edits.get(letter.subject))), AllOthers: true }, node, count, all: true };
  });
}

/** Dead-letter queues in which something can be taken now. */
const queuesWithLetters = (studio: Seen): number[] => studio.topology.nodes.filter((node) => node.is_dead_letter_queue && studio.gauges(node.index).counts.visible > 0).map(({ index }) => index);

/** Whether something else than queues leaves dead letters there. */
const holdsOthers = ({ topology }: Seen, queue: number): boolean => topology.links.some(({ source, target, style }) => target === queue && style !== 'suggested' && !['queue', 'client'].includes(topology.nodes[source]?.kind ?? 'queue'));

/** AWS redrives only what died in a queue; what died at a function or a topic goes back by the playground's own operation. */
const isWide = (studio: Pick<StudioStore, 'node'>, letter: DeadLetter): boolean => letter.source >= 0 && studio.node(letter.source).kind !== 'queue';

/** Where the letters go back to: whoever never got them, else where they died. */
export const wayBack = (letters: readonly DeadLetter[]): number[] => [...new Set(letters.map(({ target = -1, source }) => (target < 0 ? source : target)).filter((node) => node >= 0))];

/** Whatever a dead-letter queue gets its letters from. */
export const sourcesInto = ({ topology }: Pick<StudioStore, 'topology'>, queue: number): number[] =>
  [...new Set(topology.links.filter(({ target, style, source }) => target === queue && style !== 'suggested' && topology.nodes[source]?.kind !== 'client').map(({ source }) => source))];

/** The nodes the letters came from. */
export const sourcesOf = (letters: readonly DeadLetter[]): number[] => [...new Set(letters.map((letter) => letter.source).filter((source) => source >= 0))];

const message = (letter: DeadLetter, edited: string | undefined) => ({ MessageId: letter.id, ...(edited === undefined ? {} : { MessageBody: edited }) });

/** AWS's task handle: base64 of JSON with the task's id and its source (`flows/services/sqs/move_tasks.py`). */
export const taskHandle = (taskId: string, sourceArn: string): string => btoa(JSON.stringify({ taskId, sourceArn }));
