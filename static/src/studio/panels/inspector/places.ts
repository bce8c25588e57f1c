/** What lies at a node, by its kind: the tabs of its contents, each with what it says when it is empty. */
import type { Place, TopologyNode } from '../../model/types';

export interface Lying { id: Place; label: string; none: string }

const QUEUE: readonly Lying[] = [
  { id: 'visible', label: 'Visible', none: 'No message is waiting to be received.' },
  { id: 'in_flight', label: 'In flight', none: 'No message has been received and not yet deleted.' },
  { id: 'delayed', label: 'Delayed', none: 'No message waits for its delay to pass.' },
];
const LYING: Readonly<Record<string, readonly Lying[]>> = {
  queue: QUEUE,
  topic: [{ id: 'pending', label: 'Being delivered', none: 'No notification is under way to a subscriber.' }],
  bucket: [
    { id: 'visible', label: 'Objects', none: 'The bucket is empty.' },
    { id: 'pending', label: 'Being delivered', none: 'No event notification is under way.' },
  ],
  function: [{ id: 'pending', label: 'Waiting events', none: 'No event is in the internal queue of asynchronous invocation.' }],
};

export const lyingAt = ({ kind }: Pick<TopologyNode, 'kind'>): readonly Lying[] => LYING[kind] ?? QUEUE;
