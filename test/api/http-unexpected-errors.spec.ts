import { logged, post, rig } from '../support/http-rig';
import { present } from '../support/present';
import { SECRET } from '../support/stub-schema';

describe('unexpected errors', () => {
  it.each([
    'crash',
    'driverCrash',
    'uncodedError',
    'errorWithExtensions',
    'notAColour',
    'notAnObject { name }',
  ])('%s: masked in the answer, without texts in the log', async (selection) => {
    const rigged = await rig();
    const field = selection.split(' ')[0];
    const response = await post(rigged.url, { query: `query Failing { hello ${selection} }` });
    const requestId = present(response.headers.get('x-request-id'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Internal server error',
          locations: [{ line: 1, column: 23 }],
          path: [field],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
        },
      ],
      data: { hello: 'world', [field as string]: null },
    });

    await logged(rigged, requestId);
    const unexpected = rigged.log().filter((line) => line.msg === 'unexpected error');
    expect(unexpected).toMatchObject([{ requestId, path: [field] }]);
    expect(rigged.logText()).not.toContain('zoe');
    expect(rigged.logText()).not.toContain('INSERT');
  });

  it('keeps in the log what finds the fault: type, code, number and frames', async () => {
    const rigged = await rig();
    const response = await post(rigged.url, { query: '{ driverCrash }' });
    await logged(rigged, present(response.headers.get('x-request-id')));
    const line = rigged.log().find((entry) => entry.msg === 'unexpected error');
    expect(line?.err).toEqual({
      type: 'Error',
      code: 'ER_DUP_ENTRY',
      errno: 1062,
      frames: expect.arrayContaining([expect.stringContaining('stub-schema.ts')]),
    });
  });

  it("are told in the operation's own words where it has any; the log keeps the cause", async () => {
    const rigged = await rig();
    const response = await post(rigged.url, { query: '{ failedOperation }' });
    const requestId = present(response.headers.get('x-request-id'));
    expect(await response.json()).toMatchObject({
      errors: [{ message: 'The stub failed.', extensions: { code: 'STUB_FAILED', requestId } }],
    });
    await logged(rigged, requestId);
    const line = rigged.log().find((entry) => entry.msg === 'unexpected error');
    expect(line?.err).toMatchObject({
      type: 'OperationFailed',
      cause: { code: 'ER_DUP_ENTRY', errno: 1062 },
    });
    expect(rigged.log().find((entry) => entry.msg === 'request')).toMatchObject({
      errorCodes: ['STUB_FAILED'],
    });
    expect(rigged.logText()).not.toContain('zoe');
  });

  it('are logged by the field, not by the names that the caller gives', async () => {
    const rigged = await rig();
    const response = await post(rigged.url, { query: 'query zoe { zoe: crashes { zoe: name } }' });
    await logged(rigged, present(response.headers.get('x-request-id')));
    const [first, second] = rigged.log().filter((line) => line.msg === 'unexpected error');
    expect([first, second]).toMatchObject([
      { operation: 'crashes', path: [0, 'name'] },
      { operation: 'crashes', path: [1, 'name'] },
    ]);
    expect(rigged.logText()).not.toContain('zoe');
  });

  it('logs the first few of many in one request', async () => {
    const rigged = await rig();
    const response = await post(rigged.url, { query: '{ crashes { name } }' });
    await logged(rigged, present(response.headers.get('x-request-id')));
    expect(((await response.json()) as { errors: unknown[] }).errors).toHaveLength(100);
    expect(rigged.log().filter((line) => line.msg === 'unexpected error')).toHaveLength(5);
  });

  it('outside resolvers, as when no context can be made, are masked as well', async () => {
    const rigged = await rig({
      createContext: () => {
        throw new Error(SECRET);
      },
    });
    const response = await post(rigged.url, { query: '{ hello }' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Internal server error',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: response.headers.get('x-request-id') },
        },
      ],
    });
    expect(rigged.log().filter((line) => line.msg === 'unexpected error')).toHaveLength(1);
    expect(rigged.logText()).not.toContain('zoe');
  });

  it('in a route of the server itself are masked as well', async () => {
    const rigged = await rig();
    // A stand-in for a fault of this server's own: Fastify takes no route after it has started.
    rigged.server.app.server.prependListener('request', (request) => {
      Object.defineProperty(request.headers, 'host', {
        get: () => {
          throw new Error(SECRET);
        },
      });
    });
    const response = await post(rigged.url, { query: '{ hello }' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'Internal server error',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: response.headers.get('x-request-id') },
        },
      ],
    });
    expect(rigged.logText()).not.toContain('zoe');
  });
});
