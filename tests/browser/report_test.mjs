// What `api-access report` draws, in a browser: it says what the other commands
// say, its marks are where the map has them, and the checks of all pages hold.
//
// usage: node report_test.mjs CHROMIUM API_ACCESS SOURCE FOLDER
//
// Writes the pages, pictures of them and PDFs into FOLDER.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import * as fs from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';

import {joinBlocks, parseBlock, placeOf} from './addresses.mjs';
import {writeHostile, writeLarge, writeWide} from './accounts.mjs';
import {faultsOf} from './checks.mjs';
import {commandOf} from './command.mjs';
import {Browser} from './driver.mjs';
import * as report from './report_facts.mjs';

const [chromium, program, source, output] = process.argv.slice(2);
const NOW = ['--now', '2030-01-01T00:00:00Z'];
const MARKS = 'rect.mark';

const {run, json} = commandOf(program);

const folder = fs.mkdtempSync(join(tmpdir(), 'report_'));
fs.mkdirSync(output, {recursive: true});
const browser = new Browser(chromium);
test.after(async () => {
  await browser.close();
  fs.rmSync(folder, {recursive: true});
});

writeHostile(join(folder, 'hostile'));
writeHostile(join(folder, 'harmless'), {harmless: true});
writeWide(join(folder, 'wide'));
writeLarge(join(folder, 'large'));

const sample = (name) => resolve(source, 'examples/accounts', name);
const callers = resolve(source, 'examples/changes/callers.jsonl');
const log = join(sample('trusted'), 'log.json');
const made = (name) => join(folder, name);
const CASES = {
  blocked: {account: sample('blocked')},
  'eim-users': {account: sample('eim-users'), against: sample('ready')},
  office: {account: sample('office'), callers, against: sample('trusted'), log},
  ready: {account: sample('ready'), against: sample('ready')},
  trusted: {account: sample('trusted'), callers, log},
  wide: {account: made('wide'), against: sample('office'), callers},
  hostile: {
    account: made('hostile/account'),
    against: made('hostile/against'),
    callers: made('hostile/callers.jsonl'),
    log: made('hostile/log.jsonl'),
  },
};

// The reports of which there are pictures for people to look at.
const PICTURED = new Set(['office', 'trusted']);

// Draws a report and returns its file.
function draw(name, {account, against, callers, log}) {
  const file = join(output, `${name}.html`);
  const option = (key, value) => value === undefined ? [] : [key, value];
  fs.writeFileSync(file, run(
      'report', '--account', account, ...option('--against', against),
      ...option('--callers', callers), ...option('--log', log), ...NOW));
  return file;
}

const open = (file) => browser.open(pathToFileURL(file).href);

// The marks of a picture as the page has them. A mark is `painted` if it, or its
// pattern, is what is seen at the middle of its place.
function readMarks(selector) {
  const svg = document.querySelector(selector);
  const line = svg.getBoundingClientRect();
  const marks = [...svg.querySelectorAll('rect.mark')].map((mark) => {
    mark.scrollIntoView({block: 'center', behavior: 'instant'});
    const percent = (name) => parseFloat(mark.getAttribute(name));
    const x = percent('x');
    const width = percent('width');
    const box = mark.getBoundingClientRect();
    const middle = line.left + (x + width / 2) / 100 * line.width;
    const seen = document.elementFromPoint(
        Math.min(Math.max(middle, line.left), line.right - 1),
        (box.top + box.bottom) / 2);
    return {
      ...mark.dataset, x, width,
      family: mark.closest('[data-family]')?.dataset.family,
      left: (box.left - line.left) / line.width * 100,
      right: (box.right - line.left) / line.width * 100,
      top: box.top + scrollY,
      title: mark.querySelector('title').textContent,
      painted: seen === mark ||
          (seen === mark.nextElementSibling &&
           seen.getAttribute('fill').startsWith('url(')),
    };
  });
  return {leftOut: Number(svg.dataset.leftOut), marks};
}

