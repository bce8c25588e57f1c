// Time and chance come from the host and nowhere else: `Date` stands still at the instant of the evaluation, and `Math.random` is a
// seeded generator. So the same expression with the same seed answers the same, on every machine.
'use strict';
(function () {
  const RealDate = Date;
  const NO_ZONE = /T\d\d:\d\d(:\d\d(\.\d+)?)?$/;

  let now = 0;
  let words = [1, 2, 3, 4];

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

  function begin(clock, seed) {
    now = Number(clock);
    if (!seed) return;
    let z = BigInt(seed);
    words = [0, 0, 0, 0].map(() => {
      z = BigInt.asUintN(64, z + 0x9e3779b97f4a7c15n);
      let x = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
      x = BigInt.asUintN(64, (x ^ (x >> 27n)) * 0x94d049bb133111ebn);
      return Number((x ^ (x >> 31n)) & 0xffffffffn) | 0;
    });
    words[0] |= 1;
  }

  globalThis.redrive = { begin, draw };
})();
