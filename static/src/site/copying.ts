/** A button beside an address copies it, where the browser lets it (`data-copy` beside `data-address`), and says so for a moment. */
const SAID_MS = 2_000;

export function wireCopying(page: ParentNode): void {
  for (const button of page.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    const address = button.parentElement!.querySelector<HTMLAnchorElement>('[data-address]');
    if (!address || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(address.href);
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), SAID_MS);
    });
  }
}
