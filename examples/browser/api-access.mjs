// What an account of OUTSCALE answers, in node and in browsers: the C interface of
// api_access, compiled to WebAssembly. Reads no file, clock or network. README.md
// and api-access.d.ts say how it is used.

import program from './engine.mjs';

// With the library's message, where it is the library that refuses.
export class ApiAccessError extends Error {
  static {
    this.prototype.name = 'ApiAccessError';
  }
}

const compressed = Uint8Array.from(atob(program), (c) => c.charCodeAt(0));
const wasm = await new Response(new Blob([compressed]).stream().pipeThrough(
    new DecompressionStream('gzip'))).arrayBuffer();
// The program has no use for what is around it, unless to end. At its start, Abseil asks
// whether it can tell where it is in its code: it need not.
const known = {
  emscripten_asm_const_int: () => 0,
  emscripten_notify_memory_growth() {},
};
const outside = new Proxy(known, {
  get: (_, name) => known[name] ?? (() => {
    throw new WebAssembly.RuntimeError(`unexpected call of ${String(name)}`);
  }),
});
const {instance: {exports: raw}} = await WebAssembly.instantiate(
    wasm, {env: outside, wasi_snapshot_preview1: outside});
raw._initialize();

// The functions of the C interface, of four arguments at most. One that ends the
// program, as it does where memory runs out, leaves it in no state to be called again.
let ended;
const c = Object.fromEntries(Object.entries(raw).map(([name, value]) => [
  name, typeof value !== 'function' ? value : (one, two, three, four) => {
    if (ended) throw ended;
    try {
      return value(one, two, three, four);
    } catch (cause) {
      ended = new ApiAccessError(
          'the library has ended, maybe as memory ran out: load the module again',
          {cause});
      throw ended;
    }
  }]));

// The memory of the program, which moves when it grows.
let bytes = new Uint8Array(0);
let words = new Uint32Array(0);
let longs = new BigInt64Array(0);
function look() {
  if (bytes.buffer === c.memory.buffer) return;
  bytes = new Uint8Array(c.memory.buffer);
  words = new Uint32Array(c.memory.buffer);
  longs = new BigInt64Array(c.memory.buffer);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', {ignoreBOM: true});

// The text of `size` bytes, or up to a NUL byte.
function textAt(pointer, size) {
  look();
  return decoder.decode(bytes.subarray(
      pointer, size === undefined ? bytes.indexOf(0, pointer) : pointer + size));
}

// TextEncoder would write another text for one with half a character.
function checkText(text) {
  if (/\p{Surrogate}/u.test(text)) {
    throw new ApiAccessError('expected text, got half a character');
  }
}

// Writes a text, for which there is room; returns how many bytes.
function put(text, pointer) {
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) {
      checkText(text);
      return encoder.encodeInto(text, bytes.subarray(pointer)).written;
    }
    bytes[pointer + i] = unit;
  }
  return text.length;
}

// Calls `use` with a pointer to a list of `struct aac_view`, those of the texts.
function withViews(texts, use) {
  texts.forEach(checkText);
  const encoded = texts.map((text) => encoder.encode(text));
  const table = 8 * encoded.length;
  const pointer =
      c.malloc(encoded.reduce((sum, text) => sum + text.length, table) || 1);
  look();
  let place = pointer + table;
  encoded.forEach((text, i) => {
    words[pointer / 4 + 2 * i] = place;
    words[pointer / 4 + 2 * i + 1] = text.length;
    bytes.set(text, place);
    place += text.length;
  });
  try {
    return use(pointer);
  } finally {
    if (!ended) c.free(pointer);
  }
}

// Places of the structs of a call, as the C interface has them for 32 bits.
const REQUEST_SIZE = 48;
const DECISION_SIZE = 40;
const FIELDS_SIZE = 20;
const request = c.malloc(REQUEST_SIZE + DECISION_SIZE + FIELDS_SIZE + 16 + 12);
const decision = request + REQUEST_SIZE;
const fields = decision + DECISION_SIZE;
const address = fields + FIELDS_SIZE;
const view = address + 16;
const out = view + 8;
// Room for the texts of a request, and where the last of them ends.
let room = 0;
let roomSize = 0;
let end = 0;
// A text has at most three bytes for each unit of JavaScript.
function makeRoom(views, units) {
  const size = 8 * views + 3 * units;
  if (size > roomSize) {
    c.free(room);
    roomSize = 2 * size;
    room = c.malloc(roomSize);
  }
  end = room + 8 * views;
  look();
}
// Makes the `struct aac_view` at a place that of a text.
function set(text, place) {
  words[place / 4] = end;
  words[place / 4 + 1] = put(text, end);
  end += words[place / 4 + 1];
}

