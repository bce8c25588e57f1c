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
  wireRefusals(page, form);
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

/** A refusal of the whole request (too large, signed out, the server away) is said where the result would stand. */
function wireRefusals(page: Document, form: HTMLFormElement): void {
  const say = (message: string, hint: string) => page.querySelector('#result')!.replaceChildren(refusal(page, message, hint));
  form.addEventListener('htmx:responseError', (event) => {
    const { message, hint } = told((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.responseText);
    say(message, hint);
  });
  form.addEventListener('htmx:sendError', () => say('It could not be sent.', `Either it is larger than ${form.dataset.megabytes} MB, or the server does not answer.`));
}

/** What an answer says: as JSON, or as a page. */
function told(text: string): { message: string; hint: string } {
  try {
    return JSON.parse(text) as { message: string; hint: string };
  } catch {
    const said = new DOMParser().parseFromString(text, 'text/html');
    return {
      message: said.querySelector('strong, h1')?.textContent ?? 'This could not be imported.',
      hint: said.querySelector('.hint, .lead, h1 + p')?.textContent ?? '',
    };
  }
}

function refusal(page: Document, message: string, hint: string): HTMLElement {
  const sheet = page.createElement('div');
  sheet.className = 'sheet outcome';
  sheet.innerHTML =
    '<header><h2>This could not be imported</h2></header><div class="problem error"><i class="mark lost" aria-hidden="true"></i><p><strong></strong></p><p class="hint"></p></div>';
  sheet.querySelector('strong')!.textContent = message;
  sheet.querySelector('.hint')!.textContent = hint;
  return sheet;
}

function line(file: File): HTMLLIElement {
  const item = document.createElement('li');
  const size = document.createElement('span');
  size.className = 'quiet num';
  size.textContent = `${Math.max(1, Math.round(file.size / KILOBYTE)).toLocaleString('en')} KB`;
  item.append(file.webkitRelativePath || file.name, size);
  return item;
}
