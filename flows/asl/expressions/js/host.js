// What the host calls, texts in and texts out. `redriveCompile` keeps a compiled expression under a number and says what it looks at;
// `redriveRun` evaluates several of them with the same bindings; `redriveMatches` matches a regular expression.
'use strict';
(function () {
  const { costs, failure } = redrive;
  const kept = [];

  // Numbers that JSON cannot say become their names, as AWS answers them; functions are no value.
  function spelled(key, value) {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value === 'function' || (value && (value._jsonata_lambda || value._jsonata_function))) return undefined;
    return value;
  }

  function compile(text, dialect) {
    try {
      const expression = jsonata(JSON.parse(text));
      if (dialect === 'aws') {
        for (const name of Object.keys(redrive.added)) expression.registerFunction(name, redrive.added[name]);
        expression.assign('eval', undefined);
      }
      kept.push(expression);
      return JSON.stringify({ number: kept.length - 1, ...redrive.looks(expression.ast()) });
    } catch (error) {
      return JSON.stringify(failure(error));
    }
  }

  // Answers the results and how many steps they took, comma separated, in brackets; or an object that says which expression failed,
  // how, and after how many steps.
  function run(numbers, data, bindings, clock, seed, bounds) {
    redrive.begin(clock, seed);
    redrive.bound(JSON.parse(bounds));
    let at = 0;
    try {
      const document = data === '' ? undefined : JSON.parse(data);
      const bound = JSON.parse(bindings);
      const results = [];
      costs.steps = 0;
      costs.ranges = 0;
      for (const number of JSON.parse(numbers)) {
        costs.depth = 0;
        globalThis.redriveAt = at; // for the host, should it have to stop this one
        costs.odd = false;
        const value = kept[number].evaluate(document, bound);
        const text = JSON.stringify(value, costs.odd ? spelled : undefined);
        if (text === undefined) return JSON.stringify({ at, nothing: true, steps: costs.steps });
        redrive.textTooLong(text);
        results.push(text);
        at += 1;
      }
      results.push(costs.steps);
      return ['[', results.join(','), ']'].join(''); // `+` would make a rope of a long text, which the binding cannot read
    } catch (error) {
      return JSON.stringify({ at, ...failure(error), steps: costs.steps });
    }
  }

  function matches(text, source, flags) {
    try {
      return JSON.stringify(new RegExp(`^(?:${JSON.parse(source)})$`, flags.replace(/[^imsu]/g, '')).test(JSON.parse(text)));
    } catch (error) {
      return JSON.stringify(failure(error));
    }
  }

  globalThis.redriveCompile = compile;
  globalThis.redriveRun = run;
  globalThis.redriveMatches = matches;
})();
