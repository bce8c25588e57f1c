/** A journey cut into its copies: each move ends one copy and starts another, so the copies are the chapters. */
import type { Handle, JourneyRow } from '../../model/types';
import type { StudioStore } from '../../store/api';

export interface Chapter {
  subject: Handle;
  id: string;
  body: number;
  parent: Handle;
  node: number;
  /** Its body is not that of the copy it was made of: a service wrapped or unwrapped it, or you edited it. */
  changed: boolean;
  edited: boolean;
  rows: JourneyRow[];
}

const COPIES: ReadonlySet<string> = new Set(['message', 'event']);

/** Records of invocations and batches belong to the chapter of the copy that was on its way. */
export function chapters(studio: Pick<StudioStore, 'subject'>, rows: readonly JourneyRow[]): Chapter[] {
  const made = new Map<Handle, Chapter>();
  let current: Chapter | undefined;
  for (const row of rows) {
    const subject = studio.subject(row.subject);
    if (COPIES.has(subject.kind) || !current) {
      current = made.get(row.subject);
      if (!current) {
        const before = studio.subject(subject.parent);
        const changed = COPIES.has(before.kind) && before.body !== subject.body;
        const edited = changed && (row.kind === 'RedrivenMessageArrived' || !!made.get(subject.parent)?.rows.some(returnedEdited));
        current = { subject: row.subject, id: subject.id, body: subject.body, parent: subject.parent, node: row.node, changed, edited, rows: [] };
        made.set(row.subject, current);
      }
    }
    current.rows.push(row);
  }
  return [...made.values()];
}

const returnedEdited = (row: JourneyRow): boolean => row.kind === 'DeadLetterReturned' && Number(row.fields.edited) > 0;

/** What became of the message, in a few words, from its last chapter. */
export function summary(all: readonly Chapter[]): string {
  const receives = all.flatMap((chapter) => chapter.rows).filter((row) => row.kind === 'MessageReceived').length;
  const copies = all.length > 1 ? ` · ${all.length} copies` : '';
  return `${receives} ${receives === 1 ? 'receive' : 'receives'}${copies}`;
}
