// What `api-access` prints.

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';

// Functions that run a program: `run` returns what it prints, `json` the object that
// this is; those `With` something give it as the standard input. Statuses 1 and 3 are
// answers as well, others throw an Error with what the program says.
export function commandOf(program) {
  const runWith = (input, ...args) => {
    const {status, stdout, stderr} = spawnSync(
        program, args, {encoding: 'utf8', maxBuffer: 1 << 30, input});
    assert.ok([0, 1, 3].includes(status), `${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const run = (...args) => runWith('', ...args);
  const jsonWith = (input, ...args) =>
      JSON.parse(runWith(input, ...args, '--format', 'json'));
  const json = (...args) => jsonWith('', ...args);
  return {run, runWith, json, jsonWith};
}
