/**
 * Ids that look like AWS's, computed instead of stored: the twin of `flows/engine/identifiers.py`, where the algorithm
 * is written down. Both are held to `tests/frames/identifiers.json`. All arithmetic is modulo 2³².
 */
import type { Handle } from './types';

const MESSAGE_ID = 1;
const REQUEST_ID = 2;
const WORD = 2 ** 32;

export const messageId = (seed: number, handle: Handle): string => uuid(base(MESSAGE_ID, seed, handle, 0));
export const requestId = (seed: number, handle: Handle): string => uuid(base(REQUEST_ID, seed, handle, 0));

function uuid(from: number): string {
  const digits = [0, 1, 2, 3].map((i) => absorb(from, i).toString(16).padStart(8, '0')).join('');
  const variant = '89ab'[parseInt(digits[16]!, 16) & 3];
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}

function base(purpose: number, seed: number, handle: Handle, counter: number): number {
  const low = absorb(purpose, seed % WORD);
  const high = absorb(low, Math.floor(seed / WORD));
  return absorb(absorb(high, handle), counter);
}

function absorb(into: number, value: number): number {
  let h = ((into ^ value) + 0x9e3779b9) | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
