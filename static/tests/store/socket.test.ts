import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeData } from '../../src/studio/store/fake';
import { Studio } from '../../src/studio/store/studio.svelte';
import type { Chunk } from '../../src/studio/store/chunk';
import { chunkOf, KINDS, POISON, POISON_SUBJECTS, type Written } from './cast';

/** A server's end of the wire: what the page said, and a way to say something. */
class FakeSocket {
  static opened: FakeSocket[] = [];
  readyState: number = WebSocket.CONNECTING;
  binaryType = '';
  said: Record<string, unknown>[] = [];
  onopen!: () => void;
  onmessage!: (event: { data: unknown }) => void;
  onclose!: (event: { code: number }) => void;
  constructor() { FakeSocket.opened.push(this); }
  send(text: string) { this.said.push(JSON.parse(text)); }
  close(code = 1006) { this.readyState = WebSocket.CLOSED; this.onclose({ code }); }
  accept() { this.readyState = WebSocket.OPEN; this.onopen(); }
  say(frame: object) { this.onmessage({ data: JSON.stringify(frame) }); }
  sendChunk(chunk: Chunk) { this.onmessage({ data: chunk }); }
  of(type: string) { return this.said.filter((frame) => frame.type === type); }
}

const PROGRESS = { generation: 1, head: 0, frontier_at: 0, state: 'idle', quiet: false, next_at: null };
const SNAPSHOT = { type: 'snapshot', format: 1, execution: 'e', after: 0, seen_at: 0, commands: [], driver: { viewer: 'v1', name: 'Ana' }, you: 'v1', drives: true, ...PROGRESS };
const settled = () => vi.advanceTimersByTimeAsync(1);
const part = (from: number, to: number) => chunkOf(POISON.slice(from, to), POISON_SUBJECTS, { first: from + 1 });

let studio: Studio;
const server = () => FakeSocket.opened.at(-1)!;

const online = () => listeners.get('online')!();
let listeners: Map<string, () => void>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  listeners = new Map();
  vi.stubGlobal('addEventListener', (type: string, heard: () => void) => void listeners.set(type, heard));
  vi.stubGlobal('removeEventListener', (type: string) => void listeners.delete(type));
  FakeSocket.opened = [];
  studio = new Studio({ ...fakeData, kinds: KINDS }, {
    open: () => new FakeSocket() as unknown as WebSocket,
    decode: async (bytes) => bytes as unknown as Chunk,
  });
  studio.connect();
  server().accept();
});

describe('resuming', () => {
  it('says hello with nothing at first', () => expect(server().said).toEqual([{ type: 'hello', generation: null, after: 0, until: null, window: true }]));

  it('says what it has after a lost connection, and takes the rest without a gap', async () => {
    server().say(SNAPSHOT);
    server().sendChunk(part(0, 5));
    await settled();
    server().close();
    expect(studio.connected).toBe(false);
    await vi.advanceTimersByTimeAsync(250);
    server().accept();
    expect(server().said).toEqual([{ type: 'hello', generation: 1, after: 5, until: null, window: true }]);
    server().say({ ...SNAPSHOT, after: 5, head: POISON.length });
    server().sendChunk(part(3, POISON.length));
    await settled();
    expect(studio.trace.head).toBe(POISON.length);
  });

  it('waits longer each time the server is away', async () => {
    for (const pause of [250, 500, 1000]) {
      const before = FakeSocket.opened.length;
      server().close();
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(FakeSocket.opened).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(FakeSocket.opened).toHaveLength(before + 1);
    }
  });

  it('drops what a newer generation took back while it was away', async () => {
    server().say(SNAPSHOT);
    server().sendChunk(part(0, 10));
    await settled();
    server().say({ ...SNAPSHOT, generation: 2, after: 6, head: 6 });
    await settled();
    expect(studio.trace.head).toBe(6);
  });

  it('begins anew when a chunk leaves a gap', async () => {
    server().say(SNAPSHOT);
    server().sendChunk(part(4, 8));
    await settled();
    await vi.advanceTimersByTimeAsync(250);
    expect(FakeSocket.opened).toHaveLength(2);
  });
});

