// The page of examples/browser/page, from a file and without network: it says what
// `api-access` says, by keys alone as well, and sends, runs and gives away nothing.
//
// usage: node access_page_test.mjs CHROMIUM API_ACCESS SOURCE PAGE FOLDER
//
// Writes pictures of it into FOLDER.

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import * as fs from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';

import {writeAccount, writeHostile, writeLarge} from './accounts.mjs';
import {faultsOf, messageFaults, requestFaults} from './checks.mjs';
import {commandOf} from './command.mjs';
import {Browser} from './driver.mjs';

const [chromium, program, source, file, output] = process.argv.slice(2);
const {run, runWith, json, jsonWith} = commandOf(program);
const NOW = '2030-01-01T00:00:00Z';

const folder = fs.mkdtempSync(join(tmpdir(), 'page_'));
fs.mkdirSync(output, {recursive: true});
const browser = new Browser(chromium);
test.after(async () => {
  await browser.close();
  fs.rmSync(folder, {recursive: true});
});
writeHostile(join(folder, 'hostile'));
writeHostile(join(folder, 'harmless'), {harmless: true});
writeLarge(join(folder, 'large'));

const made = (name) => join(folder, name);
const sample = (name) => resolve(source, 'examples/accounts', name);
const inChanges = (name) => resolve(source, 'examples/changes', name);
const SAMPLES = ['blocked', 'eim-users', 'office', 'ready', 'trusted'];
const read = (path) => JSON.parse(fs.readFileSync(path));
const linesOf = (path) => fs.readFileSync(path, 'utf8').trim().split('\n').map(
    (line) => JSON.parse(line));
const write = (name, text) => {
  fs.writeFileSync(made(name), text);
  return made(name);
};

const link = (fields) => `#${new URLSearchParams({Now: NOW, ...fields})}`;
const open = (fragment = link({}), of = browser) =>
    of.open(pathToFileURL(file).href + fragment);

// Nothing runs that was asked for.
const isSettled = () => document.getElementById('page-progress').hidden;

async function openAccount(page, account) {
  await page.chooseFiles('#page-folder', [account]);
  await page.waitFor(() => document.querySelector('#page-report section') &&
                         document.getElementById('page-progress').hidden);
}

// Sets fields of the page as a reader does, by their ids without `page-`.
const set = (page, fields) => page.evaluate((fields) => {
  for (const [id, value] of Object.entries(fields)) {
    const field = document.getElementById(`page-${id}`);
    if (field.type === 'checkbox') field.checked = value; else field.value = value;
    field.dispatchEvent(new Event('input', {bubbles: true}));
  }
}, fields);
const click = (page, selector) => page.evaluate(
    (selector) => document.querySelector(selector).click(), selector);

// Puts a change into its form and tries it.
async function tryCall(page, call, request) {
  await set(page, {call});
  for (const [name, value] of Object.entries(request)) {
    await set(page, {
      [`of-${name}`]: Array.isArray(value) ? value.join('\n') : String(value),
    });
  }
  await click(page, '#page-call-form button');
  await page.waitFor(isSettled);
}

// The rows of the table whose caption begins so, as texts by the heads.
const rowsOf = (page, place, caption) => page.evaluate((place, caption) => {
  const found = [...document.querySelectorAll(`#page-${place} table`)].find(
      (table) => table.caption.textContent.startsWith(caption));
  if (!found) return [];
  const heads = [...found.tHead.rows[0].cells].map((cell) => cell.textContent);
  return [...found.tBodies[0].rows].map((row) => Object.fromEntries(
      [...row.cells].map((cell, i) => [heads[i], cell.textContent])));
}, place, caption);
const textOf = (page, selector) => page.evaluate(
    (selector) => document.querySelector(selector)?.innerText ?? null, selector);

// As the library shows an id.
function shownId(id) {
  const bytes = Buffer.from(id);
  const shown = Array.from(bytes.subarray(0, 64), (byte) =>
      byte < 0x20 || byte > 0x7e || byte === 0x60 || byte === 0x5c ?
          `\\x${byte.toString(16).padStart(2, '0')}` :
          String.fromCharCode(byte)).join('');
  return bytes.length > 64 ? `${shown}... (${bytes.length} bytes)` : shown;
}

const VIEWS = [360, 800, 1400].flatMap(
    (width) => ['light', 'dark'].map((scheme) => ({width, scheme})));
async function checkViews(page, name) {
  for (const view of VIEWS) {
    await page.view(view);
    if (view.width !== 800) {
      await page.screenshot(
          join(output, `${name}-${view.width}-${view.scheme}.png`), {whole: true});
    }
    assert.deepEqual(
        await faultsOf(page, {marks: 'rect.mark'}), [], `${view.width} ${view.scheme}`);
  }
  await page.view();
}

// Whatever was done, a page asks for nothing and has no error.
async function close(page) {
  assert.deepEqual([...requestFaults(page), ...messageFaults(page)], []);
  await page.close();
}

// The elements of a page, but for the ids that it offers: those that are plain.
const skeleton = () => [...document.querySelectorAll(':not(datalist > option)')].map(
    (element) => [element.localName, ...element.getAttributeNames()].join(' '));

