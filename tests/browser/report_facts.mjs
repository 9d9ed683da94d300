// What a report says and what the JSON commands say, as sets of facts in the same
// words. Each function is for one section of the page.

import {formatBlock, joinBlocks, parseBlock} from './addresses.mjs';

// The sections of the report in the page: the text, the fields and the rows of
// tables, with their data- attributes and their cells by heading. Runs in the page.
export function readReport() {
  const text = (element) => element.innerText.replace(/\s+/g, ' ').trim();
  const sections = {};
  for (const section of document.querySelectorAll('main > section')) {
    const rows = [...section.querySelectorAll('table')].flatMap((table) => {
      const heads = [...table.tHead.rows].at(-1).cells;
      return [...table.tBodies[0].rows].map((row) => ({
        ...row.dataset,
        table: table.id,
        cells: [...row.cells].map(text),
        ...Object.fromEntries([...row.cells].map(
            (cell, i) => [heads[i] ? text(heads[i]) : i, text(cell)])),
      }));
    });
    const fields = [...section.querySelectorAll('dd[data-field]')].map((field) => [
      field.dataset.field,
      field.dataset.value ?? field.querySelector('time')?.dateTime ?? text(field),
    ]);
    sections[section.id] = {
      text: text(section), rows, fields: Object.fromEntries(fields),
    };
  }
  return sections;
}

// As the library shows an id: printable ASCII, at most 64 bytes of it.
export function shownId(id) {
  const bytes = Buffer.from(id);
  const shown = [...bytes.subarray(0, 64)].map((byte) => {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c && byte !== 0x60;
    return plain ? String.fromCharCode(byte) :
                   `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
  const text = bytes.length > 64 ? `${shown}... (${bytes.length} bytes)` : shown;
  return text.replace(/\s+/g, ' ').trim();  // as a browser does
}

// Three items of a list, and how many more there are.
function folded(items) {
  const more = items.length > 3 ? ` and ${items.length - 3} more` : '';
  return items.slice(0, 3).join(', ') + more;
}
const foldedIds = (ids) => folded(ids.map(shownId));

function foldedRanges(ranges) {
  return folded(['IPv4', 'IPv6'].flatMap(
      (family) => joinBlocks(ranges.map(parseBlock).filter(
          (block) => block.family === family))).map(formatBlock));
}

const SERVICES = ['api', 'icu', 'fcu', 'lbu', 'directlink', 'eim'];
const ALL = {
  Public: ['api', 'icu', 'fcu'],
  Ordinary: SERVICES,
  Managing: ['api', 'icu', 'eim'],
  Unlisted: [...SERVICES, 'other'],
  Exempt: ['oos', 'osu'],
};
// The services in which a login may be used at all.
const OF_LOGIN = {
  RootAccessKey: () => true,
  EimAccessKey: (service) => service !== 'icu',
  Password: (service) => service === 'api' || service === 'icu',
};

// `all Ordinary, Managing of api and icu` as [class, service] pairs.
function parseMethods(text, may = () => true) {
  const pattern = /(all )?([A-Z][a-z]+)(?: of ([a-z, ]+?))?(?:, (?=all |[A-Z])|$)/gy;
  const pairs = [];
  for (let match, end = 0; end < text.length; end = pattern.lastIndex) {
    match = pattern.exec(text);
    if (!match || !ALL[match[2]] || !match[1] === !match[3]) {
      throw new Error(`expected classes of methods, got \`${text}\``);
    }
    const services = match[3]?.split(/, | and /) ?? ALL[match[2]].filter(may);
    pairs.push(...services.map((service) => [match[2], service]));
  }
  return pairs;
}

// `RootAccessKey, EimAccessKey: all Ordinary; Password: all Managing` as facts.
function parseRequests(text) {
  return text.split('; ').flatMap((part) => {
    const [logins, methods] = part.split(': ');
    return logins.split(', ').flatMap(
        (login) => parseMethods(methods, OF_LOGIN[login]).map(
            ([kind, service]) => `${service} ${kind} ${login}`));
  }).sort();
}
const requestFacts = (requests) => requests.map(
    ({Service, Class, Login}) => `${Service} ${Class} ${Login}`).sort();

