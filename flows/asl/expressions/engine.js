// The JavaScript side of `engine.py`: what stands around the official jsonata file inside QuickJS. Texts go in, texts come out.
//
// `redriveCompile` keeps a compiled expression under a number and says what it looks at; `redriveRun` evaluates several of them
// with the same bindings. Time, chance and costs come from the host and nowhere else: `Date` and `Math.random` are replaced, and the
// two callbacks that jsonata makes around every evaluation step count steps, depth and the size of values. That is why the same
// expression stops at the same step on every machine.
'use strict';
(function () {
  const STACK = 'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.';
  const MEMORY = 'Expression evaluation memory limit exceeded: Check for excessive memory usage';
  const TIMEOUT = 'Expression evaluation timeout: Check for infinite loop';
  const parse = JSON.parse;
  const RealDate = Date;
  const NO_ZONE = /T\d\d:\d\d(:\d\d(\.\d+)?)?$/;

  let now = 0;
  let words = [1, 2, 3, 4];
  let limits = { steps: 0, depth: 0, size: 0 };
  let steps = 0;
  let depth = 0;
  let odd = false; // a step made a function or a number that JSON cannot say

  // ── time and chance ──

  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      if (parts.length) super(...parts);
      else super(now);
    }
    static now() {
      return now;
    }
    static parse(text) {
      return RealDate.parse(NO_ZONE.test(text) ? text + 'Z' : text); // no zone means UTC, whatever the machine's is
    }
  };

  // xorshift128: 32 bits a draw.
  function draw() {
    let t = words[3];
    const s = words[0];
    words[3] = words[2];
    words[2] = words[1];
    words[1] = s;
    t ^= t << 11;
    t ^= t >>> 8;
    words[0] = (t ^ s ^ (s >>> 19)) | 0;
    return words[0] >>> 0;
  }

  Math.random = () => ((draw() >>> 5) * 67108864 + (draw() >>> 6)) / 9007199254740992;

  function seeded(seed) {
    let z = BigInt(seed);
    words = [0, 0, 0, 0].map(() => {
      z = BigInt.asUintN(64, z + 0x9e3779b97f4a7c15n);
      let x = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
      x = BigInt.asUintN(64, (x ^ (x >> 27n)) * 0x94d049bb133111ebn);
      return Number((x ^ (x >> 31n)) & 0xffffffffn) | 0;
    });
    words[0] |= 1;
  }

  // ── limits ──

  function enter() {
    steps += 1;
    depth += 1;
    if (depth > limits.depth) throw { limit: STACK };
    if (steps > limits.steps) throw { limit: TIMEOUT };
  }

  function leave(expression, input, environment, value) {
    depth -= 1;
    if (typeof value === 'string') {
      if (value.length > limits.size) throw { limit: MEMORY };
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) odd = true;
    } else if (Array.isArray(value)) {
      if (value.length * 8 > limits.size) throw { limit: MEMORY };
    } else if (value && (value._jsonata_lambda || value._jsonata_function)) odd = true;
  }

  // ── the functions Step Functions adds ──

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
      return parse(text);
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
    if (count * 8 > limits.size) throw { limit: MEMORY };
    return Array.from({ length: count }, (_, index) => start + index * step);
  }

  const ALGORITHMS = ['SHA-1', 'SHA-384', 'SHA-256', 'SHA-512', 'MD5'];

  function hash(text, algorithm) {
    atMost(arguments, 'hash', 2);
    if (typeof text !== 'string') refuse('hash', 1);
    if (none(algorithm)) return undefined;
    if (typeof algorithm !== 'string') refuse('hash', 2);
    if (!ALGORITHMS.includes(algorithm)) invalid(`Hash algorithm '${algorithm}' must be one of ${ALGORITHMS.join(', ')}`);
    return redriveHash[algorithm](text);
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
    const digits = [0, 0, 0, 0].map(() => draw().toString(16).padStart(8, '0')).join('').split('');
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
    if (Math.abs(width) > limits.size) throw { limit: MEMORY };
    return padded.call(this, text, width, letter);
  };

  // ── what an expression looks at ──

  function looks(ast) {
    const variables = new Set();
    const states = new Set();
    const waiting = [ast];
    while (waiting.length) {
      const node = waiting.pop();
      if (Array.isArray(node)) {
        waiting.push(...node);
        continue;
      }
      if (node === null || typeof node !== 'object') continue;
      const [first, second] = node.type === 'path' ? node.steps : [];
      let rest = node;
      if (first && first.type === 'variable' && first.value === 'states') {
        const plain = Object.keys(first).every((key) => key === 'type' || key === 'value' || key === 'position');
        if (plain && second && second.type === 'name') {
          states.add(second.value);
          rest = { ...node, steps: node.steps.slice(1) };
        }
      }
      if (rest.type === 'variable') (rest.value === 'states' ? states.add('*') : variables.add(rest.value));
      waiting.push(...Object.values(rest));
    }
    variables.delete('');
    variables.delete('$');
    return { variables: [...variables].sort(), states: [...states].sort() };
  }

  // ── what the host calls ──

  const kept = [];

  function failure(error) {
    if (error === null) return { limit: MEMORY, broken: true };
    if (error && error.limit) return { limit: error.limit };
    if (typeof error.code === 'string') return { code: error.code, message: error.message, position: error.position };
    const text = String(error.message);
    if (/out of memory|string too long|invalid array length/i.test(text)) return { limit: MEMORY, broken: true };
    if (/stack/i.test(text)) return { limit: STACK };
    return { message: text };
  }

  // Numbers that JSON cannot say become their names, as AWS answers them; functions are no value.
  function spelled(key, value) {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value === 'function' || (value && (value._jsonata_lambda || value._jsonata_function))) return undefined;
    return value;
  }

  function compile(text, dialect) {
    try {
      const expression = jsonata(parse(text));
      expression.assign(Symbol.for('jsonata.__evaluate_entry'), enter);
      expression.assign(Symbol.for('jsonata.__evaluate_exit'), leave);
      if (dialect === 'aws') {
        for (const name of Object.keys(ADDED)) expression.registerFunction(name, ADDED[name]);
        expression.assign('eval', undefined);
      }
      kept.push(expression);
      return JSON.stringify({ number: kept.length - 1, ...looks(expression.ast()) });
    } catch (error) {
      return JSON.stringify(failure(error));
    }
  }

  // Answers the results, comma separated, in brackets; or an object that says which expression failed and how.
  function run(numbers, data, bindings, clock, seed, bounds) {
    now = Number(clock);
    if (seed) seeded(seed);
    limits = parse(bounds);
    let at = 0;
    try {
      const document = data === '' ? undefined : parse(data);
      const bound = parse(bindings);
      const results = [];
      steps = 0;
      for (const number of parse(numbers)) {
        depth = 0;
        globalThis.redriveAt = at; // for the host, should it have to stop this one
        odd = false;
        const value = kept[number].evaluate(document, bound);
        const text = JSON.stringify(value, odd ? spelled : undefined);
        if (text === undefined) return JSON.stringify({ at, nothing: true });
        if (text.length > limits.text) return JSON.stringify({ at, limit: MEMORY });
        results.push(text);
        at += 1;
      }
      return ['[', results.join(','), ']'].join(''); // `+` would make a rope of a long text, which the binding cannot read
    } catch (error) {
      return JSON.stringify({ at, ...failure(error) });
    }
  }

  function matches(text, source, flags) {
    try {
      return JSON.stringify(new RegExp(`^(?:${parse(source)})$`, flags.replace(/[^imsu]/g, '')).test(parse(text)));
    } catch (error) {
      return JSON.stringify(failure(error));
    }
  }

  globalThis.redriveCompile = compile;
  globalThis.redriveRun = run;
  globalThis.redriveMatches = matches;
})();