let compared = 0;
function compare(shown, expected, what) {
  assert.deepEqual(shown, expected, what);
  compared += Array.isArray(expected) ? expected.length : 1;
}

test('is one small file whose policy forbids every request', async () => {
  const text = fs.readFileSync(file, 'utf8');
  console.log(`${text.length} bytes of ${file}`);
  assert.ok(text.length <= 600_000);
  const hashOf = (part) =>
      `'sha256-${createHash('sha256').update(part).digest('base64')}'`;
  const contents = (pattern) =>
      Array.from(text.matchAll(pattern), ([, part]) => part);
  const scripts = contents(/<script type="module">([^]*?)<\/script>/g);
  assert.equal(scripts.length, 1);
  const policy = new Map(
      /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(text)[1]
          .split('; ').map((directive) => {
            const [name, ...sources] = directive.split(' ');
            return [name, sources];
          }));
  const styles = policy.get('style-src');
  for (const style of contents(/<style>([^]*?)<\/style>/g)) {
    assert.ok(styles.includes(hashOf(style)));
  }
  assert.ok(styles.every((style) => style.startsWith(`'sha256-`)));
  policy.delete('style-src');
  compare([...policy], [
    ['default-src', [`'none'`]],
    ['script-src', [hashOf(scripts[0]), `'wasm-unsafe-eval'`]],
    ['worker-src', ['blob:']],
    ['base-uri', [`'none'`]],
    ['form-action', [`'none'`]],
  ]);
});

test('is ready soon after it is loaded', async () => {
  const page = await open();
  console.log(`ready ${await page.evaluate(() => {
    const [{domContentLoadedEventEnd: ready, startTime: start}] =
        performance.getEntriesByType('navigation');
    return Math.round(ready - start);
  })} ms after navigation`);
  assert.equal(await textOf(page, '#page-status'), 'No account is open.');
  await checkViews(page, 'empty');
  await close(page);
});

test('refuses what the policy forbids, wherever it comes from', async () => {
  const page = await open();
  await page.evaluate(async () => {
    await fetch('https://example.org/').catch(() => {});
    new Image().src = 'https://example.org/';
    const add = (name, fields) =>
        document.body.append(Object.assign(document.createElement(name), fields));
    add('script', {text: 'hostile()'});
    add('iframe', {src: 'https://example.org/'});
  });
  assert.ok(messageFaults(page).length >= 4);
  assert.ok(messageFaults(page).every((fault) => /Content Security Policy/.test(fault)));
  await page.close();
});

for (const name of SAMPLES) {
  test(`${name}: shows the report`, async () => {
    const page = await open();
    const callers = inChanges('callers.jsonl');
    await openAccount(page, sample(name));
    await page.chooseFiles('#page-callers-file', [callers]);
    await page.waitFor(() => document.querySelector('#page-report #callers') &&
                           document.getElementById('page-progress').hidden);
    const report = run(
        'report', '--account', sample(name), '--callers', callers, '--now', NOW);
    const ids = await page.evaluate((report) => {
      const expected =
          new DOMParser().parseFromString(report, 'application/xhtml+xml');
      const shown = document.querySelectorAll('#page-first > *, #page-report > *');
      return [...expected.querySelectorAll('main > section')].map(
          (section, i) => section.isEqualNode(shown[i]) ? 'same' : section.id);
    }, report);
    assert.ok(ids.length >= 9);
    compare(ids, ids.map(() => 'same'));
    await close(page);
  });
}

for (const name of SAMPLES) {
  if (!fs.existsSync(join(sample(name), 'requests.jsonl'))) continue;
  test(`${name}: explains requests`, async () => {
    const page = await open();
    await openAccount(page, sample(name));
    for (const request of linesOf(join(sample(name), 'requests.jsonl'))) {
      const {Certificate: certificate, Now: now = NOW} = request;
      await set(page, {
        service: request.Service, method: request.Method, ip: request.ClientIp,
        login: request.Login ?? '', key: request.AccessKeyId ?? '',
        cas: (certificate?.CaIds ?? []).join(' '), cn: certificate?.Cn ?? '', now,
      });
      await page.waitFor(isSettled);
      const expected = jsonWith(
          JSON.stringify(request), 'explain', '--account', sample(name), '--now', now);
      await checkExplanation(page, expected);
    }
    await close(page);
  });
}

