import { beforeEach, expect, it, vi } from 'vitest';
import { wireCopying } from '../src/site/copying';
import { wireGallery } from '../src/site/gallery';
import { wireImport } from '../src/site/import';
import { onProjector, projector, setProjector, setTheme, theme, wireTheme } from '../src/site/theme';
import { wireTimes } from '../src/site/times';

const IMPORT = `
  <form data-import>
    <div data-halves hidden><button type="button" data-half="files"></button><button type="button" data-half="paste"></button></div>
    <div data-part="files"><label class="drop"><input type="file" name="files"></label><ul data-files></ul></div>
    <div data-part="paste"><textarea name="text"></textarea></div>
  </form>`;

const part = (name: string) => document.querySelector<HTMLElement>(`[data-part=${name}]`)!;

beforeEach(() => {
  document.body.innerHTML = '';
  delete document.documentElement.dataset.theme;
  delete document.documentElement.dataset.density;
});

it('the import page shows files first, and a paste on request', () => {
  document.body.innerHTML = IMPORT;
  wireImport(document);
  expect([part('files').hidden, part('paste').hidden]).toEqual([false, true]);
  document.querySelector<HTMLElement>('[data-half=paste]')!.click();
  expect([part('files').hidden, part('paste').hidden]).toEqual([true, false]);
});

it('a paste that was refused is shown again', () => {
  document.body.innerHTML = IMPORT;
  document.querySelector('textarea')!.value = 'Resources: {}';
  wireImport(document);
  expect(part('paste').hidden).toBe(false);
});

it('chosen files are listed by name and size, as text', () => {
  document.body.innerHTML = IMPORT;
  wireImport(document);
  const input = document.querySelector('input')!;
  Object.defineProperty(input, 'files', { value: [new File(['x'.repeat(3000)], '<b>.yaml')] });
  input.dispatchEvent(new Event('change'));
  expect(document.querySelector('[data-files]')!.textContent).toBe('<b>.yaml3 KB');
});

it('an upload that is refused as a whole says why, where the result would stand', () => {
  document.body.innerHTML = `${IMPORT.replace('<form data-import>', '<form data-import data-megabytes="10">')}<div id="result"></div>`;
  wireImport(document);
  const form = document.querySelector('form')!, result = document.querySelector('#result')!;
  const refused = (responseText: string) => form.dispatchEvent(new CustomEvent('htmx:responseError', { detail: { xhr: { responseText } } }));
  refused('{"message": "That is more than 10 MB.", "hint": "Send <less>."}');
  expect([result.querySelector('strong')!.textContent, result.querySelector('.hint')!.textContent]).toEqual(['That is more than 10 MB.', 'Send <less>.']);
  refused('<div class="problem"><p><strong>This is not yours to change.</strong></p><p class="hint">Sign in.</p></div>');
  expect([result.querySelector('strong')!.textContent, result.querySelector('.hint')!.textContent]).toEqual(['This is not yours to change.', 'Sign in.']);
  form.dispatchEvent(new CustomEvent('htmx:sendError'));
  expect(result.textContent).toContain('larger than 10 MB, or the server does not answer');
});

it('a chosen theme wins over the system and is remembered for the next page', () => {
  setTheme('dark');
  expect(theme()).toBe('dark');
  expect(document.cookie).toContain('redrive_theme=dark');
});

it('the theme button says what it will do', () => {
  setTheme('light');
  document.body.innerHTML = '<button data-theme-toggle></button>';
  wireTheme(document);
  const button = document.querySelector('button')!;
  expect(button.getAttribute('aria-label')).toBe('Dark theme');
  button.click();
  expect([theme(), button.getAttribute('aria-label')]).toEqual(['dark', 'Light theme']);
});

it('projector mode tells whoever listens', async () => {
  const heard: boolean[] = [];
  const stop = onProjector((on) => heard.push(on));
  setProjector(true);
  await vi.waitFor(() => expect(heard).toEqual([true]));
  expect(projector()).toBe(true);
  stop();
});

it('the projector button of a page makes it large, and small again', () => {
  document.body.innerHTML = '<button data-density-toggle aria-pressed="false"></button>';
  wireTheme(document);
  const button = document.querySelector('button')!;
  button.click();
  expect([projector(), button.getAttribute('aria-pressed')]).toEqual([true, 'true']);
  button.click();
  expect([projector(), button.getAttribute('aria-pressed')]).toEqual([false, 'false']);
});

it('a search hides chapters without a card, and counts what is left in the others', () => {
  const shelf = (slug: string, ...words: string[]) => `<section data-shelf aria-labelledby="${slug}"><h2 id="${slug}"></h2>${words.map((word) => `<article data-words="${word}"></article>`).join('')}</section>`;
  const link = (slug: string) => `<li><a href="#${slug}"><span class="num">?</span></a></li>`;
  document.body.innerHTML = `<div data-gallery><input data-search hidden><p data-found></p><nav>${link('queues')}${link('buses')}</nav></div>${shelf('queues', 'FIFO order', 'backlog')}${shelf('buses', 'replay')}<p data-none hidden></p>`;
  wireGallery(document);
  const input = document.querySelector('input')!, links = () => [...document.querySelectorAll('nav li')].map((item) => [(item as HTMLElement).hidden, item.textContent]);
  const search = (words: string) => ((input.value = words), input.dispatchEvent(new Event('input')));
  search('fifo');
  expect(links()).toEqual([[false, '1'], [true, '0']]);
  expect(document.querySelector('[data-found]')!.textContent).toBe('1 topology has these words');
  search('');
  expect(links()).toEqual([[false, '2'], [false, '1']]);
});

it('an instant is told in the zone of the reader, in whole as a title; what is no instant stays', () => {
  document.body.innerHTML = '<time datetime="2026-11-23T15:04:00+00:00">23 Nov 2026, 15:04</time><time datetime="soon">soon</time>';
  wireTimes(document);
  const [told, left] = document.querySelectorAll('time');
  expect(told!.textContent).toMatch(/^2[2-4] Nov 2026, \d\d:\d\d$/);
  expect(told!.title).toContain('November 2026');
  expect(left!.textContent).toBe('soon');
});

it('a shared address is copied by its button, where the browser has a clipboard', async () => {
  const written: string[] = [];
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void written.push(text) } });
  document.body.innerHTML = '<p><a data-address href="https://redrive.example/executions/1/"></a><button data-copy hidden>Copy</button></p>';
  wireCopying(document);
  const button = document.querySelector('button')!;
  expect(button.hidden).toBe(false);
  button.click();
  await vi.waitFor(() => expect(button.textContent).toBe('Copied'));
  expect(written).toEqual(['https://redrive.example/executions/1/']);
  vi.unstubAllGlobals();
});
