import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

export type Policy = Readonly<Record<string, readonly string[]>>;

/** What is answered is data, not pages: a browser that shows it anyway loads and runs nothing for it. */
const NOTHING: Policy = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Headers that browsers heed, on every answer. Routes that serve a page call `reply.helmet` with their own. */
export async function registerSecurityHeaders(
  app: FastifyInstance,
  publicUrl: string | undefined,
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: contentSecurityPolicy(NOTHING),
    // Only whoever says that browsers come by https can promise that they always will; not for other hosts.
    strictTransportSecurity: publicUrl?.startsWith('https:') ? { includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
}

export function contentSecurityPolicy(policy: Policy) {
  const directives = Object.fromEntries(Object.entries(policy).map(([name, values]) => [name, [...values]]));
  return { useDefaults: false, directives };
}
