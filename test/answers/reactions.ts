import type { FailureType } from '../../model/failures.js';

type Json = string | { [field: string]: Json } | Json[];

/** An answer of the API, and the body that it comes in (phala-cloud-api.md §1). */
export interface Answer {
  /** As the table names it. */
  readonly name: string;
  readonly status: number;
  readonly body: Json;
}

const structured = (error_code: string, message: string): Json => ({
  error_code,
  message,
  details: [],
  request_id: 'req_1',
});

/** Every documented refusal, and those with a code that says more than the status. */
export const refusals = {
  400: { name: '400', status: 400, body: { detail: 'Invalid request' } },
  '400 expired': {
    name: '400 “provision data expired”',
    status: 400,
    body: { detail: 'Invalid payload or provision data expired' },
  },
  401: { name: '401', status: 401, body: { detail: 'Not authenticated' } },
  403: { name: '403', status: 403, body: { detail: 'CVM not in workspace' } },
  404: { name: '404', status: 404, body: { detail: 'CVM not found' } },
  409: { name: '409', status: 409, body: { detail: 'Another operation in progress' } },
  '409 name': {
    name: '409 ERR-01-004',
    status: 409,
    body: structured('ERR-01-004', 'A CVM of this name exists'),
  },
  '409 app': {
    name: '409 ERR-03-007',
    status: 409,
    body: structured('ERR-03-007', 'The app id is used by another configuration'),
  },
  422: {
    name: '422',
    status: 422,
    body: { detail: [{ loc: ['body', 'node_id'], msg: 'Input should be a valid integer', type: 'int_type' }] },
  },
  '422 unknown': {
    name: '422 “Provision data not found”',
    status: 422,
    body: { detail: 'Provision data not found' },
  },
  465: { name: '465', status: 465, body: structured('ERR-01-005', 'Compose hash registration required on-chain') },
  466: { name: '466', status: 466, body: structured('ERR-01-006', 'Commit token expired') },
  467: { name: '467', status: 467, body: structured('ERR-01-007', 'Transaction receipt missing') },
  468: { name: '468', status: 468, body: structured('ERR-01-008', 'Compose hash not allowed') },
  500: { name: '500', status: 500, body: { detail: 'Internal Server Error' } },
} as const satisfies Record<string, Answer>;

export type Refusal = keyof typeof refusals;

/** What the engine does on an answer, and the end that the change then comes to. */
export type Reaction =
  /** Goes on by itself to its end. */
  | { readonly kind: 'goesOn'; readonly does: string }
  /** Waits for an operator's `retry`, and then goes on to its end. */
  | { readonly kind: 'blocks'; readonly failure: FailureType; readonly does: string }
  /** Ends as failed. */
  | { readonly kind: 'fails'; readonly failure: FailureType; readonly does: string };

const blocked = (failure: FailureType): Reaction => ({
  kind: 'blocks',
  failure,
  does: `blocked as \`${failure}\`; completed after \`retry\``,
});
const failed = (failure: FailureType, when: string): Reaction => ({
  kind: 'fails',
  failure,
  does: `failed as \`${failure}\`, ${when}`,
});
const goesOn = (does: string): Reaction => ({ kind: 'goesOn', does: `${does}; completed` });

/** What was true of every call, whatever it does. */
const always: Pick<Record<Refusal, Reaction>, 401 | 403 | 409 | 467 | 500> = {
  401: blocked('PhalaUnauthorized'),
  403: blocked('PhalaForbidden'),
  409: goesOn('waits for the other operation, and asks again'),
  467: goesOn('asks again, a little later'),
  500: goesOn('looks for what the call may have done, and asks again'),
};

/** On a call that comes before anybody was asked to sign. */
export const beforeRegistration = {
  ...always,
  400: failed('RequestRefused', 'before anybody was asked to sign'),
  404: failed('CvmNotFound', 'before anybody was asked to sign'),
  422: failed('RequestRefused', 'naming the field, before anybody was asked to sign'),
  466: failed('PreparationExpired', 'as an answer out of place here'),
  468: failed('ComposeHashNotAllowed', 'as an answer out of place here'),
} as const satisfies Partial<Record<Refusal, Reaction>>;

/** On a call that commits what people have signed. */
export const afterRegistration = {
  ...always,
  400: blocked('RequestRefused'),
  404: failed('CvmNotFound', 'as there is nothing left to change'),
  422: blocked('RequestRefused'),
  465: goesOn('verifies the registration again, and commits again'),
  466: goesOn('prepares again, asks nobody to sign twice, and commits'),
  468: goesOn('verifies the registration again, and commits again'),
} as const satisfies Partial<Record<Refusal, Reaction>>;

/** On a commit of what somebody else has prepared: it cannot be prepared again. */
export const onAdoption = {
  ...afterRegistration,
  466: {
    kind: 'blocks',
    failure: 'CommitTokenVoid',
    does: 'blocked as `CommitTokenVoid`; completed with a fresh token, and nobody is asked to sign twice',
  },
} as const satisfies Partial<Record<Refusal, Reaction>>;

/** On the call that makes a new CVM. */
export const onCreation = {
  ...afterRegistration,
  '400 expired': goesOn('plans the CVM again, with the app contract that is there, and makes it'),
  '409 name': blocked('CvmNameTaken'),
  '409 app': blocked('AppIdTaken'),
  '422 unknown': goesOn('plans the CVM again, with the app contract that is there, and makes it'),
} as const satisfies Partial<Record<Refusal, Reaction>>;
