import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { answerToBytes, logged, post, rig, UUID } from '../support/http-rig';
import { present } from '../support/present';
import { SECRET } from '../support/stub-schema';

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

function multipart(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

describe('POST /graphql', () => {
  it('answers, with a request id in the header that resolvers see too', async () => {
    const { url } = await rig();
    const response = await post(url, { query: '{ hello requestId }' });
    const requestId = response.headers.get('x-request-id');
    expect(response.status).toBe(200);
    expect(requestId).toMatch(UUID);
    expect(await response.json()).toEqual({ data: { hello: 'world', requestId } });
  });

  it('makes a fresh request id, whatever the caller sends', async () => {
    const { url } = await rig();
    const sent = { 'x-request-id': 'chosen-by-caller', 'request-id': 'chosen-by-caller' };
    const ids = new Set<string | null>();
    for (let i = 0; i < 3; i++) {
      ids.add((await post(url, { query: '{ hello }' }, sent)).headers.get('x-request-id'));
    }
    expect(ids.size).toBe(3);
    expect(ids).not.toContain('chosen-by-caller');
  });

  it('logs what was asked for, duration, status and error codes, and nothing the caller sent', async () => {
    const rigged = await rig();
    const response = await post(rigged.url, {
      query: `query zoe($text: String!) { lengthOf(text: $text) zoe: lengthOf(text: "${SECRET}") refused }`,
      operationName: 'zoe',
      variables: { text: SECRET },
    });
    const requestId = present(response.headers.get('x-request-id'));
    expect(await logged(rigged, requestId)).toMatchObject({
      requestId,
      method: 'POST',
      route: '/graphql',
      operation: 'several',
      status: 200,
      durationMs: expect.any(Number),
      errorCodes: ['BAD_USER_INPUT'],
    });
    expect(rigged.logText()).not.toContain('zoe');
  });

  it('logs a request whose caller goes away before the answer', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const rigged = await rig({ gate });
    const socket = connect(rigged.port, '127.0.0.1');
    const body = '{"query":"{ slow }"}';
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const [request] = (await once(rigged.server.app.server, 'request')) as [IncomingMessage];
    await once(request, 'end');
    socket.destroy();
    for (;;) {
      const line = rigged.log().find((entry) => entry.msg === 'request');
      if (line !== undefined) {
        expect(line).toMatchObject({ route: '/graphql', aborted: true });
        break;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    open();
  });

  it('accepts a body just under 16 MiB and refuses one just over', async () => {
    const { url } = await rig();
    const frame = JSON.stringify({ query: 'query($t:String!){lengthOf(text:$t)}', variables: { t: '' } });
    const filled = (bytes: number) => frame.replace('""', `"${'a'.repeat(bytes - frame.length)}"`);

    const under = await post(url, filled(BODY_LIMIT_BYTES));
    expect(await under.json()).toEqual({ data: { lengthOf: BODY_LIMIT_BYTES - frame.length } });

    const over = await post(url, filled(BODY_LIMIT_BYTES + 1));
    expect(over.status).toBe(413);
    expect(await over.json()).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'PAYLOAD_TOO_LARGE' } }],
    });
  });

  it('answers introspection', async () => {
    const { url } = await rig();
    const response = await post(url, { query: '{ __schema { queryType { name } } }' });
    expect(await response.json()).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  });
});

