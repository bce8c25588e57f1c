// The functions that Step Functions adds to JSONata, with the refusals AWS makes (developer guide, "Transforming data with JSONata";
// arguments rounded towards zero, missing ones and empty results: measured on AWS, floci's pull request 2676), and $pad with a bound.
'use strict';
(function () {
  const refuse = (token, index) => {
    throw { code: 'T0410', token, index };
  };
  const invalid = (message) => {
    throw { code: 'D3137', message };
  };
  const none = (value) => value === undefined;

  function atMost(given, token, count) {
    if (given.length > count && !none(given[count])) refuse(token, count + 1);
  }

  function whole(value, token, index) {
    if (typeof value !== 'number') refuse(token, index);
    return Math.trunc(value);
  }

  function parseText(text) {
    atMost(arguments, 'parse', 1);
    if (none(text)) return undefined;
    if (typeof text !== 'string') refuse('parse', 1);
    try {
      return JSON.parse(text);
    } catch {
      return invalid('Invalid JSON');
    }
  }

  function partition(list, size) {
    atMost(arguments, 'partition', 2);
    if (none(list)) return undefined;
    if (!Array.isArray(list)) throw { code: 'T0412', token: 'partition', index: 1 };
    if (!list.length) return undefined;
    if (none(size)) return [[...list]];
    const length = whole(size, 'partition', 2);
    if (length < 0) invalid('Second argument must be zero or greater');
    if (!length) return undefined;
    const parts = [];
    for (let at = 0; at < list.length; at += length) parts.push(list.slice(at, at + length));
    return parts;
  }

  function range(first, last, by) {
    atMost(arguments, 'range', 3);
    const start = whole(first, 'range', 1);
    const end = whole(last, 'range', 2);
    if (none(by)) return undefined;
    const step = whole(by, 'range', 3);
    if (!step || (step > 0 ? start > end : start < end)) return undefined;
    if (start === end) return start;
    const count = Math.floor((end - start) / step) + 1;
    redrive.tooLarge(count * 8);
    return Array.from({ length: count }, (_, index) => start + index * step);
  }

  const ALGORITHMS = ['SHA-1', 'SHA-384', 'SHA-256', 'SHA-512', 'MD5'];

  function hash(text, algorithm) {
    atMost(arguments, 'hash', 2);
    if (typeof text !== 'string') refuse('hash', 1);
    if (none(algorithm)) return undefined;
    if (typeof algorithm !== 'string') refuse('hash', 2);
    if (!ALGORITHMS.includes(algorithm)) invalid(`Hash algorithm '${algorithm}' must be one of ${ALGORITHMS.join(', ')}`);
    return redrive.hashes[algorithm](text);
  }

  // java.util.Random: what AWS's $random(seed) is.
  function random(seed) {
    atMost(arguments, 'random', 1);
    if (none(seed)) return Math.random();
    const mask = (1n << 48n) - 1n;
    let state = (BigInt(whole(seed, 'random', 1)) ^ 0x5deece66dn) & mask;
    const bits = (count) => {
      state = (state * 0x5deece66dn + 0xbn) & mask;
      return Number(state >> BigInt(48 - count));
    };
    return (bits(26) * 134217728 + bits(27)) / 9007199254740992;
  }

  function uuid() {
    atMost(arguments, 'uuid', 0);
    const digits = [0, 0, 0, 0].map(() => redrive.draw().toString(16).padStart(8, '0')).join('').split('');
    digits[12] = '4';
    digits[16] = '89ab'[parseInt(digits[16], 16) & 3];
    const text = digits.join('');
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
  }

  const ADDED = { parse: parseText, partition, range, hash, random, uuid };

  // jsonata's $pad joins an array of the asked length in one native call that nothing can interrupt: ask first.
  const pad = jsonata('$pad').evaluate();
  const padded = pad.implementation;
  pad.implementation = function (text, width, letter) {
    redrive.tooLarge(Math.abs(width) || 0);
    return padded.call(this, text, width, letter);
  };

  redrive.added = ADDED;
})();