async function checkExplanation(page, expected) {
  const shown = await page.evaluate(() => {
    const view = document.getElementById('page-explanation');
    const facts = [...view.querySelectorAll('dd')].map(
        (fact) => [fact.dataset.field, fact.textContent]);
    return {
      verdict: view.dataset.verdict,
      said: view.querySelector('.verdict').textContent,
      facts: Object.fromEntries(facts),
      remedies: [...view.querySelectorAll('li:has(button)')].map(
          (remedy) => remedy.firstChild.textContent.trim()),
    };
  });
  const {Decision: decision} = expected;
  const alternatives = expected.Required.map((factors) => factors.join('+') || 'none');
  compare(shown, {
    verdict: expected.Verdict,
    said: `${decision.Verdict} ${decision.Reason}` +
        (decision.RuleId === null ? '' : `, by rule ${shownId(decision.RuleId)}`) +
        (decision.ValidUntil === null ? '' : `, until ${decision.ValidUntil}`),
    facts: {
      Class: expected.Class,
      Login: `${expected.Login.Kind}, ${expected.Login.Usable ? '' : 'not '}usable`,
      'Trusted session': expected.TrustedSession ? 'activated' : 'deactivated',
      Required: alternatives.join(' or ') || 'nothing is enough from this address',
      ...decision.MissingFactors.length > 0 &&
          {Missing: decision.MissingFactors.join(', ')},
    },
    remedies: expected.Remedies.map(({Text}) => Text),
  });
  const rows = await rowsOf(page, 'explanation', 'What each');
  const by = (state, item) => item === null ? state : `${state} by ${shownId(item)}`;
  const rules = expected.Rules.map((rule) => [
    shownId(rule.RuleId), by(rule.IpRange, rule.By.IpRange), by(rule.Ca, rule.By.CaId),
    by(rule.Cn, rule.By.Cn),
  ].join(' | ')).sort();
  const shownRules =
      rows.map((row) => [row.Rule, row.Address, row.CA, row.CN].join(' | '));
  compare(shownRules.sort(), rules);
}

const CHANGES = [
  ['office', 'UpdateApiAccessRule', read(inChanges('update_rule.json'))],
  ['office', 'DeleteApiAccessRule',
   {ApiAccessRuleId: 'aar-00000000000000000000000000000001'}],
  ['office', 'DeleteApiAccessRule', {ApiAccessRuleId: 'aar-missing'}],
  ['office', 'CreateApiAccessRule',
   {IpRanges: ['203.0.113.0/24', '2001:db8::/32'], Cns: ['a b']}],
  ['office', 'UpdateApiAccessPolicy',
   {MaxAccessKeyExpirationSeconds: 86400, RequireTrustedEnv: true}],
  ['trusted', 'UpdateAccessKey',
   {AccessKeyId: 'ROOTKEY0000000000001', State: 'INACTIVE'}],
  ['trusted', 'DeleteCa', {CaId: 'ca-fedcba0987654321fedcba0987654321'}],
  ['eim-users', 'CreateAccessKey', {UserName: 'alice', ExpirationDate: '2030-02-01'}],
];

test('tells what changes do', async () => {
  for (const [name, call, request] of CHANGES) {
    const page = await open();
    await openAccount(page, sample(name));
    const callers = inChanges('callers.jsonl');
    await page.chooseFiles('#page-callers-file', [callers]);
    await page.waitFor(() => document.querySelector('#page-callers table') &&
                           document.getElementById('page-progress').hidden);
    await tryCall(page, call, request);
    const expected = jsonWith(
        JSON.stringify(request), 'change', '--account', sample(name), '--now', NOW,
        '--callers', callers, '--diff', '--call', call, '--request', '-');
    await checkStep(page, expected);
    await checkDifference(page, expected.Difference);
    await close(page);
  }
});

async function checkStep(page, expected) {
  const shown = await page.evaluate(() => {
    const view = document.getElementById('page-effect');
    return {
      accepted: view.querySelector('[data-accepted]')?.dataset.accepted,
      lockOut: view.querySelector('[data-lock-out]')?.dataset.lockOut ?? 'NotAssessed',
      refusals: [...view.querySelectorAll('li')].map((item) => item.textContent),
      undo: view.querySelector('pre')?.textContent.split('\n').map((line) => {
        const [, call, request] = /^octl iaas api (\w+) --payload '(.*)'$/.exec(line);
        return {Call: call, Request: JSON.parse(request)};
      }) ?? [],
      isFinal: /No call takes it back\./.test(view.textContent),
    };
  });
  compare(shown, {
    isFinal: expected.Accepted && expected.Undo.length === 0,
    accepted: String(expected.Accepted),
    lockOut: expected.LockOut,
    refusals: expected.Refusals.map(
        ({Code, Message, ProviderCode}) => `${Code}: ${Message}` +
            (ProviderCode === null ? '' : ` (the provider's error ${ProviderCode})`)),
    undo: expected.Undo,
  });
  const rows = await rowsOf(page, 'effect', 'What those you rely on');
  compare(rows.map((row) => [row.Caller, /^(yes|from now on)/.test(row['Can manage']),
                             row.Loses === 'nothing', row.Gains === 'nothing']),
          expected.Callers.map((caller) => [caller.Name, caller.CanManageAfter,
                                            caller.Lost.length === 0,
                                            caller.Gained.length === 0]));
}

async function checkDifference(page, expected) {
  const {Regions: regions = [], Keys: keys = []} = expected ?? {};
  const rows = await rowsOf(page, 'effect', 'Exactly what');
  const folded = (items) => items.slice(0, 3).join(', ') +
      (items.length > 3 ? ` and ${items.length - 3} more` : '');
  compare(rows.map((row) => [row.Kind, row.Addresses]),
          regions.map(({Kind, Ranges}) => [Kind, folded(Ranges)]));
  // Every login, service and class of a region is in its cell.
  rows.forEach((row, i) => {
    const parts = row['Who may call what'].split('; ').flatMap((part) => {
      const [logins, kinds] = part.includes(': ') ? part.split(': ') : [null, part];
      return [{logins, kinds}];
    });
    let logins;
    const said = parts.flatMap((part) => {
      logins = part.logins ?? logins;
      const [, name, services] = /^(\w+) of (.*)$/.exec(part.kinds);
      return logins.split(', ').flatMap((login) => services.split(', ').map(
          (service) => `${service} ${name} ${login}`));
    });
    compare(said.sort(), regions[i].Requests.map(
        ({Service, Class, Login}) => `${Service} ${Class} ${Login}`).sort());
  });
  const keyRows = await rowsOf(page, 'effect', 'Access keys that differ');
  compare(keyRows.map((row) => [row['Access key'], row.Kind]),
          keys.map(({AccessKeyId, Kind}) => [AccessKeyId, Kind]));
}