// `all Ordinary: certificate-missing; Managing of api: ca-not-allowed` as facts.
function parseLost(text) {
  return text.split('; ').flatMap((part) => {
    const [methods, reason] = part.split(': ');
    return parseMethods(methods).map(
        ([kind, service]) => `${service} ${kind} ${reason}`);
  }).sort();
}
const lostFacts = (lost) => lost.map(
    ({Service, Class, Reason}) => `${Service} ${Class} ${Reason}`).sort();

function certificatesText(entries) {
  return folded(entries.map(({CaIds, CaIdsNot, Cns, CnsNot}) => {
    if (CaIdsNot) {
      return CaIdsNot.length === 0 ?
          'not needed' : `none, or of another CA than ${foldedIds(CaIdsNot)}`;
    }
    const cns = Cns ? ` with CN ${foldedIds(Cns)}` :
        CnsNot.length > 0 ? ` without CN, or with another than ${foldedIds(CnsNot)}` : '';
    return `of CA ${foldedIds(CaIds)}${cns}`;
  }));
}

const needWith = (login, alternatives) => {
  if (alternatives.some((factors) => factors.length === 0)) return 'none';
  return alternatives.find((factors) => factors.includes(login))?.join('+') ??
      'impossible';
};

const dateText = (instant, never) =>
    instant === Infinity ? never : new Date(instant).toISOString();
const ownerText = (user) => user === null ? 'root user' : `EIM user ${shownId(user)}`;
const usesText = ({Alone, Among}) => Alone + Among === 0 ?
    'not seen in this log' : `${Alone} alone, ${Among} among others`;