// Throws an error of the library, if it is one; `place` is where it is.
function check(error, place = '') {
  if (error === 0) return;
  const message = textAt(c.aac_error_message(error));
  c.aac_error_free(error);
  throw new ApiAccessError(place + message);
}

// The object that a function gives through its last argument.
function make(name, ...args) {
  check(c[name](...args, out));
  look();
  return words[out / 4];
}

const isAbsent = (value) => value === undefined || value === null;
const isString = (value) => typeof value === 'string';

// As JSON.stringify, which leaves out or changes what JSON does not have.
function toJson(value, what) {
  return JSON.stringify(value, function(name, text) {
    const item = this[name];
    const bad = typeof item === 'number' ? !Number.isFinite(item) ||
            (Number.isInteger(item) && !Number.isSafeInteger(item)) :
        typeof item === 'bigint' ? !Number.isSafeInteger(Number(item)) :
        item instanceof Date     ? Number.isNaN(item.getTime()) :
                               typeof item === 'function' || typeof item === 'symbol';
    if (bad) {
      throw new ApiAccessError(
          `${what}: expected dates and numbers that JSON has, exactly, at \`${name}\``);
    }
    return typeof item === 'bigint' ? Number(item) : text;
  });
}

// The JSON texts that follow one another in a text, and what is left of it.
function pagesOf(text) {
  const pages = [];
  let depth = 0;
  let begin = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (c === '"') {
      isQuoted = !isQuoted;
    } else if (isQuoted) {
      if (c === '\\') ++i;
    } else if (c === '{' || c === '[') {
      ++depth;
    } else if ((c === '}' || c === ']') && --depth === 0) {
      pages.push(text.slice(begin, i + 1));
      begin = i + 1;
    }
  }
  const rest = text.slice(begin);
  return rest.trim() === '' ? pages : [...pages, rest];
}

const isJson = (text) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

// A JSON text, as it is; several that follow one another are an array. Text that went
// beyond its place in a document would be read as more fields.
function checkedJson(text, name) {
  if (text.startsWith('\ufeff')) text = text.slice(1);
  if (isJson(text)) return text;
  const pages = pagesOf(text);
  const bad = pages.length < 2 ? text : pages.find((page) => !isJson(page));
  if (bad === undefined) return `[${pages.join(',')}]`;
  // The library says what is wrong with it.
  withViews([bad], (views) => check(c.aac_account_parse(views, out), `${name}: `));
  throw new ApiAccessError(`${name}: expected JSON`);
}

function answerJson(answer, name) {
  if (answer instanceof Uint8Array) {
    try {
      answer = new TextDecoder('utf-8', {fatal: true}).decode(answer);
    } catch {
      throw new ApiAccessError(`${name}: expected UTF-8`);
    }
  }
  if (typeof answer === 'string') return checkedJson(answer, name);
  if (Array.isArray(answer) && answer.length > 0 &&
      answer.every((page) => typeof page === 'string' || page instanceof Uint8Array)) {
    return `[${answer.map((page) => answerJson(page, name)).join(',')}]`;
  }
  return toJson(answer, name);
}

// One document of the answers, with the very texts that are given.
function documentOf(answers) {
  if (answers === null || typeof answers !== 'object') {
    throw new ApiAccessError('expected an object of answers by the names of calls');
  }
  return `{${
      Object.entries(answers)
          .filter(([, answer]) => answer !== undefined)
          .map(([name, answer]) =>
                   `${JSON.stringify(name)}:${answerJson(answer, name)}`)
          .join(',')}}`;
}

// Options that are the answers of another account.
const ACCOUNTS = ['After', 'Against'];

