/** Events: made to fit a pattern and the other way round, composed, replayed; schedules sorted into days. */
import { render, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { TopologyNode } from '../../src/studio/model/types';
import { byDay } from '../../src/studio/panels/inspector/firings';
import { fitEvent, fitPattern } from '../../src/studio/panels/inspector/fit';
import { histogram, isName, nextName, startReplay } from '../../src/studio/panels/inspector/replay';
import { entryOf, entryText, filledIn, isAws, serviceEntry } from '../../src/studio/panels/send/entry';
import ReplayForm from '../../src/studio/panels/inspector/ReplayForm.svelte';
import { emptyForm, exampleForm, problems, startTraffic } from '../../src/studio/panels/send/request';
import { fakeData, fakeStudio } from '../../src/studio/store/fake';

const fitted = (pattern: unknown, event: unknown, path: string) => JSON.parse(fitEvent(JSON.stringify(pattern), JSON.stringify(event), path)!);

describe('an event that is made to fit', () => {
  it.each([
    [[{ numeric: ['>=', 100] }], 100], [[{ numeric: ['>', 0, '<', 1] }], 0.25], [[{ numeric: ['<', 5] }], 4], [[{ numeric: ['=', 7] }], 7],
    [[{ prefix: 'ord_' }], 'ord_'], [[{ wildcard: 'a*z' }], 'az'], [[{ 'anything-but': ['x'] }], 'other'], [[{ 'anything-but': [1, 8] }], 9],
    [[{ cidr: '10.0.0.0/24' }], '10.0.0.0'], [[{ prefix: { 'equals-ignore-case': 'Ab' } }], 'Ab'], [[null], null], [['DE', 'CH'], 'DE'],
  ])('gets a value that %j takes', (conditions, value) => expect(fitted({ detail: { at: conditions } }, {}, 'detail.at')).toEqual({ detail: { at: value } }));

  it('loses what must not be there', () => expect(fitted({ a: [{ exists: false }] }, { a: 1, b: 2 }, 'a')).toEqual({ b: 2 }));
  it('finds alternatives and names with dots', () => {
    expect(fitted({ $or: [{ a: [1] }, { b: { 'c.d': [2] } }] }, { b: {} }, 'b.c.d')).toEqual({ b: { c: { d: 2 } } });
    expect(fitted({ 'x.y': ['z'] }, { 'x.y': 1 }, 'x.y')).toEqual({ 'x.y': 'z' });
  });
  it('is left alone where nothing can be thought of', () => expect(fitEvent('{"a": [{"odd": 1}]}', '{}', 'a')).toBeNull());
});

describe('a pattern that is made to fit', () => {
  const widened = (pattern: unknown, event: unknown, path: string) => JSON.parse(fitPattern(JSON.stringify(pattern), JSON.stringify(event), path)!);
  it('takes what is there too', () => expect(widened({ a: { b: ['x'] } }, { a: { b: 'y' } }, 'a.b')).toEqual({ a: { b: ['x', 'y'] } }));
  it('takes one of several', () => expect(widened({ a: ['x'] }, { a: ['y', 'z'] }, 'a')).toEqual({ a: ['x', 'y'] }));
  it('takes what is missing', () => expect(widened({ a: ['x'] }, {}, 'a')).toEqual({ a: ['x', { exists: false }] }));
  it('cannot take a structure', () => expect(fitPattern('{"a": ["x"]}', '{"a": {"b": 1}}', 'a')).toBeNull());
});

describe('an entry of PutEvents', () => {
  const text = '{"Source": "shop", "DetailType": "Order", "Detail": {"n": {{index}}, "id": "ord_{{index % 5}}"}}';
  it('is taken apart with its places, and put together again', () => {
    const entry = entryOf(text, { source: '', detailType: '', detail: '' });
    expect(entry).toEqual({ source: 'shop', detailType: 'Order', detail: '{\n  "n": {{index}},\n  "id": "ord_{{index % 5}}"\n}' });
    expect(filledIn(entryText(entry))).toEqual({ Source: 'shop', DetailType: 'Order', Detail: { n: 1, id: 'ord_1' } });
  });
  it('fills the form of an example', () => expect(exampleForm({ target: 'Shop', MessageBody: text }, 'bus')).toMatchObject({ source: 'shop', detailType: 'Order', mode: 'once' }));
  it('goes out as traffic', () => {
    const form = { ...emptyForm('bus'), source: 's', detailType: 't', body: '{"a": 1}' };
    expect(startTraffic(form, { kind: 'bus', arn: 'arn', name: 'shop' }).MessageBody).toBe('{"Source": "s", "DetailType": "t", "Detail": {"a": 1}}');
  });
  it('needs a JSON object, a source and a type', () => {
    expect(problems({ ...emptyForm('bus'), body: '[1]' }, 'bus').body).toMatch('JSON object');
    expect(problems({ ...emptyForm('bus'), source: ' ' }, 'bus').source).toMatch('needs a source');
    expect(problems({ ...emptyForm('bus'), source: 'aws.ec2', mode: 'burst' }, 'bus').source).toMatch('once');
  });
  it('of AWS is put by the playground', () => {
    expect(isAws('aws.ec2')).toBe(true);
    expect(serviceEntry({ source: 'aws.ec2', detailType: 'State', detail: '{"n": {{index}}}' })).toEqual({ Source: 'aws.ec2', DetailType: 'State', Detail: { n: 1 } });
  });
});

describe('a replay', () => {
  it('is asked for with dates, and with the rules where not all are meant', () => {
    const wanted = { name: 'r', archive: 'A', bus: 'B', epoch: '2026-01-01T00:00:00Z', from: 60, to: 3600, rules: ['R'] };
    expect(startReplay(wanted)).toEqual({ ReplayName: 'r', EventSourceArn: 'A', EventStartTime: '2026-01-01T00:01:00.000Z', EventEndTime: '2026-01-01T01:00:00.000Z', Destination: { Arn: 'B', FilterArns: ['R'] } });
    expect(startReplay({ ...wanted, rules: [] }).Destination).toEqual({ Arn: 'B' });
  });
  it('has a name of its own', () => {
    expect(nextName([{ name: 'replay-1' }])).toBe('replay-2');
    expect([isName('a.b-c_1'), isName('a b'), isName('')]).toEqual([true, false, false]);
  });
  it('is shown in bars', () => expect(histogram([0, 1, 9, 10], 10, 2)).toEqual([2, 2]));

  it('says before it runs what it would do', async () => {
    const node = (index: number, name: string, kind: string): TopologyNode => ({ ...fakeData.topology.nodes[1]!, index, id: name, name, kind, arn: `arn:${name}` });
    const link = (index: number, kind: string, source: number, target: number) => ({ ...fakeData.topology.links[1]!, index, kind, source, target });
    const nodes = [node(0, 'bus', 'bus'), node(1, 'keep', 'archive'), node(2, 'bill', 'rule'), node(3, 'ship', 'rule')];
    const studio = fakeStudio({
      topology: { ...fakeData.topology, nodes, links: [link(0, 'archive', 0, 1), link(1, 'bus-rule', 0, 2), link(2, 'bus-rule', 0, 3)] },
      node: (index) => nodes[index]!, preview: () => ({ events: 4, rules: new Map([[2, 3]]) }),
    });
    const kept = { count: 4, bytes: 0, at: Float64Array.of(1e6, 2e6, 3e6, 4e6), subject: Uint32Array.of(1, 2, 3, 4) };
    render(ReplayForm, { studio, node: nodes[1]!, kept });
    expect(screen.getByRole('status').textContent).toMatch('4 events in the window; bill would get 3, ship would get 0.');
    screen.getByLabelText(/^ship/).click();
    await Promise.resolve();
    screen.getByRole('button', { name: 'Replay 4 events' }).click();
    expect(studio.given).toEqual([['events:StartReplay', expect.objectContaining({ ReplayName: 'replay-1', EventStartTime: '2026-01-01T00:00:01.000Z', EventEndTime: '2026-01-01T00:00:05.000Z', Destination: { Arn: 'arn:bus', FilterArns: ['arn:bill'] } })]]);
  });
});

it('firings stand under their days, on the clock of the time zone', () => {
  const firing = (text: string) => ({ at: 0, date: new Date(text) });
  expect(byDay([firing('2026-01-01T22:30:00Z'), firing('2026-01-01T23:30:00Z')], 'Europe/Zurich')).toEqual([
    { day: '1 Jan', weekday: 'Thu', times: [{ at: 0, time: '23:30' }] }, { day: '2 Jan', weekday: 'Fri', times: [{ at: 0, time: '00:30' }] },
  ]);
});
