/** What was typed into the Send panel, kept per queue while the page lives: looking at another node loses no words. */
import type { TopologyNode } from '../../model/types';
import type { StudioStore } from '../../store/api';
import { emptyForm, exampleForm, type SendForm } from './request';

const forms = new Map<string, SendForm>();

export function formFor({ example }: Pick<StudioStore, 'example'>, { id, arn, kind }: TopologyNode): SendForm {
  let form = forms.get(arn);
  if (!form) {
    const prefilled = example && [example.traffic, ...example.also].find(({ target }) => target === id);
    form = prefilled ? exampleForm(prefilled, kind) : emptyForm(kind);
    const kept = $state(form);
    form = kept;
    forms.set(arn, form);
  }
  return form;
}