// The least certificate that is enough at the addresses of a region.
function accessOf({Certificates: entries}) {
  if (entries.some(({CaIdsNot}) => CaIdsNot)) return 'NotNeeded';
  return entries.some(({CnsNot}) => CnsNot) ? 'OfCa' : 'OfCaWithCn';
}

// The marks that belong to a map, in the order of the picture.
function expectedMarks({Regions: regions}) {
  const marks = regions.flatMap((region, index) => {
    const blocks = region.Ranges.map(parseBlock);
    return ['IPv4', 'IPv6'].flatMap(
        (family) => joinBlocks(blocks.filter((block) => block.family === family))
                        .map((block) => ({
                               ...block, ...placeOf(block),
                               size: block.end - block.first,
                               region: String(index),
                               access: accessOf(region),
                             })));
  });
  const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
  return marks.sort(
      (a, b) => compare(a.family, b.family) || compare(b.size, a.size) ||
          compare(a.first, b.first) || compare(+a.region, +b.region));
}

const read = (account, name) =>
    JSON.parse(fs.readFileSync(join(account, name), 'utf8'));

function rulesOf(account) {
  return read(account, 'ReadApiAccessRules.json').ApiAccessRules.map((rule) => ({
    id: rule.ApiAccessRuleId,
    description: rule.Description,
    ranges: rule.IpRanges ?? [],
    cas: rule.CaIds ?? [],
    cns: rule.Cns ?? [],
  }));
}

// All access keys in the files of an account, in the order of the picture: those that
// end first come first, but expired ones last.
function keysOf(account) {
  const keys = fs.readdirSync(account)
      .filter((name) => name.startsWith('ReadAccessKeys.'))
      .flatMap((name) => read(account, name).AccessKeys.map((key) => ({
        id: key.AccessKeyId,
        user: /^ReadAccessKeys\.(.*)\.json$/s.exec(name)?.[1] ?? null,
        state: key.State,
        until: key.ExpirationDate ? Date.parse(key.ExpirationDate) : Infinity,
      })));
  const expired = ({until}) => until <= Date.parse(NOW[1]) ? 1 : 0;
  return keys.sort((a, b) => expired(a) !== expired(b) ? expired(a) - expired(b) :
                       a.until === b.until ?
                       Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) :
                       a.until - b.until);
}

// The share of the keys' line that lasts so many milliseconds, in percent.
function shareOf(remaining) {
  const hour = 3_600_000;
  const ends = [0, 1, 24, 7 * 24, 30 * 24, 365 * 24, 3650 * 24].map((n) => n * hour);
  const section = 100 / ends.length;
  if (remaining === Infinity) return 100;
  if (remaining <= 0) return 0;
  const i = ends.findIndex((end) => remaining <= end);
  if (i < 0) return 100 - section / 2;
  return section * (i - 1 + (remaining - ends[i - 1]) / (ends[i] - ends[i - 1]));
}

let compared = 0;
// Compares what a page has with what it should have, item by item.
function compare(shown, expected, what) {
  assert.deepEqual(shown, expected, what);
  compared += expected.length;
}

async function checkAccessPicture(page, map) {
  const {leftOut, marks} = await page.evaluate(readMarks, 'svg.access-picture');
  const expected = expectedMarks(map);
  // Where not all are drawn, the widest of each family are.
  const drawn = ['IPv4', 'IPv6'].flatMap((family) => {
    const count = marks.filter((mark) => mark.family === family).length;
    return expected.filter((mark) => mark.family === family).slice(0, count);
  });
  const blocksOf = (list) =>
      new Set(list.map(({family, first, end}) => `${family} ${first} ${end}`)).size;
  assert.equal(leftOut, blocksOf(expected) - blocksOf(drawn));
  compare(
      marks.map(({range, region, access}) => {
        const {family, first, end} = parseBlock(range);
        return {family, first, end, region, access};
      }),
      drawn.map(({family, first, end, region, access}) =>
                    ({family, first, end, region, access})),
      'the marks of the map');
  marks.forEach((mark, i) => checkPlace(mark, drawn[i], marks[i - 1]));
  return marks.length;
}

