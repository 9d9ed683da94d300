// The page: what is opened and typed goes to the library, its answers are shown.

import {ANSWERS, filesOfDrop, filesOfInput, sortFiles} from './answers.mjs';
import {Asker} from './asker.mjs';
import {ACTIVATE, CALLS, valueOf} from './calls.mjs';
import {formatLink, parseLink} from './link.mjs';
import {count, foldedIds, shownId} from './text.mjs';
import {
  changeView, element, errorView, explanationView, planView, reportSections, table,
} from './views.mjs';

const byId = (id) => /** @type {any} */ (document.getElementById(`page-${id}`));

const asker = new Asker(byId('worker').textContent, showProgress);
// Whether there is an account to ask about, and how many were opened.
let isOpen = false;
let opened = 0;
// Whether the reader, or a link, has said what `now` is.
let isNowChosen = false;
// How often each answer was asked for or shown.
const turns = {explanation: 0, effect: 0};
/**
 * Those who must not be locked out: as they are told to the library, whose reader is
 * stricter than JavaScript's, and as they are shown.
 * @type {{json: string, shown: any}[]}
 */
let callers = [];

// --- The account ---

async function openFiles(/** @type {import('./answers.mjs').Opened[]} */ files) {
  try {
    const sorted = sortFiles(files);
    if (sorted.answers.size > 0) await openAccount(sorted);
    if (sorted.callers) await readCallers(sorted.callers);
    if (sorted.plan) await tryPlan(sorted.plan);
    if (files.length > sorted.others.length) return;
    say(`Nothing was opened: there is no answer of an account in ${
        files.length === 0 ? 'what was chosen' : foldedIds(sorted.others)}.`);
  } catch (error) {
    say(`Not opened: ${error.message}` +
        (isOpen ? '. The account that was open stays open.' : ''));
  }
}

async function openAccount({answers, others}) {
  isOpen = false;
  asker.close();
  for (const place of ['answers', 'first', 'report']) byId(place).replaceChildren();
  for (const place of ['explanation', 'effect']) answerWith(place);
  say('Reading the account.');
  if (!isNowChosen) takeClock();
  const turn = ++opened;
  const texts = {};
  for (const [name, file] of answers) {
    texts[name] = new Uint8Array(await file.arrayBuffer());
  }
  // Another one was opened meanwhile.
  if (turn !== opened) return;
  byId('answers').append(...answersView(answers));
  try {
    const {notes} = await asker.open(texts);
    isOpen = true;
    say(`The account is open: ${count(answers.size, 'answer')}` +
        (others.length === 0 ? '.' :
                               `; ${count(others.length, 'other file')} not read.`));
    byId('answers').append(...notesView(notes));
  } catch (error) {
    say('The account cannot be used.');
    byId('answers').append(errorView(error));
    return;
  }
  askAll();
}

/** Which answers were read, and what is not known without the others. */
function answersView(answers) {
  const users = [...answers.keys()].filter((name) => name.startsWith('ReadAccessKeys.'));
  const rows = ANSWERS.map(({call, required, without}) => [
    call,
    answers.has(call) ? 'read' :
        required      ? 'missing, and required' :
                        `missing: ${without}`,
  ]);
  rows.push([
    'ReadAccessKeys of EIM users',
    users.length === 0 ? 'none' : `read of ${count(users.length, 'user')}`,
  ]);
  return table('Answers of the provider', ['Call', 'Answer'], rows);
}

function notesView(/** @type {string[]} */ notes) {
  if (notes.length === 0) return [];
  return [
    element('p', {}, 'No verdict depends on what these notes are about:'),
    element('ul', {}, ...notes.map((note) => element('li', {}, note))),
  ];
}

function say(/** @type {string} */ text) {
  byId('status').textContent = text;
}

function showProgress(/** @type {boolean} */ isBusy) {
  byId('progress').hidden = !isBusy;
}

// --- Questions ---

/** Shows nodes as an answer, of which the first is read out; none: forgets it. */
function answerWith(/** @type {string} */ place, /** @type {Node[]} */ ...nodes) {
  ++turns[place];
  byId(place).removeAttribute('aria-busy');
  const [said, others] = byId(place).children;
  said.replaceChildren(...nodes.slice(0, 1));
  others.replaceChildren(...nodes.slice(1));
}

function hint(/** @type {string} */ text) {
  return element('p', {class: 'hint'}, text);
}

