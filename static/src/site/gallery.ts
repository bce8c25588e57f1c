/** The gallery's search: shows the cards that have every word, and the chapters that still have cards. `/` goes to it, Escape empties it. */
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
}

function found(page: Document, words: string): void {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const shelf of page.querySelectorAll<HTMLElement>('[data-shelf]')) {
    const cards = [...shelf.querySelectorAll<HTMLElement>('[data-words]')];
    for (const card of cards) card.hidden = !wanted.every((word) => card.dataset.words!.toLowerCase().includes(word));
    const left = cards.filter((card) => !card.hidden).length;
    shelf.hidden = left === 0;
    shown += left;
  }
  page.querySelector<HTMLElement>('[data-none]')!.hidden = shown > 0;
  page.querySelector('[data-found]')!.textContent = wanted.length ? `${shown} ${shown === 1 ? 'topology has' : 'topologies have'} these words` : '';
}

const isField = (target: EventTarget | null) => target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
