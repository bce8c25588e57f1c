// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeChunk } from '../../src/studio/store/chunk';
import { messageId, requestId } from '../../src/studio/model/identifiers';

const FRAMES = join(import.meta.dirname, '../../../tests/frames');
const golden = (name: string) => JSON.parse(readFileSync(join(FRAMES, name), 'utf8'));
const names = readdirSync(FRAMES).filter((name: string) => name.endsWith('.bin')).map((name) => name.slice(0, -4));

describe('a chunk as the server wrote it', () => {
  it.each(names)('%s gives the records that went in', (name) => {
    const wanted = golden(`${name.split('.')[0]}.json`);
    const chunk = decodeChunk(new Uint8Array(readFileSync(join(FRAMES, `${name}.bin`))));
    const { at, node, kind, subject, request, cause, attempt, detail } = wanted.columns;
    expect([chunk.execution, chunk.generation, chunk.first, chunk.count]).toEqual([wanted.execution, wanted.generation, wanted.first, at.length]);
    expect([...chunk.at]).toEqual(at);
    expect([...chunk.node]).toEqual(node);
    expect([...chunk.kind]).toEqual(kind);
    expect([...chunk.subject]).toEqual(subject);
    expect([...chunk.request]).toEqual(request);
    expect([...chunk.cause]).toEqual(cause.map((distance: number, i: number) => distance && chunk.first + i - distance));
    expect([...chunk.attempt]).toEqual(attempt);
    expect([...chunk.detail]).toEqual(detail);
    expect(chunk.details).toEqual(wanted.details);
  });

  it.each(names)('%s brings its subjects', (name) => {
    const wanted = golden(`${name.split('.')[0]}.json`);
    const { subjects } = decodeChunk(new Uint8Array(readFileSync(join(FRAMES, `${name}.bin`))));
    expect(subjects.first).toBe(wanted.first_subject);
    for (const column of ['kind', 'parent', 'root', 'identity', 'body'] as const) expect([...subjects[column]]).toEqual(wanted.subjects[column]);
  });

  it('refuses bytes that are no chunk', () => expect(() => decodeChunk(new Uint8Array(64))).toThrow('Not a chunk'));
});

it('ids are those of the engine', () => {
  for (const { seed, handle, message_id, request_id } of golden('identifiers.json')) {
    expect(messageId(seed, handle)).toBe(message_id);
    expect(requestId(seed, handle)).toBe(request_id);
  }
});
