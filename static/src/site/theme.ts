/**
 * Theme and density are attributes of the root element, remembered in cookies so that the server draws the next page
 * right at once (an inline script would be refused by the content security policy).
 * `data-theme-toggle` and `data-density-toggle` buttons work on every page; the studio calls the functions.
 */
const YEAR_S = 31_536_000;
const root = () => document.documentElement;

export type Theme = 'light' | 'dark';

export function theme(): Theme {
  const chosen = root().dataset.theme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return globalThis.matchMedia?.('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export function setTheme(next: Theme): void {
  root().dataset.theme = next;
  remember('redrive_theme', next);
}

export const projector = (): boolean => root().dataset.density === 'projector';

export function setProjector(on: boolean): void {
  if (on) root().dataset.density = 'projector';
  else delete root().dataset.density;
  remember('redrive_density', on ? 'projector' : '');
}

/** Tells when projector mode is switched on or off, until the answer is called. */
export function onProjector(tell: (on: boolean) => void): () => void {
  const watch = new MutationObserver(() => tell(projector()));
  watch.observe(root(), { attributeFilter: ['data-density'] });
  return () => watch.disconnect();
}

export function wireTheme(page: Document): void {
  for (const button of page.querySelectorAll<HTMLElement>('[data-theme-toggle]')) {
    label(button);
    button.addEventListener('click', () => {
      setTheme(theme() === 'dark' ? 'light' : 'dark');
      label(button);
    });
  }
  for (const button of page.querySelectorAll<HTMLElement>('[data-density-toggle]')) {
    button.addEventListener('click', () => {
      setProjector(!projector());
      button.setAttribute('aria-pressed', String(projector()));
    });
  }
}

function label(button: HTMLElement): void {
  const next = theme() === 'dark' ? 'Light theme' : 'Dark theme';
  button.setAttribute('aria-label', next);
  button.title = next;
}

function remember(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/; max-age=${value ? YEAR_S : 0}; samesite=lax`;
}
