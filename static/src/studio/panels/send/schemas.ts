/** Schemas of events, from the registry of the execution; none where the playground has no such service. */
import type { TopologyNode } from '../../model/types';
import type { StudioStore } from '../../store/api';
import { hold } from '../../ui/command';

export interface Schema { registry: string; name: string; versions: number }
export interface SchemaDetails { version: string; content: string; changes: readonly string[] }
export interface Made { source: string; detailType: string; detail: unknown }

const REGISTRY = 'discovered-schemas';

/** Reads change nothing, but they go by the door for commands: who does not drive asks nothing. */
async function ask(studio: StudioStore, operation: string, params: Record<string, unknown>): Promise<Record<string, unknown> | null> {
  if (hold(studio) || studio.forksHere || !studio.kinds.some(({ service }) => service === 'schemas')) return null;
  const frame = await studio.command(operation, params);
  return frame.status === 'refused' ? null : frame.result;
}

/** Schemas are discovered from the events of a bus from now on. */
export const discover = ({ arn }: Pick<TopologyNode, 'arn'>): [operation: string, params: Record<string, unknown>] => ['schemas:CreateDiscoverer', { SourceArn: arn }];

export async function knownSchemas(studio: StudioStore): Promise<readonly Schema[]> {
  const found = (await ask(studio, 'schemas:ListSchemas', { RegistryName: REGISTRY }))?.Schemas as { SchemaName: string; VersionCount?: number }[] | undefined;
  return (found ?? []).map(({ SchemaName, VersionCount }) => ({ registry: REGISTRY, name: SchemaName, versions: VersionCount ?? 1 }));
}

/** Another event each time. */
let made = 0;

/** An event made from a schema; the playground's own operation. */
export async function sampleOf(studio: StudioStore, { registry, name }: Schema): Promise<Made | null> {
  const event = (await ask(studio, 'schemas:GetSampleEvent', { RegistryName: registry, SchemaName: name, Number: ++made }))?.Event as { source?: string; 'detail-type'?: string; detail?: unknown } | undefined;
  return event?.source && event['detail-type'] ? { source: event.source, detailType: event['detail-type'], detail: event.detail } : null;
}

export const BINDINGS = [{ language: 'Python36', label: 'Python' }, { language: 'TypeScript3', label: 'TypeScript' }, { language: 'Java8', label: 'Java' }] as const;

interface Difference { path: string; change: string; before: string; after: string }

/** The newest version: its text, and what it changed against the one before. */
export async function detailsOf(studio: StudioStore, { registry, name }: Schema): Promise<SchemaDetails | null> {
  const which = { RegistryName: registry, SchemaName: name };
  const [schema, difference] = [await ask(studio, 'schemas:DescribeSchema', which), await ask(studio, 'schemas:GetSchemaDifference', which)];
  if (!schema) return null;
  const changes = ((difference?.Differences ?? []) as Difference[]).map(({ path, change, before, after }) => `${path} ${change}${before && after ? `: ${before} → ${after}` : before || after ? `: ${before || after}` : ''}`);
  return { version: String(schema.SchemaVersion ?? ''), content: String(schema.Content ?? ''), changes };
}

/** Code for the newest version, as a ZIP: made by the service, which is a command, and then read. */
export async function codeFor(studio: StudioStore, { registry, name }: Schema, language: string): Promise<Blob | null> {
  const which = { RegistryName: registry, SchemaName: name, Language: language };
  const made = await studio.command('schemas:PutCodeBinding', which);
  if (made.status === 'refused' || made.status === 'forked') return null;
  const source = (await ask(studio, 'schemas:GetCodeBindingSource', which))?.Body;
  return typeof source === 'string' ? new Blob([Uint8Array.from(atob(source), (one) => one.charCodeAt(0))], { type: 'application/zip' }) : null;
}
