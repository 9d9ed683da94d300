// Answers of the library as elements. Whatever an account says becomes the text of
// a node, never markup.

import {
  certificatesText, count, factorsText, folded, foldedIds, kindsText, lostText,
  plainJson, requestsText, shownId,
} from './text.mjs';

/**
 * An element; texts among `children` become text nodes.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const id = (text) => element('code', {}, shownId(text));
const paragraph = (...children) => element('p', {}, ...children);

/** A date of an answer. */
export function time(/** @type {string} */ text) {
  return element('time', {datetime: text}, text);
}

function list(items) {
  return element('ul', {}, ...items.map((item) => element('li', {}, ...[item].flat())));
}

function facts(rows) {
  return element('dl', {}, ...rows.flatMap(([name, ...value]) => [
    element('dt', {}, name),
    element('dd', {'data-field': name}, ...value),
  ]));
}

/**
 * A table as those of the report; the first cell of a row is its head. It says how
 * many of `all` rows are left out.
 * @param {string} caption
 * @param {string[]} heads
 * @param {(Node | string)[][]} rows
 */
export function table(caption, heads, rows, all = rows.length) {
  const row = ([head, ...cells]) => element(
      'tr', {}, element('th', {scope: 'row'}, head),
      ...cells.map((cell) => element('td', {}, cell)));
  const nodes = [element(
      'div', {class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0'},
      element(
          'table', {}, element('caption', {}, caption),
          element('thead', {}, element(
              'tr', {}, ...heads.map((head) => element('th', {scope: 'col'}, head)))),
          element('tbody', {}, ...rows.map(row))))];
  if (all > rows.length) {
    nodes.push(paragraph(`${count(all - rows.length, 'more row')} left out.`));
  }
  return nodes;
}

/** What went wrong, in the words of the library. */
export function errorView(/** @type {Error} */ error) {
  return element('p', {class: 'error'}, error.message);
}

/**
 * What becomes of a request. `onUse` takes the request line of a remedy.
 * @param {any} answer of `explain`
 * @param {(request: any) => void} onUse
 */
export function explanationView(answer, onUse) {
  const {Decision: decision} = answer;
  const verdict = element(
      'p', {class: 'verdict'}, element('strong', {}, decision.Verdict),
      ` ${decision.Reason}`);
  if (decision.RuleId !== null) verdict.append(', by rule ', id(decision.RuleId));
  if (decision.ValidUntil !== null) verdict.append(', until ', time(decision.ValidUntil));
  const rows = [
    ['Class', answer.Class],
    ['Login', `${answer.Login.Kind}, ${answer.Login.Usable ? 'usable' : 'not usable'}`],
    ['Trusted session', answer.TrustedSession ? 'activated' : 'deactivated'],
    ['Required', factorsText(answer.Required)],
  ];
  if (decision.MissingFactors.length > 0) {
    rows.push(['Missing', decision.MissingFactors.join(', ')]);
  }
  const nodes = [verdict, facts(rows)];
  if (answer.SimilarMethod !== null) {
    nodes.push(paragraph('The catalogue has no such method. It has ',
                         id(answer.SimilarMethod), '.'));
  }
  if (answer.Remedies.length > 0) {
    nodes.push(paragraph('What would help:'), list(answer.Remedies.map((remedy) => {
      const button = element('button', {type: 'button'}, 'Ask about this');
      button.addEventListener('click', () => onUse(remedy.Request));
      return [`${remedy.Text} `, button];
    })));
  }
  if (answer.Notes.length > 0) nodes.push(list(answer.Notes));
  if (answer.RulesCount > 0) nodes.push(...rulesView(answer));
  return nodes;
}

function rulesView({Rules: rules, RulesCount: all, KeyAssumedUsable: isAssumed}) {
  const criterion = (state, by) =>
      by === null ? state : element('span', {}, `${state} by `, id(by));
  return table(
      `What each of ${count(all, 'rule')} makes of it` +
          (isAssumed ? ', were the access key usable' : ''),
      ['Rule', 'Addresses', 'Address', 'CA', 'CN'],
      rules.map((rule) => [
        id(rule.RuleId),
        rule.IpRangeCount === 0 ? 'all' : folded(rule.IpRanges, rule.IpRangeCount),
        criterion(rule.IpRange, rule.By.IpRange),
        criterion(rule.Ca, rule.By.CaId),
        criterion(rule.Cn, rule.By.Cn),
      ]),
      all);
}

// Of the views below, the first node is what matters most.

/** What a change does: the answer of `change`. */
export function changeView(/** @type {any} */ answer) {
  return [...stepView(answer), ...differenceView(answer.Difference)];
}

/**
 * What a plan does: the answer of `plan`.
 * @param {any} answer
 * @param {string} [file] that of the plan
 */
export function planView(answer, file) {
  const {Open: open, Notes: notes = [], Plugin: plugin} = answer;
  const refused = answer.Steps.findIndex((step) => !step.Accepted);
  const nodes = refused === -1 ? [lockOutView(answer)] : [element(
      'div', {}, paragraph(
          element('strong', {}, `Refused at step ${refused + 1}.`),
          ' What comes after it, or depends on it, was not tried: all that is said here ' +
              'is about the accepted steps alone.'),
      lockOutView(answer))];
  if (file !== undefined) nodes.push(paragraph('Terraform plan ', id(file)));
  if (open.length > 0) {
    nodes.push(paragraph('Left open:'),
               list(open.map(({Code, Message}) => `${Code}: ${Message}`)));
  }
  if (notes.length > 0) nodes.push(list(notes));
  if (plugin !== undefined) {
    nodes.push(paragraph(
        `These are the calls of version ${plugin} of the provider's plug-in.`));
  }
  answer.Steps.forEach((step, i) => {
    nodes.push(element('h3', {}, `Step ${i + 1}: ${step.Call}`));
    if (step.Address !== null) nodes.push(paragraph('Of ', id(step.Address)));
    nodes.push(element('pre', {}, plainJson(step.Request)), ...stepView(step));
  });
  return [...nodes, ...differenceView(answer.Difference)];
}

function stepView(step) {
  const verdict = element('p', {class: 'verdict', 'data-accepted': String(step.Accepted)},
                          element('strong', {}, step.Accepted ? 'Accepted' : 'Refused'));
  if (!step.Accepted) {
    return [verdict, list(step.Refusals.map(
        ({Code, Message, ProviderCode}) => `${Code}: ${Message}` +
            (ProviderCode === null ? '' : ` (the provider's error ${ProviderCode})`)))];
  }
  const nodes = [element('div', {}, verdict, lockOutView(step))];
  if (step.Callers.length > 0) {
    nodes.push(...table(
        'What those you rely on can do', ['Caller', 'Can manage', 'Loses', 'Gains'],
        step.Callers.map((caller) => [
          id(caller.Name),
          manageText(caller),
          lostText(caller.Lost) || 'nothing',
          kindsText(caller.Gained) || 'nothing',
        ])));
  }
  if (step.Undo.length > 0) {
    const commands = step.Undo.map(({Call, Request}) =>
        `octl iaas api ${Call} --payload '${plainJson(Request)}'`);
    nodes.push(
        paragraph('What takes it back:'), element('pre', {}, commands.join('\n')));
  } else {
    nodes.push(paragraph('No call takes it back.'));
  }
  return nodes;
}

function manageText({CanManageBefore, CanManageAfter, ManageUntil}) {
  if (!CanManageAfter) return CanManageBefore ? 'no longer' : 'no, as before';
  return (CanManageBefore ? 'yes' : 'from now on') +
      (ManageUntil === null ? '' : `, until ${ManageUntil}`);
}

const LOCK_OUTS = {
  NotAssessed: 'Lock-out: not assessed, as nobody is named who must not be locked out.',
  None: 'No lock-out: somebody named can manage access afterwards.',
  LockedOut: 'LOCK-OUT: nobody named can manage access afterwards.',
  AlreadyLockedOut: 'LOCK-OUT: nobody named can manage access, before it and afterwards.',
};

function lockOutView({LockOut, ManageableUntil}) {
  const text = element('strong', {}, LOCK_OUTS[LockOut] ?? LockOut);
  const view = element('p', {'data-lock-out': LockOut}, text);
  if (ManageableUntil !== null) view.append(' Until ', time(ManageableUntil), '.');
  return view;
}

function differenceView(difference) {
  if (difference === undefined) return [];
  if (difference.Equal) return [paragraph('It makes no difference to any request.')];
  const key = (value) => value === null ? 'none' : `${value.State}, ` +
      (value.ExpirationDate === null ? 'never expires' : `until ${value.ExpirationDate}`);
  const nodes = [];
  if (difference.Regions.length > 0) {
    nodes.push(...table(
        'Exactly what is treated differently',
        ['Kind', 'Addresses', 'Who may call what', 'Certificate', 'For example'],
        difference.Regions.map((region) => [
          region.Kind,
          folded(region.Ranges),
          requestsText(region.Requests),
          certificatesText(region.Certificates),
          region.Witness === null ? '' : exampleText(region.Witness),
        ]),
        difference.RegionsCount));
  }
  if (difference.Keys.length > 0) {
    nodes.push(...table(
        'Access keys that differ', ['Access key', 'Kind', 'Before', 'After'],
        difference.Keys.map(({AccessKeyId, Kind, Before, After}) =>
                                [id(AccessKeyId), Kind, key(Before), key(After)]),
        difference.KeysCount));
  }
  return nodes;
}

function exampleText({Service, Method, ClientIp, Login, AccessKeyId, Certificate}) {
  const {CaIds, Cn} = Certificate ?? {};
  return `${Service} ${shownId(Method)} from ${ClientIp}` +
      (Login === 'Password' ? ' with login and password' : '') +
      (AccessKeyId ? ` with key ${shownId(AccessKeyId)}` : '') +
      (CaIds ? `, certificate of CA ${foldedIds(CaIds)}` : '') +
      (Cn ? ` with CN ${shownId(Cn)}` : '');
}

/**
 * The sections of the report: its first one, and the others. The library has
 * escaped all that is not its own; a strict parser reads it.
 * @returns {Element[]}
 */
export function reportSections(/** @type {string} */ html) {
  const report = new DOMParser().parseFromString(html, 'application/xhtml+xml');
  return [...report.querySelectorAll('main > section')].map(
      (section) => document.importNode(section, true));
}