/** Asks, and shows the answer in `place`, unless something else is there then. */
async function show(place, question, options, view) {
  if (!isOpen) return;
  const turn = ++turns[place];
  // What is there is about what was asked before.
  byId(place).setAttribute('aria-busy', 'true');
  let nodes;
  try {
    const answer = await asker.ask(place, question, options);
    if (turn !== turns[place]) return;
    nodes = view(answer);
  } catch (error) {
    nodes = [errorView(error)];
  }
  if (turn === turns[place]) answerWith(place, ...nodes);
}

function askAll() {
  askAboutRequest();
  askForReport();
}

async function askForReport() {
  if (!isOpen) return;
  for (const place of ['first', 'report']) byId(place).setAttribute('aria-busy', 'true');
  let sections;
  try {
    const answer = await asker.ask('report', 'report', optionsJson({}));
    sections = reportSections(answer.Html);
  } catch (error) {
    sections = [errorView(error)];
  }
  const [first, ...others] = sections;
  for (const place of ['first', 'report']) byId(place).removeAttribute('aria-busy');
  byId('first').replaceChildren(first);
  byId('report').replaceChildren(...others);
  suggestIds();
}

/** Offers the ids of the report where one is asked for, but not what it has cut. */
function suggestIds() {
  for (const [list, rows] of Object.entries(
           {keys: '#keys [data-key]', rules: '#rules [data-rule]'})) {
    const ids = Array.from(
        document.querySelectorAll(`${rows} > th > code:first-of-type`),
        ({textContent}) => textContent);
    byId(list).replaceChildren(...ids.filter((id) => /^[\w-]+$/.test(id))
                                   .map((value) => element('option', {value})));
  }
}

/** Options with those of every question about an effect. */
function optionsJson(/** @type {object} */ others) {
  const text = JSON.stringify({Now: byId('now').value, ...others});
  const list = callers.map(({json}) => json).join(',');
  return list === '' ? text : `${text.slice(0, -1)},"Callers":[${list}]}`;
}

/** The text of a file. Throws what is to be said about one that has none. */
async function textOf(/** @type {File} */ file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    throw new Error('expected UTF-8');
  }
}

/** What somebody presents, whatever the method. */
function readPresented() {
  const field = (name) => byId('request').elements[name].value;
  const cas = field('CaIds').split(/\s+/).filter((id) => id !== '');
  const cn = field('Cn');
  return {
    ClientIp: field('ClientIp').trim(),
    ...field('Login') !== '' && {Login: field('Login')},
    ...field('Login') === 'AccessKey' && {AccessKeyId: field('AccessKeyId').trim()},
    ...(cas.length > 0 || cn !== '') &&
        {Certificate: {CaIds: cas, ...cn !== '' && {Cn: cn}}},
  };
}

function askAboutRequest() {
  updateLink();
  const answer = byId('explanation');
  const {Service, Method} = byId('request').elements;
  const Request = {
    Service: Service.value.trim(),
    Method: Method.value.trim(),
    ...readPresented(),
  };
  delete answer.dataset.verdict;
  if (!isOpen || Request.Method === '' || Request.ClientIp === '') {
    answerWith('explanation', hint(isOpen ?
        'Type a method and the address of the client.' :
        'Open an account first.'));
    return;
  }
  show('explanation', 'explain', {Now: byId('now').value, Request}, (explanation) => {
    answer.dataset.verdict = explanation.Verdict;
    return explanationView(explanation, useRequest);
  });
}

/** Puts a request line into the form. */
function useRequest({Certificate, ...fields}) {
  const {CaIds = [], Cn = ''} = Certificate ?? {};
  fill({Login: '', AccessKeyId: '', ...fields, CaIds: CaIds.join(' '), Cn});
  askAboutRequest();
  byId('method').focus();
}

function fill(/** @type {Record<string, string>} */ fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = byId('request').elements[name];
    const hasValue = field && (field.localName !== 'select' ||
        [...field.options].some((option) => option.value === value));
    if (hasValue) field.value = value;
  }
}

// --- Callers ---

async function readCallers(/** @type {File} */ file) {
  try {
    const lines = (await textOf(file)).split('\n').filter((line) => line.trim() !== '');
    setCallers(lines.map((json) => ({json, shown: callerOf(json)})));
  } catch (error) {
    setCallers([]);
    byId('callers').replaceChildren(errorView(error));
  }
}