test('has a form for each call and its parameters', async () => {
  const page = await open();
  const calls = await page.evaluate(
      () => [...document.getElementById('page-call').options].map(({value}) => value));
  compare(calls.length, 11);
  for (const call of calls.slice(0, 10)) {
    await set(page, {call});
    const shown = await page.evaluate(() => [
      ...document.querySelectorAll('#page-parameters label'),
    ].map((label) => label.textContent));
    let names;
    assert.throws(
        () => runWith('{"No":1}', 'change', '--account', sample('office'), '--call', call,
                      '--request', '-'),
        ({message}) => {
          names = /expected only the fields (.*), got `No`/.exec(message)[1].split(', ');
          return true;
        });
    compare(shown.sort(), names.filter((name) => name !== 'DryRun').sort(), call);
  }
  await close(page);
});

test('shows a lock-out and the plan that activates a session', async () => {
  const page = await open();
  await openAccount(page, sample('office'));
  await set(page, {
    method: 'ReadVms', ip: '192.0.2.7', key: 'ROOTKEY0000000000001',
    cas: 'ca-fedcba0987654321fedcba0987654321', caller: 'admin',
  });
  await click(page, '#page-add-caller');
  await tryCall(page, 'UpdateApiAccessRule', {
    ApiAccessRuleId: 'aar-00000000000000000000000000000001', IpRanges: ['10.0.0.0/8'],
  });
  assert.equal(await textOf(page, '#page-effect [data-lock-out=LockedOut] strong'),
               'LOCK-OUT: nobody named can manage access afterwards.');
  await checkViews(page, 'lock-out');
  // It is that of what is shown above it.
  await set(page, {'of-IpRanges': '192.0.2.0/24'});
  assert.equal(await textOf(page, '#page-effect'), '');
  // Nor does an answer come that was asked for before.
  await page.evaluate(() => {
    document.querySelector('#page-call-form button').click();
    document.getElementById('page-of-IpRanges').dispatchEvent(
        new Event('input', {bubbles: true}));
  });
  await page.waitFor(isSettled);
  assert.equal(await textOf(page, '#page-effect'), '');
  await tryCall(page, 'Activate a trusted session', {
    MaxAccessKeyExpirationSeconds: 86400, CaId: 'ca-fedcba0987654321fedcba0987654321',
  });
  const expected = json(
      'plan', '--account', sample('office'), '--now', NOW, '--activate',
      '--max-access-key-expiration-seconds', '86400', '--ca',
      'ca-fedcba0987654321fedcba0987654321');
  assert.ok(expected.Steps.length > 0);
  const heads = await page.evaluate(() => Array.from(
      document.querySelectorAll('#page-effect h3'), (head) => head.textContent));
  compare(heads, expected.Steps.map(({Call}, i) => `Step ${i + 1}: ${Call}`));
  await close(page);
});

test('takes what is dropped: a folder, callers and a Terraform plan', async () => {
  const page = await open();
  await page.dropFiles([sample('office')]);
  await page.waitFor(() => document.querySelector('#page-report section'));
  compare((await rowsOf(page, 'answers', 'Answers')).map((row) => row.Answer),
          ['read', 'read', 'read', 'read', 'read', 'read of 1 user']);
  await page.dropFiles([inChanges('callers.jsonl'), inChanges('terraform_plan.json')]);
  await page.waitFor(() => document.querySelector('#page-effect h3'));
  const expected = json(
      'plan', '--account', sample('office'), '--now', NOW, '--diff', '--callers',
      inChanges('callers.jsonl'), '--terraform', inChanges('terraform_plan.json'));
  compare(await textOf(page, '#page-effect h3 ~ pre'),
          JSON.stringify(expected.Steps[0].Request));
  await checkDifference(page, expected.Difference);
  compare(await page.evaluate(() => document.querySelector(
              '#page-effect [data-lock-out]').dataset.lockOut), expected.LockOut);
  assert.deepEqual(await faultsOf(page, {marks: 'rect.mark'}), []);
  await close(page);
});

test('names what is missing, and judges nothing then', async () => {
  const page = await open();
  await page.chooseFiles(
      '#page-files', [join(sample('office'), 'ReadApiAccessRules.json')]);
  await page.waitFor(() => document.querySelector('#page-answers .error'));
  compare((await rowsOf(page, 'answers', 'Answers')).map((row) => row.Answer), [
    'missing, and required', 'read', 'missing, and required',
    'missing: users without an answer of their own are not known',
    'missing: the CAs are not known', 'none',
  ]);
  assert.match(await textOf(page, '#page-answers .error'),
               /ReadAccessKeys.*ReadApiAccessPolicy/);
  assert.equal(await page.evaluate(() => document.querySelector('#first')), null);
  await set(page, {method: 'ReadVms', ip: '192.0.2.7'});
  assert.equal(await textOf(page, '#page-explanation'), 'Open an account first.');
  assert.deepEqual(await faultsOf(page), []);
  await close(page);
});

