// The module for node and browsers: what JavaScript is told, and what it must not be.
//
// usage: node --expose-gc module_test.mjs PACKAGE

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';
import {gunzipSync} from 'node:zlib';

const [pack] = process.argv.slice(2);
const url = pathToFileURL(join(pack, 'api-access.mjs'));
const {Account, ApiAccessError, catalogueVersion, libraryVersion} = await import(url);

// A Date that is made of local time is wrong here.
assert.notEqual(new Date(2030, 0, 1).getTimezoneOffset(), 0);

const ANSWERS = {
  ReadAccessKeys: {AccessKeys: [
    {AccessKeyId: 'KEY', State: 'ACTIVE', ExpirationDate: '2030-01-01T00:00:00.001+0000'},
    {AccessKeyId: 'clé', State: 'ACTIVE'},
  ]},
  ReadApiAccessRules: {ApiAccessRules: [
    {ApiAccessRuleId: 'office', IpRanges: ['192.0.2.0/24']},
    {ApiAccessRuleId: 'règle', CaIds: ['ca-1', 'ça'], Cns: ['client.a', 'ü']},
  ]},
  ReadApiAccessPolicy: {ApiAccessPolicy: {
    MaxAccessKeyExpirationSeconds: 0,
    RequireTrustedEnv: false,
  }},
};
const REQUEST = {
  Service: 'api', Method: 'ReadVms', ClientIp: '192.0.2.7',
  Login: 'AccessKey', AccessKeyId: 'KEY',
};
const END = 1893456000001;
const account = Account.fromAnswers(ANSWERS);

// The message of the ApiAccessError that a call has to throw.
function refusal(call) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof ApiAccessError && error instanceof Error, error.stack);
    assert.equal(error.name, 'ApiAccessError');
    return error.message;
  }
  return assert.fail('expected an error');
}

test('versions are those of the library', () => {
  assert.match(libraryVersion, /^\d+\.\d+\.\d+$/);
  assert.match(catalogueVersion, /^\d+\.\d+\.\d+$/);
  assert.equal(libraryVersion, JSON.parse(readFileSync(join(pack, 'package.json'))).version);
});

test('a decision has what JavaScript has', () => {
  assert.deepEqual(account.decide(REQUEST, new Date(END - 1)), {
    allowed: true,
    reason: 'rule-matched',
    ruleId: 'office',
    validUntil: new Date(END),
    providerErrorCode: undefined,
  });
  assert.deepEqual(account.decide(REQUEST, new Date(END)), {
    allowed: false,
    reason: 'access-key-expired',
    ruleId: undefined,
    validUntil: undefined,
    providerErrorCode: 1,
  });
  assert.ok(Object.is(account.decide(REQUEST, 0).validUntil.getTime(), END));
});

test('an instant is the same in each of its forms', () => {
  const forms = (milliseconds) => {
    const date = new Date(milliseconds);
    const text = date.toISOString();
    return [date, text, text.replace('Z', '+00:00'), text.replace('Z', '000+0000'),
            milliseconds, BigInt(milliseconds)];
  };
  for (const now of forms(END - 1)) assert.ok(account.decide(REQUEST, now).allowed, now);
  for (const now of forms(END)) assert.ok(!account.decide(REQUEST, now).allowed, now);
  assert.ok(account.decide(REQUEST, '2030-01-01').allowed);
  assert.ok(account.decide(REQUEST, '2029-12-31T19:00:00-05:00').allowed);
  assert.ok(!account.decide(REQUEST, '2029-12-31T19:00:00.001-05:00').allowed);
  // The request's own comes first, as in a line.
  assert.ok(!account.decide({...REQUEST, Now: '2030-01-02'}, 0).allowed);
  assert.ok(account.decide({...REQUEST, Now: null}, 0).allowed);
  const {Judged} = account.ask('check', {Now: new Date(END)});
  assert.equal(Judged.Now, '2030-01-01T00:00:00.001+0000');
});

