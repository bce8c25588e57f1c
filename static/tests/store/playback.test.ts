// @vitest-environment node
import { beforeEach, describe, expect, it } from 'vitest';
import { Playback } from '../../src/studio/store/playback.svelte';
import { SECOND } from './cast';

/** A simulation that has told of records at these instants, and remembers what it is asked. */
class Simulation {
  asked: [kind: string, until?: number][] = [];
  seen: number[] = [];
  instants: number[] = [];
  awaited = false;
  beganAt = 0;
  isWindow = false;
  get reached() { return this.instants.length; }
  get lastAt() { return this.instants.at(-1) ?? 0; }
  sequenceAt(at: number) { return this.instants.filter((instant) => instant <= at).length; }
  instantAfter(at: number) { return this.instants.find((instant) => instant > at) ?? null; }
}

let simulation: Simulation, playback: Playback;

beforeEach(() => {
  simulation = new Simulation();
  playback = new Playback(simulation, {
    demand: (kind, until) => { simulation.asked.push(until === undefined ? [kind] : [kind, until]); return true; },
    seen: (at) => { simulation.seen.push(at); return true; },
    awaits: () => simulation.awaited,
  });
  playback.driven(true);
});

const told = (frontier: number, { quiet = false } = {}) => {
  playback.told.arrived();
  playback.progress({ generation: 1, head: simulation.reached, frontier_at: frontier, state: 'idle', quiet, next_at: null });
};
const wait = (ms: number) => { for (let spent = 0; spent < ms; spent += 10) playback.tick(10); };

describe('playing', () => {
  it('moves the playhead by the wall time and the speed', () => {
    told(100 * SECOND);
    playback.speed = 4;
    playback.play();
    wait(500);
    expect(playback.playhead).toBe(2 * SECOND);
    expect(playback.pace).toBeGreaterThan(2);
  });

  it('demands time ahead of the playhead, once, and again when it runs short', () => {
    told(0);
    playback.play();
    wait(500);
    expect(simulation.asked).toEqual([['until', 2.5 * SECOND]]);
    told(2.5 * SECOND);
    wait(1200);
    expect(simulation.asked).toHaveLength(2);
  });

  it('waits where the simulation is, never skips, and says that it is slower', () => {
    told(SECOND);
    playback.play();
    wait(3000);
    expect(playback.playhead).toBe(SECOND);
    expect(playback.starved).toBe(true);
  });

  it('asks again when nobody answers', () => {
    told(0);
    playback.play();
    wait(3200);
    expect(simulation.asked).toHaveLength(2);
  });

  it('passes six silent hours because the frontier does', () => {
    told(6 * 3600 * SECOND);
    playback.speed = 1000;
    playback.play();
    wait(22_000);
    expect(playback.playhead).toBe(6 * 3600 * SECOND);
  });

  it('tells what was seen twice a second', () => {
    told(100 * SECOND);
    playback.play();
    wait(1100);
    expect(simulation.seen).toHaveLength(2);
    playback.tellSeen(true);
    expect(simulation.seen.at(-1)).toBe(playback.playhead);
  });

  it('does not run past records that are known of but not here yet', () => {
    simulation.instants = [0, SECOND];
    playback.told.arrived();
    playback.progress({ generation: 1, head: 3, frontier_at: 9 * SECOND, state: 'idle', quiet: false, next_at: null });
    playback.play();
    wait(2000);
    expect(playback.playhead).toBe(SECOND);
  });
});