test('is used by keys alone', async () => {
  const page = await open();
  const active = () => page.evaluate(() => document.activeElement.id);
  const seen = new Set();
  const goTo = async (id) => {
    for (let i = 0; i < 500; ++i) {
      const now = await active();
      seen.add(now);
      if (now === `page-${id}`) return;
      await page.press('Tab');
    }
    throw new Error(`${id} is not reached by the key Tab`);
  };
  await goTo('folder');
  await page.chooseFilesByKey(' ', [sample('office')]);
  await page.waitFor(() => document.querySelector('#page-report section'));
  await goTo('method');
  await page.type('ReadAccessKeys');
  await goTo('ip');
  await page.type('192.0.2.7');
  await goTo('key');
  await page.type('ROOTKEY0000000000001');
  await page.waitFor(() => document.getElementById('page-explanation').dataset.verdict);
  const request = JSON.stringify({
    Service: 'api', Method: 'ReadAccessKeys', ClientIp: '192.0.2.7', Login: 'AccessKey',
    AccessKeyId: 'ROOTKEY0000000000001',
  });
  await page.waitFor(isSettled);
  await checkExplanation(
      page, jsonWith(request, 'explain', '--account', sample('office'), '--now', NOW));
  await goTo('caller');
  await page.type('office');
  await goTo('add-caller');
  await page.press('Enter');
  await page.waitFor(() => document.querySelector('#page-callers button'));
  await goTo('call');
  await page.type('DeleteApiAccessRule');
  await goTo('of-ApiAccessRuleId');
  compare(await page.evaluate(() => Array.from(
              document.activeElement.list.options, ({value}) => value)),
          read(join(sample('office'), 'ReadApiAccessRules.json'))
              .ApiAccessRules.map(({ApiAccessRuleId}) => ApiAccessRuleId));
  await page.type('aar-00000000000000000000000000000001');
  await page.press('Enter');
  await page.waitFor(() => document.querySelector('#page-effect [data-lock-out]'));
  await goTo('plan');
  // Nothing that a pointer reaches is left out.
  const all = await page.evaluate(() => [...document.querySelectorAll(
      'main :is(input, select, textarea, a[href])')].map(({id}) => id));
  await goTo('folder');
  compare(all.filter((id) => !seen.has(id)), []);
  await close(page);
});

test('texts of strangers add no element and no attribute', async () => {
  const skeletons = [];
  const hostile = linesOf(join(made('hostile'), 'callers.jsonl'));
  for (const name of ['hostile', 'harmless']) {
    const page = await open();
    await openAccount(page, join(made(name), 'account'));
    await page.chooseFiles('#page-callers-file', [join(made(name), 'callers.jsonl')]);
    await page.waitFor(() => document.querySelector('#page-callers table') &&
                           document.getElementById('page-progress').hidden);
    const callers = linesOf(join(made(name), 'callers.jsonl'));
    const {ApiAccessRules: rules} =
        read(join(made(name), 'account/ReadApiAccessRules.json'));
    const seen = [];
    for (const [i, {AccessKeyId, ClientIp, Certificate}] of callers.entries()) {
      // A field has no line break, and blanks divide ids.
      const [, tail] = /^KEY-\d\d-(.*)$/s.exec(hostile[i].AccessKeyId);
      if (/[\r\n]/.test(tail)) continue;
      await set(page, {
        service: AccessKeyId, method: AccessKeyId, ip: ClientIp, key: AccessKeyId,
        cas: /\s/.test(tail) ? 'ca' : Certificate.CaIds[0], cn: Certificate.Cn,
      });
      await page.waitFor(isSettled);
      seen.push(await page.evaluate(skeleton));
      const {ApiAccessRuleId} = rules[i];
      await tryCall(page, 'DeleteApiAccessRule', {ApiAccessRuleId});
      seen.push(await page.evaluate(skeleton));
      await tryCall(page, 'UpdateApiAccessRule', {
        ApiAccessRuleId, Cns: [AccessKeyId], Description: AccessKeyId,
      });
      seen.push(await page.evaluate(skeleton));
    }
    if (name === 'hostile') await checkViews(page, 'hostile');
    skeletons.push(seen);
    await close(page);
  }
  assert.ok(skeletons[0].every((list) => list.length > 500));
  skeletons[0].forEach((list, i) => compare(list, skeletons[1][i], `elements ${i}`));
});

test('shows ids as the library does', async () => {
  const page = await open();
  await openAccount(page, join(made('hostile'), 'account'));
  const {ApiAccessRules: rules} =
      read(join(made('hostile'), 'account/ReadApiAccessRules.json'));
  await set(page, {method: 'ReadVms', ip: '192.0.2.7', login: ''});
  await page.waitFor(isSettled);
  const rows = await rowsOf(page, 'explanation', 'What each');
  compare(rows.map((row) => row.Rule).sort(),
          rules.map(({ApiAccessRuleId}) => shownId(ApiAccessRuleId)).sort());
  await close(page);
});

