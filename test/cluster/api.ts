import { setTimeout as pause } from 'node:timers/promises';
import type { ServerProcess } from './server-process';

/** What a caller gets: data, an error with a code, or nothing, because the connection broke. */
export type Reply<Data> =
  | { readonly kind: 'data'; readonly data: Data }
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'lost' };

const REQUEST_LIMIT_MS = 60_000;

/** Sends one operation once; answers the value of its field. */
export async function send<Data>(
  server: ServerProcess,
  key: string,
  { query, input }: Operation,
): Promise<Reply<Data>> {
  try {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables: { input } }),
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    });
    const { data, errors } = (await response.json()) as {
      readonly data?: Readonly<Record<string, Data>> | null;
      readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
    };
    const [error] = errors ?? [];
    if (error !== undefined) {
      return { kind: 'error', code: error.extensions?.code ?? `HTTP_${response.status}` };
    }
    const [value] = Object.values(data ?? {});
    return value === undefined
      ? { kind: 'error', code: `HTTP_${response.status}` }
      : { kind: 'data', data: value };
  } catch (error) {
    // fetch tells broken connections so; what breaks in the middle of a body is told otherwise.
    if (error instanceof TypeError || error instanceof SyntaxError) return { kind: 'lost' };
    if ((error as Error).name === 'TimeoutError') return { kind: 'error', code: 'NO_ANSWER' };
    throw error;
  }
}

/** A mutation of one field, and its input. */
export interface Operation {
  readonly query: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

interface Answered {
  readonly __typename: string;
  readonly problems: readonly { readonly code: string }[];
}

export interface ImportAnswer extends Answered {
  readonly importId: string | null;
  readonly summary: { readonly created: number; readonly replaced: number; readonly rejected: number };
  readonly rows: readonly { readonly outcome: string; readonly changes: readonly FieldChange[] }[];
}

export interface ActivityAnswer extends Answered {
  readonly elementId: number | null;
  readonly syncKey: string | null;
  readonly changes: readonly FieldChange[];
}

export interface AssessmentAnswer extends Answered {
  readonly results: readonly { readonly changes: readonly FieldChange[] }[];
}

export interface LoadAnswer extends Answered {
  readonly counts: readonly { readonly kind: string; readonly created: number; readonly updated: number }[];
}

const CHANGES = 'changes { field before after }';
const PROBLEMS = 'problems { code }';

/** A learner's cell texts by the names of the API. */
export type SentRow = Readonly<Record<string, string | number | null>>;

export function importOf(
  rows: readonly SentRow[],
  writeMode: 'MERGE' | 'REPLACE',
  idempotencyKey?: string,
): Operation {
  return {
    query: `mutation ($input: ImportConsolidatedTrackingInput!) { importConsolidatedTracking(input: $input) {
      __typename ... on ImportConsolidatedTrackingOutcome {
        importId summary { created replaced rejected } rows { outcome ${CHANGES} } ${PROBLEMS} } } }`,
    input: { rows, writeMode, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
  };
}

export function updateOf(input: Operation['input']): Operation {
  return {
    query: `mutation ($input: UpdateCustomActivityInput!) { updateCustomActivity(input: $input) {
      __typename ... on UpdateCustomActivityOutcome { elementId syncKey ${CHANGES} ${PROBLEMS} } } }`,
    input,
  };
}

export function creationOf(input: Operation['input']): Operation {
  return {
    query: `mutation ($input: CreateCustomActivityInput!) { createCustomActivity(input: $input) {
      __typename ... on CreateCustomActivityOutcome { elementId syncKey ${CHANGES} ${PROBLEMS} } } }`,
    input,
  };
}

export function assessmentOf(input: Operation['input']): Operation {
  return {
    query: `mutation ($input: AssessCustomActivityInput!) { assessCustomActivity(input: $input) {
      __typename ... on AssessCustomActivityOutcome { results { ${CHANGES} } ${PROBLEMS} } } }`,
    input,
  };
}

export function loadOf(input: Operation['input']): Operation {
  return {
    query: `mutation ($input: LoadReferenceDataInput!) { loadReferenceData(input: $input) {
      __typename ... on LoadReferenceDataOutcome { counts { kind created updated } ${PROBLEMS} } } }`,
    input,
  };
}

export function isSuccess({ __typename }: { readonly __typename: string }): boolean {
  return __typename.endsWith('Success');
}

/** What an answer amounts to, for comparison: its member and the codes of its problems, or what went wrong. */
export function wordOf(reply: Reply<Answered>): string {
  if (reply.kind === 'lost') return 'LOST';
  if (reply.kind === 'error') return reply.code;
  const { __typename, problems } = reply.data;
  const member = /(Success|Warning|Error)$/.exec(__typename)?.[1] ?? __typename;
  return [member, ...problems.map(({ code }) => code)].join(' ');
}

/** Sends after so many milliseconds: two that are to meet do not always meet at the same point. */
export async function sendAfter<Data>(
  milliseconds: number,
  ...call: Parameters<typeof send<Data>>
): Promise<Reply<Data>> {
  if (milliseconds > 0) await pause(milliseconds);
  return send<Data>(...call);
}
