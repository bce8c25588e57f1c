/**
 * The gallery's search: shows the cards that have every word, and the chapters that still have cards. `/` goes to it, Escape empties it.
 * The list of chapters says which one is being read.
 */
export function wireGallery(page: Document): void {
  const input = page.querySelector<HTMLInputElement>('[data-gallery] [data-search]');
  if (!input) return;
  input.hidden = false;
  const show = () => found(page, input.value);
  input.addEventListener('input', show);
  page.addEventListener('keydown', (event) => {
    if (event.key === '/' && !isField(event.target)) {
      event.preventDefault();
      input.focus();
    } else if (event.key === 'Escape' && event.target === input) {
      input.value = '';
      show();
    }
  });
  // A page that comes back from the browser's history has its words already.
  if (input.value) show();
  wireChapters(page);
}

/** The chapter that is being read is the last whose heading has passed the upper third of the window. */
function wireChapters(page: Document): void {
  const links = [...page.querySelectorAll<HTMLAnchorElement>('[data-gallery] nav a')];
  const mark = () => {
    const passed = links.filter((link) => {
      const heading = page.getElementById(link.hash.slice(1));
      return heading?.offsetParent && heading.getBoundingClientRect().top < innerHeight / 3;
    });
    for (const link of links) {
      if (link === passed.at(-1)) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  };
  page.addEventListener('scroll', mark, { passive: true });
  mark();
}

function found(page: Document, words: string): void {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const shelf of page.querySelectorAll<HTMLElement>('[data-shelf]')) {
    const cards = [...shelf.querySelectorAll<HTMLElement>('[data-words]')];
    for (const card of cards) card.hidden = !wanted.every((word) => card.dataset.words!.toLowerCase().includes(word));
    const left = cards.filter((card) => !card.hidden).length;
    shelf.hidden = left === 0;
    const link = page.querySelector<HTMLElement>(`[data-gallery] a[href="#${shelf.getAttribute('aria-labelledby')}"]`);
    if (link) {
      link.querySelector('.num')!.textContent = String(left);
      link.parentElement!.hidden = left === 0;
    }
    shown += left;
  }
  page.querySelector<HTMLElement>('[data-none]')!.hidden = shown > 0;
  page.querySelector('[data-found]')!.textContent = wanted.length ? `${shown} ${shown === 1 ? 'topology has' : 'topologies have'} these words` : '';
}

const isField = (target: EventTarget | null) => target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
