import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import './page';
import DatabaseUse from '../../src/studio/panels/inspector/DatabaseUse.svelte';
import Listeners from '../../src/studio/panels/inspector/Listeners.svelte';
import type { CommandFrame } from '../../src/studio/model/types';
import type { StudioStore } from '../../src/studio/store/api';
import { fakeData, fakeStudio } from '../../src/studio/store/fake';

const answer = (operation: string, result: Record<string, unknown>, more: Partial<CommandFrame> = {}): CommandFrame =>
  ({ type: 'command', key: 'k', ordinal: 1, status: 'applied', at: 0, operation, result, error: null, execution: null, ...more });

describe('who has the connections of a database', () => {
  const node = { ...fakeData.topology.nodes[3]!, name: 'ledger', kind: 'database', service: 'rds', arn: 'arn:ledger' };
  const USE = { DatabaseConnections: 45, MaxConnections: 90, MostConnections: 90, RunningStatements: 5, Transactions: 10, MinCapacity: 0, MaxCapacity: 1, ServerlessDatabaseCapacity: 0.5 };
  const open = (more: Partial<StudioStore> = {}) => {
    const asked: unknown[] = [];
    const studio = fakeStudio({ command: async (operation, params) => { asked.push([operation, params]); return answer(operation, USE); }, ...more });
    render(DatabaseUse, { studio, node });
    return asked;
  };
  const row = (term: string) => screen.getByText(term).parentElement!.querySelector('dd')!.textContent;

  it('is asked for at once, and counted by who has them', async () => {
    expect(open()).toEqual([['rds:GetDatabaseUse', { TargetArn: 'arn:ledger' }]]);
    const connections = await screen.findByRole('list');
    expect(within(connections).getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['Statements5', 'Transactions10', 'Kept by clients30']);
    expect(screen.getByText('45').parentElement!.textContent).toBe('45 of 90 at 00:01:35.000; most so far 90');
    expect(row('Capacity')).toBe('0.5 ACUsfrom 0 to 1');
  });

  it('is drawn as parts of the most there may be', async () => {
    open();
    await screen.findByRole('list');
    expect([...document.querySelectorAll<HTMLElement>('.gauge i')].map(({ style }) => parseFloat(style.width))).toEqual([100 * 5 / 90, 100 * 10 / 90, 100 * 30 / 90]);
  });

  it('is asked for again when somebody looks again', async () => {
    const asked = open();
    await fireEvent.click(await screen.findByRole('button', { name: 'Look again' }));
    expect(asked).toHaveLength(2);
  });

  it('stands beside its state, since when, and how many were refused', () => {
    open({ database: () => ({ state: 'paused', since: 30_000_000, until: null, acus: 0 }), tally: (_node, kind) => (kind === 'ConnectionRefused' ? 1234 : 0) });
    expect([row('State'), row('Capacity'), row('Connections refused')]).toEqual(['Pausedsince 00:00:30.000', '0 ACUs', '1,234']);
  });

  it('is not asked for in the past, nor by whoever does not drive, and that is said', () => {
    expect(open({ forksHere: true })).toEqual([]);
    expect(screen.getByText('Connections are counted where the run is: go to its end.')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Look' }).disabled).toBe(true);
  });

  it('says why it was not told', async () => {
    open({ command: async (operation) => answer(operation, {}, { status: 'refused', error: { code: 'NotFound', message: 'There is no such database.', hint: '' } }) });
    expect(await screen.findByText('There is no such database.')).toBeTruthy();
  });
});

describe('who listens to a GraphQL API', () => {
  const node = { ...fakeData.topology.nodes[3]!, name: 'orders-api', kind: 'graphql-api', service: 'appsync', arn: 'arn:api' };
  const QUERY = 'subscription { onOrder { id } }';
  const open = (more: Partial<StudioStore> = {}) => {
    const listeners = [{ SubscriptionId: 's-1', Field: 'onOrder', Told: 3 }], given: unknown[] = [];
    const studio = fakeStudio({
      command: async (operation, params) => {
        if (operation === 'appsync:ListSubscriptions') return answer(operation, { Subscriptions: [...listeners] });
        if (operation === 'appsync:GetSampleRequest') return answer(operation, { Subscription: QUERY });
        given.push([operation, params]);
        if (operation === 'appsync:Subscribe') listeners.push({ SubscriptionId: 's-2', Field: 'onShipped', Told: 0 });
        else listeners.shift();
        return answer(operation, {});
      },
      ...more,
    });
    render(Listeners, { studio, node });
    return given;
  };
  const listed = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent);

  it('is listed, with how often each was told', async () => {
    open({ tally: (_node, kind) => (kind === 'SubscriberTold' ? 3 : 0) });
    await screen.findByText('onOrder');
    expect(listed()).toEqual(['onOrdertold 3 timesStop']);
    expect(screen.getByText('Told 3 times so far')).toBeTruthy();
  });

  it('may be somebody new, by a subscription that stands there already', async () => {
    const given = open();
    await waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>('Subscription').value).toBe(QUERY));
    await fireEvent.click(screen.getByRole('button', { name: 'Listen' }));
    await screen.findByText('onShipped');
    expect(given).toEqual([['appsync:Subscribe', { TargetArn: 'arn:api', Query: QUERY }]]);
  });

  it('may stop', async () => {
    const given = open();
    await fireEvent.click(await screen.findByRole('button', { name: 'Stop listening to onOrder' }));
    await screen.findByText('Nobody listens.');
    expect(given).toEqual([['appsync:Unsubscribe', { TargetArn: 'arn:api', SubscriptionId: 's-1' }]]);
  });

  it('is not asked for in the past, and changed only by who drives', async () => {
    open({ forksHere: true, drives: false });
    expect(listed()).toEqual(['Nobody listens.Who does is told of each mutation that fits, of the fields it asked for.']);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Listen' }).disabled).toBe(true);
  });
});