function optionsJson(options) {
  if (typeof options === 'string') return options;
  if (isAbsent(options)) return '{}';
  const others = {...options};
  const fields = ACCOUNTS.filter((name) => !isAbsent(options[name])).map((name) => {
    delete others[name];
    return `"${name}":${documentOf(options[name])}`;
  });
  if (fields.length === 0) return toJson(options, 'options');
  const text = toJson(others, 'options').slice(1, -1);
  return `{${[...fields, ...text === '' ? [] : [text]].join(',')}}`;
}

// Has nothing. By it, the library reads dates.
let empty;

// The milliseconds of an instant.
function instant(now) {
  if (typeof now === 'string') {
    empty ??= Account.fromAnswers({
      ReadAccessKeys: {AccessKeys: []},
      ReadApiAccessRules: {ApiAccessRules: []},
      ReadApiAccessPolicy: {ApiAccessPolicy: {
        MaxAccessKeyExpirationSeconds: 0,
        RequireTrustedEnv: false,
      }},
    });
    const {Judged} = empty.ask('check', {Now: now});
    now = new Date(Judged.Now.replace('+0000', 'Z'));
  }
  if (now instanceof Date) now = now.getTime();
  if (Number.isSafeInteger(now)) return BigInt(now);
  if (typeof now === 'bigint' && BigInt.asIntN(64, now) === now) return now;
  throw new ApiAccessError(
      'expected an instant: a Date, the text of a date, or whole milliseconds');
}

const LOGINS = new Map([[undefined, 0], [null, 0], ['AccessKey', 1], ['Password', 2]]);
const REQUEST_FIELDS = new Set([
  'Service', 'Method', 'ClientIp', 'Login', 'AccessKeyId', 'Certificate', 'Now', 'Id',
]);

// True if the structs of C say all that the request says, as they should.
function isPlain(asked) {
  for (const name in asked) {
    if (!REQUEST_FIELDS.has(name) && asked[name] !== undefined) return false;
  }
  return isString(asked.Service) && isString(asked.Method) && isString(asked.ClientIp) &&
      LOGINS.has(asked.Login) &&
      (asked.Login === 'AccessKey' ?
           isString(asked.AccessKeyId) && asked.AccessKeyId !== '' :
           isAbsent(asked.AccessKeyId)) &&
      (isAbsent(asked.Id) || isString(asked.Id));
}

const CERTIFICATE_FIELDS = new Set(['CaIds', 'Cn']);
function isPlainCertificate(shown) {
  return typeof shown === 'object' &&
      Object.keys(shown).every((name) => CERTIFICATE_FIELDS.has(name)) &&
      (isAbsent(shown.CaIds) ||
       Array.isArray(shown.CaIds) && [...shown.CaIds].every(isString)) &&
      (isAbsent(shown.Cn) || isString(shown.Cn));
}

function makeCertificate(shown) {
  const ids = shown.CaIds ?? [];
  makeRoom(ids.length, ids.reduce((sum, id) => sum + id.length, shown.Cn?.length ?? 0));
  ids.forEach((id, i) => set(id, room + 8 * i));
  words.set([FIELDS_SIZE, room, ids.length, 0, 0], fields / 4);
  if (!isAbsent(shown.Cn)) set(shown.Cn, fields + 12);
  return make('aac_certificate_create', fields);
}

const reasons = [];
const reasonName = (reason) => reasons[reason] ??= textAt(c.aac_reason_name(reason));

// Frees the account that somebody has forgotten.
const forgotten = new FinalizationRegistry((evaluator) => {
  if (!ended) c.aac_evaluator_unref(evaluator);
});

// Whoever does not have it makes no account.
const MAKE = Symbol('make');

export class Account {
  #evaluator = 0;
  // By where the library has them.
  #ruleIds = new Map();

  constructor(make, evaluator, notes) {
    if (make !== MAKE) {
      throw new ApiAccessError('expected Account.fromAnswers, not new');
    }
    this.#evaluator = evaluator;
    this.notes = notes;
    forgotten.register(this, evaluator, this);
  }

