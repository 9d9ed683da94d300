// Folders of accounts that are made to be hard to show, as `--account` reads them.

import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

// What would run, close an element or confuse a terminal, were it not escaped.
const HOSTILE = [
  '<script>hostile()</script>',
  '"><img src=x onerror=hostile()>',
  '\' onmouseover=\'hostile()',
  '</td></table></main></style></title><svg onload=hostile()>',
  '<!--',
  ']]><![CDATA[',
  '&lt;b&gt;&#60;b&#62;',
  'javascript:hostile()',
  '\0\x01\t\n\r\x1b[31m\x7f',
  '\u202egnol\u2028\u00a0\u00e9\u6f22\u{1f600}',
  '`${hostile()}`\\x3cb\\x3e',
  '<b>'.repeat(3500),
];

const KEY = {
  State: 'ACTIVE',
  CreationDate: '2029-12-01T08:00:00.000+0000',
  LastModificationDate: '2029-12-01T08:00:00.000+0000',
};

// Writes the answers of an account: `users` maps a name to the keys of this user.
export function writeAccount(folder, {policy, rules, keys, users = {}, cas}) {
  mkdirSync(folder);
  const write = (name, content) =>
      writeFileSync(join(folder, name), JSON.stringify(content));
  write('ReadApiAccessPolicy.json', {ApiAccessPolicy: policy});
  write('ReadApiAccessRules.json', {ApiAccessRules: rules});
  write('ReadCas.json', {Cas: cas.map((CaId) => ({CaId}))});
  write('ReadAccessKeys.json', {AccessKeys: keys});
  const names = Object.keys(users);
  write('ReadUsers.json', {
    Users: names.map((UserName) => ({UserName})),
    HasMoreItems: false,
  });
  for (const name of names) {
    write(`ReadAccessKeys.${name}.json`, {AccessKeys: users[name]});
  }
}

// An account, a log of it and callers, in which every text is hostile; or, with
// `harmless`, letters of the same length in the same places. Returns the ids.
export function writeHostile(folder, {harmless = false} = {}) {
  const tails = HOSTILE.map(
      (text) => harmless ? 'x'.repeat(Buffer.byteLength(text)) : text);
  const ids = (prefix) => tails.map(
      (tail, i) => `${prefix}-${String(i).padStart(2, '0')}-${tail}`);
  const [rules, cas, cns, keys, owned, gone, users] =
      ['aar', 'ca', 'cn', 'KEY', 'OWN', 'GONE', 'user'].map(ids);
  // What the name of a file can have.
  const names = users.map((name) => name.replace(/[\0/]/g, '|').slice(0, 200));
  const rule = (ApiAccessRuleId, i) => ({
    ApiAccessRuleId,
    Description: ApiAccessRuleId,
    IpRanges: [`192.0.${i}.0/24`],
    CaIds: i % 3 === 0 ? [] : [cas[i]],
    Cns: i % 3 === 2 ? [cns[i], cns[i - 1]] : [],
  });
  const key = (AccessKeyId, i) => ({
    ...KEY,
    AccessKeyId,
    State: i % 4 === 3 ? 'INACTIVE' : 'ACTIVE',
    ...i > 0 && {ExpirationDate: `2030-01-${10 + i}`},
  });
  const account = {
    policy: {MaxAccessKeyExpirationSeconds: 0, RequireTrustedEnv: false},
    rules: rules.map(rule),
    keys: keys.map(key),
    users: Object.fromEntries(names.map((name, i) => [name, [key(owned[i], i)]])),
    cas: cas.slice(0, -1),
  };
  mkdirSync(folder);
  writeAccount(join(folder, 'account'), account);
  writeAccount(join(folder, 'against'), {
    ...account,
    rules: account.rules.slice(2),
    keys: account.keys.slice(1),
  });
  const lines = (name, rows) => writeFileSync(
      join(folder, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  lines('log.jsonl', tails.flatMap((tail, i) => [keys[i], gone[i]].map((id) => ({
    QueryApiName: 'oapi',
    QueryCallName: i % 2 === 0 ? 'ReadVms' : tail,
    QueryAccessKey: id,
    QueryIpAddress: `192.0.${i}.7`,
    QueryDate: '2029-12-31T09:14:02.842375Z',
    RequestId: tail,
    ResponseStatusCode: 200,
  }))));
  lines('callers.jsonl', tails.map((tail, i) => ({
    Name: `caller-${String(i).padStart(2, '0')}-${tail}`,
    ClientIp: `192.0.${i}.7`,
    Login: 'AccessKey',
    AccessKeyId: keys[i],
    Certificate: {CaIds: [cas[i]], Cn: cns[i]},
  })));
}

// Addresses of all sizes in both families, in and beside each other.
export function writeWide(folder) {
  const range = (range, CaIds = [], Cns = []) => ({
    ApiAccessRuleId: `aar-${range}`, IpRanges: [range], CaIds, Cns,
  });
  writeAccount(folder, {
    policy: {MaxAccessKeyExpirationSeconds: 2592000, RequireTrustedEnv: false},
    rules: [
      range('0.0.0.0/0', ['ca-a'], ['cn-a']),
      range('64.0.0.0/3', ['ca-b']),
      range('10.0.0.0/8'),
      range('192.0.2.0/24'),
      range('192.0.2.7/32', ['ca-a']),
      range('255.255.255.255/32'),
      range('::/0', ['ca-b'], ['cn-b']),
      range('2001:db8::/32'),
      range('2001:db8:1::/48', ['ca-a']),
      range('ff00::/8', ['ca-c']),
      range('fe80::1/128'),
    ],
    keys: [{...KEY, AccessKeyId: 'KEY', ExpirationDate: '2030-01-20'}],
    cas: ['ca-a', 'ca-b'],
  });
}

// As large as accounts become.
export function writeLarge(folder) {
  writeAccount(folder, {
    policy: {MaxAccessKeyExpirationSeconds: 2592000, RequireTrustedEnv: false},
    rules: Array.from({length: 10_000}, (_, i) => ({
      ApiAccessRuleId: `aar-${String(i).padStart(32, '0')}`,
      IpRanges: [`10.${i >> 8}.${i & 255}.0/${24 + i % 9}`],
      CaIds: i % 2 === 0 ? [] : [`ca-${i % 7}`],
    })),
    keys: Array.from({length: 2_000}, (_, i) => ({
      ...KEY,
      AccessKeyId: `KEY${String(i).padStart(17, '0')}`,
      ExpirationDate: new Date(Date.UTC(2030, 0, 2) + i * 3_600_000).toISOString(),
    })),
    cas: ['ca-1'],
  });
}
