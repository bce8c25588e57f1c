// @vitest-environment node
import CSS from '../src/styles/tokens.css?raw';
import { describe, expect, it } from 'vitest';
import { contrast, mix, oklch, type Oklab } from './oklch';

const THEMES = ['light', 'dark'] as const;
const WASH = 0.13;

/** Text on its ground: 4.5. Washes are grounds too: an outcome's text stands on its own wash. */
const TEXT: [string, string][] = [
  ...['--ink', '--ink-2', '--ink-3'].flatMap((ink) => ['--surface', '--surface-2', '--bg', '--canvas'].map((on): [string, string] => [ink, on])),
  ['--ink', '--surface-3'],
  ['--ink-2', '--surface-3'],
  ['--surface', '--ink'],
  ['--surface', '--ink-2'],
  ['--surface', '--bad'],
  // Rows and boxes that are washed with an outcome keep their own inks.
  ...['--ok', '--warn', '--bad', '--flow'].flatMap((outcome) => ['--ink', '--ink-2', '--ink-3'].map((ink): [string, string] => [ink, `wash ${outcome}`])),
  ...['--ok', '--warn', '--bad', '--flow'].flatMap((outcome): [string, string][] => [[outcome, '--surface'], [outcome, '--surface-2'], [outcome, `wash ${outcome}`]]),
];

/** Graphics and borders of controls: 3.0. */
const GRAPHICS: [string, string][] = [
  ...['--flow', '--ok', '--warn', '--bad', '--focus', '--ink-3'].flatMap((mark): [string, string][] => [[mark, '--canvas'], [mark, '--surface']]),
  ['--control', '--surface'],
];

const HUES = [...CSS.matchAll(/--h: (\d+)/g)].map((found) => Number(found[1]));

describe.each(THEMES)('in the %s theme', (theme) => {
  it.each(TEXT)('%s is readable on %s', (ink, ground) => {
    expect(contrast(token(ink, theme), token(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(GRAPHICS)('%s stands out from %s', (mark, ground) => {
    expect(contrast(token(mark, theme), token(ground, theme))).toBeGreaterThanOrEqual(3);
  });

  it.each(HUES)('the service hue %i stands out from its tile', (hue) => {
    const service = theme === 'light' ? oklch(0.56, 0.17, hue) : oklch(0.77, 0.136, hue);
    expect(contrast(service, mix(WASH, service, token('--surface', theme)))).toBeGreaterThanOrEqual(3);
  });
});

function token(name: string, theme: (typeof THEMES)[number]): Oklab {
  if (name.startsWith('wash ')) return mix(WASH, token(name.slice(5), theme), token('--surface', theme));
  const found = CSS.match(new RegExp(`${name}: light-dark\\(oklch\\(([^)]+)\\), oklch\\(([^)]+)\\)\\)`));
  if (!found) throw new Error(`no token ${name}`);
  const [lightness, chroma, hue] = found[theme === 'light' ? 1 : 2]!.split(' ').map(Number.parseFloat);
  return oklch(lightness! / 100, chroma!, hue!);
}
