// usage: node peers.mjs API_ACCESS API_ACCESS_BENCH FOLDER
// The same decisions by two general engines, in this run, on this machine: Cedar and
// Casbin, with a policy for each API access rule. Requests for an ordinary method with an
// access key, no trusted session: what all three can say. Every verdict is compared.
// Prints the time of a decision and the ratio to ours. Accounts are written to FOLDER.

import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

const require = createRequire(import.meta.url);
const cedar = require('@cedar-policy/cedar-wasm/nodejs');
const {newEnforcer, newModelFromString} = require('casbin');

const [program, bench, folder] = process.argv.slice(2);
const NOW = '2030-01-01T00:00:00Z';
const SECONDS_NOW = Date.parse(NOW) / 1000;
const REQUESTS = 400;

// The same numbers in every run.
let state = 1n;
function below(limit) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((state >> 33n) % BigInt(limit));
}

const id = (prefix, number) => prefix + String(number).padStart(32, '0');
const address = () => [1 + below(223), below(256), below(256), below(256)].join('.');

const keys = [
  {AccessKeyId: 'PEERKEY0000000000001', State: 'ACTIVE', ExpirationDate: '2031-01-01'},
  {AccessKeyId: 'PEERKEY0000000000002', State: 'ACTIVE'},
  {AccessKeyId: 'PEERKEY0000000000003', State: 'ACTIVE', ExpirationDate: '2029-01-01'},
  {AccessKeyId: 'PEERKEY0000000000004', State: 'INACTIVE'},
];

function makeRules(count) {
  return Array.from({length: count}, (_, i) => {
    const rule = {ApiAccessRuleId: id('aar-', i),
                  IpRanges: [`${address()}/${8 + below(25)}`]};
    if (i % 2 === 0) rule.CaIds = [id('ca-', i)];
    if (i % 4 === 0) rule.Cns = [`client.${i}`];
    return rule;
  });
}

// From within a range of a rule, with what it asks for, or with something wrong.
function makeRequest(rules) {
  const rule = rules[below(rules.length)];
  const request = {Service: 'api', Method: 'ReadVms', Login: 'AccessKey',
                   AccessKeyId: keys[below(8) < 6 ? below(2) : below(4)].AccessKeyId,
                   ClientIp: below(4) ? rule.IpRanges[0].split('/')[0] : address()};
  if (rule.CaIds && below(8)) {
    request.Certificate = {CaIds: below(8) ? rule.CaIds : [id('ca-', 999999)]};
    if (rule.Cns && below(8)) request.Certificate.Cn = rule.Cns[0];
  }
  return request;
}

// Nanoseconds of processor time an item takes, the fastest of five rounds.
function timed(items, decide) {
  let best = Infinity;
  for (let round = 0; round < 5; ++round) {
    const began = process.cpuUsage();
    for (const item of items) decide(item);
    const {user, system} = process.cpuUsage(began);
    best = Math.min(best, (user + system) * 1000 / items.length);
  }
  return best;
}

function cedarOf(rules, name) {
  const text = rules.map((rule) => {
    const tests = [`context.address.isInRange(ip("${rule.IpRanges[0]}"))`];
    if (rule.CaIds) tests.push(`context has ca && context.ca == "${rule.CaIds[0]}"`);
    if (rule.Cns) tests.push(`context has cn && context.cn == "${rule.Cns[0]}"`);
    return `permit(principal, action, resource) when { ${tests.join(' && ')} };`;
  });
  text.push('forbid(principal, action, resource) unless { principal.active && ' +
            '(!(principal has expiration) || context.now < principal.expiration) };');
  const parsed = cedar.preparsePolicySet(name, {staticPolicies: text.join('\n')});
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
  const entities = keys.map((key) => ({
    uid: {type: 'Key', id: key.AccessKeyId},
    attrs: {active: key.State === 'ACTIVE',
            ...(key.ExpirationDate &&
                {expiration: Date.parse(key.ExpirationDate) / 1000})},
    parents: [],
  }));
  return {
    prepare: ({AccessKeyId, ClientIp, Certificate}) => ({
      principal: {type: 'Key', id: AccessKeyId},
      action: {type: 'Action', id: 'ReadVms'},
      resource: {type: 'Account', id: 'account'},
      context: {address: {__extn: {fn: 'ip', arg: ClientIp}}, now: SECONDS_NOW,
                ...(Certificate && {ca: Certificate.CaIds[0]}),
                ...(Certificate?.Cn && {cn: Certificate.Cn})},
      preparsedPolicySetId: name,
      entities,
    }),
    decide: (call) => {
      const answer = cedar.statefulIsAuthorized(call);
      if (answer.type !== 'success') throw new Error(JSON.stringify(answer));
      return answer.response.decision === 'allow';
    },
  };
}

