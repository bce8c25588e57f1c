/** Message move tasks (redrives) up to the playhead, newest first. */
import { MOVE_TASK } from '../model/subjects';
import type { MoveTask } from '../model/types';
import type { Reader } from './reader';

/** The kinds that end a task, and what they make of it. */
const ENDS: Record<string, MoveTask['state']> = { MoveTaskCompleted: 'completed', MoveTaskCancelled: 'cancelled', MoveTaskFailed: 'failed' };

export function moveTasks(reader: Reader): MoveTask[] {
  const { kind, count } = reader.trace.subjects;
  const tasks: MoveTask[] = [];
  for (let subject = count; subject > 0; subject--) {
    if (kind.values[subject] !== MOVE_TASK) continue;
    const task = moveTask(reader, subject);
    if (task) tasks.push(task);
  }
  return tasks;
}

function moveTask(reader: Reader, subject: number): MoveTask | null {
  const story = [...reader.back(subject)].reverse();
  if (!story.length) return null;
  const task: MoveTask = {
    subject, source: -1, destination: -1, started_at: 0, ended_at: null, total: 0, moved: 0, rate: 0, state: 'running', reason: '',
  };
  for (const sequence of story) {
    const record = reader.record(sequence);
    for (const { name, value } of record.fields) if (name in task) Object.assign(task, { [name]: value });
    if (record.kind.name === 'MoveTaskStarted') task.started_at = record.at;
    const end = ENDS[record.kind.name];
    if (end) Object.assign(task, { state: end, ended_at: record.at });
  }
  return task;
}
