import { expect, it } from 'vitest';
import { name } from '../src/studio/main';

it('knows its name', () => {
  expect(name).toBe('Redrive');
});
