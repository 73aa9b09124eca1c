import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import {
  getAltairHtml,
  getDistDirectory,
  isSandboxFrame,
  type RenderOptions,
  renderInitSnippet,
  SANDBOX_FRAME_CSP,
} from 'altair-static';
import type { FastifyInstance } from 'fastify';
import type { DocumentedOperation } from './operations';
import type { PlaygroundDoor } from './playground-door';
import { type Policy, policyHeader } from './security-headers';

export interface PlaygroundOptions {
  readonly operations: readonly DocumentedOperation[];
  /** Under which browsers reach the server; without it, the Host header tells. */
  readonly publicUrl?: string | undefined;
  readonly localKey?: PlaygroundKey | undefined;
}

/** A key that the playground brings along for whom the door is open. */
export interface PlaygroundKey {
  readonly text: string;
  readonly door: PlaygroundDoor;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/**
 * Altair at /playground, from the installed package and without any other host.
 * Expects the Host header to be validated before its routes run.
 */
export function registerPlayground(app: FastifyInstance, options: PlaygroundOptions): void {
  // Relative, so that it also works behind a proxy which adds a path in front.
  app.get('/playground', (_request, reply) => reply.redirect('playground/'));

  app.get<{ Querystring: { code?: unknown } }>('/playground/', (request, reply) => {
    const { code } = request.query;
    if (code !== undefined) {
      const cookie = typeof code === 'string' ? options.localKey?.door.open(code) : undefined;
      if (cookie !== undefined) void reply.header('set-cookie', cookie);
      // Without the code, so that no history and no screen shows it.
      return reply.header('cache-control', 'no-store').redirect('./', 303);
    }
    const { text: key, door } = options.localKey ?? {};
    const endpointUrl = `${options.publicUrl ?? `http://${request.host}`}/graphql`;
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers(policyHeader(pagePolicy(nonce)))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(
        renderPage(
          options.operations,
          endpointUrl,
          nonce,
          door?.isOpenTo(request.headers.cookie) ? key : undefined,
        ),
      );
  });

  // One route per file of the package: no path is ever made from what a request says.
  const folder = getDistDirectory();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const contentType = CONTENT_TYPES[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const name = relative(folder, file);
    if (name === 'index.html') continue;

    app.get(`/playground/${name}`, (_request, reply) => {
      if (isSandboxFrame(name)) {
        // The page shows it in a frame, where what people type runs without an origin.
        void reply.headers({
          'content-security-policy': SANDBOX_FRAME_CSP,
          'x-frame-options': 'SAMEORIGIN',
        });
      }
      // Names stay the same from one release of Altair to the next, so browsers must ask again.
      return reply.header('cache-control', 'no-cache').type(contentType).send(createReadStream(file));
    });
  }
}

function pagePolicy(nonce: string): Policy {
  return {
    'default-src': ["'none'"],
    'script-src': ["'self'", `'nonce-${nonce}'`],
    // Angular writes its styles into the page; helmet's own nonces would switch these off.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'worker-src': ["'self'", 'blob:'],
    'frame-src': ["'self'"],
    'base-uri': ["'self'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
}

function renderPage(
  operations: readonly DocumentedOperation[],
  endpointURL: string,
  nonce: string,
  key: string | undefined,
): string {
  const authorization = `Bearer ${key ?? 'YOUR-KEY'}`;
  const options: RenderOptions = {
    endpointURL,
    initialHeaders: { authorization },
    initialWindows: withFirstToTryLast(operations).map(({ name, query, variables }) => ({
      initialName: name,
      endpointURL,
      initialQuery: query,
      initialHeaders: { authorization },
      ...(variables === undefined ? {} : { initialVariables: variables }),
    })),
    // Altair shows its initial windows to browsers without saved ones only. A namespace per set of examples
    // keeps what people typed, and still lets new examples appear.
    instanceStorageNamespace: `coursetrack_${fingerprint(operations, endpointURL, key)}_`,
    persistedSettings: { 'banners.disable': true, 'schema.reloadOnStart': true },
    disableAccount: true,
    cspNonce: nonce,
  };
  // Altair's snippet consists of template literals but does not escape `</script>`.
  const snippet = renderInitSnippet(options).replaceAll('<', '\\x3C');
  return getAltairHtml()
    .replace(/<base[^>]*>/, '<base href="./" />')
    .replace('<title>Altair</title>', '<title>coursetrack playground</title>')
    .replace('</body>', () => `<script type="module" nonce="${nonce}">${snippet}</script></body>`);
}

/** Altair opens on its last tab: there stands the call that a newcomer should try first. */
function withFirstToTryLast(operations: readonly DocumentedOperation[]): DocumentedOperation[] {
  const isFirstToTry = ({ name }: DocumentedOperation) => name === 'import-success';
  return [...operations.filter((each) => !isFirstToTry(each)), ...operations.filter(isFirstToTry)];
}

function fingerprint(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
