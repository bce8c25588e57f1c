// What `@aws-appsync/utils` gives to resolvers, as far as it is simulated. Own code; names as AWS documents them.
'use strict';
(function (global) {
  let ids = [], now = 0, appended = [];
  class ResolverError extends Error {}
  class EarlyReturn { constructor(value, ends) { this.value = value; this.ends = ends; } }
  const fail = (message, type, data, info) => {
    const error = new ResolverError(String(message));
    error.given = { message: String(message), type: type ?? null, data: data ?? null, info: info ?? null };
    throw error;
  };
  const typed = (value) => {
    if (value === null || value === undefined) return { NULL: null };
    if (typeof value === 'boolean') return { BOOL: value };
    if (typeof value === 'number') return { N: value };
    if (typeof value === 'string') return { S: value };
    if (Array.isArray(value)) return { L: value.map(typed) };
    return { M: mapped(value) };
  };
  const mapped = (value) => Object.fromEntries(Object.entries(value ?? {}).filter(([, each]) => each !== undefined).map(([name, each]) => [name, typed(each)]));
  const empty = (value) => value === null || value === undefined || value === '';
  const util = {
    error: fail,
    appendError: (message, type, data, info) => { appended.push({ message: String(message), errorType: type ?? null, data: data ?? null, errorInfo: info ?? null }); },
    unauthorized: () => fail('Unauthorized', 'Unauthorized'),
    validate: (condition, message, type) => { if (!condition) fail(message, type ?? 'CustomTemplateException'); },
    autoId: () => ids.shift() ?? fail('Too many ids in one evaluation.', 'Code'),
    autoUlid: () => util.autoId().replaceAll('-', '').toUpperCase().slice(0, 26),
    toJson: (value) => JSON.stringify(value),
    parseJson: (text) => JSON.parse(text),
    isNull: (value) => value === null || value === undefined,
    isNullOrEmpty: empty,
    isNullOrBlank: (value) => empty(value) || (typeof value === 'string' && !value.trim()),
    defaultIfNull: (value, usual) => value ?? usual,
    defaultIfNullOrEmpty: (value, usual) => (empty(value) ? usual : value),
    urlEncode: encodeURIComponent,
    urlDecode: decodeURIComponent,
    escapeJavaScript: (text) => JSON.stringify(text).slice(1, -1),
    time: {
      nowISO8601: () => new Date(now).toISOString(),
      nowEpochSeconds: () => Math.floor(now / 1000),
      nowEpochMilliSeconds: () => now,
    },
    dynamodb: {
      toDynamoDB: typed,
      toMapValues: mapped,
      toString: (value) => ({ S: String(value) }),
      toNumber: (value) => ({ N: value }),
      toBoolean: (value) => ({ BOOL: value }),
      toNull: () => ({ NULL: null }),
      toList: (value) => ({ L: value.map(typed) }),
      toMap: (value) => ({ M: mapped(value) }),
      toStringSet: (value) => ({ SS: value }),
      toNumberSet: (value) => ({ NS: value }),
    },
  };
  const runtime = { earlyReturn: (value, options) => { throw new EarlyReturn(value ?? null, options?.skipTo === 'END'); } };
  // `@aws-appsync/utils/dynamodb`: requests out of plain values.
  class Change { constructor(clause, write, value) { this.clause = clause; this.write = write; this.value = value; } }
  const set = (write) => (value) => new Change('SET', write, value);
  const operations = {
    add: set((name, key) => `${name} = ${key}`),
    replace: set((name, key) => `${name} = ${key}`),
    append: set((name, key) => `${name} = list_append(${name}, ${key})`),
    prepend: set((name, key) => `${name} = list_append(${key}, ${name})`),
    updateListItem: (value, index) => set((name, key) => `${name}[${index}] = ${key}`)(value),
    remove: () => new Change('REMOVE', (name) => name),
    increment: (by = 1) => new Change('ADD', (name, key) => `${name} ${key}`, by),
    decrement: (by = 1) => new Change('ADD', (name, key) => `${name} ${key}`, -by),
  };
  const sets = (update) => {
    const names = {}, values = {}, clauses = {};
    for (const [name, value] of Object.entries(update ?? {})) {
      const change = value instanceof Change ? value : operations.add(value);
      names[`#${name}`] = name;
      if (change.clause !== 'REMOVE') values[`:${name}`] = typed(change.value);
      (clauses[change.clause] ??= []).push(change.write(`#${name}`, `:${name}`));
    }
    const expression = Object.entries(clauses).map(([clause, parts]) => `${clause} ${parts.join(', ')}`).join(' ');
    return { expression, expressionNames: names, expressionValues: values };
  };
  const TESTS = {
    ...Object.fromEntries(Object.entries({ eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' }).map(([word, sign]) => [word, (name, key) => `${name} ${sign} ${key}`])),
    beginsWith: (name, key) => `begins_with(${name}, ${key})`,
    contains: (name, key) => `contains(${name}, ${key})`,
    notContains: (name, key) => `NOT contains(${name}, ${key})`,
    attributeType: (name, key) => `attribute_type(${name}, ${key})`,
  };
  const conditions = (given) => {
    const names = {}, values = {};
    const kept = (value) => { const key = `:v${Object.keys(values).length}`; values[key] = typed(value); return key; };
    const tested = (name, word, value) => {
      if (word === 'attributeExists') return `${value ? 'attribute_exists' : 'attribute_not_exists'}(${name})`;
      if (word === 'between') return `${name} BETWEEN ${kept(value[0])} AND ${kept(value[1])}`;
      if (word === 'in') return `${name} IN (${value.map(kept).join(', ')})`;
      return TESTS[word] ? TESTS[word](name, kept(value)) : fail(`${word} is no condition.`, 'Code');
    };
    const read = (part) => Object.entries(part ?? {}).map(([name, tests]) => {
      if (name === 'and' || name === 'or') return `(${tests.map(read).join(` ${name.toUpperCase()} `)})`;
      if (name === 'not') return `(NOT ${read(tests)})`;
      names[`#${name}`] = name;
      return Object.entries(tests).map(([word, value]) => tested(`#${name}`, word, value)).join(' AND ');
    }).join(' AND ');
    const expression = read(given);
    return { expression, expressionNames: names, ...(Object.keys(values).length ? { expressionValues: values } : {}) };
  };
  const condition = (given) => (given ? { condition: conditions(given) } : {});
  const dynamodb = {
    get: ({ key, consistentRead }) => ({ operation: 'GetItem', key: mapped(key), ...(consistentRead ? { consistentRead } : {}) }),
    put: ({ key, item, condition: given }) => ({ operation: 'PutItem', key: mapped(key), attributeValues: mapped(item), ...condition(given) }),
    update: ({ key, update, condition: given }) => ({ operation: 'UpdateItem', key: mapped(key), update: sets(update), ...condition(given) }),
    remove: ({ key, condition: given }) => ({ operation: 'DeleteItem', key: mapped(key), ...condition(given) }),
    query: ({ query, filter, ...rest }) => ({ operation: 'Query', query: conditions(query), ...(filter ? { filter: conditions(filter) } : {}), ...rest }),
    scan: ({ filter, ...rest } = {}) => ({ operation: 'Scan', ...(filter ? { filter: conditions(filter) } : {}), ...rest }),
    operations,
  };
  const statement = (strings, ...values) => ({ statement: strings.reduce((text, part, index) => `${text}:P${index - 1}${part}`), variableMap: Object.fromEntries(values.map((value, index) => [`:P${index}`, value])) });
  const plain = (field) => (field?.isNull ? null : Object.values(field ?? {})[0] ?? null);
  const rows = ({ columnMetadata, records }) => (records ?? []).map((record) => Object.fromEntries(record.map((field, index) => [columnMetadata?.[index]?.label, plain(field)])));
  const rds = {
    sql: statement,
    createPgStatement: (...given) => {
      const variableMap = {};
      const statements = given.map((each) => {
        const before = Object.keys(variableMap).length;
        for (const [name, value] of Object.entries(each.variableMap ?? {})) variableMap[`:P${Number(name.slice(2)) + before}`] = value;
        return String(each.statement ?? each).replace(/:P(\d+)/g, (_, number) => `:P${Number(number) + before}`);
      });
      return { statements, variableMap };
    },
    createMySQLStatement: (...given) => rds.createPgStatement(...given),
    toJsonObject: (text) => (typeof text === 'string' ? JSON.parse(text) : text ?? {}).sqlStatementResults?.map(rows) ?? [],
  };
  delete global.Promise;
  Math.random = () => fail('Math.random is not part of APPSYNC_JS.', 'Code');
  // Time comes from the host and nowhere else: `Date` stands still at the instant of the evaluation, and everywhere is UTC.
  for (const name of ['performance', 'WeakRef', 'FinalizationRegistry']) delete global[name];
  const RealDate = Date, HAS_ZONE = /(Z|GMT|UTC|[+-]\d\d:?\d\d)$/i, DAY = /^[+-]?\d{4,6}(-\d\d){0,2}$/;
  const read = (text) => RealDate.parse(HAS_ZONE.test(text) || DAY.test(text) ? text : text.includes('T') ? `${text}Z` : `${text} UTC`);
  const instant = (first) => (typeof first === 'string' ? read(first) : Number(first));
  function StillDate(...parts) {
    const at = parts.length > 1 ? RealDate.UTC(...parts) : parts.length ? instant(parts[0]) : now;
    return new.target ? Reflect.construct(RealDate, [at], new.target) : new RealDate(now).toUTCString();
  }
  Object.assign(StillDate, { now: () => now, parse: (text) => read(String(text)), UTC: RealDate.UTC, prototype: RealDate.prototype });
  RealDate.prototype.constructor = StillDate;
  RealDate.prototype.getTimezoneOffset = () => 0;
  RealDate.prototype.toString = RealDate.prototype.toUTCString;
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'])
    for (const way of part === 'Day' ? ['get'] : ['get', 'set']) RealDate.prototype[way + part] = RealDate.prototype[`${way}UTC${part}`];
  global.Date = StillDate;
  global.__utils = { util, runtime, extensions: { evictFromApiCache: () => {}, setSubscriptionFilter: () => {} } };
  global.__dynamodb = dynamodb;
  global.__rds = rds;
  global.__run = (text) => {
    const given = JSON.parse(text);
    ids = given.ids; now = given.now; appended = [];
    const ctx = given.context;
    const out = () => ({ stash: ctx.stash, appended });
    const handler = global.__resolver[given.phase];
    if (typeof handler !== 'function') return JSON.stringify({ missing: true, ...out() });
    try {
      return JSON.stringify({ value: handler(ctx) ?? null, ...out() });
    } catch (thrown) {
      if (thrown instanceof EarlyReturn) return JSON.stringify({ value: thrown.value, left: true, ends: thrown.ends, ...out() });
      return JSON.stringify({ error: thrown?.given ?? { message: String(thrown?.message ?? thrown), type: 'Code' }, ...out() });
    }
  };
})(globalThis);
