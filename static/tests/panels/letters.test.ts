// @vitest-environment node
import { expect, it } from 'vitest';
import { past } from '../../src/studio/panels/dock/letters';
import { steps } from '../../src/studio/panels/dock/redrive';
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

it('what died at a function goes back by the operation of the playground: all that is there, or each by its id', () => {
  const studio = fakeStudio();
  const letters = [fakeDeadLetter(5, { source: 3 }), fakeDeadLetter(6, { source: 3 })];
  expect(steps(studio, { letters, all: true, edits: new Map() }, null, 10)).toEqual([{
    operation: 'sqs:RedriveMessages', node: 2, count: 2, all: true,
    params: { SourceArn: studio.node(2).arn, MaxNumberOfMessagesPerSecond: 10, Messages: [], AllOthers: true },
  }]);
  expect(steps(studio, { letters, all: false, edits: new Map() }, null, 10)).toEqual([{
    operation: 'sqs:RedriveMessages', node: 2, count: 2, all: false,
    params: { SourceArn: studio.node(2).arn, MaxNumberOfMessagesPerSecond: 10, Messages: letters.map(({ id }) => ({ MessageId: id })) },
  }]);
});
