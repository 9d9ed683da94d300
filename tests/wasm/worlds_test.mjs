// The module decides as the oracle does, in worlds that WORLDS writes.
//
// usage: node worlds_test.mjs PACKAGE WORLDS

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';

const [pack, worlds] = process.argv.slice(2);
const {Account} = await import(pathToFileURL(join(pack, 'api-access.mjs')));

test('decides as the oracle does', (t) => {
  const lines = execFileSync(worlds, ['300'], {encoding: 'utf8', maxBuffer: 1 << 30})
      .split('\n').filter((line) => line.startsWith('{'));
  let decisions = 0;
  let allowed = 0;
  for (const line of lines) {
    const {Account: answers, Rows} = JSON.parse(line);
    const account = Account.fromAnswers(answers);
    for (const [request, {Verdict, Reason, RuleId, ValidUntil}] of Rows) {
      const {Now, ...asked} = request;
      const now = new Date(Now.replace('+0000', 'Z'));
      const got = account.decide(asked, now);
      const {providerErrorCode, ...decision} = got;
      assert.deepEqual(decision, {
        allowed: Verdict === 'Allow',
        reason: Reason,
        ruleId: RuleId ?? undefined,
        validUntil: ValidUntil === null ? undefined : new Date(ValidUntil.replace('+0000', 'Z')),
      }, `${line.slice(0, 2000)}\n${JSON.stringify(request)}`);
      assert.equal(providerErrorCode === undefined, got.allowed);
      allowed += got.allowed ? 1 : 0;
      ++decisions;
    }
    account.free();
  }
  assert.ok(decisions > 20_000 && allowed > decisions / 10, `${allowed} of ${decisions}`);
  t.diagnostic(`${decisions} decisions, ${allowed} of them allowed`);
});
