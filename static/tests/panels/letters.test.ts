import { expect, it } from 'vitest';
import { past } from '../../src/studio/panels/dock/letters';
import type { JourneyRow } from '../../src/studio/model/types';
import { fakeDeadLetter, fakeStudio } from '../../src/studio/store/fake';

const record = (kind: string, at: number): JourneyRow => ({
  sequence: at, at, kind, node: 1, subject: 1, request: 0, cause: 0, attempt: 0, outcome: 'neutral', sentence: '', fields: {},
});

it('counts retention from the first sending, not from the move to the dead-letter queue', () => {
  const studio = fakeStudio({ journey: () => [record('MessageSent', 1_000_000), record('MessageMovedToDeadLetterQueue', 95_000_000)] });
  expect(past(studio, fakeDeadLetter(5))).toEqual({ redriven: 0, died: 1, expires_at: 1_000_000 + 345_600_000_000 });
});

it('a message that came back and failed again is counted, and its clock started anew', () => {
  const studio = fakeStudio({
    journey: () => [record('MessageSent', 1), record('MessageMovedToDeadLetterQueue', 20), record('RedrivenMessageArrived', 40), record('MessageMovedToDeadLetterQueue', 60)],
  });
  expect(past(studio, fakeDeadLetter(5))).toEqual({ redriven: 1, died: 2, expires_at: 40 + 345_600_000_000 });
});
