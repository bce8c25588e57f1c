/** Somebody is there: the first key, pointer or touch. What is heavy and not needed to see the page waits for it. */
const SIGNS = ['pointermove', 'pointerdown', 'keydown'] as const;

export const touched = new Promise<void>((resolve) => {
  if (navigator.userActivation?.hasBeenActive) resolve();
  for (const sign of SIGNS) addEventListener(sign, () => resolve(), { once: true, capture: true, passive: true });
});
