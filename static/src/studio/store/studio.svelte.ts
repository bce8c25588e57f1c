export type { PlaybackView, StudioStore } from './api';