test('an instant is exact in 64 bits, or refused', () => {
  const last = 2n ** 63n - 1n;
  assert.ok(!account.decide(REQUEST, last).allowed);
  assert.ok(account.decide(REQUEST, -last - 1n).allowed);
  for (const now of [last + 1n, -last - 2n, 2 ** 53, 0.5, NaN, Infinity, new Date(NaN),
                     undefined, null, true, {}, '', '2030-01-01T00:00:00', '1893456000001',
                     'Jan 1, 2030']) {
    refusal(() => account.decide(REQUEST, now));
  }
  assert.match(refusal(() => account.decide(REQUEST, '2030-02-30')),
               /expected a date with a day written as 01 to 28 in 2030-02, got `2030-02-30`/);
});

test('absent is undefined and null alike', () => {
  const bare = {Service: 'api', Method: 'ReadVms', ClientIp: '192.0.2.7'};
  const expected = account.decide(bare, 0);
  assert.equal(expected.reason, 'no-credential');
  assert.deepEqual(account.decide({...bare, Any: undefined}, 0), expected);
  const absent = ['Login', 'AccessKeyId', 'Certificate', 'Now', 'Id'];
  for (const value of [undefined, null]) {
    const request = {...bare, ...Object.fromEntries(absent.map((name) => [name, value]))};
    assert.deepEqual(account.decide(request, 0), expected);
    assert.equal(account.askJson('explain', {Request: request, Now: new Date(0)}),
                 account.askJson('explain', {Request: bare, Now: new Date(0)}));
    assert.equal(account.askJson('check', {
      Now: '2030-01-01', MaxAccessKeyExpirationSeconds: value, RequireTrustedEnv: value,
    }), account.askJson('check', {Now: '2030-01-01'}));
  }
  // Zero, false and the empty text are there.
  assert.equal(account.ask('check', {Now: '2030-01-01', RequireTrustedEnv: false})
                   .Judged.RequireTrustedEnv, false);
  assert.match(refusal(() => account.decide({...bare, AccessKeyId: ''}, 0)), /AccessKeyId/);
});

test('a certificate counts, and no CN is not an empty one', () => {
  const with_ = (Certificate) => account.decide({
    ...REQUEST, ClientIp: '198.51.100.7', Certificate,
  }, 0);
  assert.equal(with_({CaIds: ['ca-1'], Cn: 'client.a'}).ruleId, 'règle');
  assert.equal(with_({CaIds: ['other', 'ça'], Cn: 'ü'}).ruleId, 'règle');
  assert.equal(with_({CaIds: ['ca-1'], Cn: 'client.b'}).reason, 'cn-not-allowed');
  for (const Cn of [undefined, null]) {
    assert.equal(with_({CaIds: ['ca-1'], Cn}).reason, 'cn-not-allowed');
  }
  assert.equal(with_({CaIds: ['ca-2']}).reason, 'ca-not-allowed');
  for (const none of [undefined, null, {}, {CaIds: []}, {CaIds: null, Cn: 'client.a'}]) {
    assert.equal(with_(none).reason, 'certificate-missing');
  }
  assert.match(refusal(() => with_({CaIds: ['ca-1'], Cn: ''})),
               /expected a CN or none, got an empty one/);
  assert.match(refusal(() => with_({CaIds: ['']})), /expected CA ids, got an empty one/);
});

