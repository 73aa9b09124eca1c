import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller';
import type { Quota, RateLimits } from '../access/rate-limits';
import type { SignIn } from '../access/sign-in';
import type { Metrics } from '../metrics/metrics';
import { isSentOnce, refuse } from './refusals';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set behind `requireCaller`. */
    caller: Caller | null;
  }
}

export interface CallerDeps {
  readonly signIn: SignIn;
  readonly limits: Pick<RateLimits, 'takeRequest'>;
  readonly metrics: Pick<Metrics, 'rejectedByLimit' | 'signInRefused'>;
}

/**
 * A hook that lets known callers pass, as often as they may. It runs before the body is read: who may not call does
 * not make the server read megabytes.
 */
export function requireCaller({ signIn, limits, metrics }: CallerDeps) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    // Of two, a proxy may have looked at the other one.
    const authorization = isSentOnce(request, 'authorization') ? request.headers.authorization : undefined;
    const signedIn = await signIn(authorization, request.ip);
    if (signedIn.kind === 'paused') {
      metrics.rejectedByLimit('bad_sign_ins_per_minute');
      void reply.header('retry-after', signedIn.retryAfterSeconds);
      return refuse(request, reply, 429, {
        reason: 'Too many bad credentials came from this address.',
      });
    }
    if (signedIn.kind === 'unknown') {
      void reply.header('retry-after', signedIn.retryAfterSeconds);
      return refuse(request, reply, 503);
    }
    if (signedIn.kind === 'refused') {
      metrics.signInRefused();
      return refuse(request, reply.header('www-authenticate', 'Bearer'), 401);
    }
    const { caller } = signedIn;
    request.caller = caller;
    request.facts.caller = caller.id;
    const quota = await limits.takeRequest(caller);
    tellQuota(reply, quota);
    if (!quota.isExceeded) return undefined;
    metrics.rejectedByLimit('requests_per_minute');
    void reply.header('retry-after', quota.resetSeconds);
    return refuse(request, reply, 429);
  };
}

function tellQuota(reply: FastifyReply, { limit, remaining, resetSeconds }: Quota): void {
  void reply.headers({
    'ratelimit-limit': limit,
    'ratelimit-remaining': remaining,
    'ratelimit-reset': resetSeconds,
  });
}
