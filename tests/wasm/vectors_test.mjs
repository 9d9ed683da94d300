// The module answers the conformance vectors as they say and, byte for byte, as the C
// interface does; and the sample accounts as api-access does.
//
// usage: node vectors_test.mjs PACKAGE SOURCE NATIVE API_ACCESS

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';

const [pack, source, native, program] = process.argv.slice(2);
const {Account, ApiAccessError} =
    await import(pathToFileURL(join(pack, 'api-access.mjs')));

// Whoever reads a date in local time is off by hours.
assert.notEqual(new Date(2030, 0, 1).getTimezoneOffset(), 0);

const linesOf = (path) => readFileSync(join(source, path), 'utf8').split('\n')
    .filter((line) => line !== '');
const rowsOf = (name) =>
    linesOf(`tests/vectors/${name}.jsonl`).map((line) => JSON.parse(line));
const accounts = Object.fromEntries(rowsOf('accounts').map((row) => [row.Name, row]));
const opened = {};
const open = (name) => opened[name] ??=
    Account.fromAnswers(accounts[name].Account, {ordinary: accounts[name].Ordinary});

function run(path, args, input) {
  const {status, stdout, stderr} =
      spawnSync(path, args, {input, encoding: 'utf8', maxBuffer: 1 << 30});
  assert.ok([0, 1, 3].includes(status), `${args.join(' ')}: ${stderr}`);
  return stdout;
}

// What a call gives, as the program NATIVE says it.
function outcome(call) {
  try {
    return ['answer', call()];
  } catch (error) {
    assert.ok(error instanceof ApiAccessError, error.stack);
    return ['error', error.message];
  }
}

// Questions that are asked of both.
class Both {
  #got = [];
  #lines = [];

  ask({document, ordinary = [], question, options, whole = true}, call) {
    const got = outcome(call);
    this.#got.push([got, whole]);
    const methods = ordinary.map((method) => {
      const colon = method.indexOf(':');
      return colon < 0 ? [method, ''] : [method.slice(0, colon), method.slice(colon + 1)];
    });
    this.#lines.push(JSON.stringify([document, methods, question, options]));
    return got[0] === 'answer' ? JSON.parse(got[1]) : null;
  }

  compare() {
    const answers = run(native, [], `${this.#lines.join('\n')}\n`).split('\n');
    this.#got.forEach(([got, whole], i) => {
      const expected = JSON.parse(answers[i]);
      const compared = (result) => whole ? result : result[0];
      assert.deepEqual(compared(got), compared(expected), this.#lines[i]);
    });
    return this.#got.length;
  }
}

// As README.md of the vectors says.
function agrees(expected, answer) {
  if (Array.isArray(expected)) {
    return Array.isArray(answer) && answer.length === expected.length &&
        expected.every((item, i) => agrees(item, answer[i]));
  }
  if (expected !== null && typeof expected === 'object') {
    return answer !== null && typeof answer === 'object' &&
        Object.entries(expected).every(
            ([name, value]) => agrees(value, answer[name] ?? null));
  }
  return expected === answer;
}

function assertAgrees(row, answer) {
  assert.ok(agrees(row.Answer, answer),
            `${JSON.stringify(row).slice(0, 2000)}\n  got ${JSON.stringify(answer)}`);
}

// A decision with the names of JSON.
function decided(account, request) {
  const decision = account.decide(request, '2030-01-01');
  return {
    Verdict: decision.allowed ? 'Allow' : 'Deny',
    Reason: decision.reason,
    RuleId: decision.ruleId ?? null,
    ValidUntil: decision.validUntil?.toISOString().replace('Z', '+0000') ?? null,
    ProviderErrorCode: decision.providerErrorCode ?? null,
  };
}

