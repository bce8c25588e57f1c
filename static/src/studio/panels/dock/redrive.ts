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

export interface Step { operation: string; params: Record<string, unknown>; node: number; count: number }

/** `destination` null sends each message back to where it died; `rate` null is as fast as SQS goes. */
export function steps(studio: Pick<StudioStore, 'node'>, request: RedriveRequest, destination: number | null, rate: number | null): Step[] {
  const common = {
    ...(destination === null ? {} : { DestinationArn: studio.node(destination).arn }),
    ...(rate === null ? {} : { MaxNumberOfMessagesPerSecond: rate }),
  };
  return [...groupBy(request.letters, (letter) => letter.node)].map(([node, letters]) => {
    const source = { SourceArn: studio.node(node).arn };
    if (destination === null && letters.some((letter) => isWide(studio, letter))) {
      const { MaxNumberOfMessagesPerSecond } = common as { MaxNumberOfMessagesPerSecond?: number };
      const rated = MaxNumberOfMessagesPerSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond };
      return { operation: 'sqs:RedriveMessages', params: { ...source, ...rated, Messages: letters.map((letter) => message(letter, request.edits.get(letter.subject))) }, node, count: letters.length };
    }
    const edited = letters.some((letter) => request.edits.has(letter.subject));
    if (request.all && !edited) return { operation: 'sqs:StartMessageMoveTask', params: { ...source, ...common }, node, count: letters.length };
    const Messages = letters.map((letter) => message(letter, request.edits.get(letter.subject)));
    return { operation: 'sqs:RedriveMessages', params: { ...source, ...common, Messages }, node, count: letters.length };
  });
}

/** AWS redrives only what died in a queue; what died at a function or a topic goes back by the playground's own operation. */
const isWide = (studio: Pick<StudioStore, 'node'>, letter: DeadLetter): boolean => letter.source >= 0 && studio.node(letter.source).kind !== 'queue';

/** Where the letters go back to: whoever never got them, else where they died. */
export const wayBack = (letters: readonly DeadLetter[]): number[] => [...new Set(letters.map(({ target = -1, source }) => (target < 0 ? source : target)).filter((node) => node >= 0))];

/** The nodes the letters came from. */
export const sourcesOf = (letters: readonly DeadLetter[]): number[] => [...new Set(letters.map((letter) => letter.source).filter((source) => source >= 0))];

const message = (letter: DeadLetter, edited: string | undefined) => ({ MessageId: letter.id, ...(edited === undefined ? {} : { MessageBody: edited }) });

/** AWS's task handle: base64 of JSON with the task's id and its source (`flows/services/sqs/move_tasks.py`). */
export const taskHandle = (taskId: string, sourceArn: string): string => btoa(JSON.stringify({ taskId, sourceArn }));
