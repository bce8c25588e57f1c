/** Which part of a drawing is looked at: all of it where that can be read, else where it begins, large enough to be read. */
import type { Point } from './geometry';

export interface Rect { x: number; y: number; width: number; height: number }
/** `enough`: as small as it may get for the sake of being seen whole; what would have to be smaller still is as large as `least`. */
export interface Zooms { least: number; most: number; enough?: number }

/** `room` is what is free, in pixels of the page; `start` the point where things begin, in the drawing's own. */
export function frame(bounds: Rect, room: Rect, start: Point, { least, most, enough = least }: Zooms): Point & { zoom: number } {
  const whole = Math.min(room.width / bounds.width, room.height / bounds.height);
  const zoom = Math.min(most, whole < enough ? Math.max(least, whole) : whole);
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