// What is wrong with the JSON of others is not quoted: it may have a secret.
function callerOf(/** @type {string} */ json) {
  try {
    return JSON.parse(json);
  } catch {
    throw new Error('expected a caller on each line, as one JSON object');
  }
}

function setCallers(/** @type {typeof callers} */ changed) {
  callers = changed;
  forgetEffect();
  const rows = callers.map(({shown}, i) => {
    // A file may have anything there, which is for the library to refuse.
    const {Name, ClientIp, Login = 'none', AccessKeyId, Certificate} = shown ?? {};
    const name = shownId(String(Name));
    const remove = element(
        'button', {type: 'button', 'aria-label': `Remove ${name}`}, 'Remove');
    remove.addEventListener('click', () => {
      setCallers(callers.filter((_, other) => other !== i));
      byId('caller').focus();
    });
    return [
      element('code', {}, name),
      shownId(String(ClientIp)),
      shownId(String(AccessKeyId ?? Login)),
      foldedIds([Certificate?.CaIds ?? []].flat().map(String)) || 'none',
      remove,
    ];
  });
  byId('callers').replaceChildren(...rows.length === 0 ? [] : table(
      'Callers that you rely on',
      ['Name', 'Address', 'Login', 'Certificate of', 'Remove'], rows));
  askForReport();
}

function addCaller() {
  const name = byId('caller');
  const shown = {Name: name.value, ...readPresented()};
  const missing = shown.Name === '' ? 'a name' :
      callers.some((caller) => caller.shown?.Name === shown.Name) ? 'another name' :
      shown.ClientIp === '' ? 'the address of the client in the request above' :
      shown.AccessKeyId === '' ? 'the id of the access key in the request above' :
                                 undefined;
  byId('caller-error').textContent = missing === undefined ? '' : `expected ${missing}`;
  if (missing !== undefined) return;
  setCallers([...callers, {json: JSON.stringify(shown), shown}]);
  name.value = '';
}

// --- Changes ---

function showParameters() {
  forgetEffect();
  const rows = CALLS[byId('call').value].flatMap((parameter) => {
    const {name} = parameter;
    const label = element('label', {for: `page-of-${name}`}, name);
    const control = controlOf(parameter);
    if (parameter.required) return [label, control];
    const sent = element('input', {
      type: 'checkbox', id: `page-send-${name}`, 'aria-label': `Send ${name}`,
    });
    control.addEventListener('input', () => sent.checked = true);
    return [label, element('div', {class: 'row'}, sent, control)];
  });
  byId('parameters').replaceChildren(element('div', {class: 'fields'}, ...rows));
}

function controlOf({name, kind, of = kind === 'flag' ? ['true', 'false'] : undefined}) {
  const attributes = {id: `page-of-${name}`, autocomplete: 'off', spellcheck: 'false'};
  if (of) {
    const options = of.map((text) => element('option', {}, text));
    return element('select', attributes, ...options);
  }
  if (kind === 'list' || kind === 'pem') {
    return element('textarea', {
      ...attributes, rows: '2', placeholder: kind === 'pem' ? '' : 'one a line',
    });
  }
  const list = {AccessKeyId: 'page-keys', ApiAccessRuleId: 'page-rules'}[name];
  return element('input', {...attributes, ...list && {list}});
}

/** The parameters that are sent: their text by name. */
function readParameters() {
  return CALLS[byId('call').value].flatMap((parameter) => {
    const text = byId(`of-${parameter.name}`).value;
    const isSent =
        parameter.required ? text !== '' : byId(`send-${parameter.name}`).checked;
    return isSent ? [{parameter, text}] : [];
  });
}

function tryCall() {
  const call = byId('call').value;
  const Request = Object.fromEntries(readParameters().map(
      ({parameter, text}) => [parameter.name, valueOf(parameter, text)]));
  const request = JSON.stringify(Request);
  if (call === ACTIVATE) return showEffect('plan', `"Activate":${request}`, planView);
  return showEffect('change', `"Call":"${call}","Request":${request}`, changeView);
}

async function tryPlan(/** @type {File} */ file) {
  forgetEffect();
  const turn = turns.effect;
  let text;
  try {
    text = await textOf(file);
  } catch (error) {
    answerWith('effect', errorView(error));
    return;
  }
  // Something else was tried meanwhile.
  if (turn !== turns.effect) return;
  try {
    JSON.parse(text);
  } catch {
    answerWith('effect', errorView(new Error('expected the JSON of a Terraform plan')));
    return;
  }
  // The very text: JavaScript would round its numbers and drop repeated keys.
  await showEffect(
      'plan', `"Terraform":${text}`, (answer) => planView(answer, file.name));
}

