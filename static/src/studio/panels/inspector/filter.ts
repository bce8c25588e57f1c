/** Filters of links: where one stands, how it is tried on a message, and the operation that changes it. One row per kind of link. */
import { csrfToken } from '../../../site/csrf';
import type { TopologyLink, TopologyNode } from '../../model/types';
import type { StudioStore } from '../../store/api';
import { attributesOf } from '../send/request';

/** What is tried: the body of a message, its attributes, or a whole event. */
export type Tried = 'body' | 'attributes' | 'event';

export interface Mismatch { path: string; sentence: string; wanted: string; found: string; failing: number; fields: number }
export interface Verdict { matched: boolean | null; mismatch: Mismatch | null; refusal: string; problems: { message: string; path: string }[] }

export interface FilterKind {
  title: string;
  /** What becomes of a message that does not pass. */
  otherwise: string;
  setting: string;
  /** Whose settings the changes of the filter are told as, and the filter as the topology has it; without them, the link's own. */
  about?: (link: TopologyLink) => string;
  given?: (studio: StudioStore, link: TopologyLink) => unknown;
  /** There is no such thing as none. */
  needed?: true;
  tries: (link: TopologyLink) => Tried;
  kind: (link: TopologyLink) => string;
  save: (studio: StudioStore, link: TopologyLink, pattern: string) => Promise<{ operation: string; params: Record<string, unknown> }>;
}

const settingOf = (link: TopologyLink, name: string): unknown => link.settings.find((each) => each.name === name)?.value;
const isBody = (link: TopologyLink): boolean => settingOf(link, 'FilterPolicyScope') === 'MessageBody';

export const FILTERS: Readonly<Record<string, FilterKind>> = {
  subscription: {
    title: 'Filter policy', otherwise: 'What does not pass is not delivered to this subscriber.', setting: 'FilterPolicy',
    tries: (link) => (isBody(link) ? 'body' : 'attributes'), kind: (link) => (isBody(link) ? 'sns-body' : 'sns-attributes'),
    async save(studio, link, pattern) {
      const SubscriptionArn = await subscriptionArn(studio, link);
      return { operation: 'sns:SetSubscriptionAttributes', params: { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: pattern } };
    },
  },
  esm: {
    title: 'Filter criteria', otherwise: 'What does not pass is deleted from the queue by the mapping, unseen by the function.', setting: 'FilterCriteria',
    tries: () => 'body', kind: () => 'mapping',
    save: async (_studio, { via, id }, pattern) => ({
      operation: 'lambda:UpdateEventSourceMapping', params: { UUID: via || id, FilterCriteria: { Filters: pattern.trim() ? [{ Pattern: pattern }] : [] } },
    }),
  },
  'bus-rule': {
    title: 'Event pattern', otherwise: 'An event that does not match is nothing to this rule; others may match it.', setting: 'EventPattern', needed: true,
    about: ({ target }) => `node ${target}`, given: (studio, { target }) => studio.node(target).properties.EventPattern,
    tries: () => 'event', kind: () => 'event',
    save: async (studio, { target }, pattern) => ({ operation: 'events:PutRule', params: { ...ruleAsItIs(studio, studio.node(target)), EventPattern: pattern } }),
  },
};

/** Which rule, for operations that name it. */
export const ruleKey = ({ name, properties }: TopologyNode): { Name: string; EventBusName?: unknown } => ({
  Name: name, ...(properties.EventBusName ? { EventBusName: properties.EventBusName } : {}),
});

/** PutRule sets what it is not told back to its default, so it is told everything. */
function ruleAsItIs(studio: StudioStore, rule: TopologyNode): Record<string, unknown> {
  const now = studio.changes(`node ${rule.index}`), { properties } = rule;
  const said = { State: now.get('State') ?? properties.State, ScheduleExpression: properties.ScheduleExpression, Description: properties.Description, RoleArn: properties.RoleArn };
  return { ...ruleKey(rule), ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) };
}

/** The filter as text: a policy as it is, the first pattern of mapping criteria; '' if there is none. */
export function patternOf(value: unknown): string {
  const given = typeof value === 'string' ? parsed(value) : value;
  if (typeof given !== 'object' || given === null) return '';
  const filters = (given as { Filters?: { Pattern?: string }[] }).Filters;
  if (Array.isArray(filters)) return filters[0]?.Pattern ?? '';
  return laidOut(given);
}

/** JSON over lines, but a list of plain values on one: patterns are full of those. */
const laidOut = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll(/\[\s+([^[\]{}]*?)\s+\]/g, (_, inner: string) => `[${inner.replaceAll(/,\s+/g, ', ')}]`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Tries a pattern on a message, on the server: one matcher for this, for the simulation and for the conformance tests. */
export async function tryFilter(api: string, kind: string, pattern: string, message: string, tried: Tried): Promise<Verdict> {
  const given = tried === 'attributes' ? { attributes: snsAttributes(message) } : tried === 'event' ? { event: eventOf(message) } : { message };
  const response = await fetch(`${api}/patterns/test`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() }, body: JSON.stringify({ kind, pattern, ...given }),
  });
  if (!response.ok) throw new Error(`The filter could not be tried (${response.status}).`);
  return (await response.json()) as Verdict;
}

function eventOf(text: string): unknown {
  const event = parsed(text);
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw new Error('An event is a JSON object.');
  return event;
}

/** Attributes as SNS has them in an envelope: name → Type and Value. */
function snsAttributes(text: string): Record<string, { Type: string; Value: string }> {
  const found = attributesOf(text.trim() || '{}') ?? {};
  return Object.fromEntries(Object.entries(found).map(([name, { DataType, StringValue }]) => [name, { Type: DataType, Value: StringValue }]));
}

async function subscriptionArn(studio: StudioStore, link: TopologyLink): Promise<string> {
  const TopicArn = studio.node(link.source).arn, endpoint = studio.node(link.target).arn;
  const frame = await studio.command('sns:ListSubscriptionsByTopic', { TopicArn });
  const found = (frame.result?.Subscriptions as { SubscriptionArn: string; Endpoint: string }[] | undefined)?.find((each) => each.Endpoint === endpoint);
  if (!found) throw new Error(`The topic has no subscription of ${studio.node(link.target).name}.`);
  return found.SubscriptionArn;
}
