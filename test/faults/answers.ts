import type { IncomingHttpHeaders } from 'node:http';
import { OPERATIONS, type SentRequest } from './requests';

export interface ImportCounts {
  readonly received: number;
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly superseded: number;
  readonly rejected: number;
}

/** What one sending of a request came to, for whoever sent it. */
export type Answer =
  | { readonly kind: 'done'; readonly importId: string | null; readonly counts: ImportCounts | null }
  /** One of the codes for trouble with the database. */
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly retryable: unknown;
      /** What is wrong with how it was told. */
      readonly faults: readonly string[];
    }
  /** An answer that must not be given to such a request. */
  | { readonly kind: 'wrong'; readonly text: string }
  /** The connection ended without an answer. */
  | { readonly kind: 'lost' }
  /** No answer came in time. */
  | { readonly kind: 'silent' }
  /** There was no connection, so that the server cannot have seen it. */
  | { readonly kind: 'unsent' };

const REFUSAL_CODES = ['SERVICE_BUSY', 'OUTCOME_UNKNOWN', 'DATABASE_UNAVAILABLE'] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, ImportAnswer | null>> | null;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}

interface ImportAnswer {
  readonly __typename: string;
  readonly importId?: string;
  readonly summary?: ImportCounts;
  readonly rows?: readonly { readonly row: number; readonly outcome: string }[];
  readonly changes?: readonly unknown[];
}

/** Reads an answer that came over HTTP. */
export function readAnswer(
  request: SentRequest,
  status: number,
  headers: IncomingHttpHeaders,
  text: string,
): Answer {
  let answer: GraphqlAnswer;
  try {
    answer = JSON.parse(text) as GraphqlAnswer;
  } catch {
    return { kind: 'wrong', text: `${status}, not JSON: ${text.slice(0, 100)}` };
  }
  const [error] = answer.errors ?? [];
  if (error !== undefined) return readError(request, status, headers, error.extensions ?? {});
  const result = answer.data?.[OPERATIONS[request.kind]] ?? undefined;
  if (result === undefined) return { kind: 'wrong', text: `${status}: ${text.slice(0, 100)}` };
  if (result.__typename.endsWith('Error')) return { kind: 'wrong', text: result.__typename };
  if (request.kind === 'update') {
    // Title and description.
    if (result.changes?.length !== 2) return { kind: 'wrong', text: `${result.changes?.length} changes` };
    return { kind: 'done', importId: null, counts: null };
  }
  const { importId = null, summary = null, rows = [] } = result;
  const numbers = rows.map(({ row }) => row);
  if (numbers.length !== request.rows.length || numbers.some((row, index) => row !== index + 1)) {
    return { kind: 'wrong', text: `answers ${numbers.length} of ${request.rows.length} rows` };
  }
  return { kind: 'done', importId, counts: summary };
}

function readError(
  { key }: SentRequest,
  status: number,
  headers: IncomingHttpHeaders,
  extensions: Readonly<Record<string, unknown>>,
): Answer {
  const code = REFUSAL_CODES.find((each) => each === extensions.code);
  if (code === undefined) return { kind: 'wrong', text: `${status} ${String(extensions.code)}` };
  const { retryable, retryAfterSeconds } = extensions;
  const shouldRetry = code !== 'OUTCOME_UNKNOWN' || key !== null;
  const faults = [
    ...(status === 503 ? [] : [`comes with HTTP ${status}`]),
    // Whoever must not send it again is not told when to.
    ...(Number(headers['retry-after']) > 0 === shouldRetry
      ? []
      : [`comes ${shouldRetry ? 'without' : 'with'} Retry-After`]),
    ...(typeof retryAfterSeconds === 'number' ? [] : ['comes without retryAfterSeconds']),
    ...(retryable === shouldRetry
      ? []
      : [`${key === null ? 'without' : 'with'} a key is retryable: ${String(retryable)}`]),
  ];
  return { kind: 'refused', code, retryable, faults: faults.map((fault) => `${code} ${fault}`) };
}
