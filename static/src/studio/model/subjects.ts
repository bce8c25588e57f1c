/** What a subject is (`flows/engine/subjects.py`), and how a sentence calls it. */
import { messageId, requestId } from './identifiers';
import type { Handle, Subject } from './types';

export const MESSAGE = 1, TRAFFIC = 4, MOVE_TASK = 5, EXECUTION = 8, EVENT = 9;

const KINDS: readonly Subject['kind'][] = ['', 'message', 'invocation', 'batch', 'traffic', 'move_task', 'request', 'command', 'execution', 'event', 'replay'];

export const subjectKind = (kind: number): Subject['kind'] => KINDS[kind] ?? '';

/** The id AWS would show for it. */
export const subjectId = (seed: number, kind: number, identity: Handle): string =>
  kind === MESSAGE || kind === EVENT ? messageId(seed, identity) : requestId(seed, identity);

/** "message 1c9a40f2", "move task 3fa85f64". */
export const subjectName = (seed: number, kind: number, identity: Handle): string =>
  `${subjectKind(kind).replace('_', ' ')} ${subjectId(seed, kind, identity).slice(0, 8)}`;