async function checkKeyTimeline(page, account) {
  const {leftOut, marks} = await page.evaluate(readMarks, 'svg.key-timeline');
  const keys = keysOf(account);
  const drawn = keys.slice(0, 200);
  assert.equal(leftOut, keys.length - drawn.length);
  compare(
      marks.map(({key, state, until}) =>
                    ({key, state, until: until === 'never' ? Infinity : Date.parse(until)})),
      drawn.map(({id, state, until}) => ({key: report.shownId(id), state, until})),
      'the marks of the keys');
  marks.forEach((mark, i) => {
    const width = shareOf(drawn[i].until - Date.parse(NOW[1]));
    checkPlace(mark, {x: 0, width}, marks[i - 1]);
  });
  return marks.length;
}

// A mark is where it has to be, below the one before it, and is seen there. Its
// edge may be wider than its place.
function checkPlace(mark, {x, width}, above) {
  const near = (value, wanted, slack) => assert.ok(
      Math.abs(value - wanted) <= slack,
      `${mark.title}: expected ${wanted} %, is ${value} %`);
  near(mark.x, x, 1e-3);
  near(mark.width, width, 1e-3);
  near(mark.left, x, 0.25);
  near(mark.right, x + width, 0.5);
  assert.ok(mark.painted, `${mark.title}: cannot be seen in its place`);
  assert.ok(!above || above.top < mark.top, `${mark.title}: is not below`);
  compared += 5;
}

// What the other commands answer to the questions of a report.
function answersTo({account, against, callers, log}) {
  const of = (verb, ...args) => json(verb, '--account', account, ...args);
  const summary = join(folder, 'summary.json');
  return {
    check: of('check', ...NOW),
    factors: of('factors'),
    map: of('map', ...NOW),
    review: of('review', ...NOW),
    forecast: callers && of('forecast', '--callers', callers, ...NOW),
    diff: against && json('diff', '--before', account, '--after', against, ...NOW),
    replay: log && of('replay', ...against ? ['--against', against] : [],
                      '--summary', summary, log),
    summary: log && JSON.parse(fs.readFileSync(summary)),
    keys: keysOf(account),
    rules: rulesOf(account),
  };
}

// The difference that the deletion of a rule makes.
function withoutRule(account, index) {
  const without = join(folder, 'without');
  fs.rmSync(without, {recursive: true, force: true});
  fs.cpSync(account, without, {recursive: true});
  const answer = read(account, 'ReadApiAccessRules.json');
  answer.ApiAccessRules.splice(index, 1);
  fs.writeFileSync(join(without, 'ReadApiAccessRules.json'), JSON.stringify(answer));
  return json('diff', '--before', account, '--after', without, ...NOW);
}

// All views of a page that a reader may have.
const VIEWS = [
  ...[360, 800, 1400].flatMap((width) => ['light', 'dark'].map(
      (scheme) => ({width, scheme}))),
  ...['light', 'dark'].map((scheme) => ({width: 720, scheme, media: 'print'})),
];

