// Texts for people: ids of strangers as the library shows them, values in words.

/** Every byte that is not printable ASCII, a backtick and a backslash as `\x..`. */
export function escapeBytes(/** @type {Uint8Array} */ bytes) {
  return Array.from(bytes, (byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x60 && byte !== 0x5c ?
          String.fromCharCode(byte) :
          `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** At most the first 64 bytes of an id, escaped, and how many there are of more. */
export function shownId(/** @type {string} */ id) {
  const bytes = new TextEncoder().encode(id);
  const shown = escapeBytes(bytes.subarray(0, 64));
  return bytes.length > 64 ? `${shown}... (${bytes.length} bytes)` : shown;
}

/** JSON in printable ASCII, which a shell takes between single quotes. */
export function plainJson(/** @type {unknown} */ value) {
  return JSON.stringify(value).replace(
      /[^ -&(-~]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `1 rule`, `2 rules`. */
export function count(/** @type {number} */ number, /** @type {string} */ what) {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** `a, b, c and 37 more`, of `all` items. */
export function folded(/** @type {string[]} */ items, all = items.length) {
  const shown = items.slice(0, 3);
  const more = all - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Ids in a list. */
export function foldedIds(/** @type {string[]} */ ids) {
  return folded(ids.map(shownId));
}

/** Alternatives of factors: `AccessKey+Certificate or Password+Certificate`. */
export function factorsText(/** @type {string[][]} */ alternatives) {
  if (alternatives.length === 0) return 'nothing is enough from this address';
  return alternatives.map((factors) => factors.join('+') || 'none').join(' or ');
}

/**
 * Methods by class: `Ordinary of api, icu; Managing of api`.
 * @param {{Service: string, Class: string}[]} kinds
 */
export function kindsText(kinds) {
  return joinedByKey(kinds, ({Class}) => Class, ({Service}) => Service)
      .map(([name, services]) => `${name} of ${services.join(', ')}`).join('; ');
}

/** Kinds of methods that are lost, by the reason. */
export function lostText(
    /** @type {{Service: string, Class: string, Reason: string}[]} */ lost) {
  return joinedByKey(lost, ({Reason}) => Reason, (item) => item)
      .map(([reason, kinds]) => `${kindsText(kinds)}: ${reason}`).join('; ');
}

/**
 * Who may call what: `RootAccessKey, EimAccessKey: Ordinary of api`.
 * @param {{Service: string, Class: string, Login: string}[]} requests
 */
export function requestsText(requests) {
  const logins = joinedByKey(requests, ({Login}) => Login, (item) => item)
      .map(([login, kinds]) => [login, kindsText(kinds)]);
  return joinedByKey(logins, ([, kinds]) => kinds, ([login]) => login)
      .map(([kinds, names]) => `${names.join(', ')}: ${kinds}`).join('; ');
}

/** Certificates of a region: `of CA ca-1 with CN admin`. */
export function certificatesText(
    /** @type {{CaIds?: string[], CaIdsNot?: string[], Cns?: string[],
               CnsNot?: string[]}[]} */ entries) {
  return folded(entries.map(({CaIds, CaIdsNot, Cns, CnsNot}) => {
    if (CaIdsNot) {
      return CaIdsNot.length === 0 ?
          'not needed' :
          `none, or of another CA than ${foldedIds(CaIdsNot)}`;
    }
    const ca = `of CA ${foldedIds(CaIds ?? [])}`;
    if (Cns) return `${ca} with CN ${foldedIds(Cns)}`;
    return CnsNot?.length ?
        `${ca} without CN, or with another than ${foldedIds(CnsNot)}` : ca;
  }));
}

// The values of items that have the same key, in the order of the first of each.
function joinedByKey(items, keyOf, valueOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(valueOf(item));
  }
  return [...groups];
}
