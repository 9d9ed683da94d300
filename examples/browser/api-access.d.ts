/// <reference lib="esnext.disposable" />

// What an account of OUTSCALE answers, in node 18 or later and in browsers.
//
// JSON of the provider and of the library keeps its names, such as `ClientIp`: see
// include/api_access/json/README.md. `undefined` and `null` are the same as absent.
// Errors are ApiAccessErrors.

// With the library's message: in lower case, without a full stop.
export class ApiAccessError extends Error {}

// An answer of the provider: an object, or better its very text or bytes, in which
// the library finds keys that occur twice and numbers that JavaScript would round.
export type Answer = object | string | Uint8Array;

// By the names of files without `.json`. A text of ReadUsers may have several pages,
// one after the other; a list has one page in each item.
export interface Answers {
  ReadAccessKeys: Answer;
  ReadApiAccessRules: Answer;
  ReadApiAccessPolicy: Answer;
  ReadUsers?: Answer | Answer[];
  ReadCas?: Answer;
  [keysOfUser: `ReadAccessKeys.${string}`]: Answer | undefined;
}

// A Date, the text of a date with its zone, such as `2030-01-01T00:00:00Z`, or whole
// milliseconds since 1970 in UTC: a number has to be a safe integer. The time zone
// of the browser counts nowhere.
export type Instant = Date | string | number | bigint;

// A request line: facts that the host has verified.
export interface Request {
  Service: string;
  Method: string;
  ClientIp: string;
  Login?: 'AccessKey' | 'Password' | null;
  AccessKeyId?: string | null;
  Certificate?: {CaIds?: string[] | null; Cn?: string | null} | null;
  Now?: Date | string | null;
  Id?: string | null;
}

export interface Decision {
  allowed: boolean;
  // Such as `rule-matched`.
  reason: string;
  // Of the rule that matched.
  ruleId: string | undefined;
  // From then on the same request is denied, as its access key expires.
  validUntil: Date | undefined;
  // The provider's code for a denial.
  providerErrorCode: number | undefined;
}

export interface FromAnswersOptions {
  // Methods that are declared ordinary, such as `api:ReadVmsStopHistory`.
  ordinary?: string[];
}

// An account, compiled to answer. Immutable.
export class Account {
  private constructor();

  static fromAnswers(answers: Answers, options?: FromAnswersOptions): Account;

  // What the answers have and the account does not: sentences for a log.
  readonly notes: readonly string[];

  // Decides at `now`, or at the instant that the request has.
  decide(request: Request, now?: Instant): Decision;

  // What `api-access QUESTION --format json` prints, and for `report` an object of `Html`.
  // `options` are those of include/api_access/c/README.md, an object or a JSON text. In
  // an object, Dates are dates, and `After` and `Against` are what fromAnswers takes. No number of an answer is one that
  // JavaScript rounds.
  ask(question: string, options?: object | string): any;
  // The very text.
  askJson(question: string, options?: object | string): string;

  // Gives its memory back; further calls of it throw. An account that is forgotten is
  // freed some time later.
  free(): void;
  // The same, for `using`, where there is one.
  [Symbol.dispose](): void;
}

// Such as `0.1.0`.
export const libraryVersion: string;
// Of the provider's description that methods are classified by, such as `1.41.0`.
export const catalogueVersion: string;