describe('a step', () => {
  it('goes to the next known instant, stops, and lets the motion arrive', () => {
    simulation.instants = [0, 5 * SECOND, 9 * SECOND];
    told(20 * SECOND);
    playback.step();
    playback.tick(10);
    expect([playback.playhead, playback.playing]).toEqual([5 * SECOND, false]);
    expect(playback.landing.settling).toBeGreaterThan(0);
    wait(800);
    expect([playback.landing.settling, playback.landing.landed]).toEqual([0, 2]);
  });

  it('asks for one notice at the frontier, also when it falls on the same instant', () => {
    simulation.instants = [0];
    told(0);
    playback.step();
    playback.tick(10);
    expect(simulation.asked).toEqual([['step']]);
    simulation.instants = [0, 0];
    told(0);
    playback.tick(10);
    expect([playback.playhead, playback.playing, playback.landing.landed]).toEqual([0, false, 1]);
  });

  it('asks on while notices write nothing', () => {
    told(0);
    playback.step();
    playback.tick(10);
    told(SECOND);
    playback.tick(10);
    expect(simulation.asked).toEqual([['step'], ['step']]);
  });

  it('ends when nothing is left to happen', () => {
    told(0, { quiet: true });
    playback.next();
    playback.tick(10);
    expect([playback.playing, simulation.asked]).toEqual([false, []]);
  });
});

describe('until quiet', () => {
  it('hurries through gaps and stops at the last record', () => {
    simulation.instants = [0, 250 * SECOND];
    told(300 * SECOND);
    playback.untilQuiet();
    wait(1000);
    expect(playback.playhead).toBeGreaterThan(150 * SECOND);
    told(300 * SECOND, { quiet: true });
    wait(20_000);
    expect([playback.playhead, playback.playing]).toEqual([250 * SECOND, false]);
  });

  it('goes on for a command that the simulation has not answered, though it was quiet before it', () => {
    told(0, { quiet: true });
    simulation.awaited = true;
    playback.untilQuiet();
    wait(100);
    expect(playback.playing).toBe(true);
    expect(simulation.asked).toEqual([['quiet']]);
    simulation.awaited = false;
    simulation.instants = [SECOND];
    told(SECOND, { quiet: true });
    wait(3000);
    expect(playback.playing).toBe(false);
    expect(playback.playhead).toBe(SECOND);
  });

  it('goes on for a command that is applied, until the server says how things stand after it', () => {
    told(0, { quiet: true });
    playback.told.stirred();
    playback.untilQuiet();
    wait(100);
    expect(playback.playing).toBe(true);
    told(0, { quiet: true });
    wait(20);
    expect(playback.playing).toBe(false);
  });

  it('takes its demand back when it is paused', () => {
    told(SECOND);
    playback.untilQuiet();
    playback.tick(10);
    playback.pause();
    expect(simulation.asked).toEqual([['quiet'], ['until', 2.5 * SECOND]]);
  });
});

describe('a viewer who does not drive', () => {
  beforeEach(() => playback.driven(false));

  it('asks for nothing and tells nothing', () => {
    told(SECOND);
    playback.play();
    wait(5000);
    expect([simulation.asked, simulation.seen]).toEqual([[], []]);
  });

  it('follows the frontier', () => {
    told(60 * SECOND);
    playback.play();
    wait(8000);
    expect(playback.playhead).toBeGreaterThan(59 * SECOND);
  });
});

it('whoever gets the wheel finds the clock standing', () => {
  playback.driven(false);
  told(60 * SECOND);
  playback.play();
  wait(100);
  playback.driven(true);
  expect(playback.playing).toBe(false);
});

it('who lost the wheel to nobody, and has it back, goes on', () => {
  told(60 * SECOND);
  playback.untilQuiet();
  playback.driven(false, false);
  wait(100);
  expect([playback.playing, playback.mode]).toEqual([true, 'follow']);
  playback.driven(true, false);
  expect([playback.playing, playback.mode]).toEqual([true, 'quiet']);
});

it('but not when somebody took it in between, when it was paused, or when it was long ago', () => {
  const begun = (then: () => void) => {
    told(600 * SECOND);
    playback.play();
    playback.driven(false, false);
    then();
    playback.driven(true);
    return playback.playing;
  };
  expect(begun(() => playback.driven(false, true))).toBe(false);
  expect(begun(() => playback.pause())).toBe(false);
  expect(begun(() => wait(61_000))).toBe(false);
});

it('a truncation takes the playhead and the frontier back with it', () => {
  told(60 * SECOND);
  playback.seek(50 * SECOND);
  playback.truncated(40 * SECOND, 12, 12);
  expect([playback.playhead, playback.told.frontier]).toEqual([40 * SECOND, 40 * SECOND]);
});