test('texts are compared byte for byte', () => {
  const marked = Account.fromAnswers({...ANSWERS, ReadApiAccessRules: {ApiAccessRules: [
    {ApiAccessRuleId: '\ufeffoffice', IpRanges: ['192.0.2.0/24']}]}});
  assert.equal(marked.decide(REQUEST, 0).ruleId, '\ufeffoffice');
  const by = (AccessKeyId) => account.decide({...REQUEST, AccessKeyId}, 0).reason;
  assert.equal(by('clé'), 'rule-matched');
  assert.equal(by('cle\u0301'), 'unknown-access-key');
  assert.equal(by('KEY\0'), 'unknown-access-key');
  assert.equal(by('x'.repeat(100_000)), 'unknown-access-key');
  assert.equal(by('é'.repeat(100_000)), 'unknown-access-key');
  // The text of U+FFFD, which half a character must not become.
  const odd = Account.fromAnswers({...ANSWERS, ReadAccessKeys: {AccessKeys: [
    {AccessKeyId: '\ufffd', State: 'ACTIVE'}]}});
  assert.ok(odd.decide({...REQUEST, AccessKeyId: '\ufffd'}, 0).allowed);
  refusal(() => odd.decide({...REQUEST, AccessKeyId: '\ud800'}, 0));
  refusal(() => odd.decide({...REQUEST, Certificate: {CaIds: ['\udfff']}}, 0));
  refusal(() => odd.decide({...REQUEST, Certificate: {CaIds: [, 'ca-1']}}, 0));
  refusal(() => Account.fromAnswers(ANSWERS, {ordinary: ['api:\ud800']}));
  refusal(() => odd.ask('explain', {Now: '2030-01-01', Request: {...REQUEST, AccessKeyId: '\ud800'}}));
  refusal(() => odd.ask('explain', `{"Now":"2030-01-01","Request":"\ud800"}`));
  refusal(() => Account.fromAnswers({...ANSWERS, ReadAccessKeys:
      '{"AccessKeys":[{"AccessKeyId":"\ud800","State":"ACTIVE"}]}'}));
});

test('a request that is not right is refused in the words of the library', () => {
  for (const [wrong, message] of [
    [{ClientIp: '192.0.2.256'}, /expected .*192\.0\.2\.256/],
    [{ClientIp: undefined}, /ClientIp/],
    [{Service: 7}, /Service: expected a string/],
    [{Method: undefined}, /Method: expected a string/],
    [{Login: 'accesskey'}, /Login: expected AccessKey, Password or null, got `accesskey`/],
    [{Login: 'Password'}, /AccessKeyId: expected it together with Login AccessKey only/],
    [{AccessKeyId: undefined}, /AccessKeyId/],
    [{certificate: {}}, /certificate/],
    [{Certificate: {CaIds: ['ca-1'], CN: 'a'}}, /CN/],
    [{Certificate: {CaIds: 'ca-1'}}, /CaIds/],
    [{Certificate: ['ca-1']}, /Certificate/],
    [{Certificate: 'ca-1'}, /Certificate/],
    [{Id: 7}, /Id/],
  ]) {
    assert.match(refusal(() => account.decide({...REQUEST, ...wrong}, 0)), message);
  }
  for (const none of [undefined, null, 'api', 7, [REQUEST]]) {
    refusal(() => account.decide(none, 0));
  }
});

test('an account that is not right is refused in the words of the library', () => {
  const {ReadCas, ...others} = ANSWERS;
  for (const [wrong, message] of [
    [{ReadApiAccessPolicy: undefined},
     /expected an answer of each of these calls: ReadApiAccessPolicy/],
    [{ReadVms: {}}, /expected the name of a call, .* got `ReadVms`/],
    [{ReadCas: 'no'}, /^ReadCas: /],
    [{ReadCas: ''}, /^ReadCas: /],
    [{ReadCas: '{"Cas":[]}},"ReadUsers":{"Users":[]}'}, /^ReadCas: /],
    [{ReadCas: '{"Cas":[],"Cas":[{"CaId":"ca-1"}]}'}, /expected each key once/],
    [{ReadCas: {Errors: [{Code: '1', Type: 'AccessDenied', Details: ''}]}}, /AccessDenied/],
    [{ReadCas: new Uint8Array([0x22, 0xff, 0x22])}, /^ReadCas: expected UTF-8/],
    [{ReadApiAccessPolicy: '{"MaxAccessKeyExpirationSeconds":9007199254740993,' +
        '"RequireTrustedEnv":false}'}, /got 9007199254740993$/],
    [{ReadApiAccessPolicy: {MaxAccessKeyExpirationSeconds: 2 ** 53, RequireTrustedEnv: false}},
     /^ReadApiAccessPolicy: .*`MaxAccessKeyExpirationSeconds`/],
  ]) {
    assert.match(refusal(() => Account.fromAnswers({...ANSWERS, ...wrong})), message);
  }
  for (const none of [undefined, null, 'ReadCas', 7]) refusal(() => Account.fromAnswers(none));
  refusal(() => new Account(ANSWERS));
  refusal(() => new Account(8));
});

