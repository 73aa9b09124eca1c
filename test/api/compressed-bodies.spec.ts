import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../../src/http/limits';
import { rig } from '../support/http-rig';

const QUERY = JSON.stringify({
  query: 'query ($text: String!) { lengthOf(text: $text) }',
  variables: { text: 'seven c' },
});

async function send(
  body: Buffer | string,
  encoding: string | undefined,
  bodyBytes = DEFAULT_LIMITS.bodyBytes,
) {
  const { url } = await rig({ settings: { limits: { ...DEFAULT_LIMITS, bodyBytes } } });
  const headers = {
    'content-type': 'application/json',
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  const answer = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
  return { status: response.status, answer, codes: answer.errors?.map(({ extensions }) => extensions.code) };
}

describe('a body', () => {
  it.each(['gzip', 'GZIP', 'x-gzip'])('compressed by %s is read', async (encoding) => {
    expect(await send(gzipSync(QUERY), encoding)).toMatchObject({
      status: 200,
      answer: { data: { lengthOf: 7 } },
    });
  });

  it.each([undefined, 'identity'])('with the encoding %s is read as it is', async (encoding) => {
    expect(await send(QUERY, encoding)).toMatchObject({ status: 200, answer: { data: { lengthOf: 7 } } });
  });

  it.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'x'])(
    'with the encoding %s is refused unread',
    async (encoding) => {
      const { status, answer } = await send(gzipSync(QUERY), encoding);
      expect({ status, answer }).toEqual({
        status: 415,
        answer: {
          errors: [
            {
              message: 'A body may be compressed by gzip, and by nothing else.',
              extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' },
            },
          ],
        },
      });
    },
  );

  it('that grows beyond the limit is refused, however small it comes', async () => {
    const bomb = gzipSync(`{"query":"{hello}","variables":{"text":"${'a'.repeat(1_000_000)}"}}`);
    expect(bomb.length).toBeLessThan(5_000);
    expect(await send(bomb, 'gzip', 500_000)).toMatchObject({ status: 413, codes: ['PAYLOAD_TOO_LARGE'] });
  });

  it.each<[string, Buffer]>([
    ['is not compressed at all', Buffer.from(QUERY)],
    ['is cut off', gzipSync(QUERY).subarray(0, 40)],
    ['is damaged', Buffer.concat([gzipSync(QUERY).subarray(0, 30), Buffer.alloc(40, 7)])],
    ['holds no JSON', gzipSync('{')],
  ])('that %s, and says gzip, is a bad request', async (_name, body) => {
    expect(await send(body, 'gzip')).toMatchObject({ status: 400, codes: ['BAD_REQUEST'] });
  });
});
