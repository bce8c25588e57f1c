// @vitest-environment node
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Asked } from '../../src/studio/store/asked';

let asked: string[], told: number, works: boolean, server: Asked;
const answer = async (url: string) => {
  asked.push(url);
  return { ok: works, json: async () => url } as Response;
};
const get = (stamp: string, key = 'letters') => server.get<string, string>(key, stamp, `/${key}?at=${stamp}`, (text) => text, 'nothing');

beforeEach(() => {
  vi.useFakeTimers();
  [asked, told, works] = [[], 0, true];
  server = new Asked(() => told++, answer);
});

describe('what only the server can say', () => {
  it('is asked for at once when nothing is known, and stands until there is another answer', async () => {
    expect(get('1')).toBe('nothing');
    await vi.advanceTimersByTimeAsync(0);
    expect([get('1'), told, asked]).toEqual(['/letters?at=1', 1, ['/letters?at=1']]);
    expect(get('2')).toBe('/letters?at=1');
  });

  it('is asked for again when the playhead rests', async () => {
    get('1');
    await vi.advanceTimersByTimeAsync(0);
    for (const stamp of ['2', '3', '4']) {
      get(stamp);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    expect([asked[1], get('4')]).toEqual(['/letters?at=4', '/letters?at=4']);
  });

  it('is asked for at least once a second while the playhead goes on', async () => {
    get('1');
    await vi.advanceTimersByTimeAsync(0);
    for (let stamp = 2; stamp < 25; stamp++) {
      get(String(stamp));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('is asked for again a while after nobody answered', async () => {
    works = false;
    get('1');
    await vi.advanceTimersByTimeAsync(1000);
    get('1');
    expect(asked).toHaveLength(1);
    works = true;
    await vi.advanceTimersByTimeAsync(1000);
    get('1');
    await vi.advanceTimersByTimeAsync(0);
    expect(get('1')).toBe('/letters?at=1');
  });

  it('is forgotten when the run was cut', async () => {
    get('1');
    await vi.advanceTimersByTimeAsync(0);
    server.forget();
    expect(get('1')).toBe('nothing');
  });
});
