/** Gives a command and says in words what became of it. */
import type { CommandFrame } from '../model/types';
import type { StudioStore } from '../store/api';
import { toast } from './toasts.svelte';

/** `hint`: what to do next, below `done`. */
export async function give(studio: StudioStore, operation: string, params: Record<string, unknown>, done: string, hint = ''): Promise<CommandFrame | null> {
  try {
    const frame = await studio.command(operation, params);
    tell(frame, done, hint);
    return frame;
  } catch (reason) {
    toast('The command could not be sent.', { tone: 'bad', hint: reason instanceof Error ? reason.message : '' });
    return null;
  }
}

function tell(frame: CommandFrame, done: string, hint: string): void {
  if (frame.status === 'refused') {
    toast(frame.error?.message ?? `${frame.operation} was refused.`, { tone: 'bad', hint: frame.error?.hint ?? '' });
  } else if (frame.status === 'forked') {
    const href = frame.execution ? `/executions/${frame.execution}/` : '';
    toast('This instant had been seen already, so the change went into a fork.', { tone: 'warn', href });
  } else if (frame.status === 'discarded') {
    toast('The command was discarded: an earlier change was made first.', { tone: 'warn' });
  } else toast(done, { hint });
}

/** What whoever gave a command that moves messages has to do to see them move. */
export const thenPlay = (studio: StudioStore): string => (studio.playback.playing ? '' : 'The clock stands: press Play, or Space, to watch.');

/** Why no command may be given just now, or '' if one may. */
export function hold(studio: StudioStore): string {
  if (studio.gone) return 'This execution is gone.';
  if (!studio.connected) return 'Not connected: commands wait until the connection is back.';
  if (!studio.drives) return `${studio.driver?.name || 'Someone else'} drives this execution. Ask for control to change it.`;
  return '';
}
