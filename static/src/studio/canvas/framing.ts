/** Which part of a drawing is looked at: all of it where that can be read, else where it begins, large enough to be read. */
import type { Point } from './geometry';

export interface Rect { x: number; y: number; width: number; height: number }
export interface Zooms { least: number; most: number }

/** `room` is what is free, in pixels of the page; `start` the point where things begin, in the drawing's own. */
export function frame(bounds: Rect, room: Rect, start: Point, { least, most }: Zooms): Point & { zoom: number } {
  const zoom = Math.min(most, Math.max(least, Math.min(room.width / bounds.width, room.height / bounds.height)));
  return {
    x: along(bounds.x * zoom, bounds.width * zoom, room.x, room.width, start.x * zoom),
    y: along(bounds.y * zoom, bounds.height * zoom, room.y, room.height, start.y * zoom),
    zoom,
  };
}

/** In the middle where it fits; else with its start in the middle, but never with emptiness beyond an end. */
function along(from: number, length: number, room: number, free: number, start: number): number {
  if (length <= free) return room + (free - length) / 2 - from;
  return Math.min(room - from, Math.max(room + free - from - length, room + free / 2 - start));
}
