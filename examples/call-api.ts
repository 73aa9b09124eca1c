import { StartupError } from '../src/startup-error';

export interface ApiCall {
  readonly query: string;
  readonly variables?: unknown;
}

interface ApiAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Where a server is, and the key that opens it. */
export interface ApiAddress {
  readonly url: string;
  readonly key: string;
}

/** Posts one operation; whatever keeps its data away becomes one line (`StartupError`). */
export async function callApi<Data>(address: ApiAddress, call: ApiCall): Promise<Data> {
  const url = new URL(address.url);
  if (!url.pathname.endsWith('/graphql')) url.pathname = `${url.pathname.replace(/\/$/, '')}/graphql`;
  const { status, text } = await post(url, address.key, JSON.stringify(call));
  const { data, errors } = readAnswer(text, `${url} answered HTTP ${status}, but no GraphQL answer.`);
  if (errors !== undefined) {
    const [first] = errors;
    const code = first?.extensions?.code ?? `HTTP ${status}`;
    throw new StartupError(
      `The server refused the request (${code}): ${first?.message ?? 'no reason given'}`,
    );
  }
  return data as Data;
}

async function post(url: URL, key: string, body: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body,
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    // This is how fetch tells that there was no (complete) answer; the reason is its cause.
    if (!(error instanceof TypeError)) throw error;
    const { code } = (error.cause ?? {}) as { code?: string };
    throw new StartupError(`Cannot reach ${url} (${code ?? error.message}).`, { cause: error });
  }
}

function readAnswer(text: string, complaint: string): ApiAnswer {
  try {
    const answer: unknown = JSON.parse(text);
    const isAnswer =
      typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer);
    if (isAnswer) return answer as ApiAnswer;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new StartupError(complaint);
}