/** `field` is the text of what the question has beside the options of each. */
async function showEffect(question, field, view) {
  if (!isOpen) {
    answerWith('effect', hint('Open an account first.'));
    return;
  }
  const options = optionsJson({Diff: true});
  await show('effect', question, `${options.slice(0, -1)},${field}}`, view);
}

/** An effect is that of what is shown above it, and of no earlier state. */
function forgetEffect() {
  answerWith('effect');
}

// --- Now ---

function setNow(/** @type {string} */ text, /** @type {boolean} */ isChosen) {
  isNowChosen = isChosen;
  byId('now').value = text;
  updateNow();
}

function updateNow() {
  byId('now-source').textContent = isNowChosen ?
      'Chosen by you, or by a link. All dates are in UTC.' :
      'By the clock of this computer, when the account was opened. All dates are in UTC.';
  forgetEffect();
  askAll();
}

function takeClock() {
  setNow(new Date().toISOString(), false);
}

// --- The link ---

function updateLink() {
  const initial = (field) => field.defaultValue ??
      [...field.options].find(({defaultSelected}) => defaultSelected).value;
  const request = [...byId('request').elements]
      .filter((field) => field.value !== initial(field))
      .map(({name, value}) => [name, value]);
  // A certificate is long, and what is pasted for one may be a secret.
  const parameters = readParameters().filter(({parameter}) => parameter.kind !== 'pem')
      .map(({parameter, text}) => [`Request.${parameter.name}`, text]);
  const [page] = location.href.split('#');
  byId('link').href = page + formatLink([
    ...request,
    ...isNowChosen ? [['Now', byId('now').value]] : [],
    ...parameters.length > 0 ? [['Call', byId('call').value], ...parameters] : [],
  ]);
}

function followLink() {
  const fields = parseLink(location.hash);
  const names = [...byId('request').elements].map(({name}) => name);
  if (!['Now', 'Call', ...names].some((name) => fields.has(name))) return;
  byId('request').reset();
  fill(Object.fromEntries(names.filter((name) => fields.has(name))
                              .map((name) => [name, fields.get(name) ?? ''])));
  const call = fields.get('Call');
  if (call !== undefined && Object.hasOwn(CALLS, call)) {
    byId('call').value = call;
    showParameters();
    for (const {name, required} of CALLS[call]) {
      const text = fields.get(`Request.${name}`);
      if (text === undefined) continue;
      byId(`of-${name}`).value = text;
      if (!required) byId(`send-${name}`).checked = true;
    }
  }
  if (fields.has('Now')) setNow(fields.get('Now') ?? '', true); else takeClock();
}

// --- What happens when ---

/** Calls `handle` with the files of an input, which may then take the same again. */
function onFiles(id, handle) {
  const input = byId(id);
  input.addEventListener('change', () => {
    handle(filesOfInput(input));
    input.value = '';
  });
}

onFiles('folder', openFiles);
onFiles('files', openFiles);
onFiles('callers-file', ([{file}]) => readCallers(file));
onFiles('plan', ([{file}]) => tryPlan(file));

addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('over');
});
addEventListener('dragleave', ({relatedTarget}) => {
  if (relatedTarget === null) document.body.classList.remove('over');
});
addEventListener('drop', async (event) => {
  event.preventDefault();
  document.body.classList.remove('over');
  if (!event.dataTransfer) return;
  try {
    openFiles(await filesOfDrop(event.dataTransfer));
  } catch (error) {
    say(`Not opened: ${error.message}`);
  }
});

byId('request').addEventListener('input', askAboutRequest);
byId('request').addEventListener('submit', (event) => event.preventDefault());
byId('add-caller').addEventListener('click', addCaller);
byId('now').addEventListener('input', () => {
  isNowChosen = true;
  updateNow();
});
byId('clock').addEventListener('click', takeClock);
byId('call').append(...Object.keys(CALLS).map((call) => element('option', {}, call)));
byId('call').addEventListener('input', showParameters);
byId('call-form').addEventListener('input', () => {
  forgetEffect();
  updateLink();
});
byId('call-form').addEventListener('submit', (event) => {
  event.preventDefault();
  tryCall();
});
addEventListener('hashchange', followLink);

showParameters();
takeClock();
followLink();
