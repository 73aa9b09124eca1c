import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS } from '../kernel/errors';
import type { Metrics } from '../metrics/metrics';
import { isDatabaseCode, LIMIT_OF_CODE } from './error-answers';

/** A request to an address that is no route, or that never became a request. */
export const NO_ROUTE = 'none';
const OTHER_CODE = 'OTHER';

/** Counts a request that is over. */
export function measureRequest(metrics: Metrics, request: FastifyRequest, reply: FastifyReply): void {
  const route = routeLabel(request.routeOptions.url);
  const isAnswered = reply.raw.writableFinished;
  metrics.httpAnswered(route, isAnswered ? reply.statusCode : 'aborted');
  const { startedAt, operation, errorCodes } = request.facts;
  for (const code of errorCodes) {
    const limit = LIMIT_OF_CODE.get(code);
    if (limit !== undefined) metrics.rejectedByLimit(limit);
    if (isDatabaseCode(code)) metrics.databaseFailed(code);
  }
  if (route !== '/graphql') return;
  const seconds = (performance.now() - startedAt) / 1_000;
  metrics.graphqlAnswered({ operation, errorCodes: knownCodes(errorCodes), isAnswered, seconds });
}

function knownCodes(codes: ReadonlySet<string>): ReadonlySet<string> {
  if (codes.size === 0) return codes;
  return new Set([...codes].map((code) => (Object.hasOwn(ERRORS, code) ? code : OTHER_CODE)));
}

/** The files of the playground are one route. */
function routeLabel(url: string | undefined): string {
  if (url === undefined) return NO_ROUTE;
  return url.startsWith('/playground/') ? '/playground/*' : url;
}