async function casbinOf(rules) {
  const enforcer = await newEnforcer(newModelFromString(`
[request_definition]
r = key, address, ca, cn
[policy_definition]
p = range, ca, cn
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = isUsable(r.key) && ipMatch(r.address, p.range) && (p.ca == "-" || r.ca == p.ca) \
&& (p.cn == "-" || r.cn == p.cn)`));
  const usable = new Set(keys.filter(
      ({State, ExpirationDate}) => State === 'ACTIVE' &&
          (!ExpirationDate || SECONDS_NOW < Date.parse(ExpirationDate) / 1000))
          .map((key) => key.AccessKeyId));
  enforcer.addFunction('isUsable', (key) => usable.has(key));
  await enforcer.addPolicies(rules.map(
      (rule) => [rule.IpRanges[0], rule.CaIds?.[0] ?? '-', rule.Cns?.[0] ?? '-']));
  return {
    prepare: ({AccessKeyId, ClientIp, Certificate}) =>
      [AccessKeyId, ClientIp, Certificate?.CaIds[0] ?? '', Certificate?.Cn ?? ''],
    decide: (call) => enforcer.enforceSync(...call),
  };
}

console.log('| rules | api_access | Cedar | Casbin |\n|---|---|---|---|');
for (const count of [2, 100, 1000]) {
  const rules = makeRules(count);
  const requests = Array.from({length: REQUESTS}, () => makeRequest(rules));
  const account = join(folder, String(count));
  mkdirSync(account, {recursive: true});
  const write = (name, answer) =>
    writeFileSync(join(account, name), JSON.stringify(answer));
  write('ReadAccessKeys.json', {AccessKeys: keys});
  write('ReadApiAccessRules.json', {ApiAccessRules: rules});
  write('ReadApiAccessPolicy.json', {ApiAccessPolicy: {
    MaxAccessKeyExpirationSeconds: 0, RequireTrustedEnv: false}});
  const file = join(account, 'requests.jsonl');
  writeFileSync(file, requests.map((r) => JSON.stringify(r) + '\n').join(''));

  const answers = execFileSync(
      program, ['decide', '--account', account, '--now', NOW],
      {input: requests.map((r) => JSON.stringify(r) + '\n').join('')})
      .toString().trim().split('\n').map((line) => JSON.parse(line).Verdict === 'Allow');
  const allowed = answers.filter(Boolean).length;
  if (answers.length !== REQUESTS || allowed === 0 || allowed === REQUESTS) {
    throw new Error(`expected both verdicts, got ${allowed} of ${answers.length} allowed`);
  }
  const ours = Number(/^all +\d+ +([\d.]+)/m.exec(execFileSync(
      bench, ['--account', account, '--requests', file, '--now', NOW]).toString())[1]);
  const cells = [`${ours.toFixed(0)} ns`];
  for (const engine of [cedarOf(rules, `rules-${count}`), await casbinOf(rules)]) {
    const calls = requests.map(engine.prepare);
    calls.forEach((call, i) => {
      if (engine.decide(call) !== answers[i]) {
        throw new Error(`another verdict than ours, ${answers[i]}, for ` +
                        JSON.stringify(requests[i]));
      }
    });
    const time = timed(calls, engine.decide);
    cells.push(`${(time / 1000).toFixed(0)} us, ${(time / ours).toFixed(0)} times`);
  }
  console.log(`| ${count} | ${cells.join(' | ')} |`);
}
console.log(`All verdicts agree: ${3 * REQUESTS} requests.`);