for (const question of
         ['change', 'check', 'diff', 'factors', 'forecast', 'map', 'plan']) {
  test(`vectors of ${question}`, (t) => {
    const both = new Both();
    let exact = 0;
    for (const line of linesOf(`tests/vectors/${question}.jsonl`)) {
      const row = JSON.parse(line);
      let options = {...row.Options};
      if (question === 'diff') options.After = accounts[row.After].Account;
      if (/-?\d{16}/.test(line)) {
        // What JSON.parse has rounded is refused; the very text has it.
        assert.throws(() => open(row.Account).ask(question, options), ApiAccessError);
        options = line.slice(line.indexOf('"Options":') + 10, line.lastIndexOf(',"Answer":'));
        ++exact;
      }
      const {Account: answers, Ordinary} = accounts[row.Account];
      assertAgrees(row, both.ask({
        document: JSON.stringify(answers),
        ordinary: Ordinary,
        question,
        options: typeof options === 'string' ? options : JSON.stringify(options),
      }, () => open(row.Account).askJson(question, options)));
    }
    if (question === 'check') assert.ok(exact > 0);
    t.diagnostic(`${both.compare()} comparisons with the C interface`);
  });
}

test('vectors of decide', (t) => {
  const both = new Both();
  let decisions = 0;
  for (const row of rowsOf('decide')) {
    const account = open(row.Account);
    const line = row.Line ?? JSON.stringify(row.Request);
    const options = `{"Now":"2030-01-01","Request":${line}}`;
    const explained = both.ask({
      document: JSON.stringify(accounts[row.Account].Account),
      ordinary: accounts[row.Account].Ordinary,
      question: 'explain',
      options,
    }, () => account.askJson('explain', options));
    assertAgrees(row, explained && explained.Decision);

    const request = row.Request ?? outcome(() => {
      try {
        return JSON.parse(line);
      } catch {
        throw new ApiAccessError('');
      }
    })[1];
    // JavaScript has no field twice.
    const same = outcome(() => account.ask('explain', {Now: '2030-01-01', Request: request}));
    const got = outcome(() => decided(account, request));
    assert.equal(got[0], same[0], line);
    if (got[0] === 'error') continue;
    const {Verdict, Reason, RuleId, ValidUntil} = same[1].Decision;
    const expected = {Verdict, Reason, RuleId, ValidUntil};
    if (row.Request) expected.ProviderErrorCode = row.ProviderErrorCode ?? null;
    assertAgrees({Answer: expected}, got[1]);
    ++decisions;
  }
  assert.ok(decisions > 2300, decisions);
  t.diagnostic(`${both.compare()} comparisons with the C interface, ` +
               `${decisions} decisions by structs`);
});

test('vectors of texts', () => {
  const {Account: answers} = accounts.empty;
  const value = {
    ip: (text) => {
      open('empty').decide({Service: '', Method: '', ClientIp: text}, 0);
      return value.range(text).split('/')[0];
    },
    range: (text) => {
      const rules = {ApiAccessRules: [{ApiAccessRuleId: 'rule', IpRanges: [text]}]};
      return Account.fromAnswers({...answers, ReadApiAccessRules: rules}).ask('explain', {
        Now: '2030-01-01',
        Request: {Service: '', Method: '', ClientIp: '::'},
      }).Rules[0].IpRanges[0];
    },
    timestamp: (text) => {
      open('empty').decide({Service: '', Method: '', ClientIp: '::'}, text);
      return open('empty').ask('check', {Now: text}).Judged.Now;
    },
    ordinary: (text) => Account.fromAnswers(answers, {ordinary: [text]}) && text,
  };
  for (const row of rowsOf('parse')) {
    const [kind, text] = outcome(() => value[row.Kind](row.Text));
    assertAgrees(row, kind === 'answer' ? {Value: text} : null);
  }
});

test('vectors of folders', (t) => {
  const both = new Both();
  let paged = 0;
  for (const {Files, Options, Answer} of rowsOf('read')) {
    const files = Object.entries(Files).map(([name, text]) => [name.slice(0, -5), text]);
    const texts = files.map(
        ([name, text]) => `${JSON.stringify(name)}:${Array.isArray(text) ? `[${text}]` : text}`);
    const document = `{${texts.join(',')}}`;
    let isJson = true;
    try {
      JSON.parse(document);
    } catch {
      isJson = false;
    }
    const check = (answers) => Account.fromAnswers(answers).askJson('check', Options);
    const answers = Object.fromEntries(files);
    assertAgrees({Answer}, both.ask({
      document,
      question: 'check',
      options: JSON.stringify(Options),
      // Places in malformed text are those of its own.
      whole: isJson,
    }, () => check(answers)));

    const bytes = files.map(([name, text]) => {
      if (!Array.isArray(text)) return [name, Buffer.from(text)];
      ++paged;
      return [name, text.join('\n')];
    });
    assert.deepEqual(outcome(() => check(Object.fromEntries(bytes))),
                     outcome(() => check(answers)));
  }
  assert.ok(paged > 0);
  t.diagnostic(`${both.compare()} comparisons with the C interface`);
});

