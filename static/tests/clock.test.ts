import { fireEvent, render } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { belongsElsewhere } from '../src/studio/shortcuts';
import { speedName, standing } from '../src/studio/panels/transport';
import { scale, tickName, ticks } from '../src/studio/panels/timeline';
import Shortcuts from '../src/studio/panels/Shortcuts.svelte';
import { DAY, HOUR, MINUTE, SECOND } from '../src/studio/ui/format';

describe('the scale of the timeline', () => {
  it('shows ten seconds at first', () => expect(scale(0)).toEqual({ span: 10 * SECOND, tick: SECOND }));
  it('grows in whole ticks, so that bars stand still between', () => expect(scale(61 * SECOND).span).toBe(scale(66 * SECOND).span));
  it.each([[30 * SECOND, 5 * SECOND], [10 * MINUTE, 2 * MINUTE], [6 * HOUR, HOUR], [4 * DAY, 12 * HOUR]])('%d µs has ticks of %d', (frontier, tick) => {
    expect(scale(frontier).tick).toBe(tick);
    expect(ticks(scale(frontier)).length).toBeLessThanOrEqual(11);
  });
  it('names its ticks shortly', () => {
    expect(tickName(5 * SECOND, SECOND)).toBe('5 s');
    expect(tickName(90 * SECOND, 10 * SECOND)).toBe('1:30');
    expect(tickName(20 * MINUTE, 10 * MINUTE)).toBe('20 min');
    expect(tickName(26 * HOUR, 2 * HOUR)).toBe('1 d 2:00 h');
    expect(tickName(2 * DAY, DAY)).toBe('2 d');
  });
});

describe('what the clock is doing', () => {
  const still = { playing: false, mode: 'play', pace: 0, starved: false, playhead: 5, seen: 5, drives: true, told: { isOver: (_at: number) => false, failed: false } } as const;
  it('stands', () => expect(standing(still, true).text).toBe('paused'));
  it('is in the past', () => expect(standing({ ...still, playhead: 4 }, true).text).toBe('in the past'));
  it('is quiet', () => expect(standing({ ...still, told: { isOver: () => true, failed: false } }, true).text).toBe('quiet'));
  it('is slower than asked', () => expect(standing({ ...still, playing: true, starved: true, pace: 12.34 }, true).text).toBe('at 12×'));
  it('failed', () => expect(standing({ ...still, told: { isOver: () => true, failed: true } }, true).text).toBe('failed'));
  it('is offline', () => expect(standing(still, false).text).toBe('Offline'));
  it('names its speeds', () => expect([0.25, 1, 1000].map(speedName)).toEqual(['¼×', '1×', '1,000×']));
});

describe('keys of the page', () => {
  const pressed = (key: string, on: Element, more: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent('keydown', { key, ...more });
    Object.defineProperty(event, 'target', { value: on });
    return belongsElsewhere(event);
  };
  const make = (html: string) => { document.body.innerHTML = html; return document.body.firstElementChild!; };

  it('are left alone in a field, with Ctrl, and where Space presses a button', () => {
    expect(pressed('n', make('<textarea></textarea>'))).toBe(true);
    expect(pressed('n', make('<input type="number">'))).toBe(true);
    expect(pressed(' ', make('<button></button>'))).toBe(true);
    expect(pressed('n', make('<div></div>'), { ctrlKey: true })).toBe(true);
  });
  it('work on the canvas, on the timeline and beside a button', () => {
    expect(pressed(' ', make('<div tabindex="0"></div>'))).toBe(false);
    expect(pressed(' ', make('<input type="range">'))).toBe(false);
    expect(pressed('n', make('<button></button>'))).toBe(false);
  });
  it('are all told in the help', async () => {
    let closed = false;
    const { getByText, getAllByRole } = render(Shortcuts, { onclose: () => { closed = true; } });
    getByText('To the next event');
    await fireEvent.click(getAllByRole('button', { name: 'Close', hidden: true }).at(-1)!);
    expect(closed).toBe(true);
  });
});
