import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { testCaller } from '../support/caller';
import { post, type Rig, rig } from '../support/http-rig';

describe('stop', () => {
  it('lets a running request finish, closes its kept-alive connection, and takes no new one', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { server, url, port } = await rig({ gate });
    const agent = new Agent({ keepAlive: true });

    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest({ port, agent, method: 'POST', path: '/graphql' }, resolve);
      request.on('error', reject);
      request.setHeader('content-type', 'application/json').end('{"query":"{ slow }"}');
    });
    await once(server.app.server, 'request');

    const stopped = server.stop();
    while (server.app.server.listening) await new Promise((resolve) => setImmediate(resolve));
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    open();

    const response = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual({ data: { slow: 'done' } });
    expect(response.headers.connection).toBe('close');
    await stopped;
    agent.destroy();
  });

  it('does not wait for idle connections', async () => {
    const { server, url } = await rig();
    await post(url, { query: '{ hello }' });
    await server.stop();
    expect(server.app.server.listening).toBe(false);
  });

  describe('loses nothing that clients have begun', () => {
    const BODY = '{"query":"{ hello }"}';
    const HEAD = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`;
    const ANSWER = /^HTTP\/1\.1 200 .*\r\nconnection: close\r\n.*\{"data":\{"hello":"world"\}\}\s*$/s;

    /** A connection that the server has accepted. */
    async function open({ server, port }: Rig) {
      const accepted = once(server.app.server, 'connection');
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
      });
      await accepted;
      const closed = once(socket, 'close').then(([hadError]) => ({ hadError, answer }));
      const answers = async (pattern: RegExp) => {
        while (!pattern.test(answer)) await once(socket, 'data');
        const found = answer;
        answer = '';
        return found;
      };
      return { socket, closed, answers };
    }

    /** It stops when its connections are closed: nobody waits for that here. */
    async function stopListening({ server }: Rig): Promise<void> {
      void server.stop();
      while (server.app.server.listening) await new Promise((resolve) => setImmediate(resolve));
    }

    it.each([
      ['a connection without a request yet', '', HEAD + BODY],
      ['a request of which the headers have begun', HEAD.slice(0, 30), HEAD.slice(30) + BODY],
      ['a request of which the body has not come', HEAD, BODY],
      ['a request of which the body has begun', HEAD + BODY.slice(0, 5), BODY.slice(5)],
    ])('%s', async (_name, before, after) => {
      const rigged = await rig({ settings: { idleGraceMs: 60_000 } });
      const { socket, closed } = await open(rigged);
      if (before !== '') socket.write(before);
      await stopListening(rigged);
      socket.write(after);
      expect(await closed).toEqual({ hadError: false, answer: expect.stringMatching(ANSWER) });
      await rigged.server.stop();
    });

    it('a connection that had its answer, and has more to ask', async () => {
      const rigged = await rig({ settings: { idleGraceMs: 60_000 } });
      const { socket, closed, answers } = await open(rigged);
      socket.write(HEAD + BODY);
      await answers(/world/);
      await stopListening(rigged);
      socket.write(HEAD + BODY);
      expect(await closed).toEqual({ hadError: false, answer: expect.stringMatching(ANSWER) });
      await rigged.server.stop();
    });

    it('a refusal before the body is there: neither is lost, nor what is asked after it', async () => {
      let signIns = 0;
      const rigged = await rig({
        signIn: async () => {
          signIns += 1;
          return signIns === 1 ? { kind: 'refused' } : { kind: 'caller', caller: testCaller() };
        },
        settings: { idleGraceMs: 60_000 },
      });
      const { socket, closed, answers } = await open(rigged);
      await stopListening(rigged);
      socket.write(HEAD);
      expect(await answers(/UNAUTHENTICATED/)).not.toMatch(/connection: close/);
      socket.write(BODY);
      socket.write(HEAD + BODY);
      expect(await closed).toEqual({ hadError: false, answer: expect.stringMatching(ANSWER) });
      await rigged.server.stop();
    });
  });

  it('closes connections on which nothing comes, also where none has ever come', async () => {
    const rigged = await rig();
    const socket = connect(rigged.port, '127.0.0.1').resume();
    await once(rigged.server.app.server, 'connection');
    const closed = once(socket, 'close');
    await post(rigged.url, { query: '{ hello }' });
    await rigged.server.stop();
    expect(await closed).toEqual([false]);
  });

  it('listens on every address of localhost, and lets go of all of them', async () => {
    const { server, port } = await rig({ host: 'localhost' });
    const urls = (await lookup('localhost', { all: true })).map(
      ({ address, family }) => `http://${family === 6 ? `[${address}]` : address}:${port}/health/live`,
    );
    for (const url of urls) expect([url, (await fetch(url)).status]).toEqual([url, 200]);
    await server.stop();
    for (const url of urls) await expect(fetch(url)).rejects.toThrow();
  });

  it('can be called twice', async () => {
    const { server } = await rig();
    await Promise.all([server.stop(), server.stop()]);
  });
});