test('answers are objects, texts and bytes', () => {
  const expected = account.askJson('check', {Now: '2030-01-01'});
  for (const form of [
    (answer) => JSON.stringify(answer),
    (answer) => `\ufeff ${JSON.stringify(answer, null, 2)}\n`,
    (answer) => Buffer.from(JSON.stringify(answer)),
  ]) {
    const made = Object.fromEntries(
        Object.entries(ANSWERS).map(([name, answer]) => [name, form(answer)]));
    assert.equal(Account.fromAnswers(made).askJson('check', {Now: '2030-01-01'}), expected);
  }
  const page = (name, more) => ({Users: [{UserName: name}], HasMoreItems: more});
  const [first, last] = [page('a"}', true), page('b\\', false)];
  const judged = [
    [first, last],
    [JSON.stringify(first), Buffer.from(JSON.stringify(last))],
    `${JSON.stringify(first)}\n${JSON.stringify(last)}\n`,
    Buffer.from(JSON.stringify(first) + JSON.stringify(last)),
  ].map((ReadUsers) => Account.fromAnswers({...ANSWERS, ReadUsers})
                           .ask('check', {Now: '2030-01-01'}).Judged);
  for (const each of judged) {
    assert.deepEqual(each.UsersWithoutKeysRead, ['a"}', 'b\\']);
    assert.equal(each.EveryUserListed, true);
  }
});

test('notes are those of the library', () => {
  assert.deepEqual(account.notes, []);
  const [note, ...others] = Account.fromAnswers({
    ...ANSWERS, ReadCas: {Cas: [], More: 1},
  }).notes;
  assert.match(note, /More/);
  assert.deepEqual(others, []);
});

test('declared methods are ordinary', () => {
  const at = {...REQUEST, Method: 'BrandNew', ClientIp: '198.51.100.7'};
  const classOf = (made) => made.ask('explain', {Request: at, Now: '2030-01-01'}).Class;
  assert.equal(classOf(account), 'Unlisted');
  assert.equal(classOf(Account.fromAnswers(ANSWERS, {ordinary: ['api:BrandNew']})), 'Ordinary');
  refusal(() => Account.fromAnswers(ANSWERS, {ordinary: ['api:ReadAccessKeys']}));
  refusal(() => Account.fromAnswers(ANSWERS, {ordinary: ['BrandNew']}));
  refusal(() => Account.fromAnswers(ANSWERS, {Ordinary: ['api:BrandNew']}));
});

test('options that JSON does not have are refused, not left out', () => {
  const check = (more) => account.ask('check', {Now: '2030-01-01', ...more});
  for (const value of [NaN, Infinity, 2 ** 53, 2n ** 53n, () => 1, Symbol('x')]) {
    assert.match(refusal(() => check({MaxAccessKeyExpirationSeconds: value})),
                 /`MaxAccessKeyExpirationSeconds`/);
  }
  refusal(() => check({Now: new Date(NaN)}));
  assert.equal(check({MaxAccessKeyExpirationSeconds: 3600n})
                   .Judged.MaxAccessKeyExpirationSeconds, 3600);
  assert.match(refusal(() => check({Then: 1})), /Then/);
  assert.match(refusal(() => account.ask('check')), /Now/);
  assert.match(refusal(() => account.ask('guess')), /guess/);
  for (const none of [undefined, null, {}]) {
    assert.equal(account.askJson('map', none), account.askJson('map'));
  }
  for (const none of [7, [], '[]', '{']) refusal(() => account.ask('map', none));
});

