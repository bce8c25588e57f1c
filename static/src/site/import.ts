/**
 * The import page: choose between files and a paste, see which files were chosen, see where they would drop. Without
 * this script both halves are there and the form works; with it only one is shown at a time.
 */
import { rove } from './roving';

const KILOBYTE = 1024;

export function wireImport(page: Document): void {
  const form = page.querySelector<HTMLFormElement>('[data-import]');
  if (!form) return;
  wireHalves(form);
  wireFiles(form);
}

function wireHalves(form: HTMLFormElement): void {
  const buttons = [...form.querySelectorAll<HTMLButtonElement>('[data-half]')];
  const show = (half: string) => {
    for (const button of buttons) {
      button.setAttribute('aria-checked', String(button.dataset.half === half));
      button.tabIndex = button.dataset.half === half ? 0 : -1;
    }
    for (const part of form.querySelectorAll<HTMLElement>('[data-part]')) part.hidden = part.dataset.part !== half;
  };
  for (const button of buttons) button.addEventListener('click', () => show(button.dataset.half!));
  const group = form.querySelector<HTMLElement>('[data-halves]')!;
  group.addEventListener('keydown', (event) => rove(event as Parameters<typeof rove>[0], 'radio'));
  group.hidden = false;
  show(form.querySelector<HTMLTextAreaElement>('textarea[name=text]')!.value ? 'paste' : 'files');
}

function wireFiles(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>('input[type=file]')!;
  const zone = input.closest<HTMLElement>('.drop')!;
  const list = form.querySelector<HTMLElement>('[data-files]')!;
  for (const name of ['dragenter', 'dragover']) zone.addEventListener(name, () => zone.classList.add('over'));
  for (const name of ['dragleave', 'drop']) zone.addEventListener(name, () => zone.classList.remove('over'));
  input.addEventListener('change', () => list.replaceChildren(...[...(input.files ?? [])].map(line)));
}

function line(file: File): HTMLLIElement {
  const item = document.createElement('li');
  const size = document.createElement('span');
  size.className = 'quiet num';
  size.textContent = `${Math.max(1, Math.round(file.size / KILOBYTE)).toLocaleString('en')} KB`;
  item.append(file.webkitRelativePath || file.name, size);
  return item;
}
