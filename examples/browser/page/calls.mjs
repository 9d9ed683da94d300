// The calls that a change may be, with the provider's parameters.

/**
 * @typedef {'text' | 'list' | 'number' | 'flag' | 'pem'} Kind `list`: one a line
 * @typedef {{name: string, kind?: Kind, required?: boolean, of?: string[]}} Parameter
 */

const IP_RANGES = {name: 'IpRanges', kind: 'list'};
const CA_IDS = {name: 'CaIds', kind: 'list'};
const CNS = {name: 'Cns', kind: 'list'};
const DESCRIPTION = {name: 'Description'};
const USER_NAME = {name: 'UserName'};
const EXPIRATION = {name: 'ExpirationDate'};
const TAG = {name: 'Tag'};
const MAXIMUM =
    {name: 'MaxAccessKeyExpirationSeconds', kind: 'number', required: true};
const required = (name) => ({name, required: true});

/** What is not a call, but makes a plan of calls. */
export const ACTIVATE = 'Activate a trusted session';

/** @type {Record<string, Parameter[]>} */
export const CALLS = {
  CreateAccessKey: [USER_NAME, EXPIRATION, TAG],
  UpdateAccessKey: [
    required('AccessKeyId'),
    USER_NAME,
    {name: 'State', of: ['ACTIVE', 'INACTIVE']},
    EXPIRATION,
    {name: 'ClearExpirationDate', kind: 'flag'},
    TAG,
    {name: 'ClearTag', kind: 'flag'},
  ],
  DeleteAccessKey: [required('AccessKeyId'), USER_NAME],
  CreateApiAccessRule: [IP_RANGES, CA_IDS, CNS, DESCRIPTION],
  UpdateApiAccessRule:
      [required('ApiAccessRuleId'), IP_RANGES, CA_IDS, CNS, DESCRIPTION],
  DeleteApiAccessRule: [required('ApiAccessRuleId')],
  UpdateApiAccessPolicy:
      [MAXIMUM, {name: 'RequireTrustedEnv', kind: 'flag', required: true}],
  CreateCa: [{name: 'CaPem', kind: 'pem', required: true}, DESCRIPTION],
  UpdateCa: [required('CaId'), DESCRIPTION],
  DeleteCa: [required('CaId')],
  [ACTIVATE]: [MAXIMUM, {name: 'CaId'}],
};

/**
 * What a parameter's text is in JSON. A number that is none stays text, and the
 * library says so.
 * @param {Parameter} parameter
 * @param {string} text
 * @returns {unknown}
 */
export function valueOf({kind}, text) {
  switch (kind) {
    case 'list':
      return text.split('\n').filter((line) => line !== '');
    case 'number':
      return /^\d{1,15}$/.test(text) ? Number(text) : text;
    case 'flag':
      return text === 'true';
    default:
      return text;
  }
}