describe('every refusal is JSON with a code and a request id, and leaves no trace of the data in the log', () => {
  const json = { 'content-type': 'application/json' };
  const cases: [string, string, RequestInit, number, string][] = [
    [
      'malformed JSON',
      '/graphql',
      { method: 'POST', headers: json, body: `{"query": "${SECRET}` },
      400,
      'BAD_REQUEST',
    ],
    ['an empty body', '/graphql', { method: 'POST', headers: json, body: '' }, 400, 'BAD_REQUEST'],
    ['no body and no type', '/graphql', { method: 'POST' }, 400, 'BAD_REQUEST'],
    [
      'JSON that is no object',
      '/graphql',
      { method: 'POST', headers: json, body: `["${SECRET}"]` },
      400,
      'BAD_REQUEST',
    ],
    [
      'a batch',
      '/graphql',
      { method: 'POST', headers: json, body: '[{"query":"{hello}"}]' },
      400,
      'BAD_REQUEST',
    ],
    [
      'a poisoned prototype',
      '/graphql',
      { method: 'POST', headers: json, body: '{"__proto__":{}}' },
      400,
      'BAD_REQUEST',
    ],
    [
      'text/plain',
      '/graphql',
      { method: 'POST', body: `{"query":"{hello}","x":"${SECRET}"}` },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a form',
      '/graphql',
      { method: 'POST', body: new URLSearchParams({ query: '{hello}' }) },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a multipart form',
      '/graphql',
      { method: 'POST', body: multipart({ query: '{hello}', x: SECRET }) },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'GraphQL without JSON',
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'application/graphql' }, body: `{ hello # ${SECRET}` },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'text that names JSON in a parameter',
      '/graphql',
      {
        method: 'POST',
        headers: { 'content-type': 'text/plain; application/json' },
        body: '{"query":"{hello}"}',
      },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['GET /graphql', '/graphql?query=%7Bhello%7D', {}, 405, 'METHOD_NOT_ALLOWED'],
    [
      'GET /graphql with the header that lets it past CSRF prevention',
      '/graphql?query=mutation%7Bhello%7D',
      { headers: { 'apollo-require-preflight': 'true' } },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    [
      'PUT /graphql',
      '/graphql',
      { method: 'PUT', headers: json, body: '{"query":"{hello}"}' },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    ['OPTIONS /graphql', '/graphql', { method: 'OPTIONS' }, 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE /health/live', '/health/live', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
    ['an unknown address', `/${encodeURIComponent(SECRET)}`, {}, 404, 'NOT_FOUND'],
    [
      'an unknown address with a body',
      '/nowhere',
      { method: 'POST', headers: json, body: '{}' },
      404,
      'NOT_FOUND',
    ],
    ['an address that cannot be decoded', '/%ff', {}, 400, 'BAD_REQUEST'],
    [
      'a syntax error',
      '/graphql',
      { method: 'POST', headers: json, body: `{"query":"{ ${SECRET}"}` },
      200,
      'GRAPHQL_PARSE_FAILED',
    ],
    [
      'an unknown field',
      '/graphql',
      { method: 'POST', headers: json, body: '{"query":"{ zoe }"}' },
      200,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a bad variable',
      '/graphql',
      {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ query: 'query($f:Int!){page(first:$f)}', variables: { f: SECRET } }),
      },
      200,
      'BAD_USER_INPUT',
    ],
    [
      'an operation that the document does not have',
      '/graphql',
      { method: 'POST', headers: json, body: `{"query":"query A {hello}","operationName":"${SECRET}"}` },
      200,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'no query',
      '/graphql',
      { method: 'POST', headers: json, body: `{"q":"${SECRET}"}` },
      400,
      'BAD_REQUEST',
    ],
    [
      'an empty query',
      '/graphql',
      { method: 'POST', headers: json, body: '{"query":""}' },
      400,
      'BAD_REQUEST',
    ],
    [
      'a query that is no text',
      '/graphql',
      { method: 'POST', headers: json, body: `{"query":{"${SECRET}":1}}` },
      400,
      'BAD_REQUEST',
    ],
    [
      'variables that are no object',
      '/graphql',
      { method: 'POST', headers: json, body: `{"query":"{hello}","variables":"${SECRET}"}` },
      400,
      'BAD_REQUEST',
    ],
    [
      'a persisted query',
      '/graphql',
      {
        method: 'POST',
        headers: json,
        body: `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${SECRET}"}}}`,
      },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    [
      'an answer in HTML wanted',
      '/graphql',
      { method: 'POST', headers: { ...json, accept: 'text/html' }, body: '{"query":"{hello}"}' },
      406,
      'NOT_ACCEPTABLE',
    ],
    [
      'a body that is too large',
      '/graphql',
      { method: 'POST', headers: json, body: SECRET.repeat(BODY_LIMIT_BYTES / 20) },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ];

  it.each(cases)('%s', async (_name, path, init, status, code) => {
    const rigged = await rig();
    const response = await fetch(rigged.url + path, init);
    const requestId = present(response.headers.get('x-request-id'));
    const text = await response.text();
    expect({ status: response.status, type: response.headers.get('content-type'), requestId }).toEqual({
      status,
      type: 'application/json; charset=utf-8',
      requestId: expect.stringMatching(UUID),
    });
    const body = JSON.parse(text) as { errors: { extensions: { code: string } }[] };
    expect(body.errors.map((error) => error.extensions.code)).toEqual([code]);
    expect(text).not.toContain('stack');
    if (path !== '/%ff') {
      expect(await logged(rigged, requestId)).toMatchObject({ status, errorCodes: [code] });
    }
    expect(rigged.logText()).not.toContain('zoe');
  });

  it.each([
    ['a syntax error', '{', undefined, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ zoe }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['a bad variable', 'query($f: Int!) { page(first: $f) }', { f: null }, 'BAD_USER_INPUT'],
  ])(
    '%s is 400 for clients that can tell it from a refusal by a proxy',
    async (_name, query, variables, code) => {
      const { url } = await rig();
      const response = await post(url, { query, variables }, { accept: 'application/graphql-response+json' });
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    },
  );

  it('names the method to use where another one was tried', async () => {
    const { url } = await rig();
    expect((await fetch(`${url}/graphql`)).headers.get('allow')).toBe('POST');
  });

  it.each([
    ['bytes that are no HTTP', 'HELLO\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    [
      'two lengths',
      'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    ['no Host header', 'POST /graphql HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'a Host header that is no host',
      'POST /graphql HTTP/1.1\r\nhost: a"b\r\nconnection: close\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    [
      'a Host header that is no address',
      'POST /graphql HTTP/1.1\r\nhost: 256.1.1.1\r\nconnection: close\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    [
      'a Host header that is more than a host',
      'GET /playground/ HTTP/1.1\r\nhost: a/b\r\nconnection: close\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
    [
      'markup in the Host header',
      'GET /playground/ HTTP/1.1\r\nhost: </script>\r\nconnection: close\r\n\r\n',
      400,
      'BAD_REQUEST',
    ],
  ])('%s', async (_name, bytes, status, code) => {
    const { port } = await rig();
    const [head = '', body = ''] = (await answerToBytes(port, bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(/x-request-id: (\S+)/.exec(head)?.[1]).toMatch(UUID);
    expect(JSON.parse(body)).toEqual({ errors: [{ message: expect.any(String), extensions: { code } }] });
  });

  it('a request that does not arrive in time', async () => {
    const { server, port } = await rig();
    // The limit itself is tested below; here it is shortened, to see what is answered.
    server.app.server.headersTimeout = 1;
    const [head = '', body = ''] = (await answerToBytes(port, 'POST /graphql HTTP/1.1\r\n')).split(
      '\r\n\r\n',
    );
    expect(head).toMatch(/^HTTP\/1\.1 408 /);
    expect(/x-request-id: (\S+)/.exec(head)?.[1]).toMatch(UUID);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_TIMEOUT' } }] });
  });

  it('an Expect header nobody knows is ignored', async () => {
    const { port } = await rig();
    const answer = await answerToBytes(
      port,
      'GET /health/live HTTP/1.1\r\nhost: a\r\nexpect: magic\r\nconnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*x-request-id: /s);
  });
});

describe('errors meant for the caller', () => {
  it('keep their text and code when a resolver throws them', async () => {
    const { url } = await rig();
    const response = await post(url, { query: '{ refused }' });
    expect(await response.json()).toMatchObject({
      errors: [{ message: 'first must be 1 to 200', extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('include a null variable for an argument with a default, which graphql-js finds during execution', async () => {
    const rigged = await rig();
    const response = await post(rigged.url, {
      query: 'query($f: Int) { page(first: $f) }',
      variables: { f: null },
    });
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringContaining('must not be null'), extensions: { code: 'BAD_USER_INPUT' } },
      ],
      data: { page: null },
    });
    expect(rigged.log().filter((line) => line.msg === 'unexpected error')).toEqual([]);
  });
});

describe('limits', () => {
  it('bounds how long headers, requests and connections may take', async () => {
    const { server } = await rig();
    expect(server.app.server).toMatchObject({
      headersTimeout: 20_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      timeout: 180_000,
    });
  });
});