describe('a room that loses its server at one moment', () => {
  it('does not come back at one moment', async () => {
    vi.mocked(Math.random).mockReturnValue(0.5);
    server().close();
    await vi.advanceTimersByTimeAsync(250 * 1.25 - 1);
    expect(FakeSocket.opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it('knocks rarely where all places are taken, and shows why until it is let in', async () => {
    server().say({ type: 'trouble', message: 'Too many pages watch this execution.', hint: 'Close some of them.' });
    await settled();
    server().close(4430);
    await vi.advanceTimersByTimeAsync(7999);
    expect(FakeSocket.opened).toHaveLength(1);
    expect(studio.trouble?.message).toBe('Too many pages watch this execution.');
    await vi.advanceTimersByTimeAsync(1);
    server().accept();
    server().say(SNAPSHOT);
    await settled();
    expect(studio.trouble).toBe(null);
  });
});

describe('a laptop that slept', () => {
  it('opens again when it wakes, whatever its old connection says, with what it has', async () => {
    server().say(SNAPSHOT);
    server().sendChunk(part(0, 5));
    await settled();
    const old = server();
    old.close = () => undefined; // dead: its farewell takes a quarter of an hour
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeSocket.opened).toHaveLength(2);
    server().accept();
    expect(server().said).toEqual([{ type: 'hello', generation: 1, after: 5, until: null, window: true }]);
    old.say({ ...SNAPSHOT, generation: 7 });
    old.onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.opened).toHaveLength(2);
    server().say(SNAPSHOT);
    await settled();
    expect(studio.connected).toBe(true);
  });

  it('opens again at once when its network is back, not when its pause is over', async () => {
    server().close();
    online();
    expect(FakeSocket.opened).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it('is not a page that is merely looked at seldom', async () => {
    for (let minute = 0; minute < 10; minute += 1) {
      vi.setSystemTime(Date.now() + 60_000);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(FakeSocket.opened).toHaveLength(1);
  });

  it('has nothing to wake for once it is left', async () => {
    studio.close();
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([FakeSocket.opened.length, listeners.size]).toEqual([1, 0]);
  });
});

describe('between hello and the snapshot', () => {
  it('nothing is asked for: the server does not know yet who drives', async () => {
    server().say(SNAPSHOT);
    await settled();
    studio.playback.play();
    studio.tick(100);
    expect(server().of('demand')).toHaveLength(1);
    server().close();
    await vi.advanceTimersByTimeAsync(250);
    server().accept();
    for (let i = 0; i < 100; i += 1) studio.tick(100);
    expect(server().said.map(({ type }) => type)).toEqual(['hello']);
    server().say(SNAPSHOT);
    await settled();
    studio.tick(100);
    expect(server().of('demand')).toHaveLength(1);
  });

  it('who was the only one goes on when the server has forgotten its earlier connection', async () => {
    server().say(SNAPSHOT);
    await settled();
    studio.playback.play();
    server().close();
    await vi.advanceTimersByTimeAsync(250);
    server().accept();
    server().say({ ...SNAPSHOT, you: 'v2', drives: false });
    await settled();
    expect(studio.playback.mode).toBe('follow');
    server().say({ type: 'driver', viewer: 'v2', name: 'Ana', drives: true });
    await settled();
    expect([studio.playback.playing, studio.playback.mode]).toEqual([true, 'play']);
  });
});

describe('an execution that is gone', () => {
  it('is not asked for again, and what had arrived stays', async () => {
    server().say(SNAPSHOT);
    server().sendChunk(part(0, 5));
    await settled();
    server().close(4404);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.opened).toHaveLength(1);
    expect([studio.gone, studio.connected, studio.trace.head]).toEqual([true, false, 5]);
  });

  it('is found gone when the connection comes back', async () => {
    server().close();
    await vi.advanceTimersByTimeAsync(250);
    server().accept();
    server().close(4404);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.opened).toHaveLength(2);
    expect(studio.gone).toBe(true);
  });

  it('is not what a lost thread is: that begins anew', async () => {
    server().close(4408);
    await vi.advanceTimersByTimeAsync(250);
    expect(FakeSocket.opened).toHaveLength(2);
    expect(studio.gone).toBe(false);
  });
});

it('acknowledges what it has', async () => {
  server().sendChunk(part(0, 5));
  await settled();
  expect(server().of('got')).toEqual([{ type: 'got', after: 5, until: null }]);
});

it('truncates: records after the cut are gone, those of the new generation join', async () => {
  server().say(SNAPSHOT);
  server().sendChunk(part(0, POISON.length));
  server().say({ type: 'truncated', generation: 2, at: 0, after: 4 });
  const anew: Written[] = [{ at: 5, node: 1, kind: 103, subject: 1, attempt: 1 }];
  server().sendChunk(chunkOf(anew, POISON_SUBJECTS, { first: 5 }));
  await settled();
  expect(studio.trace.head).toBe(5);
  studio.show(5, 1);
  expect(studio.gauges(1).counts.deleted).toBe(1);
});

describe('a command', () => {
  it('goes out at the playhead and resolves when it was applied, not when it was accepted', async () => {
    server().say(SNAPSHOT);
    await settled();
    const answer = studio.command('sqs:SendMessage', { MessageBody: 'hi' });
    const [sent] = server().of('command');
    expect(sent).toMatchObject({ at: 0, operation: 'sqs:SendMessage', params: { MessageBody: 'hi' } });
    server().say({ ...sent, status: 'accepted', ordinal: 1, result: null, error: null, execution: null });
    server().say({ ...sent, status: 'applied', ordinal: 1, result: { MessageId: 'm' }, error: null, execution: null });
    expect(await answer).toMatchObject({ status: 'applied', result: { MessageId: 'm' } });
  });

  it('is said again, with the same key, after a lost connection', async () => {
    server().say(SNAPSHOT);
    await settled();
    void studio.command('sqs:PurgeQueue', {});
    const [first] = server().of('command');
    server().close();
    await vi.advanceTimersByTimeAsync(250);
    server().accept();
    server().say(SNAPSHOT);
    await settled();
    expect(server().of('command')).toEqual([first]);
  });
});

it('a viewer who comes while somebody drives follows at once', async () => {
  server().say({ ...SNAPSHOT, drives: false, seen_at: 0 });
  await settled();
  expect([studio.playback.playing, studio.playback.mode]).toEqual([true, 'follow']);
});

it('knows who drives', async () => {
  server().say(SNAPSHOT);
  await settled();
  expect([studio.drives, studio.driver?.name]).toEqual([true, 'Ana']);
  server().say({ type: 'driver', viewer: 'v2', name: 'Bob', drives: false });
  await settled();
  expect([studio.drives, studio.driver?.name]).toEqual([false, 'Bob']);
});

describe('trouble', () => {
  const AWAY = { message: 'The database does not answer.', hint: 'Redrive tries again by itself.' };

  it('stands until the server says that it is over', async () => {
    server().say(SNAPSHOT);
    server().say({ type: 'trouble', ...AWAY });
    await settled();
    expect(studio.trouble).toEqual(AWAY);
    server().say({ type: 'trouble', message: '', hint: '' });
    await settled();
    expect(studio.trouble).toBeNull();
  });

  it('outlives a lost connection, and ends with the snapshot that says nothing of it', async () => {
    server().say({ type: 'trouble', ...AWAY });
    await settled();
    server().close(4503);
    expect(studio.trouble).toEqual(AWAY);
    await vi.advanceTimersByTimeAsync(250);
    server().accept();
    server().say(SNAPSHOT);
    await settled();
    expect(studio.trouble).toBeNull();
  });

  it('is that the page is of another version than its server', async () => {
    server().say({ ...SNAPSHOT, format: 2 });
    await settled();
    expect(studio.trouble).toEqual({ message: 'This page is of another version than its server.', hint: 'Load it again to see everything.' });
  });

  it('makes the pauses between attempts longer, although each is accepted', async () => {
    for (const pause of [250, 500, 1000]) {
      server().close(4503);
      const before = FakeSocket.opened.length;
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(FakeSocket.opened.length).toBe(before);
      await vi.advanceTimersByTimeAsync(1);
      server().accept();
    }
  });
});

describe('a thin line', () => {
  const CUT = 9;
  const cutAt = POISON[CUT - 1]!.at, lastAt = POISON.at(-1)!.at;
  const beginning = { generation: 1, after: CUT, at: cutAt, asked: lastAt, who: new Uint32Array(), where: new Uint32Array(), counts: [], rates: [], failures: [], crossed: [], moves: [0, 0], lasting: [], sent: [], told: [] };

  /** Bob follows, has the first five records, and the server takes him to where the driver is. */
  async function skipped(before: () => void) {
    server().say({ ...SNAPSHOT, drives: false, head: 5, frontier_at: POISON[4]!.at });
    server().sendChunk(part(0, 5));
    await settled();
    before();
    server().onmessage({ data: beginning });
    server().say({ ...SNAPSHOT, drives: false, after: CUT, head: POISON.length, frontier_at: lastAt, seen_at: lastAt });
    await settled();
  }

  it('takes who follows to where the driver is', async () => {
    await skipped(() => undefined);
    expect(studio.playback.playhead).toBe(lastAt);
    expect(server().of('look')).toEqual([]);
    server().sendChunk(part(CUT, POISON.length));
    await settled();
    expect(studio.trace.reached).toBe(POISON.length);
  });

  it('leaves who looks at something where that is', async () => {
    await skipped(() => studio.playback.pause());
    expect(server().of('look')).toEqual([{ type: 'look', at: studio.playback.playhead }]);
    expect(studio.playback.playhead).toBeLessThan(cutAt);
  });
});
