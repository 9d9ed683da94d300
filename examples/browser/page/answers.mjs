// Which of the files that somebody opens are what, as of their names alone.

/** The answers of an account; `text` says what it is without. */
export const ANSWERS = [
  {call: 'ReadAccessKeys', required: true},
  {call: 'ReadApiAccessRules', required: true},
  {call: 'ReadApiAccessPolicy', required: true},
  {call: 'ReadUsers', without: 'users without an answer of their own are not known'},
  {call: 'ReadCas', without: 'the CAs are not known'},
];

const MAX_BYTES = 64 << 20;
const ANSWER =
    /^(Read(?:AccessKeys(?:\..*)?|ApiAccessRules|ApiAccessPolicy|Users|Cas))\.json$/s;

/**
 * @typedef {{file: File, ofFolder: boolean}} Opened
 * @typedef {{answers: Map<string, File>, callers?: File, plan?: File,
 *            others: string[]}} Sorted
 */

/**
 * Only answers count in a folder. Throws an Error for two files of one name and
 * for one that is too large.
 * @returns {Sorted}
 */
export function sortFiles(/** @type {Opened[]} */ opened) {
  /** @type {Sorted} */
  const sorted = {answers: new Map(), others: []};
  for (const {file, ofFolder} of opened) {
    const answer = ANSWER.exec(file.name)?.[1];
    if (answer === undefined && (ofFolder || !/\.jsonl?$/.test(file.name))) {
      sorted.others.push(file.name);
      continue;
    }
    if (file.size > MAX_BYTES) {
      throw new Error('expected files of at most 64 MiB, got a larger one');
    }
    if (answer === undefined) {
      sorted[file.name.endsWith('l') ? 'callers' : 'plan'] = file;
    } else if (sorted.answers.has(answer)) {
      throw new Error('expected the files of one account, got two of one name');
    } else {
      sorted.answers.set(answer, file);
    }
  }
  return sorted;
}

/** What an input has: of a folder only the files that are directly in it. */
export function filesOfInput(/** @type {HTMLInputElement} */ input) {
  // Chromium writes the backslashes of a name as slashes in the path.
  const depth = ({name, webkitRelativePath: path}) =>
      path.slice(0, path.length - name.length).split('/').length;
  return [...input.files ?? []].filter((file) => depth(file) <= 2)
      .map((file) => ({file, ofFolder: input.webkitdirectory}));
}

/**
 * What is dropped. Has to be called at once: the items are gone with the event.
 * @returns {Promise<Opened[]>}
 */
export async function filesOfDrop(/** @type {DataTransfer} */ transfer) {
  const items = [...transfer.items].filter(({kind}) => kind === 'file');
  return (await Promise.all(items.map(filesOfItem))).flat();
}

async function filesOfItem(item) {
  const file = item.getAsFile();
  // Chromium reads no entry of a folder in a page that is a file itself, Firefox
  // has no handles.
  const entry = item.webkitGetAsEntry?.();
  if (item.getAsFileSystemHandle) {
    const handle = await item.getAsFileSystemHandle();
    if (handle?.kind !== 'directory') return [{file, ofFolder: false}];
    const files = [];
    for await (const child of handle.values()) {
      if (child.kind === 'file') files.push(await child.getFile());
    }
    return files.map((file) => ({file, ofFolder: true}));
  }
  if (!entry?.isDirectory) return [{file, ofFolder: false}];
  const children = [];
  const reader = entry.createReader();
  // Some browsers give a hundred at a time.
  for (let more; more = await promiseOf((...done) => reader.readEntries(...done)),
       more.length > 0;) {
    children.push(...more);
  }
  return Promise.all(children.filter(({isFile}) => isFile).map(async (child) => ({
    file: await promiseOf((...done) => child.file(...done)),
    ofFolder: true,
  })));
}

function promiseOf(start) {
  return new Promise((resolve, reject) => start(resolve, reject));
}
