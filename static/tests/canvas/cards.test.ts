import { render, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import ResourceCard from '../../src/studio/canvas/ResourceCard.svelte';
import SmallCard from '../../src/studio/canvas/SmallCard.svelte';
import { isStub, sizeOf } from '../../src/studio/canvas/sizes';
import type { TopologyNode } from '../../src/studio/model/types';
import { fakeData, fakeGauges } from '../../src/studio/store/fake';

const [client, orders, dlq, chargeCard, receipts] = fakeData.topology.nodes as [TopologyNode, TopologyNode, TopologyNode, TopologyNode, TopologyNode];

describe('a card', () => {
  it('tells how many wait in a queue, and how many are in flight', () => {
    render(ResourceCard, { node: orders, gauges: fakeGauges({ visible: 64, in_flight: 33 }), selected: false });
    screen.getByText('64');
    screen.getByTitle('33 in flight');
  });

  it('tells what failed in a function', () => {
    render(ResourceCard, { node: chargeCard, gauges: fakeGauges({ executing: 8 }, { errors: 24 }), selected: false });
    screen.getByText('running');
    screen.getByTitle('24 invocations failed so far');
  });

  it('is an alarm when there are dead letters', () => {
    const { container } = render(ResourceCard, { node: dlq, gauges: fakeGauges({ visible: 4 }), selected: false });
    screen.getByText('dead letters');
    expect(container.querySelector('article')!.classList).toContain('alarm');
  });

  it('writes large numbers shortly', () => {
    render(ResourceCard, { node: orders, gauges: fakeGauges({ visible: 123_456 }), selected: false });
    screen.getByText('123.5K');
  });

  it('of what is not simulated says so, and is smaller', () => {
    render(SmallCard, { node: receipts, selected: false, stub: true, note: 'Not simulated yet' });
    screen.getByText('Not simulated yet');
    expect(isStub(receipts)).toBe(true);
    expect(isStub(client)).toBe(false);
    expect(sizeOf(receipts).height).toBeLessThan(sizeOf(orders).height);
  });

  it('breaks a long name only where its words begin', () => {
    const { container } = render(SmallCard, { node: { ...receipts, label: 'OrdersDeadLetter-queue' }, selected: false, note: '' });
    expect(container.querySelector('strong')!.innerHTML.replace(/<!--.*?-->/g, '')).toBe('Orders<wbr>Dead<wbr>Letter-<wbr>queue');
  });
});
