/** OKLCH colours, mixed as `color-mix(in oklab, …)` does, and their WCAG contrast: enough to test tokens with, no more. */
export type Oklab = readonly [number, number, number];

export function oklch(lightness: number, chroma: number, hue: number): Oklab {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
}

export const mix = (share: number, over: Oklab, under: Oklab): Oklab =>
  [0, 1, 2].map((i) => over[i]! * share + under[i]! * (1 - share)) as unknown as Oklab;

export function contrast(one: Oklab, other: Oklab): number {
  const [high, low] = [luminance(one), luminance(other)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Relative luminance, through linear sRGB with each channel cut to what a screen can show. */
function luminance([lightness, a, b]: Oklab): number {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const clamp = (linear: number): number => Math.min(1, Math.max(0, linear));
