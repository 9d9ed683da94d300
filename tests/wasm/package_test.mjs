// npm packs the module, and a stranger's project installs and uses it, without a network.
//
// usage: node package_test.mjs PACKAGE ACCOUNT

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import * as fs from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import test from 'node:test';

const [pack, account] = process.argv.slice(2).map((path) => resolve(path));
const folder = fs.mkdtempSync(join(tmpdir(), 'package_'));
test.after(() => fs.rmSync(folder, {recursive: true}));

const npm = (...args) => execFileSync(
    'npm', [...args, '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')],
    {cwd: folder, encoding: 'utf8'});

const STRANGER = `
import {Account} from 'api-access';
const account = Account.fromAnswers({
  ReadAccessKeys: {AccessKeys: [{AccessKeyId: 'KEY', State: 'ACTIVE'}]},
  ReadApiAccessRules: {ApiAccessRules: [
    {ApiAccessRuleId: 'office', IpRanges: ['192.0.2.0/24']}]},
  ReadApiAccessPolicy: '{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false}',
});
const request = {Service: 'api', Method: 'ReadVms', ClientIp: '192.0.2.7',
                 Login: 'AccessKey', AccessKeyId: 'KEY'};
console.log(account.decide(request, new Date(0)).ruleId);
console.log(account.ask('explain', {Request: request, Now: new Date(0)}).Class);
`;

test('a project installs what npm packs', () => {
  const [{filename, files}] = JSON.parse(npm('pack', '--json', pack));
  assert.deepEqual(files.map(({path}) => path).sort(), [
    'README.md', 'api-access.d.ts', 'api-access.mjs', 'engine.mjs', 'package.json',
  ]);
  fs.writeFileSync(join(folder, 'package.json'), '{"name":"stranger","private":true}');
  npm('install', `./${filename}`);
  fs.writeFileSync(join(folder, 'stranger.mjs'), STRANGER);
  assert.equal(execFileSync(process.execPath, ['stranger.mjs'], {cwd: folder, encoding: 'utf8'}),
               'office\nOrdinary\n');
  // README.md prints what it says that it prints.
  fs.cpSync(account, join(folder, 'account'), {recursive: true});
  const readme = fs.readFileSync(join(pack, 'README.md'), 'utf8');
  const [, program] = readme.match(/```js\n(.*?)```/s);
  const [, printed] = readme.match(/```text\n(.*?)```/s);
  fs.writeFileSync(join(folder, 'readme.mjs'), program);
  assert.equal(execFileSync(process.execPath, ['readme.mjs'], {cwd: folder, encoding: 'utf8'}),
               printed);
  // What the types declare is what there is.
  const names = fs.readFileSync(join(pack, 'api-access.d.ts'), 'utf8')
      .matchAll(/^export (?:class|const) (\w+)/gm);
  const exported = execFileSync(process.execPath, [
    '--input-type=module', '-e',
    'console.log(Object.keys(await import("api-access")).sort().join())',
  ], {cwd: folder, encoding: 'utf8'});
  assert.equal(exported, `${[...names].map(([, name]) => name).sort().join()}\n`);
});