test('names of files, notes and plans are texts as well', async () => {
  const name = `"><img src=x onerror=hostile()>'&\u202e`;
  const page = await open();
  fs.mkdirSync(made('others'));
  for (const other of [`${name}.txt`, `${name} 2.txt`]) {
    fs.writeFileSync(join(made('others'), other), '');
  }
  await page.chooseFiles('#page-folder', [made('others')]);
  await page.waitFor(() => /^Nothing was opened/.test(
      document.getElementById('page-status').textContent));
  assert.ok((await textOf(page, '#page-status')).includes(shownId(`${name}.txt`)));

  fs.cpSync(sample('office'), made('noted-hostile'), {recursive: true});
  const keys = join(made('noted-hostile'), 'ReadAccessKeys.json');
  const answer = read(keys);
  answer.AccessKeys[0][name] = name;
  fs.writeFileSync(keys, JSON.stringify(answer));
  await openAccount(page, made('noted-hostile'));
  assert.match(await textOf(page, '#page-answers ul'), /<img src=x onerror=hostile\(\)>/);

  const plan = read(inChanges('terraform_plan.json'));
  for (const part of [plan.planned_values.root_module.resources, plan.resource_changes,
                      plan.configuration.root_module.resources]) {
    part[0].address = `outscale_api_access_rule.${name}`;
    part[0].name = name;
  }
  await page.chooseFiles('#page-plan', [write(`${name}.json`, JSON.stringify(plan))]);
  await page.waitFor(() => document.querySelector('#page-effect p') &&
                         document.getElementById('page-progress').hidden);
  assert.ok((await textOf(page, '#page-effect')).includes('<img src=x'));
  assert.equal(await page.evaluate(() => document.images.length), 0);
  assert.deepEqual(await faultsOf(page, {marks: 'rect.mark'}), []);
  await close(page);
});

