import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const REQUEST_HEADERS = [
  'content-type',
  'authorization',
  // Some clients send these to show that they are not a plain form.
  'apollo-require-preflight',
  'x-apollo-operation-name',
];

const ANSWER_HEADERS = [
  'x-request-id',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
];

const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of these origins call from a browser; others get no header at all. To be registered before whatever
 * refuses requests: without the headers, browsers hide refusals from the page.
 */
export async function registerCors(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  await app.register(cors, {
    // A function, because of a list the plugin sends half of the headers to foreign origins too.
    origin: allowed.has('*') ? '*' : async (origin?: string) => origin !== undefined && allowed.has(origin),
    methods: ['POST'],
    allowedHeaders: REQUEST_HEADERS,
    exposedHeaders: ANSWER_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
    // Its refusal of an OPTIONS request that is no preflight would be plain text.
    strictPreflight: false,
  });
}
