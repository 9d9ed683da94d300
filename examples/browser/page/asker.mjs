// Asks the worker, one question after the other.

/**
 * @typedef {{answers?: Record<string, Uint8Array>, question?: string,
 *            options?: object | string}} Message
 * @typedef {{message: Message, resolve: (answer: any) => void,
 *            reject: (error: Error) => void}} Job
 */

export class Asker {
  #url;
  #onBusy;
  /** @type {Worker | undefined} */
  #worker;
  #isReady = false;
  /** @type {Job | undefined} */
  #running;
  /** @type {Map<string, Job>} */
  #waiting = new Map();

  /**
   * `source` is that of the worker; `onBusy` is told when work begins and ends.
   * @param {string} source
   * @param {(isBusy: boolean) => void} onBusy
   */
  constructor(source, onBusy) {
    this.#url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
    this.#onBusy = onBusy;
  }

  /**
   * Opens an account in place of any other, whose questions stay unanswered.
   * Resolves to its notes.
   * @returns {Promise<{notes: string[]}>}
   */
  open(/** @type {Record<string, Uint8Array>} */ answers) {
    this.close();
    this.#worker = new Worker(this.#url);
    this.#worker.onmessage = ({data}) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#receive({error: `the engine failed: ${event.message}`});
    };
    return this.#enqueue('open', {answers});
  }

  close() {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isReady = false;
    this.#running = undefined;
    this.#waiting.clear();
    this.#onBusy(false);
  }

  /**
   * Of the questions of one `place` that wait, only the last is answered.
   * @returns {Promise<any>}
   */
  ask(/** @type {string} */ place, /** @type {string} */ question,
      /** @type {object | string} */ options) {
    return this.#enqueue(place, {question, options});
  }

  #enqueue(place, message) {
    return new Promise((resolve, reject) => {
      // One that waits goes on waiting in its turn.
      this.#waiting.set(place, {message, resolve, reject});
      this.#next();
    });
  }

  #next() {
    if (this.#isReady && !this.#running) {
      const [place] = this.#waiting.keys();
      this.#running = this.#take(place);
      if (this.#running) this.#worker?.postMessage(this.#running.message);
    }
    this.#onBusy(this.#running !== undefined || this.#waiting.size > 0);
  }

  #take(place) {
    const job = this.#waiting.get(place);
    this.#waiting.delete(place);
    return job;
  }

  #receive({ready, answer, error}) {
    if (ready) {
      this.#isReady = true;
    } else {
      // One that cannot begin opens nothing.
      const job = this.#running ?? this.#take('open');
      this.#running = undefined;
      if (error === undefined) job?.resolve(answer); else job?.reject(new Error(error));
    }
    this.#next();
  }
}
