/** The one rich island: mounts the studio on its page, with the data the page carries. */
import '@xyflow/svelte/dist/style.css';
import { mount } from 'svelte';
import type { StudioData } from './model/types';
import { startDecoder } from './store/decoder';
import { Studio as Store } from './store/studio.svelte';
import Studio from './Studio.svelte';

const target = document.getElementById('studio');
const carried = document.getElementById('studio-data')?.textContent;

if (target && carried) {
  const data = JSON.parse(carried) as StudioData;
  const decoder = startDecoder();
  const studio = new Store(data, { decode: (bytes) => decoder.decode(bytes) });
  target.replaceChildren();
  mount(Studio, { target, props: { studio } });
}
