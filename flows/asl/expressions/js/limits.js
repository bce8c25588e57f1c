// The costs of an evaluation, counted at every step that jsonata makes: how many, how deep, how large the value. Counting does not
// depend on the machine, so an expression that is stopped here is stopped at the same step everywhere. The sentences are AWS's.
'use strict';
(function () {
  const STACK = 'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.';
  const MEMORY = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
  const TIMEOUT = 'Expression evaluation timeout: Check for infinite loop';

  const VALUES = 4;
  const costs = { steps: 0, depth: 0, ranges: 0, odd: false }; // odd: a step made a function, or a number that JSON cannot say
  let limits = { steps: Infinity, depth: Infinity, size: Infinity, text: Infinity };

  function enter() {
    costs.steps += 1;
    costs.depth += 1;
    if (costs.depth > limits.depth) throw { limit: STACK };
    if (costs.steps > limits.steps) tooLong();
  }

  function leave(value) {
    costs.depth -= 1;
    if (typeof value === 'string') {
      tooLarge(value.length);
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) costs.odd = true;
    } else if (Array.isArray(value)) {
      tooLarge(value.length * 8);
    } else if (value && (value._jsonata_lambda || value._jsonata_function)) costs.odd = true;
  }

  // Ranges of one evaluation, before they are made: together they have room for a few of the largest values. One step of many
  // milliseconds would otherwise be stopped by the memory here and by the time on a slower machine.
  function ranges(size) {
    costs.ranges += size;
    tooLarge((costs.ranges * 8) / VALUES);
  }

  function tooLong() {
    throw { limit: TIMEOUT };
  }

  function tooLarge(bytes) {
    if (bytes > limits.size) throw { limit: MEMORY };
  }

  function textTooLong(text) {
    if (text.length > limits.text) throw { limit: MEMORY };
  }

  // What was thrown, as the host reads it; `broken` when the context cannot be trusted any more.
  function failure(error) {
    if (error === null) return { limit: MEMORY, broken: true };
    if (error && error.limit) return { limit: error.limit };
    if (typeof error.code === 'string') return { code: error.code, message: error.message };
    const text = String(error.message);
    if (/out of memory|string too long|invalid array length/i.test(text)) return { limit: MEMORY, broken: true };
    if (/stack/i.test(text)) return { limit: STACK };
    return { message: text };
  }

  Object.assign(redrive, { costs, enter, leave, ranges, tooLong, tooLarge, textTooLong, failure, bound: (given) => (limits = given) });
})();