test('a second account is given as the first one', () => {
  const texts = Object.fromEntries(
      Object.entries(ANSWERS).map(([name, answer]) => [name, JSON.stringify(answer)]));
  for (const After of [ANSWERS, texts]) {
    assert.equal(account.ask('diff', {Now: '2030-01-01', After}).Equal, true);
    assert.match(account.ask('report', {Now: '2030-01-01', Against: After}).Html,
                 /Equal: every request is treated alike/);
  }
  assert.match(refusal(() => account.ask('diff', {Now: '2030-01-01', After: {
    ...texts, ReadCas: '{"Cas":[],"Cas":[]}'}})), /expected each key once/);
});

test('the very text of an answer', () => {
  const options = {Now: '2030-01-01', Request: REQUEST};
  const json = account.askJson('explain', options);
  assert.match(json, /^\{[ -~]*\}$/);
  assert.deepEqual(account.ask('explain', options), JSON.parse(json));
  assert.equal(account.askJson('explain', JSON.stringify(options)), json);
});

const withRule = (id) => Account.fromAnswers({...ANSWERS, ReadApiAccessRules: {
  ApiAccessRules: [{ApiAccessRuleId: id, IpRanges: ['192.0.2.0/24']}]}});

test('an account in the place of one that is freed is another one', () => {
  for (let i = 10; i < 30; ++i) {
    const each = withRule(`rule-${i}`);
    assert.equal(each.decide(REQUEST, 0).ruleId, `rule-${i}`);
    each.free();
  }
});

test('an account that is freed is an error', () => {
  const freed = Account.fromAnswers(ANSWERS);
  const other = Account.fromAnswers(ANSWERS);
  freed.free();
  freed.free();
  const next = withRule('next');
  for (const call of [() => freed.decide(REQUEST, 0), () => freed.ask('map'),
                      () => freed.askJson('map')]) {
    assert.equal(refusal(call), 'expected an account that is not freed');
  }
  assert.deepEqual(freed.notes, []);
  assert.equal(other.decide(REQUEST, 0).ruleId, 'office');
  assert.equal(next.decide(REQUEST, 0).ruleId, 'next');
  if (Symbol.dispose) {
    next[Symbol.dispose]();
    refusal(() => next.decide(REQUEST, 0));
  }
});

