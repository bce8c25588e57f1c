// MD5, SHA-1 and SHA-2 in JavaScript, for $hash: QuickJS has none, and may not call the host while its time is limited.
// Written from RFC 1321, FIPS 180-4. A text goes in, its digest in hexadecimal comes out.
'use strict';
(function () {
  function utf8(text) {
    const bytes = [];
    for (const sign of text) {
      let code = sign.codePointAt(0);
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return bytes;
  }

  // The message, a one bit, zeros, and its length in bits, in blocks of `block` bytes.
  function padded(bytes, block, little) {
    const lengthBytes = block / 8;
    const out = [...bytes, 0x80];
    while (out.length % block !== block - lengthBytes) out.push(0);
    let bits = BigInt(bytes.length) * 8n;
    const length = Array.from({ length: lengthBytes }, () => {
      const byte = Number(bits & 255n);
      bits >>= 8n;
      return byte;
    });
    return out.concat(little ? length : length.reverse());
  }

  const primes = (() => {
    const found = [];
    for (let n = 2; found.length < 80; n += 1) if (found.every((prime) => n % prime)) found.push(n);
    return found.map(BigInt);
  })();

  // floor(root(n) · 2^bits) mod 2^bits, by bisection: the constants of SHA-2 are these.
  function fraction(n, power, bits) {
    const target = n << BigInt(bits * power);
    let low = 0n;
    let high = n << BigInt(bits);
    while (low < high) {
      const middle = (low + high + 1n) >> 1n;
      if (middle ** BigInt(power) <= target) low = middle;
      else high = middle - 1n;
    }
    return BigInt.asUintN(bits, low);
  }

  const made = {};

  // The fractions of the roots of primes from one to another, made when first asked for.
  function fractions(from, to, power, bits) {
    const name = [from, to, power, bits].join();
    return (made[name] ??= primes.slice(from, to).map((prime) => fraction(prime, power, bits)));
  }

  const rotate = (x, n) => (x << n) | (x >>> (32 - n));
  const hex = (word) => (word >>> 0).toString(16).padStart(8, '0');

  function md5(text) {
    const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
    const table = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296) | 0);
    const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    const bytes = padded(utf8(text), 64, true);
    for (let at = 0; at < bytes.length; at += 64) {
      const m = Array.from({ length: 16 }, (_, i) => bytes[at + 4 * i] | (bytes[at + 4 * i + 1] << 8) | (bytes[at + 4 * i + 2] << 16) | (bytes[at + 4 * i + 3] << 24));
      let [a, b, c, d] = state;
      for (let i = 0; i < 64; i += 1) {
        const round = i >> 4;
        const f = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
        const g = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16;
        [a, d, c, b] = [d, c, b, (b + rotate((a + f + table[i] + m[g]) | 0, shifts[4 * round + (i % 4)])) | 0];
      }
      [a, b, c, d].forEach((word, i) => (state[i] = (state[i] + word) | 0));
    }
    return state.map((word) => hex(word).match(/../g).reverse().join('')).join('');
  }

  function words32(bytes, at) {
    return Array.from({ length: 16 }, (_, i) => (bytes[at + 4 * i] << 24) | (bytes[at + 4 * i + 1] << 16) | (bytes[at + 4 * i + 2] << 8) | bytes[at + 4 * i + 3]);
  }

  function sha1(text) {
    const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
    const bytes = padded(utf8(text), 64, false);
    for (let at = 0; at < bytes.length; at += 64) {
      const w = words32(bytes, at);
      for (let i = 16; i < 80; i += 1) w.push(rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1));
      let [a, b, c, d, e] = state;
      for (let i = 0; i < 80; i += 1) {
        const [f, k] = [
          [(b & c) | (~b & d), 0x5a827999],
          [b ^ c ^ d, 0x6ed9eba1],
          [(b & c) | (b & d) | (c & d), 0x8f1bbcdc],
          [b ^ c ^ d, 0xca62c1d6],
        ][Math.floor(i / 20)];
        [e, d, c, b, a] = [d, c, rotate(b, 30), a, (rotate(a, 5) + f + e + k + w[i]) | 0];
      }
      [a, b, c, d, e].forEach((word, i) => (state[i] = (state[i] + word) | 0));
    }
    return state.map(hex).join('');
  }

  function sha256(text) {
    const k = fractions(0, 64, 3, 32).map((word) => Number(word) | 0);
    const state = fractions(0, 8, 2, 32).map((word) => Number(word) | 0);
    const bytes = padded(utf8(text), 64, false);
    for (let at = 0; at < bytes.length; at += 64) {
      const w = words32(bytes, at);
      for (let i = 16; i < 64; i += 1) {
        const s0 = rotate(w[i - 15], 25) ^ rotate(w[i - 15], 14) ^ (w[i - 15] >>> 3);
        const s1 = rotate(w[i - 2], 15) ^ rotate(w[i - 2], 13) ^ (w[i - 2] >>> 10);
        w.push((w[i - 16] + s0 + w[i - 7] + s1) | 0);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const t1 = (h + (rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
        const t2 = ((rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
    }
    return state.map(hex).join('');
  }

  function sha512(text, start, words) {
    const mask = (x) => BigInt.asUintN(64, x);
    const turn = (x, n) => mask((x >> n) | (x << (64n - n)));
    const k = fractions(0, 80, 3, 64);
    const state = [...start];
    const bytes = padded(utf8(text), 128, false);
    for (let at = 0; at < bytes.length; at += 128) {
      const w = Array.from({ length: 16 }, (_, i) => bytes.slice(at + 8 * i, at + 8 * i + 8).reduce((x, byte) => (x << 8n) | BigInt(byte), 0n));
      for (let i = 16; i < 80; i += 1) {
        const s0 = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
        const s1 = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
        w.push(mask(w[i - 16] + s0 + w[i - 7] + s1));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 80; i += 1) {
        const t1 = mask(h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (mask(~e) & g)) + k[i] + w[i]);
        const t2 = mask((turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c)));
        [h, g, f, e, d, c, b, a] = [g, f, e, mask(d + t1), c, b, a, mask(t1 + t2)];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = mask(state[i] + word)));
    }
    return state.slice(0, words).map((word) => word.toString(16).padStart(16, '0')).join('');
  }

  redrive.hashes = {
    MD5: md5,
    'SHA-1': sha1,
    'SHA-256': sha256,
    'SHA-384': (text) => sha512(text, fractions(8, 16, 2, 64), 6),
    'SHA-512': (text) => sha512(text, fractions(0, 8, 2, 64), 8),
  };
})();
