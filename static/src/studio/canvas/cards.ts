/** What a card counts where its node's own copies do not say it: events of a bus, matches of a rule, what an archive keeps. */
import { ruleCounts } from '../model/rules';
import type { TopologyNode } from '../model/types';
import { count } from '../ui/format';
import type { StudioStore } from '../store/api';
import { compact } from './compact';

export interface Told { value: number; unit: string; title: string }
type Row = (studio: StudioStore, node: TopologyNode) => Told | null;

const links = ({ topology }: StudioStore, kind: string) => topology.links.filter((link) => link.kind === kind);

function tasks(studio: StudioStore, definitions: readonly number[]): Told {
  const value = [...new Set(definitions)].reduce((sum, node) => sum + studio.gauges(node).counts.executing, 0);
  return { value, unit: value === 1 ? 'task runs' : 'tasks run', title: `${count(value, 'task')} running` };
}

const ROWS: Readonly<Record<string, Row>> = {
  bus(studio, { index }) {
    const { counts } = studio.gauges(index), value = counts.delivered + counts.filtered + counts.pending;
    return { value, unit: value === 1 ? 'event' : 'events', title: count(value, 'event') };
  },
  rule(studio, node) {
    const counted = ruleCounts(studio, node);
    if (!counted) return null;
    return { value: counted.matched, unit: `of ${compact(counted.asked)} matched`, title: `matched ${counted.matched} of ${count(counted.asked, 'event')}` };
  },
  // Tasks are counted at their definition.
  'container-service': (studio, { index }) => tasks(studio, links(studio, 'ecs-service-task').filter(({ source }) => source === index).map(({ target }) => target)),
  cluster(studio, { index }) {
    const services = new Set(links(studio, 'ecs-service-cluster').filter(({ source, target }) => [source, target].includes(index)).flatMap(({ source, target }) => [source, target]));
    const here = links(studio, 'ecs-service-task').filter(({ source }) => services.has(source)).map(({ target }) => target);
    return tasks(studio, here.length ? here : studio.topology.nodes.filter(({ kind }) => kind === 'container-task').map((node) => node.index));
  },
  archive(studio, { index }) {
    const { count: value } = studio.kept(index);
    const since = studio.since === null ? '' : ` since ${studio.clock(studio.since)}`;
    return { value, unit: since ? 'kept of late' : 'kept', title: `${count(value, 'event')} kept${since}` };
  },
};

export const toldOf = (studio: StudioStore, node: TopologyNode): Told | null => ROWS[node.kind]?.(studio, node) ?? null;
