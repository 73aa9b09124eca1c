import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

export type Policy = Readonly<Record<string, readonly string[]>>;

/** What is answered is data, not pages: a browser that shows it anyway loads and runs nothing for it. */
const NOTHING: Policy = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Headers that browsers heed, on every answer. Routes that serve a page set those of a policy of their own. */
export function registerSecurityHeaders(app: FastifyInstance, publicUrl: string | undefined): void {
  const headers = headersOf({
    contentSecurityPolicy: contentSecurityPolicy(NOTHING),
    // Only whoever says that browsers come by https can promise that they always will; not for other hosts.
    strictTransportSecurity: publicUrl?.startsWith('https:') ? { includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}

/** The header of a content security policy. */
export function policyHeader(policy: Policy): Record<string, string> {
  const { 'content-security-policy': header = '' } = headersOf({
    contentSecurityPolicy: contentSecurityPolicy(policy),
  });
  return { 'content-security-policy': header };
}

/** Helmet's headers depend on its options only: worked out once, they cost a request next to nothing. */
function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => {},
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error;
  });
  return headers;
}

function contentSecurityPolicy(policy: Policy) {
  const directives = Object.fromEntries(Object.entries(policy).map(([name, values]) => [name, [...values]]));
  return { useDefaults: false, directives };
}