test('a link has the question and nothing of the account', async () => {
  const page = await open();
  await openAccount(page, sample('office'));
  const typed = {
    service: 'api', method: 'ReadVms', ip: '198.51.100.7', login: 'AccessKey',
    key: 'TYPEDKEY', cas: 'ca-typed ca-other', cn: 'typed & more #1', now: '2030-01-03',
    caller: 'somebody',
  };
  await set(page, typed);
  await click(page, '#page-add-caller');
  await tryCall(page, 'UpdateApiAccessRule', {
    ApiAccessRuleId: 'aar-typed',
    IpRanges: ['10.0.0.0/8', '192.0.2.0/24'],
    Description: '',
  });
  const href = await page.evaluate(() => document.getElementById('page-link').href);
  const shared = decodeURIComponent(href.slice(href.indexOf('#')));
  for (const name of fs.readdirSync(sample('office'))) {
    const ids = fs.readFileSync(join(sample('office'), name), 'utf8').match(
        /(?<=Id(?:entifier)?s?": "|UserName": "|Description": ")[^"]+/g) ?? [];
    for (const id of ids) assert.ok(!shared.includes(id), `${id} of ${name}`);
    compared += ids.length;
  }
  // What is pasted for a certificate may be a secret.
  await tryCall(page, 'CreateCa', {CaPem: 'SECRETPEM', Description: 'typed'});
  const later = await page.evaluate(() => document.getElementById('page-link').href);
  assert.ok(later.includes('Call=CreateCa') && !later.includes('SECRETPEM'));
  await close(page);

  const other = await browser.open(href);
  const fields = await other.evaluate(() => Object.fromEntries(Array.from(
      document.querySelectorAll('input:not([type=file]), select, textarea'),
      ({id, type, checked, value}) =>
          [id.slice('page-'.length), type === 'checkbox' ? checked : value])));
  compare(fields, {
    ...typed, caller: '', call: 'UpdateApiAccessRule',
    'of-ApiAccessRuleId': 'aar-typed', 'of-IpRanges': '10.0.0.0/8\n192.0.2.0/24',
    'of-CaIds': '', 'of-Cns': '', 'of-Description': '',
    'send-IpRanges': true, 'send-CaIds': false, 'send-Cns': false,
    'send-Description': true,
  });
  await close(other);
});

test('an answer to an earlier question is marked until the next one comes', async () => {
  const page = await open();
  await openAccount(page, sample('office'));
  await set(page, {method: 'ReadVms', ip: '192.0.2.7', key: 'K'});
  await page.waitFor(isSettled);
  const marked = () => ['explanation', 'first', 'report'].map(
      (place) => document.getElementById(`page-${place}`).getAttribute('aria-busy'));
  assert.deepEqual(await page.evaluate(marked), [null, null, null]);
  // No answer can come between what is typed and what is looked at.
  assert.deepEqual(await page.evaluate(() => {
    const now = document.getElementById('page-now');
    now.value = '2030-01-02';
    now.dispatchEvent(new Event('input', {bubbles: true}));
    return ['explanation', 'first', 'report'].map(
        (place) => document.getElementById(`page-${place}`).getAttribute('aria-busy'));
  }), ['true', 'true', 'true']);
  await page.waitFor(isSettled);
  assert.deepEqual(await page.evaluate(marked), [null, null, null]);
  await close(page);
});

test('callers that the library refuses, or that are not whole, are said so', async () => {
  const page = await open();
  await openAccount(page, sample('office'));
  const sections = () => page.evaluate(
      () => document.querySelectorAll('#page-report section').length);
  const shown = await sections();
  const refusal = () => textOf(page, '#page-caller-error');
  await set(page, {caller: '', ip: '192.0.2.7', key: 'K'});
  await click(page, '#page-add-caller');
  assert.match(await refusal(), /^expected a name$/);
  await set(page, {caller: 'somebody', ip: ''});
  await click(page, '#page-add-caller');
  assert.match(await refusal(), /^expected the address of the client/);
  await set(page, {ip: '192.0.2.7', key: ''});
  await click(page, '#page-add-caller');
  assert.match(await refusal(), /^expected the id of the access key/);
  await set(page, {key: 'K'});
  await click(page, '#page-add-caller');
  assert.equal(await refusal(), '');
  await set(page, {caller: 'somebody'});
  await click(page, '#page-add-caller');
  assert.match(await refusal(), /^expected another name$/);
  await page.waitFor(isSettled);
  // With one more section, that of callers.
  assert.equal(await sections(), shown + 1);
  // JavaScript would take the last of two addresses.
  await page.chooseFiles('#page-callers-file', [write(
      'twice.jsonl', '{"Name":"a","ClientIp":"192.0.2.7","ClientIp":"10.0.0.1"}\n')]);
  await page.waitFor(() => document.querySelector('#page-report .error') ||
                         document.querySelector('#page-first .error'));
  assert.match(await textOf(page, '#page-first'), /once|twice/);
  await close(page);
});

// Who hears of a plan hears first that it stops.
test('says first that a step of a plan is refused', async () => {
  const page = await open();
  await openAccount(page, sample('ready'));
  const plan = inChanges('terraform_plan.json');
  await page.chooseFiles('#page-plan', [plan]);
  await page.waitFor(() => document.querySelector('#page-effect [data-accepted]') &&
                         document.getElementById('page-progress').hidden);
  const {Steps: steps} = json(
      'plan', '--account', sample('ready'), '--now', NOW, '--terraform', plan);
  assert.equal(steps.findIndex(({Accepted}) => !Accepted), 0);
  assert.match(await textOf(page, '#page-effect [role=status]'),
               /^Refused at step 1\. .* was not tried/);
  await close(page);
});

test('an account that is opened later is judged at a later now', async () => {
  const page = await open('');
  const now = () => page.evaluate(() => document.getElementById('page-now').value);
  const loaded = await now();
  await page.evaluate(() => {
    const real = Date;
    globalThis.Date = class extends real {
      constructor(...of) {
        super(...of.length > 0 ? of : [real.now() + 86_400_000]);
      }
    };
  });
  await openAccount(page, sample('office'));
  assert.ok(new Date(await now()) - new Date(loaded) >= 86_400_000);
  await set(page, {now: '2030-01-03'});
  await openAccount(page, sample('office'));
  assert.equal(await now(), '2030-01-03');
  await close(page);
});

test('a hostile link is harmless', async () => {
  const plain = await open('');
  const expected = await plain.evaluate(skeleton);
  await close(plain);
  const script = '"><script>hostile()</script>';
  for (const fragment of [
         `#Method=${script}&ClientIp=${script}`, `#Now=${encodeURIComponent(script)}`,
         '#Call=__proto__&Request.x=1', '#Call=constructor', '#__proto__=1&Method=x',
         '#Login=Evil&Service=', '#%&%E0%A4%A', '#javascript:hostile()', '#first', '#',
         `#Method=${'x'.repeat(1 << 20)}`, '#Call=CreateCa&Request.CaPem=x',
         '#elements=1&length=2&submit=3&Method=%00%0a%e2%80%ae',
       ]) {
    const page = await open(fragment);
    const shown = await page.evaluate(skeleton);
    // Which is a form of its own.
    if (!fragment.includes('Call=CreateCa')) {
      compare(shown, expected, fragment.slice(0, 80));
    }
    await page.chooseFiles('#page-folder', [sample('ready')]);
    await page.waitFor(() => document.querySelector('#page-first > *') &&
                           document.getElementById('page-progress').hidden);
    assert.ok(await page.evaluate(
                  () => document.getElementById('page-method').value.length) <= 2000);
    await close(page);
  }
});

test('shows no secret', async () => {
  const key = {AccessKeyId: 'KEY', State: 'ACTIVE', SecretKey: 'TOPSECRET',
               CreationDate: '2029-01-01', LastModificationDate: '2029-01-01'};
  const account = {
    policy: {MaxAccessKeyExpirationSeconds: 0, RequireTrustedEnv: false},
    rules: [],
    cas: [],
  };
  writeAccount(made('noted'), {...account, keys: [key]});
  writeAccount(
      made('refused'), {...account, keys: [{...key, secretKey: 'TOPSECRET', state: 1}]});
  const other = JSON.stringify({AccessKey: key});
  for (const [name, text] of [['other', other], ['broken', `TOPSECRET ${other}`]]) {
    writeAccount(made(name), {...account, keys: []});
    fs.writeFileSync(join(made(name), 'ReadAccessKeys.json'), text);
  }
  for (const name of ['noted', 'refused', 'other', 'broken']) {
    const page = await open(
        link({Method: 'ReadVms', ClientIp: '192.0.2.7', AccessKeyId: 'KEY'}));
    await page.chooseFiles('#page-folder', [made(name)]);
    await page.waitFor(
        () => document.querySelector('#page-answers .error, #page-report section'));
    await page.waitFor(isSettled);
    await page.chooseFiles('#page-callers-file', [write('secret.jsonl', 'TOPSECRET\n')]);
    await page.waitFor(() => document.querySelector('#page-callers .error'));
    await page.chooseFiles('#page-plan', [write('secret.json', '{"TOPSECRET')]);
    await page.waitFor(() => document.getElementById('page-effect').textContent !== '');
    const text = await page.evaluate(
        () => document.documentElement.outerHTML + location.href);
    assert.ok(!text.includes('TOPSECRET'), name);
    await close(page);
  }
});

test('reads and shows all dates in UTC', async () => {
  for (const TZ of ['America/St_Johns', 'Pacific/Kiritimati']) {
    const away = new Browser(chromium, {env: {TZ}});
    try {
      const page = await open('', away);
      assert.notEqual(await page.evaluate(() => new Date().getTimezoneOffset()), 0);
      const now = await page.evaluate(() => document.getElementById('page-now').value);
      assert.match(now, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      // A time zone is hours off.
      assert.ok(Math.abs(Date.parse(now) - Date.now()) < 30 * 60_000, now);
      await openAccount(page, sample('office'));
      await set(page, {
        now: '2030-01-01', method: 'ReadVms', ip: '198.51.100.7',
        key: 'CIKEY000000000000001',
      });
      await page.waitFor(isSettled);
      assert.equal(await textOf(page, '#first dd[data-field=Now]'),
                   '2030-01-01T00:00:00.000+0000');
      const request = {Service: 'api', Method: 'ReadVms', ClientIp: '198.51.100.7',
                       Login: 'AccessKey', AccessKeyId: 'CIKEY000000000000001'};
      const explanation = jsonWith(
          JSON.stringify(request), 'explain', '--account', sample('office'), '--now',
          '2030-01-01');
      assert.ok(explanation.Decision.ValidUntil);
      await checkExplanation(page, explanation);
      await tryCall(page, 'CreateAccessKey', {ExpirationDate: '2030-01-02'});
      compare((await rowsOf(page, 'effect', 'Access keys')).map((row) => row.After),
              ['ACTIVE, until 2030-01-02T00:00:00.000+0000']);
      await click(page, '#page-clock');
      await page.waitFor(isSettled);
      compare(await page.evaluate(() => document.getElementById('page-now').value).then(
                  (text) => Math.abs(Date.parse(text) - Date.now()) < 30 * 60_000), true);
      await close(page);
    } finally {
      await away.close();
    }
  }
});

test('10,000 rules do not freeze it', async () => {
  const page = await open();
  // How long it ever took the page to come back to what it does every 10 ms.
  await page.evaluate(() => {
    let last = performance.now();
    globalThis.longest = 0;
    globalThis.progressSeen = false;
    setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      progressSeen ||= !document.getElementById('page-progress').hidden;
    }, 10);
  });
  const begin = performance.now();
  await openAccount(page, made('large'));
  const opened = performance.now();
  await set(page, {method: 'ReadVms', ip: '10.3.7.1', key: 'KEY00000000000000007'});
  await page.waitFor(isSettled);
  const explained = performance.now();
  await tryCall(
      page, 'DeleteApiAccessRule', {ApiAccessRuleId: `aar-${'1'.padStart(32, '0')}`});
  const tried = performance.now();
  const {longest, seen} = await page.evaluate(() => ({longest, seen: progressSeen}));
  const between = (from, to) => `${Math.round(to - from)} ms`;
  console.log(`10,000 rules: report ${between(begin, opened)}, explanation ${
    between(opened, explained)}, change ${between(explained, tried)}, longest pause ${
    between(0, longest)}`);
  assert.ok(seen);
  assert.match(await textOf(page, '#page-explanation .verdict'), /^(Allow|Deny) /);
  assert.equal(await textOf(page, '#page-effect [data-accepted=true]'), 'Accepted');
  assert.deepEqual(await faultsOf(page, {marks: 'rect.mark'}), []);
  await close(page);
});

// Written as readme.png, for .github/page.png.
test('a picture of it is small', async () => {
  const page = await open(link({Method: 'ReadAccessKeys', ClientIp: '192.0.2.7',
                                AccessKeyId: 'ROOTKEY0000000000001'}));
  await openAccount(page, sample('trusted'));
  await page.view({width: 800, height: 1000});
  await page.evaluate(() => scrollTo({
    top: document.getElementById('page-first').offsetTop, behavior: 'instant',
  }));
  const picture = join(output, 'readme.png');
  await page.screenshot(picture);
  assert.ok(fs.statSync(picture).size < 150_000);
  await close(page);
});

test('enough was compared', () => {
  console.log(`${compared} comparisons of what the page shows`);
  assert.ok(compared > 50_000);
});