for (const [name, options] of Object.entries(CASES)) {
  test(`${name}: says what the commands say`, async () => {
    const page = await open(draw(name, options));
    const sections = await page.evaluate(report.readReport);
    const shown = report.shownFacts(sections);
    const expected = report.expectedFacts(answersTo(options));
    assert.deepEqual(Object.keys(shown).sort(), Object.keys(expected).sort());
    for (const [section, facts] of Object.entries(expected)) {
      compare(shown[section], facts, section);
    }
    const rules = sections.rules.rows;
    rules.forEach((row, i) => {
      const said = row['Alone admits'];
      for (const part of report.aloneParts(withoutRule(options.account, i))) {
        assert.ok(said.includes(part), `expected \`${part}\` in \`${said}\``);
        ++compared;
      }
    });
    await page.close();
  });

  test(`${name}: the marks are where the map and the keys are`, async () => {
    const page = await open(draw(name, options));
    const map = json('map', '--account', options.account, ...NOW);
    assert.ok(await checkAccessPicture(page, map) > 0);
    assert.ok(await checkKeyTimeline(page, options.account) > 0);
    await page.close();
  });

  test(`${name}: is sound in all views`, async () => {
    const page = await open(draw(name, options));
    assert.equal(await page.evaluate(() => document.scripts.length), 0);
    for (const view of VIEWS) {
      await page.view(view);
      const {width, scheme, media = 'screen'} = view;
      if (PICTURED.has(name) && media === 'screen' && width !== 800) {
        await page.screenshot(
            join(output, `${name}-${width}-${scheme}.png`), {whole: true});
      }
      const faults = await faultsOf(page, {marks: MARKS});
      assert.deepEqual(faults, [], `${width} ${scheme} ${media}`);
    }
    await page.close();
  });
}

test('texts of strangers add no element and no attribute', async () => {
  const skeleton = () => [...document.querySelectorAll('*')].map(
      (element) => [element.localName, ...element.getAttributeNames()].join(' '));
  const skeletons = [];
  for (const name of ['hostile', 'harmless']) {
    const page = await open(draw(name, {
      account: made(`${name}/account`),
      against: made(`${name}/against`),
      callers: made(`${name}/callers.jsonl`),
      log: made(`${name}/log.jsonl`),
    }));
    skeletons.push(await page.evaluate(skeleton));
    await page.close();
  }
  assert.ok(skeletons[0].length > 500);
  compare(...skeletons, 'elements');
});

// Written as readme.png, for .github/report.png.
test('the map and its table fit into one picture', async () => {
  const page = await open(draw('readme', {account: sample('office')}));
  const height = 660;
  await page.view({width: 800, height});
  const end = await page.evaluate(() => {
    const top = document.getElementById('map').offsetTop;
    scrollTo({top, behavior: 'instant'});
    return document.querySelector('#map table').getBoundingClientRect().bottom;
  });
  assert.ok(end < height, `the table ends at ${end} px`);
  const file = join(output, 'readme.png');
  await page.screenshot(file);
  assert.ok(fs.statSync(file).size < 150_000);
  await page.close();
});

test('a report is printed with all of its text', async () => {
  const page = await open(draw('office', CASES.office));
  const file = join(output, 'office.pdf');
  await page.pdf(file);
  const pdf = (tool, ...args) => execFileSync(tool, args, {encoding: 'utf8'});
  const pages = Number(/^Pages: +(\d+)$/m.exec(pdf('pdfinfo', file))[1]);
  assert.ok(pages >= 2 && pages <= 12, `${pages} pages`);
  const words = (text) => text.replace(/\s+/g, '');
  const printed = words(pdf('pdftotext', '-raw', file, '-'));
  const texts = await page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(
        document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const {data, parentElement} = walker.currentNode;
      if (data.trim() !== '' && parentElement.checkVisibility()) found.push(data);
    }
    return found;
  });
  compare(texts.filter((text) => !printed.includes(words(text))), [], 'not printed');
  compared += texts.length;
  await page.close();
});

test('a report of 10,000 rules stays small', async () => {
  const options = {account: made('large')};
  const file = draw('large', options);
  assert.ok(fs.statSync(file).size < 1_000_000);
  const page = await open(file);
  const map = json('map', '--account', options.account, ...NOW);
  assert.equal(await checkAccessPicture(page, map), 200);
  assert.equal(await checkKeyTimeline(page, options.account), 200);
  await page.view({width: 360, scheme: 'dark'});
  await page.screenshot(join(output, 'large-360-dark.png'));
  assert.deepEqual(await faultsOf(page, {marks: MARKS}), []);
  await page.pdf(join(output, 'large.pdf'));
  await page.close();
});

test('enough was compared', () => {
  console.log(`${compared} comparisons of what a report shows`);
  assert.ok(compared > 5000);
});
