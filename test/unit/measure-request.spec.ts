import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../../src/access/limits';
import { LIMIT_OF_CODE } from '../../src/http/error-answers';
import { measureRequest } from '../../src/http/measure-request';
import { noFacts } from '../../src/http/request-facts';
import { createMetrics } from '../../src/metrics/metrics';
import { measured } from '../support/measured';

/** Counted where they are refused, as their code is one and the same. */
const COUNTED_ELSEWHERE = [
  'requests_per_minute',
  'rows_per_minute',
  'bad_sign_ins_per_minute',
  'connections',
] as const;

describe('a request that was refused by a limit', () => {
  it.each([...LIMIT_OF_CODE])('with the code %s counts for %s', async (code, limit) => {
    const metrics = createMetrics('0.0.0');
    const request = {
      routeOptions: { url: '/graphql' },
      facts: { ...noFacts(), errorCodes: new Set([code]) },
    } as unknown as FastifyRequest;
    const reply = { statusCode: 413, raw: { writableFinished: true } } as FastifyReply;
    measureRequest(metrics, request, reply);
    expect(await measured(metrics, 'coursetrack_rejected_by_limit_total')).toEqual({ [`limit=${limit}`]: 1 });
    expect(await measured(metrics, 'coursetrack_graphql_errors_total')).toEqual({
      [`operation=none,code=${code}`]: 1,
    });
  });

  it('has a code for every limit that is told by codes', () => {
    expect([...COUNTED_ELSEWHERE, ...LIMIT_OF_CODE.values()]).toEqual(LIMITS);
  });
});
