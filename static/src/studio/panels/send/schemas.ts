/** Schemas of events, from the registry of the execution; none where the playground has no such service. */
import type { TopologyNode } from '../../model/types';
import type { StudioStore } from '../../store/api';
import { hold } from '../../ui/command';

export interface Schema { registry: string; name: string }
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
  const found = (await ask(studio, 'schemas:ListSchemas', { RegistryName: REGISTRY }))?.Schemas as { SchemaName: string }[] | undefined;
  return (found ?? []).map(({ SchemaName }) => ({ registry: REGISTRY, name: SchemaName }));
}

/** Another event each time. */
let made = 0;

/** An event made from a schema; the playground's own operation. */
export async function sampleOf(studio: StudioStore, { registry, name }: Schema): Promise<Made | null> {
  const event = (await ask(studio, 'schemas:GetSampleEvent', { RegistryName: registry, SchemaName: name, Number: ++made }))?.Event as { source?: string; 'detail-type'?: string; detail?: unknown } | undefined;
  return event?.source && event['detail-type'] ? { source: event.source, detailType: event['detail-type'], detail: event.detail } : null;
}
