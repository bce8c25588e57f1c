import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import './page';
import Wheel from '../../src/studio/panels/Wheel.svelte';
import { fakeStudio } from '../../src/studio/store/fake';
import type { Studio } from '../../src/studio/store/studio.svelte';

it('tells the driver who asks to drive, and lets them', async () => {
  let let_go = 0;
  const studio = { ...fakeStudio({ driver: { viewer: 'v1', name: 'Ana', asks: ['Ben', 'Cy'] } }), letOthersDrive: () => { let_go += 1; } };
  render(Wheel, { studio: studio as unknown as Studio });
  expect(screen.getByRole('status').textContent).toBe('Ben asks to drive.');
  await fireEvent.click(screen.getByRole('button', { name: 'Let Ben drive' }));
  expect(let_go).toBe(1);
});

it('has nothing to say while nobody asks', () => {
  render(Wheel, { studio: fakeStudio({}) as unknown as Studio });
  expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual(['You drive']);
});
