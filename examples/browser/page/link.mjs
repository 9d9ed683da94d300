// The question as the fragment of the page's address. What is in a fragment may be
// anybody's: it only becomes the value of a field, where somebody sees it.

const MOST = 2000;

export function formatLink(/** @type {[name: string, value: string][]} */ fields) {
  return `#${new URLSearchParams(fields)}`;
}

/**
 * The fields of a fragment by name; of a repeated one, the first. Texts that no
 * field would have are left out.
 * @returns {Map<string, string>}
 */
export function parseLink(/** @type {string} */ fragment) {
  const fields = new Map();
  for (const [name, value] of new URLSearchParams(fragment.replace(/^#/, ''))) {
    if (!fields.has(name) && value.length <= MOST) fields.set(name, value);
  }
  return fields;
}
