// @vitest-environment node
import { expect, it } from 'vitest';
import { Bodies } from '../../src/studio/store/bodies';

const server = () => {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    const numbers = url.split('=')[1]!.split(',');
    return new Response(JSON.stringify(Object.fromEntries(numbers.filter((n) => n !== '9').map((n) => [n, `body ${n}`]))));
  };
  return { asked, bodies: new Bodies('/api/executions/e/bodies', fetch) };
};

it('bodies wanted in the same moment are fetched in one request, each once', async () => {
  const { asked, bodies } = server();
  expect(await Promise.all([bodies.text(1), bodies.text(2), bodies.text(1)])).toEqual(['body 1', 'body 2', 'body 1']);
  expect(await bodies.text(2)).toBe('body 2');
  expect(asked).toEqual(['/api/executions/e/bodies?numbers=1,2']);
});

it('no body is an empty text, without asking', async () => {
  const { asked, bodies } = server();
  expect(await bodies.text(0)).toBe('');
  expect(asked).toEqual([]);
});

it('a body that is not there is a sentence, and is asked for again next time', async () => {
  const { asked, bodies } = server();
  await expect(bodies.text(9)).rejects.toThrow('not stored');
  await expect(bodies.text(9)).rejects.toThrow('not stored');
  expect(asked).toHaveLength(2);
});

it('after a truncation everything is asked for anew', async () => {
  const { asked, bodies } = server();
  await bodies.text(1);
  bodies.forget();
  await bodies.text(1);
  expect(asked).toHaveLength(2);
});
