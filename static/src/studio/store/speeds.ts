/** How fast the clock may be asked to go, in virtual seconds to a second of the wall. */
export const SPEEDS: readonly number[] = [0.25, 1, 4, 10, 100, 1000];

/** The next speed up or down; the last one stays. */
export const faster = (speed: number, by: 1 | -1): number =>
  SPEEDS[Math.min(Math.max(0, SPEEDS.indexOf(speed) + by), SPEEDS.length - 1)]!;
