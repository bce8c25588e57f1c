/** What was typed into the Send panel, kept per queue while the page lives: looking at another node loses no words. */
import { emptyForm, type SendForm } from './request';

const forms = new Map<string, SendForm>();

export function formFor(arn: string): SendForm {
  let form = forms.get(arn);
  if (!form) {
    form = emptyForm();
    const kept = $state(form);
    form = kept;
    forms.set(arn, form);
  }
  return form;
}
