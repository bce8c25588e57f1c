/** What the clock is doing, in a word. */
import type { Playback } from '../store/playback.svelte';
import type { Told } from '../store/told.svelte';

export interface Standing { text: string; tone: '' | 'warn' | 'bad'; hint: string }

export const speedName = (speed: number): string => `${speed === 0.25 ? '¼' : speed.toLocaleString('en')}×`;

type Moving = Pick<Playback, 'playing' | 'mode' | 'pace' | 'starved' | 'playhead' | 'seen' | 'drives'> & { told: Pick<Told, 'isOver' | 'failed'> };

export function standing(playback: Moving, connected: boolean, gone = false): Standing {
  if (gone) return { text: 'gone', tone: 'bad', hint: 'This execution is no more. What it told until then is still here.' };
  if (!connected) return { text: 'Offline', tone: 'bad', hint: 'The connection is lost; trying again.' };
  if (playback.told.failed) return { text: 'failed', tone: 'bad', hint: 'The simulation broke and does not go on. What it told until then is all here.' };
  if (playback.starved) return { text: `at ${effective(playback.pace)}`, tone: 'warn', hint: 'The simulation is slower than the clock; nothing is skipped.' };
  if (playback.playing) return { text: DOING[playback.mode], tone: '', hint: '' };
  if (playback.told.isOver(playback.playhead)) return { text: 'quiet', tone: '', hint: 'Nothing is left to happen.' };
  if (playback.drives && playback.playhead < playback.seen) return { text: 'in the past', tone: 'warn', hint: 'A change made here makes a fork.' };
  return { text: 'paused', tone: '', hint: '' };
}

const DOING = { play: 'running', quiet: 'until quiet', follow: 'following', step: 'stepping', next: 'to the next' } as const;

const effective = (pace: number): string => `${pace < 10 ? pace.toFixed(1) : Math.round(pace).toLocaleString('en')}×`;
