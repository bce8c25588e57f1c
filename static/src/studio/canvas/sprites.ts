/** What moves, drawn once per theme and scale: a dot, a ring, a diamond, so that shape and colour both tell the tone. */
export const RADIUS = 9;
/** Sprites are drawn larger than shown, so that they stay sharp when the canvas is zoomed in. */
const OVERSAMPLING = 2;

export type Shape = 'dot' | 'ring' | 'diamond';

/** `circled`: what a replay sent. */
export function sprite(colour: string, shape: Shape, pixelRatio: number, circled = false): HTMLCanvasElement {
  const scale = pixelRatio * OVERSAMPLING;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = RADIUS * 2 * scale;
  const g = canvas.getContext('2d')!;
  g.scale(scale, scale);
  g.translate(RADIUS, RADIUS);
  glow(g, colour);
  g.fillStyle = g.strokeStyle = colour;
  SHAPES[shape](g);
  if (circled) circle(g);
  return canvas;
}

const SHAPES: Record<Shape, (g: CanvasRenderingContext2D) => void> = {
  dot(g) {
    g.beginPath();
    g.arc(0, 0, 3.2, 0, Math.PI * 2);
    g.fill();
  },
  ring(g) {
    g.lineWidth = 2;
    g.beginPath();
    g.arc(0, 0, 3.2, 0, Math.PI * 2);
    g.stroke();
  },
  diamond(g) {
    const r = 4.8;
    g.beginPath();
    g.moveTo(0, -r);
    g.lineTo(r, 0);
    g.lineTo(0, r);
    g.lineTo(-r, 0);
    g.closePath();
    g.fill();
  },
};

function circle(g: CanvasRenderingContext2D): void {
  g.lineWidth = 1.25;
  g.beginPath();
  g.arc(0, 0, 6.6, 0, Math.PI * 2);
  g.stroke();
}

function glow(g: CanvasRenderingContext2D, colour: string): void {
  const gradient = g.createRadialGradient(0, 0, 2, 0, 0, RADIUS);
  gradient.addColorStop(0, colour);
  // The same colour at zero alpha: fading to `transparent` would pass through black.
  gradient.addColorStop(1, colour.replace(/\)$/, ' / 0)'));
  g.globalAlpha = 0.26;
  g.fillStyle = gradient;
  g.beginPath();
  g.arc(0, 0, RADIUS, 0, Math.PI * 2);
  g.fill();
  g.globalAlpha = 1;
}
