// Shows pages in headless Chromium, over its debugging pipe: needs no package,
// no port and no network.

import {spawn} from 'node:child_process';
import {EventEmitter} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

// Text is as wide on every machine, whatever fonts it has.
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>/usr/share/fonts/truetype/dejavu</dir>
<alias><family>sans-serif</family>
<prefer><family>DejaVu Sans</family></prefer></alias>
<alias><family>monospace</family>
<prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;

const FLAGS = [
  '--headless',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--hide-scrollbars',
  // The browser itself fetches nothing either.
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

// What keys are, besides those of characters.
const KEYS = {
  Tab: {keyCode: 9, text: ''},
  Enter: {keyCode: 13, text: '\r'},
  ' ': {code: 'Space', keyCode: 32},
};

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'];

// A running Chromium with a profile of its own, which is removed with it.
export class Browser {
  profile = mkdtempSync(join(tmpdir(), 'browser_'));
  #process;
  #ended;
  #calls = new Map();
  #lastId = 0;
  #sessions = new Map();
  #stderr = '';
  #stop = () => this.#process.kill('SIGKILL');
  #leave = () => this.close().then(() => process.exit(1));

  // `env`: what the environment of Chromium has besides.
  constructor(program, {env = {}} = {}) {
    const fonts = join(this.profile, 'fonts.conf');
    writeFileSync(fonts, FONTS);
    // Chromium has no sandbox for root.
    const sandbox = process.getuid() === 0 ? ['--no-sandbox'] : [];
    this.#process = spawn(
        program, [...FLAGS, ...sandbox, `--user-data-dir=${this.profile}`], {
          stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
          env: {
            ...process.env,
            ...env,
            HOME: this.profile,
            TMPDIR: this.profile,
            FONTCONFIG_FILE: fonts,
          },
        });
    this.#process.stderr.on('data', (data) => {
      this.#stderr = (this.#stderr + data).slice(-4000);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once('error', (error) => resolve(error.message));
      this.#process.once(
          'exit', (code, signal) => resolve(`exited with ${code ?? signal}`));
    });
    this.#ended.then((how) => {
      for (const {reject, method} of this.#calls.values()) {
        reject(new Error(`${method}: ${program} ${how}\n${this.#stderr}`));
      }
      this.#calls.clear();
    });
    process.once('exit', this.#stop);
    for (const signal of SIGNALS) process.once(signal, this.#leave);

    this.#process.stdio[3].on('error', () => {});  // told by its exit
    let parts = [];
    this.#process.stdio[4].on('data', (data) => {
      for (let end; (end = data.indexOf(0)) >= 0;
           data = data.subarray(end + 1)) {
        parts.push(data.subarray(0, end));
        this.#receive(JSON.parse(Buffer.concat(parts).toString()));
        parts = [];
      }
      parts.push(data);
    });
  }

  // Loads `url` in a page of its own, without network, in a window of 1,400 px.
  async open(url) {
    const {targetId} =
        await this.send('Target.createTarget', {url: 'about:blank'});
    const {sessionId} =
        await this.send('Target.attachToTarget', {targetId, flatten: true});
    const page = new Page(
        url, (id) => this.#session(id), sessionId,
        () => this.send('Target.closeTarget', {targetId}));
    await page.load();
    return page;
  }

  // What a page, or a worker of one, is sent and tells.
  #session(id) {
    const events = new EventEmitter();
    this.#sessions.set(id, events);
    return {events, send: (method, params) => this.send(method, params, id)};
  }

  // Sends a command of the DevTools protocol and returns its result.
  send(method, params = {}, sessionId = undefined) {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#calls.set(id, {resolve, reject, method, sessionId});
      this.#process.stdio[3].write(
          JSON.stringify({id, method, params, sessionId}) + '\0');
    });
  }

  // Ends Chromium, by force where it does not obey.
  async close() {
    this.send('Browser.close').catch(() => {});
    const timer = setTimeout(this.#stop, 5000);
    await this.#ended;
    clearTimeout(timer);
    process.removeListener('exit', this.#stop);
    for (const signal of SIGNALS) process.removeListener(signal, this.#leave);
    rmSync(this.profile, {recursive: true, force: true, maxRetries: 10});
  }

  #receive({id, method, params, sessionId, result, error}) {
    if (method !== undefined) {
      if (method === 'Inspector.targetCrashed') {
        for (const call of this.#calls.values()) {
          if (call.sessionId === sessionId) {
            call.reject(new Error(`${call.method}: the page crashed`));
          }
        }
      }
      this.#sessions.get(sessionId)?.emit(method, params);
    } else {
      const call = this.#calls.get(id);
      this.#calls.delete(id);
      if (error === undefined) {
        call?.resolve(result);
      } else {
        call?.reject(new Error(`${call.method}: ${error.message}`));
      }
    }
  }
}

// One page. `requests` are the addresses that it has asked for, itself
// included; `messages` are the lines of its console and its uncaught errors,
// each with a `level`: `error`, `warning`, `info`, `verbose` or what a script
// called. Both are those of its workers as well. `send` is that of the browser,
// for this page.
class Page {
  requests = [];
  messages = [];
  #events;
  #close;

  constructor(url, sessionOf, sessionId, close) {
    this.url = url;
    this.#close = close;
    const {events, send} = sessionOf(sessionId);
    this.send = send;
    this.#events = events;
    this.#record(events);
    events.on('Target.attachedToTarget', async ({sessionId}) => {
      const worker = sessionOf(sessionId);
      this.#record(worker.events);
      // A worker that ends answers no more.
      await Promise.all(['Runtime.enable', 'Network.enable', 'Log.enable',
                         'Runtime.runIfWaitingForDebugger'].map(
          (method) => worker.send(method).catch(() => {})));
    });
  }

  #record(events) {
    events.on('Network.requestWillBeSent', ({request}) => {
      this.requests.push(request.url);
    });
    events.on('Network.webSocketCreated', ({url}) => this.requests.push(url));
    const say = (level, text) => this.messages.push({level, text});
    events.on('Runtime.consoleAPICalled', ({type, args}) => {
      say(type, args.map((arg) => arg.value ?? arg.description).join(' '));
    });
    events.on('Runtime.exceptionThrown', ({exceptionDetails: details}) => {
      say('error', details.exception?.description ?? details.text);
    });
    events.on('Log.entryAdded', ({entry}) => {
      say(entry.level, [entry.text, entry.url].join(' '));
    });
  }

  async load() {
    for (const domain of ['Inspector', 'Page', 'Runtime', 'Log', 'Network']) {
      await this.send(`${domain}.enable`);
    }
    await this.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
    });
    await this.send('Network.emulateNetworkConditions', {
      offline: true,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await this.view();
    const loaded = new Promise((resolve, reject) => {
      this.#events.once('Page.loadEventFired', resolve);
      this.#events.once('Inspector.targetCrashed', () => {
        reject(new Error(`${this.url}: the page crashed`));
      });
    });
    loaded.catch(() => {});  // told below, but for an earlier error
    const {errorText} = await this.send('Page.navigate', {url: this.url});
    if (errorText) throw new Error(`${this.url}: ${errorText}`);
    await loaded;
  }

  // Lays the page out for a window of this width, a colour scheme (`light` or
  // `dark`) and a medium: `print`, or the screen by default.
  async view({width = 1400, height = 900, scheme = 'light', media = ''} = {}) {
    await this.send(
        'Emulation.setDeviceMetricsOverride',
        {width, height, deviceScaleFactor: 1, mobile: false});
    await this.send('Emulation.setEmulatedMedia', {
      media,
      features: [{name: 'prefers-color-scheme', value: scheme}],
    });
  }

  // Calls `script` in the page: a function that needs nothing from outside,
  // with arguments and a result (or a promise of one) that JSON can express.
  evaluate(script, ...args) {
    return this.#run(`(${script})(...${JSON.stringify(args)})`);
  }

  // As evaluate, but calls `script` whenever the page changes, until the result
  // is true in a condition; that is the result then.
  waitFor(script, ...args) {
    return this.#run(`new Promise((resolve, reject) => {
      const check = () => {
        const value = (${script})(...${JSON.stringify(args)});
        if (!value) return;
        resolve(value);
        observer.disconnect();
      };
      const observer = new MutationObserver(check);
      observer.observe(document, {
        subtree: true, childList: true, attributes: true, characterData: true,
      });
      check();
      setTimeout(() => reject(new Error('expected in vain: ' + ${
        JSON.stringify(String(script))})), 60_000);
    })`);
  }

  // Evaluates the text of a script.
  async #run(expression) {
    const {result, exceptionDetails} = await this.send(
        'Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
    if (exceptionDetails !== undefined) {
      throw new Error(
          exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  // Presses a key: one of KEYS, or a character.
  async press(key) {
    const {code = key, keyCode, text = key} = KEYS[key] ?? {};
    const event = {key, code, windowsVirtualKeyCode: keyCode};
    await this.send('Input.dispatchKeyEvent', {
      ...event,
      ...text === '' ? {type: 'rawKeyDown'} : {type: 'keyDown', text},
    });
    await this.send('Input.dispatchKeyEvent', {...event, type: 'keyUp'});
  }

  async type(text) {
    for (const character of text) await this.press(character);
  }

  // Chooses files, or a folder, in the input that `selector` finds.
  async chooseFiles(selector, files) {
    const {root} = await this.send('DOM.getDocument');
    const {nodeId} =
        await this.send('DOM.querySelector', {nodeId: root.nodeId, selector});
    await this.send('DOM.setFileInputFiles', {nodeId, files});
  }

  // Presses a key that opens the dialog of an input, and chooses files there.
  async chooseFilesByKey(key, files) {
    await this.send('Page.setInterceptFileChooserDialog', {enabled: true});
    const opened = new Promise(
        (resolve) => this.#events.once('Page.fileChooserOpened', resolve));
    await this.press(key);
    const {backendNodeId} = await opened;
    await this.send('DOM.setFileInputFiles', {backendNodeId, files});
    await this.send('Page.setInterceptFileChooserDialog', {enabled: false});
  }

  // Drops files or folders in the middle of the window.
  async dropFiles(files) {
    const data = {items: [], files, dragOperationsMask: 1};
    for (const type of ['dragEnter', 'dragOver', 'drop']) {
      await this.send('Input.dispatchDragEvent', {type, x: 300, y: 300, data});
    }
  }

  // What a screen reader gets: the role and the name of each element that it
  // stops at.
  async accessibleNodes() {
    const {nodes} = await this.send('Accessibility.getFullAXTree');
    return nodes.filter(({ignored}) => !ignored)
        .map(({role, name}) => ({role: role?.value, name: name?.value ?? ''}));
  }

  // Writes a PNG of the window, or with `whole` of the whole page.
  async screenshot(file, {whole = false} = {}) {
    const clip = whole && await this.evaluate(() => {
      const {clientWidth: width, scrollHeight: height} =
          document.documentElement;
      return {x: 0, y: 0, width, height, scale: 1};
    });
    const {data} = await this.send(
        'Page.captureScreenshot',
        whole ? {clip, captureBeyondViewport: true} : {});
    writeFileSync(file, data, 'base64');
  }

  // Prints to a PDF.
  async pdf(file) {
    const {data} = await this.send(
        'Page.printToPDF', {printBackground: true, preferCSSPageSize: true});
    writeFileSync(file, data, 'base64');
  }

  async close() {
    await this.#close();
  }
}
