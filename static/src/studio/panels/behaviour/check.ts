/** What is wrong with a behaviour in the form, by field path (`rules.0.percent`): all of it at once. */
import type { BehaviourForm, Duration, Rule } from './model';

/** A function may run a quarter of an hour, a container for a week. */
export const LONGEST_MS = { function: 900_000, container: 604_800_000 };
const PATH = /^\$(\.[^.\s]+)*$/;

export function check(form: BehaviourForm, longest = LONGEST_MS.function): Record<string, string> {
  const found = { ...checkDuration(form.duration, 'duration', longest), ...(form.init ? checkDuration(form.init, 'init', longest) : {}) };
  form.rules.forEach((rule, i) => Object.assign(found, checkRule(rule, `rules.${i}`)));
  if (!isJson(form.output)) found.output = 'This is not JSON.';
  return found;
}

function checkDuration(duration: Duration, at: string, longest: number): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(duration)) {
    if (name.endsWith('ms') && !between(value, 0, longest)) found[`${at}.${name}`] = `From 0 to ${longest.toLocaleString('en')} ms.`;
  }
  const { low_ms, high_ms, median_ms, p99_ms } = duration as unknown as Record<string, number>;
  if (low_ms! > high_ms!) found[`${at}.high_ms`] = 'Not below the lowest.';
  if (duration.kind === 'lognormal' && !(median_ms! > 0)) found[`${at}.median_ms`] = 'More than 0 ms.';
  if (median_ms! > p99_ms!) found[`${at}.p99_ms`] = 'Not below the median.';
  return found;
}

function checkRule(rule: Rule, at: string): Record<string, string> {
  const found: Record<string, string> = {};
  if (rule.byRate && !between(rule.percent, 0, 100)) found[`${at}.percent`] = 'From 0 to 100 %.';
  if (rule.byAttempt && !(between(rule.attempts, 1, 1000) && Number.isInteger(rule.attempts))) found[`${at}.attempts`] = 'A whole number from 1 to 1,000.';
  if (rule.byBody && !PATH.test(rule.path)) found[`${at}.path`] = 'A path such as $.order.poison.';
  if (rule.byBody && rule.op !== 'prefix' && !isJson(rule.value)) found[`${at}.value`] = 'JSON: true, 12, "text".';
  if (rule.byBody && rule.op === 'exists' && !/^\s*(true|false)\s*$/.test(rule.value)) found[`${at}.value`] = 'true or false.';
  if (!rule.type.trim()) found[`${at}.type`] = 'An error needs a type.';
  return found;
}

const between = (value: unknown, least: number, most: number): boolean => typeof value === 'number' && value >= least && value <= most;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