// What each section has to say, given the answers of the commands to the same
// questions and the files of the account.
export function expectedFacts(answers) {
  const {check, factors, map, review, forecast, diff, replay, summary, keys, rules} =
      answers;
  const facts = {};
  const now = check.Judged.Now;
  const max = check.Judged.MaxAccessKeyExpirationSeconds;
  const ends = keys.filter(({state}) => state === 'ACTIVE')
                   .map(({until}) => until)
                   .filter((until) => until > Date.parse(now));
  const lockOut = !forecast ? 'NotAssessed' :
      forecast.Callers.some(({CanManage}) => CanManage) ? 'None' :
      'AlreadyLockedOut';
  facts.first = [
    `Now ${now}`,
    `TrustedSession ${factors.TrustedSession ? 'activated' : 'deactivated'}`,
    `Maximum ${max === 0 ? 'none' : `${max} s`}`,
    `NextChange ${dateText(Math.min(...ends), 'none')}`,
    `LockOut ${lockOut}`,
    `Activation ${check.Ready ? 'Ready' : 'NotReady'}`,
  ];
  facts.activation = [
    ...[...check.Violations, ...check.Warnings].map(
        ({Code, Message}) => `${Code}: ${Message}`),
    `SmallestMaximum ${check.SmallestMaximum}`,
    `ReadyAt ${check.ReadyAt}`,
  ];
  facts.callers = forecast?.Callers.flatMap((caller) => {
    const name = shownId(caller.Name);
    const until = caller.CanManage ? caller.ManageUntil ?? 'for ever' : '-';
    return [
      `${name} ${caller.CanManage} ${until}, ${caller.Events.length} events`,
      ...caller.Events.slice(0, 3).flatMap(({At, Lost}) => lostFacts(Lost).map(
          (lost) => `${name} ${At} ${lost}`)),
    ];
  });
  const columns = ['Deactivated', 'Activated'].flatMap(
      (session) => ['AccessKey', 'Password'].map((login) => [session, login]));
  facts.factors = factors.Classes.flatMap((row) => columns.map(
      ([session, login]) => [
        row.Certificate ?? factors.Rules, row.Class, row.Services.join(' '),
        session, login, needWith(login, row[session]),
      ].join(' ')));
  facts.map = map.Regions.flatMap((region, i) => regionFacts(region).map(
      (fact) => `${i} ${fact}`));
  facts.findings = review.Findings.map(
      ({Code, Subject, Message}) => `${Code} ${shownId(Subject) || '-'}: ${Message}`);
  facts.rules = rules.map((rule) => [
    [rule.id, rule.description ?? ''].map(shownId).join(' ').trim(),
    folded(rule.ranges.map(parseBlock).map(formatBlock)) || 'any address',
    foldedIds(rule.cas) || 'not asked',
    foldedIds(rule.cns) || 'not asked',
    replay ? usesText(replay.Rules.find(({RuleId}) => RuleId === rule.id)) : 'no log',
    summary?.Rules.find(({RuleId}) => RuleId === rule.id).LastUse ?? '-',
  ].join(' | '));
  facts.keys = keys.map((key) => {
    const use = replay?.Keys.find(({AccessKeyId}) => AccessKeyId === key.id);
    const expired = key.until <= Date.parse(now);
    return [
      shownId(key.id), ownerText(key.user),
      key.state + (expired ? ', expired' : ''),
      dateText(key.until, 'never'),
      !replay ? 'no log' : use.Count === 0 ? 'not seen in this log' :
          `${use.Count} ${use.LastUse}`,
    ].join(' | ');
  });
  if (diff) {
    facts.difference = [
      ...diff.Regions.flatMap((region) => regionFacts(region).map(
          (fact) => `${region.Kind} ${fact}`)),
      ...diff.Keys.map(
          ({AccessKeyId, Kind}) => `${Kind} key ${shownId(AccessKeyId)}`),
      ...diff.Equal ? ['Equal'] : [],
    ];
  }
  if (replay) {
    const counts = [
      'Entries', 'NotJudged', 'KeyGone', 'Allow', 'Deny', 'Depends', 'Surprises',
      ...diff ? ['Broken', 'AtRisk'] : [],
    ];
    const {Window: window} = replay;
    facts.log = [
      ...counts.map((name) => `${name} ${replay[name]}`),
      ...window ? [`From ${window.From}`, `To ${window.To}`] : [],
      ...['BrokenBy', 'AtRiskBy'].flatMap((group) => replay[group].map(
          ({AccessKeyId, Method, Count, First}) => [
            group,
            AccessKeyId === null ? 'without access key' : shownId(AccessKeyId),
            Method, Count, First.QueryDate,
            ...First.RequestId === null ? [] : [shownId(First.RequestId)],
          ].join(' | '))),
      ...replay.Ranges.filter(({Alone, Among}) => Alone + Among === 0).map(
          ({RuleId, Range}) => `unused ${Range} ${shownId(RuleId)}`),
    ];
  }
  return sorted(facts);
}

// What a rule alone admits, given the difference that its deletion makes; parts of
// the text that the page has to have.
export function aloneParts({Regions: regions}) {
  if (regions.length === 0) return ['rule-redundant'];
  return [
    ...regions.slice(0, 3).flatMap(({Ranges, Certificates}) => [
      `${foldedRanges(Ranges)}: `, `; certificate ${certificatesText(Certificates)}`,
    ]),
    ...regions.length > 3 ? [` and ${regions.length - 3} more`] : [],
  ];
}

const regionFacts = ({Ranges, Requests, Certificates}) => {
  const where = `${foldedRanges(Ranges)} | ${certificatesText(Certificates)}`;
  return requestFacts(Requests).map((request) => `${where} | ${request}`);
};

function sorted(facts) {
  return Object.fromEntries(Object.entries(facts).filter(([, list]) => list).map(
      ([section, list]) => [section, list.sort()]));
}

