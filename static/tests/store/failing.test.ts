// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { Failing } from '../../src/studio/store/failing';
import type { Kind } from '../../src/studio/model/types';

const kind = (number: number, more: Partial<Kind>): Kind => ({ number, service: 'lambda', name: '', fields: [], sentence: '', to: '', outcome: 'neutral', motion: '', rate: false, ...more }) as Kind;
const SUCCEEDED = kind(201, { to: 'delivered', outcome: 'delivered', fields: [['duration', 'length'], ['failed_items', 'integer']] });
const FAILED = kind(202, { to: 'failed', outcome: 'retry' });
const GIVEN_BACK = kind(205, { outcome: 'retry', motion: 'backward' });
const REQUEST = kind(310, { service: 'client', to: 'pending', outcome: 'retry', motion: 'backward' });
const GIVEN_UP = kind(313, { service: 'client', to: 'failed', outcome: 'lost' });
const RETURNED = kind(776, { service: 'apigateway', to: 'failed', outcome: 'lost', motion: 'backward' });
const failing = new Failing([SUCCEEDED, FAILED, GIVEN_BACK, REQUEST, GIVEN_UP, RETURNED]);

describe('what a node counts as its failures', () => {
  it('is an invocation that failed, and not again what it gives back', () => {
    expect([failing.has(202, []), failing.has(205, [])]).toEqual([true, false]);
  });
  it('is an invocation that reported items as failed', () => {
    expect([failing.has(201, [100, 2]), failing.has(201, [100, 0]), failing.has(201, undefined)]).toEqual([true, false, false]);
  });
  it('is not a request of its program, which is counted where it was refused', () => {
    expect([failing.has(310, []), failing.has(313, []), failing.has(776, [])]).toEqual([false, false, true]);
  });
  it('is nothing that this version does not know', () => expect(failing.has(9999, [1, 2])).toBe(false));
});