  static fromAnswers(answers, options) {
    const {ordinary, ...others} = options ?? {};
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) {
      throw new ApiAccessError(`expected the option ordinary, got \`${unknown}\``);
    }
    const document = documentOf(answers);
    const account =
        withViews([document], (text) => make('aac_account_parse', text));
    try {
      const notes = [];
      for (let i = 0; i < c.aac_account_note_count(account); ++i) {
        notes.push(textAt(c.aac_account_note(account, i)));
      }
      // `api:ReadVms`, as the command has them.
      const methods = (ordinary ?? []).flatMap((method) => {
        const [service, ...name] = method.split(':');
        return [service, name.join(':')];
      });
      const evaluator = withViews(methods, (names) => {
        words.set([12, names, methods.length / 2], fields / 4);
        return make('aac_evaluator_compile', account, fields);
      });
      return new Account(MAKE, evaluator, Object.freeze(notes));
    } finally {
      if (!ended) c.aac_account_free(account);
    }
  }

  #handle() {
    if (this.#evaluator === 0) {
      throw new ApiAccessError('expected an account that is not freed');
    }
    return this.#evaluator;
  }

  decide(asked, now) {
    const evaluator = this.#handle();
    const at = isAbsent(asked?.Now) ? now : asked.Now;
    const shown = asked?.Certificate;
    if (!isPlain(asked ?? {}) || (!isAbsent(shown) && !isPlainCertificate(shown))) {
      return this.#refuse(asked);
    }
    const milliseconds = instant(at);
    const certificate = isAbsent(shown) ? 0 : makeCertificate(shown);
    try {
      return this.#decide(evaluator, asked, certificate, milliseconds);
    } finally {
      if (certificate !== 0) c.aac_certificate_free(certificate);
    }
  }

  #decide(evaluator, asked, certificate, milliseconds) {
    const {Service, Method, ClientIp, Login, AccessKeyId} = asked;
    const key = AccessKeyId ?? '';
    makeRoom(0, Service.length + Method.length + ClientIp.length + key.length);
    set(ClientIp, view);
    check(c.aac_parse_address(view, address));
    look();
    words[request / 4] = REQUEST_SIZE;
    set(Service, request + 4);
    set(Method, request + 12);
    words[request / 4 + 5] = address;
    words[request / 4 + 6] = 16;
    set(key, request + 28);
    words[request / 4 + 9] = certificate;
    words[request / 4 + 10] = LOGINS.get(Login);
    words[request / 4 + 11] = 0;
    words[decision / 4] = DECISION_SIZE;
    const code = c.aac_decide(evaluator, request, milliseconds, decision);
    if (code !== 0) throw new ApiAccessError(textAt(c.aac_code_message(code)));
    const at = decision / 4;
    return {
      allowed: words[at + 1] === 1,
      reason: reasonName(words[at + 2]),
      ruleId: this.#ruleId(words[at + 3], words[at + 4]),
      validUntil:
          words[at + 8] === 1 ? new Date(Number(longs[decision / 8 + 3])) : undefined,
      providerErrorCode: words[at + 9] || undefined,
    };
  }

  #ruleId(pointer, size) {
    if (size === 0) return undefined;
    let id = this.#ruleIds.get(pointer);
    if (id === undefined) {
      id = textAt(pointer, size);
      this.#ruleIds.set(pointer, id);
    }
    return id;
  }

  // Throws what the library says about a request that is not right, whenever it is
  // asked.
  #refuse(asked) {
    this.askJson('explain', {Request: asked, Now: '2030-01-01'});
    throw new ApiAccessError('expected a request');
  }

  askJson(question, options) {
    const evaluator = this.#handle();
    return withViews([question, optionsJson(options)], (views) => {
      const answer = make('aac_ask', evaluator, views, views + 8);
      const json = textAt(c.aac_answer_json(answer));
      c.aac_answer_free(answer);
      return json;
    });
  }

  ask(question, options) {
    return JSON.parse(this.askJson(question, options));
  }

  free() {
    if (this.#evaluator === 0) return;
    forgotten.unregister(this);
    const evaluator = this.#evaluator;
    this.#evaluator = 0;
    this.#ruleIds.clear();
    c.aac_evaluator_unref(evaluator);
  }

  static {
    if (Symbol.dispose) this.prototype[Symbol.dispose] = this.prototype.free;
  }
}

// Of the library, and of the provider's description that methods are classified by.
export const libraryVersion = textAt(c.aac_library_version());
export const catalogueVersion = textAt(c.aac_catalogue_version());
