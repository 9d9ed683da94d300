// Each fault that is planted in a sound page is found, and nothing is in the sound
// one.
//
// usage: node page_checks_test.mjs CHROMIUM

import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import * as fs from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';

import {faultsOf} from './checks.mjs';
import {Browser} from './driver.mjs';

const SOUND = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sound</title>
<style>
:root { color-scheme: light dark; --ink: #222; --mark: #1a5fb4; --base: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ddd; --mark: #78aeed; --base: #111; }
}
body { background: var(--base); color: var(--ink); overflow-wrap: break-word; }
.wide { overflow-x: auto; width: 100%; }
@media print { .wide { overflow: visible; } }
@media not print { .paper { display: none; } }
.note { opacity: 0.9; }
li::marker { color: var(--ink); }
svg { width: 100%; height: 40px; }
svg text { fill: var(--ink); font-size: 12px; }
.mark { fill: var(--mark); }
</style>
</head>
<body>
<header><p>Head</p></header>
<main>
<h1>Title</h1>
<h2>Part</h2>
<p class="note">A <a href="#part">link</a>.</p>
<ul><li>Item</li></ul>
<h3 id="part">Smaller part</h3>
<p class="paper">On paper</p>
<div class="wide" tabindex="0" role="region" aria-label="Table">
<table><caption>Numbers</caption>
<tr><th scope="col">Name</th><th scope="col">Number</th></tr>
<tr><td>one</td><td>1</td></tr>
</table></div>
<svg role="img" aria-label="Two marks" viewBox="0 0 300 40" preserveAspectRatio="none">
<defs><pattern id="lines" width="4" height="4" patternUnits="userSpaceOnUse">
<rect width="2" height="4" class="mark"/></pattern></defs>
<rect class="mark" x="10" y="20" width="40" height="10"/>
<rect class="striped" fill="url(#lines)" x="60" y="20" width="40" height="10"/>
<text x="10" y="15">first</text><text x="160" y="15">second</text></svg>
</main>
</body>
</html>
`;

const LIGHT = {};
const DARK = {scheme: 'dark'};
const NARROW = {width: 360};
const PRINT = {media: 'print'};

// What is wrong, in which view, which checks find it, and what is replaced in the
// sound page by what.
const PLANTED = [
  ['a console error', LIGHT, 'console',
   '</main>', '</main><script>console.error("no")</script>'],
  ['an uncaught error', LIGHT, 'console',
   '</main>', '</main><script>no()</script>'],
  ['a rejected promise', LIGHT, 'console',
   '</main>', '</main><script>Promise.reject("no")</script>'],
  ['a script from outside', LIGHT, 'console request',
   '</main>', '</main><script src="https://example.com/a.js"></script>'],
  ['a font from outside', LIGHT, 'console request',
   '</style>',
   '@font-face { font-family: f; src: url(https://example.com/f.woff2) } ' +
       'body { font-family: f }</style>'],
  ['a picture that is fetched later', LIGHT, 'console request',
   '</main>', '</main><img alt="" loading="lazy" src="//example.com/a.png">'],
  ['a request by a script', LIGHT, 'console request',
   '</main>',
   '</main><script>fetch("https://example.com/").catch(() => {})</script>'],
  ['a connection by a script', LIGHT, 'console request',
   '</main>', '</main><script>new WebSocket("wss://example.com/")</script>'],
  ['pale text', LIGHT, 'contrast',
   '--ink: #222', '--ink: #888'],
  ['pale text in the dark', DARK, 'contrast',
   '--ink: #ddd', '--ink: #555'],
  ['transparent text', LIGHT, 'contrast',
   'opacity: 0.9', 'opacity: 0.4'],
  ['text on what is dark in both schemes', LIGHT, 'contrast',
   '.note {', '.note { background: #333;'],
  ['text on an image', LIGHT, 'contrast',
   '.note {', '.note { background: linear-gradient(red, blue);'],
  ['a page that forgets its background in the dark', DARK, 'contrast',
   '--ink: #ddd; --mark: #78aeed; --base: #111', '--base: transparent'],
  ['pale text before an item', LIGHT, 'contrast',
   'li::marker {', 'li::before { content: "new"; color: #bbb } li::marker {'],
  ['pale text in a picture', LIGHT, 'contrast',
   'svg text { fill: var(--ink)', 'svg text { fill: #aaa'],
  ['text on a mark', LIGHT, 'contrast',
   '<text x="10" y="15">', '<text x="10" y="30">'],
  ['a mark without contrast in the dark', DARK, 'contrast',
   '--mark: #78aeed', '--mark: #1b2733'],
  ['a mark that changes for the worse in the dark', DARK, 'contrast',
   '.mark { fill: var(--mark); }',
   '.mark { fill: #1a5fb4 } ' +
       '@media (prefers-color-scheme: dark) { .mark { fill: #111 } }'],
  ['a pattern without contrast', LIGHT, 'contrast',
   '<rect width="2" height="4" class="mark"/>',
   '<rect width="2" height="4" fill="#eee"/>'],
  ['a mark that fades', LIGHT, 'contrast',
   '.mark {', '.mark { fill-opacity: 0.3;'],
  ['a wide paragraph', NARROW, 'overflow',
   '.note {', '.note { width: 500px;'],
  ['a word without end', NARROW, 'overflow',
   'break-word', 'normal } .note::after { content: "' + 'w'.repeat(80) + '"'],
  ['text that is cut', LIGHT, 'cut',
   '.note {', '.note { width: 20px; white-space: nowrap; overflow: hidden;'],
  ['lines that are cut', LIGHT, 'cut',
   '.note {', '.note { height: 4px; overflow: clip;'],
  ['what print cannot scroll', PRINT, 'cut',
   '@media print { .wide { overflow: visible; } }', '.wide { width: 40px }'],
  ['a mark outside of its picture', LIGHT, 'cut',
   'x="60"', 'x="290"'],
  ['a label outside of its picture', LIGHT, 'cut',
   '<text x="160"', '<text x="295"'],
  ['a label that nothing scrolls to', LIGHT, 'cut',
   /<svg(.*)viewBox[^>]*>/,
   '<div class="wide" tabindex="0" style="width: 100px">' +
       '<svg style="overflow: visible"$1>'],
  ['labels on each other', LIGHT, 'overlap',
   '<text x="160"', '<text x="14"'],
  ['labels that touch', LIGHT, 'overlap',
   '<text x="10" y="15">', '<text x="160" y="15" text-anchor="end">'],
  ['what scrolls by mouse alone', LIGHT, 'focus',
   '<div class="wide" tabindex="0" role="region" aria-label="Table">',
   '<div class="wide" style="width: 40px">'],
  ['no language', LIGHT, 'document',
   ' lang="en"', ''],
  ['no title', LIGHT, 'document',
   '<title>Sound</title>', ''],
  ['no viewport', LIGHT, 'document',
   '<meta name="viewport" content="width=device-width">', ''],
  ['a level that is left out', LIGHT, 'heading',
   '<h2>Part</h2>', ''],
  ['two titles', LIGHT, 'heading',
   '<h2>Part</h2>', '<h1>Part</h1><h2>Part</h2>'],
  ['an empty heading', LIGHT, 'name',
   '<h2>Part</h2>', '<h2></h2>'],
  ['no main part', LIGHT, 'landmark',
   /<(\/?)main>/g, '<$1div>'],
  ['text outside of all landmarks', LIGHT, 'landmark',
   '</main>', '</main><p>Left</p>'],
  ['a table without caption', LIGHT, 'name table',
   '<caption>Numbers</caption>', ''],
  ['a header without scope', LIGHT, 'table',
   '<th scope="col">Number', '<th>Number'],
  ['a column without header', LIGHT, 'table',
   '<td>1</td>', '<td>1</td><td>2</td>'],
  ['a picture without name', LIGHT, 'name',
   'role="img" aria-label="Two marks"', ''],
  ['a link without name', LIGHT, 'name',
   '>link</a>', '></a>'],
  ['a link to nothing', LIGHT, 'reference',
   'id="part"', ''],
  ['an id that is there twice', LIGHT, 'reference',
   '<h2>', '<h2 id="part">'],
  ['a description that is not there', LIGHT, 'reference',
   '<table>', '<table aria-describedby="no">'],
];

const folder = fs.mkdtempSync(join(tmpdir(), 'page_checks_'));
const [chromium] = process.argv.slice(2);
const browser = new Browser(chromium);
test.after(async () => {
  await browser.close();
  fs.rmSync(folder, {recursive: true});
});

async function open(html) {
  const file = join(folder, 'page.html');
  fs.writeFileSync(file, html);
  return browser.open(pathToFileURL(file).href);
}

test('a sound page has no faults in any view', async () => {
  const page = await open(SOUND);
  let views = 0;
  for (const width of [360, 800, 1400]) {
    for (const scheme of ['light', 'dark']) {
      for (const media of ['', 'print']) {
        await page.view({width, scheme, media});
        assert.deepEqual(await faultsOf(page), [], `${width} ${scheme} ${media}`);
        ++views;
      }
    }
  }
  assert.equal(views, 12);
  await page.close();
});

for (const [what, view, checks, from, to] of PLANTED) {
  test(`finds ${what}`, async () => {
    const faulty = SOUND.replace(from, to);
    assert.notEqual(faulty, SOUND);
    const page = await open(faulty);
    await page.view(view);
    const faults = await faultsOf(page);
    const found = new Set(faults.map((fault) => fault.split(':')[0]));
    assert.deepEqual(
        [...found].sort(), checks.split(' '), faults.join('\n'));
    await page.close();
  });
}

test('marks are what the page says they are', async () => {
  const page = await open(SOUND.replace('.mark {', '.striped { fill: #eee } .mark {'));
  assert.equal((await faultsOf(page)).length, 1);
  assert.deepEqual(await faultsOf(page, {marks: '.mark'}), []);
  await page.close();
});

test('a page is written as a picture and on paper', async () => {
  const page = await open(SOUND);
  await page.view({width: 360, height: 200, scheme: 'dark'});
  // Width and height are after the names of the file's format and first part.
  const sizeOf = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];
  const file = join(folder, 'page');
  await page.screenshot(file);
  assert.deepEqual(sizeOf(fs.readFileSync(file)), [360, 200]);
  await page.screenshot(file, {whole: true});
  const [width, height] = sizeOf(fs.readFileSync(file));
  assert.equal(width, 360);
  assert.ok(height > 200);
  await page.pdf(file);
  const pdf = (tool, ...args) => execFileSync(tool, args, {encoding: 'utf8'});
  assert.match(pdf('pdfinfo', file), /^Pages: +1$/m);
  // Paper has the styles of print.
  assert.match(pdf('pdftotext', file, '-'), /Smaller part\s+On paper/);
  await page.close();
});

test('an error in the page or in a command is told', async () => {
  const page = await open(SOUND);
  await assert.rejects(page.evaluate(() => no), /ReferenceError: no is not defined/);
  await assert.rejects(browser.send('No.such'), /No\.such: /);
  await assert.rejects(browser.open('file:///no/such/page'), /ERR_FILE_NOT_FOUND/);
  await assert.rejects(page.send('Page.crash'), /the page crashed/);
  await page.close();
});

test('a browser that cannot start is told', async () => {
  const missing = new Browser(join(folder, 'no_such_program'));
  await assert.rejects(missing.open('about:blank'), /no_such_program/);
  await missing.close();
});

test('nothing is left of a browser that was closed', async () => {
  const other = new Browser(chromium);
  const page = await other.open('about:blank');
  assert.equal(page.url, 'about:blank');
  const {profile} = other;
  assert.ok(fs.existsSync(profile) && fs.readdirSync(profile).length > 0);
  await other.close();
  assert.ok(!fs.existsSync(profile));
});

test('nothing is left of a browser whose program is ended', async () => {
  const driver = new URL('./driver.mjs', import.meta.url);
  const program = spawn(process.execPath, ['--input-type=module', '--eval', `
      import {Browser} from '${driver}';
      const browser = new Browser('${chromium}');
      await browser.open('about:blank');
      console.log(browser.profile);`]);
  const [line] = await once(program.stdout, 'data');
  const profile = String(line).trim();
  assert.ok(fs.existsSync(profile));
  program.kill('SIGTERM');
  assert.deepEqual(await once(program, 'exit'), [1, null]);
  assert.ok(!fs.existsSync(profile));
});