// The same of the page.
export function shownFacts(sections) {
  const facts = {};
  const rowsOf = (section, attribute) =>
      sections[section].rows.filter((row) => attribute in row);
  const dateOr = (never, text) =>
      text.startsWith(never) ? never : new Date(text).toISOString();
  const first = sections.first.fields;
  facts.first = [
    ...['Now', 'TrustedSession', 'LockOut', 'Activation'].map(
        (name) => `${name} ${first[name]}`),
    `Maximum ${first.Maximum.replace(/:.*/, '')}`,
    `NextChange ${dateOr('none', first.NextChange)}`,
  ];
  const said = (pattern) => pattern.exec(sections.activation.text)?.[1] ?? null;
  facts.activation = [
    ...rowsOf('activation', 'code').map(
        (row) => `${row.code}: ${row['What was found']}`),
    `SmallestMaximum ${said(/every access key allows: (\d+) s/)}`,
    `ReadyAt ${said(/Ready at (\S+)\./)}`,
  ];
  facts.callers = sections.callers && rowsOf('callers', 'caller').flatMap((row) => {
    const manages = {'can manage': true, 'cannot manage': false}[
        row.Now.replace(/: [a-z-]+$/, '')];
    const [shown, more] = row.Loses.split(/ and (\d+) more$/);
    const events = shown === 'nothing' ? [] : shown.split(/, (?=\d{4}-)/);
    return [
      `${row.caller} ${manages} ${row.Until}, ` +
          `${events.length + Number(more ?? 0)} events`,
      ...events.flatMap((event) => {
        const [, at, lost] = /^(\S+): (.*)$/.exec(event);
        return parseLost(lost).map((fact) => `${row.caller} ${at} ${fact}`);
      }),
    ];
  });
  facts.factors = rowsOf('factors', 'class').flatMap(({table, cells}) => {
    const [name, services, ...needs] = cells;
    const demand = table.replace('factors-', '');
    return ['Deactivated AccessKey', 'Deactivated Password', 'Activated AccessKey',
            'Activated Password'].map(
        (column, i) => [demand, name, services, column, needs[i]].join(' '));
  });
  const regionRow = (row) => parseRequests(row['Login and methods']).map(
      (request) => `${row.Addresses} | ${row.Certificate} | ${request}`);
  facts.map = rowsOf('map', 'region').flatMap(
      (row) => regionRow(row).map((fact) => `${row.region} ${fact}`));
  facts.findings = rowsOf('findings', 'code').map(
      (row) => `${row.code} ${row.Subject}: ${row['What was found']}`);
  facts.rules = rowsOf('rules', 'rule').map((row) => [
    row.Rule, row.Addresses, row.CAs, row.CNs, row['In the log'],
    row['Last in the log']].join(' | '));
  facts.keys = rowsOf('keys', 'key').map((row) => [
    row.key, row.Owner, row.State,
    dateOr('never', row.Expires),
    row['In the log'].replace(/ entr(y|ies), last/, '')].join(' | '));
  facts.difference = sections.difference && [
    ...rowsOf('difference', 'kind').flatMap(
        (row) => row.key === undefined ?
            regionRow(row).map((fact) => `${row.kind} ${fact}`) :
            [`${row.kind} key ${row.key}`]),
    .../Equal: /.test(sections.difference.text) ? ['Equal'] : [],
  ];
  const group = (row) => ({broken: 'BrokenBy', 'at-risk': 'AtRiskBy'})[row.table];
  facts.log = sections.log && [
    ...Object.entries(sections.log.fields).map((field) => field.join(' ')),
    ...sections.log.rows.filter(group).map((row) => [
      group(row), row['Access key'], row.Method, row.Entries,
      ...row.First.split(', request ')].join(' | ')),
    ...sections.log.rows.filter(({table}) => table === 'unused-ranges').map(
        (row) => `unused ${row['IP range']} ${row.Rule}`),
  ];
  return sorted(facts);
}
