// Makes the page of its parts and of the module, as one file.
//
// usage: node build.mjs PACKAGE PAGE
//
// PACKAGE is the folder of the module, api-access.mjs and engine.mjs.

import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const [folder, page] = process.argv.slice(2);
const {Account, libraryVersion} =
    await import(pathToFileURL(resolve(folder, 'api-access.mjs')).href);

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const ofPackage = (name) => readFileSync(join(folder, name), 'utf8');

// The modules in one scope, each after what it imports.
function bundle(modules) {
  return modules.map((text) => text.replace(/^import [^;]*;\n/gm, '')
                                   .replace(/^export (?!default)/gm, ''))
      .join('');
}

// The style of the report, and that which is a part of its pictures.
function reportStyles() {
  const account = Account.fromAnswers({
    ReadAccessKeys: {AccessKeys: [{AccessKeyId: 'KEY', State: 'ACTIVE'}]},
    ReadApiAccessRules:
        {ApiAccessRules: [{ApiAccessRuleId: 'aar', IpRanges: ['192.0.2.0/24']}]},
    ReadApiAccessPolicy: {ApiAccessPolicy: {
      MaxAccessKeyExpirationSeconds: 0,
      RequireTrustedEnv: false,
    }},
  });
  const {Html} = account.ask('report', {Now: '2030-01-01'});
  account.free();
  return [...new Set(Array.from(
      Html.matchAll(/<style>([^<]*)<\/style>/g), ([, style]) => style))];
}

const [, engine] =
    /^import (\w+) from '\.\/engine\.mjs';$/m.exec(ofPackage('api-access.mjs'));
const [report, pictures] = reportStyles();
const parts = {
  report,
  style: read('page.css'),
  // A function, as Chromium starts no module in a worker of a page that is a file.
  worker: `(async () => {${bundle([
    ofPackage('engine.mjs').replace('export default', `const ${engine} =`),
    ofPackage('api-access.mjs'),
    read('worker.mjs'),
  ])}})().catch(({message}) => postMessage({error: message}));`,
  script: bundle(['text', 'answers', 'link', 'calls', 'asker', 'views', 'page'].map(
      (name) => read(`${name}.mjs`))),
  version: `api_access ${libraryVersion}`,
};
for (const [name, text] of Object.entries(parts)) {
  if (/<\/(script|style)|<!--/i.test(text)) {
    throw new Error(`${name} would end its element`);
  }
}
const hash = (text) =>
    `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
parts.policy = [
  `default-src 'none'`,
  `script-src ${hash(parts.script)} 'wasm-unsafe-eval'`,
  'worker-src blob:',
  `style-src ${[report, parts.style, pictures].map(hash).join(' ')}`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');
writeFileSync(
    page, read('page.html').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]));