// Imports the module once more; `wrap` makes of its exports those that it gets.
let imported = 0;
async function importWrapped(wrap) {
  const {instantiate} = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const {instance: {exports}} = await instantiate(...args);
    return {instance: {exports: wrap(exports)}};
  };
  try {
    return await import(`${url}?${++imported}`);
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

test('what the library gives is freed, once', async () => {
  const held = new Set();
  const take = (pointer) => {
    assert.ok(!held.has(pointer));
    if (pointer !== 0) held.add(pointer);
    return pointer;
  };
  const watched = (exports, name) => {
    const call = exports[name];
    if (typeof call !== 'function') return call;
    if (/free$|unref$/.test(name)) {
      return (pointer) => {
        assert.ok(pointer === 0 || held.delete(pointer), name);
        call(pointer);
      };
    }
    if (name === 'malloc') return (size) => take(call(size));
    if (!/parse|compile|create|ask/.test(name)) return call;
    return (...args) => {
      const error = take(call(...args));
      // Through the last argument comes what is made.
      if (error === 0 && name !== 'aac_parse_address') {
        const out = args.filter((arg) => arg !== undefined).at(-1);
        take(new Uint32Array(exports.memory.buffer)[out / 4]);
      }
      return error;
    };
  };
  const other = await importWrapped((exports) => Object.fromEntries(
      Object.keys(exports).map((name) => [name, watched(exports, name)])));
  const wrong = (call) => assert.throws(call, other.ApiAccessError);
  const once = () => {
    const made = other.Account.fromAnswers(ANSWERS, {ordinary: ['api:BrandNew']});
    const request = {...REQUEST, Certificate: {CaIds: ['ca-1'], Cn: 'client.a'}};
    made.decide(request, '2030-01-01');
    made.ask('map');
    for (const bad of [
      () => made.ask('guess'),
      () => made.decide({...request, ClientIp: 'x'}, 0),
      () => made.decide({...request, AccessKeyId: '\ud800'}, 0),
      () => made.decide({...request, Certificate: {CaIds: ['']}}, 0),
      () => made.decide(request, '2030'),
      () => other.Account.fromAnswers({...ANSWERS, ReadCas: {Cas: [{}]}}),
      () => other.Account.fromAnswers({...ANSWERS, ReadCas: '{'}),
      () => other.Account.fromAnswers(ANSWERS, {ordinary: ['api:ReadAccessKeys']}),
    ]) {
      wrong(bad);
    }
    assert.ok(held.size > 0);
    made.free();
    made.free();
  };
  once();
  const before = held.size;
  for (let i = 0; i < 3; ++i) once();
  assert.equal(held.size, before);
});

test('an account that is forgotten is freed', async () => {
  let freed = 0;
  const other = await importWrapped((exports) => ({
    ...exports,
    aac_evaluator_unref(evaluator) {
      ++freed;
      exports.aac_evaluator_unref(evaluator);
    },
  }));
  (() => other.Account.fromAnswers(ANSWERS))();
  for (let i = 0; i < 100 && freed === 0; ++i) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
  assert.equal(freed, 1);
});

test('memory grows', () => {
  const large = 'x'.repeat(20_000_000);
  const made = Account.fromAnswers({...ANSWERS, ReadApiAccessRules: {ApiAccessRules: [
    {ApiAccessRuleId: 'large', Description: large, IpRanges: ['192.0.2.0/24']}]}});
  assert.equal(made.decide(REQUEST, 0).ruleId, 'large');
  assert.equal(account.decide({...REQUEST, AccessKeyId: large}, 0).reason, 'unknown-access-key');
  assert.equal(account.decide(REQUEST, 0).ruleId, 'office');
  made.free();
});

test('a module that has ended says so ever after', async () => {
  let memory;
  const other = await importWrapped((exports) => {
    ({memory} = exports);
    return exports;
  });
  const made = other.Account.fromAnswers(ANSWERS);
  assert.ok(made.decide(REQUEST, 0).allowed);
  new Uint8Array(memory.buffer).fill(0xff);
  for (const call of [() => made.decide(REQUEST, 0), () => made.ask('map'),
                      () => other.Account.fromAnswers(ANSWERS), () => made.free()]) {
    assert.throws(call, (error) => error instanceof other.ApiAccessError &&
                      /^the library has ended/.test(error.message));
  }
  assert.ok(account.decide(REQUEST, 0).allowed);
});

test('size and speed', (t) => {
  const text = readFileSync(join(pack, 'engine.mjs'), 'latin1');
  const compressed = Buffer.from(text.match(/'([A-Za-z0-9+/=]+)'/)[1], 'base64');
  t.diagnostic(`${gunzipSync(compressed).length} bytes of WebAssembly, ` +
               `${compressed.length} bytes compressed, ${text.length} bytes as a text`);
  assert.ok(text.length < 400_000);
  for (const [what, request] of [
    ['with an access key', REQUEST],
    ['with a certificate', {...REQUEST, Certificate: {CaIds: ['ca-1'], Cn: 'client.a'}}],
  ]) {
    const now = new Date(0);
    const count = 50_000;
    for (let i = 0; i < count; ++i) account.decide(request, now);
    const before = process.cpuUsage().user;
    for (let i = 0; i < count; ++i) account.decide(request, now);
    const nanoseconds = (process.cpuUsage().user - before) * 1000 / count;
    t.diagnostic(`${nanoseconds.toFixed(0)} ns a decision ${what}`);
  }
});