const NOW = '2030-01-01T00:00:00Z';

// The answers of a folder of examples/accounts, as bytes.
function answersIn(name) {
  const folder = resolve(source, 'examples/accounts', name);
  return Object.fromEntries(
      readdirSync(folder).filter((file) => /^Read.*\.json$/.test(file))
          .map((file) => [file.slice(0, -5), readFileSync(join(folder, file))]));
}

test('sample accounts answer as api-access does', (t) => {
  const changes = (file) => resolve(source, 'examples/changes', file);
  const callers = linesOf('examples/changes/callers.jsonl').map((line) => JSON.parse(line));
  const request = JSON.parse(readFileSync(changes('update_rule.json'), 'utf8'));
  const terraform = JSON.parse(readFileSync(changes('terraform_plan.json'), 'utf8'));
  let compared = 0;
  for (const name of ['blocked', 'eim-users', 'office', 'ready', 'trusted']) {
    const folder = resolve(source, 'examples/accounts', name);
    const account = Account.fromAnswers(answersIn(name));
    const same = (args, json) => {
      const at = [args[0], '--format', 'json', '--account', folder, ...args.slice(1)];
      if (args[0] === 'diff') at.splice(3, 2, '--before', folder);
      assert.equal(`${json}\n`, run(program, at));
      ++compared;
    };
    const now = ['--now', NOW];
    same(['check', ...now], account.askJson('check', {Now: new Date(NOW)}));
    same(['review', ...now], account.askJson('review', {Now: NOW}));
    same(['map'], account.askJson('map'));
    same(['factors', '--client-ip', '192.0.2.7'],
         account.askJson('factors', {ClientIp: '192.0.2.7'}));
    same(['forecast', ...now, '--callers', changes('callers.jsonl')],
         account.askJson('forecast', {Now: NOW, Callers: callers}));
    same(['change', ...now, '--call', 'UpdateApiAccessRule', '--request',
          changes('update_rule.json'), '--callers', changes('callers.jsonl'), '--diff'],
         account.askJson('change', {
           Now: NOW, Call: 'UpdateApiAccessRule', Request: request, Callers: callers,
           Diff: true, NewId: undefined,
         }));
    same(['diff', ...now, '--after', resolve(source, 'examples/accounts/office')],
         account.askJson('diff', {Now: NOW, After: answersIn('office')}));
    const plan = outcome(() => account.askJson('plan', {Now: NOW, Terraform: terraform}));
    const planned = spawnSync(
        program, ['plan', '--format', 'json', '--account', folder, ...now, '--terraform',
                  changes('terraform_plan.json')], {encoding: 'utf8'});
    if (planned.status === 2) {
      assert.equal(plan[0], 'error');
    } else {
      assert.equal(`${plan[1]}\n`, planned.stdout);
    }
    ++compared;
    if (name === 'office') continue;
    const lines = linesOf(`examples/accounts/${name}/requests.jsonl`);
    const explained = run(program, ['explain', '--format', 'json', '--account', folder, ...now],
                          `${lines.join('\n')}\n`).split('\n');
    const asked = run(program, ['decide', '--account', folder, ...now],
                      `${lines.join('\n')}\n`).split('\n');
    lines.forEach((line, i) => {
      const options = `{"Now":"${NOW}","Request":${line}}`;
      const [kind, json] = outcome(() => account.askJson('explain', options));
      const {Error: refused, ...answer} = JSON.parse(asked[i]);
      assert.equal(kind, refused === undefined ? 'answer' : 'error', line);
      if (kind === 'error') return;
      assert.equal(json, explained[i]);
      const {ProviderErrorCode, ...decision} = decided(account, JSON.parse(line));
      assertAgrees({Answer: decision}, answer);
      compared += 2;
    });
  }
  assert.ok(compared > 80, compared);
  t.diagnostic(`${compared} comparisons with api-access`);
});
