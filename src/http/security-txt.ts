import type { FastifyInstance } from 'fastify';

const DAY_MS = 24 * 60 * 60 * 1_000;
const VALID_DAYS = 90;

/** Tells where weaknesses are reported (RFC 9116). */
export function registerSecurityTxt(
  app: FastifyInstance,
  contact: string,
  publicUrl: string | undefined,
): void {
  const path = '/.well-known/security.txt';
  app.get(path, (_request, reply) => {
    const expires = new Date(Date.now() + VALID_DAYS * DAY_MS).toISOString();
    const lines = [`Contact: ${contact}`, `Expires: ${expires}`, 'Preferred-Languages: en'];
    if (publicUrl !== undefined) lines.push(`Canonical: ${publicUrl}${path}`);
    return reply.type('text/plain; charset=utf-8').send(`${lines.join('\n')}\n`);
  });
}
