import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import {
  DEFAULT_JOB_SETTINGS,
  DELETION_KEEP_DAYS,
  NO_OBSERVER,
  type RequestContext,
} from './access/request-context';
import { ALL_SCOPES, isScope, SCOPES } from './access/scopes';
import { STRICT_WEBHOOKS } from './access/webhook-settings';
import { createApiKey, OPERATOR } from './api-keys/create-api-key';
import type { CreateApiKeyInput } from './api-keys/create-api-key.input';
import { openSite, SiteTaken } from './api-keys/create-site';
import { revokeApiKey } from './api-keys/revoke-api-key';
import { readConfig } from './config';
import { type ApiKeyRecord, findApiKeyPage } from './data/api-key.repository';
import { findSite } from './data/course-reference.repository';
import type { Database } from './data/database';
import { readInstant } from './kernel/dates/date-reader';
import { formatInstant } from './kernel/dates/instants';
import type { Problem } from './kernel/problem';
import { bringUpToDate, reachDatabase } from './reach-database';
import { errorCode, exitOnFailure, StartupError, tell } from './startup-error';

/** `npm run keys`: API keys of the database that DATABASE_URL names. */
const USAGE = `Usage:
  npm run keys -- create --name NAME --scopes SCOPE[,SCOPE …] [--users KEY[,KEY …] | --any-user]
                         [--expires DAYS | INSTANT | never] [--site ID [--site-name NAME]]
  npm run keys -- list [--site ID]
  npm run keys -- revoke ID [--site ID]

  --name      who uses it: a to z, 0 to 9, dot, hyphen, underscore; two live keys may share a name
  --scopes    ${Object.entries(SCOPES)
    .map(([scope, text]) => `${scope.padEnd(16)} ${text}`)
    .join('\n              ')}
  --users     sync keys of the users in whose name it may edit; needed, or --any-user, with activity:update
  --expires   365 days unless said otherwise; an instant is written 2030-01-31T00:00:00Z
  --site      SITE_ID, or 1, unless said otherwise
  --site-name makes the site, under this name, where it is not there yet

The key is printed once, alone on standard output.`;

const OPTIONS = {
  name: { type: 'string' },
  scopes: { type: 'string' },
  users: { type: 'string' },
  'any-user': { type: 'boolean', default: false },
  expires: { type: 'string' },
  site: { type: 'string' },
  'site-name': { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { command, operands, values } = readCommand();
  const config = readConfig();
  const database = await reachDatabase(config.database, undefined, tell);
  try {
    await bringUpToDate(database, config.database);
    const siteId = values.site === undefined ? config.siteId : siteOf(values.site);
    const context = operatorContext(database, siteId);
    if (command === 'create') await create(context, values);
    else if (command === 'list') await list(context);
    else await revoke(context, operands[0] ?? '');
  } finally {
    await database.close();
  }
}

type Values = ReturnType<typeof readArguments>['values'];

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: OPTIONS });
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new StartupError(USAGE, { cause: error });
  }
}

function readCommand() {
  const { positionals, values } = readArguments();
  const [command, ...operands] = positionals;
  const wanted = { create: 0, list: 0, revoke: 1 }[command ?? ''];
  if (wanted === undefined || operands.length !== wanted) throw new StartupError(USAGE);
  return { command, operands, values };
}

/** Whoever has the database may do everything in it. */
function operatorContext(database: Database, siteId: number): RequestContext {
  return {
    caller: { id: OPERATOR, keyId: null, siteId, scopes: new Set(ALL_SCOPES), actsFor: 'anyone' },
    siteId,
    requestId: randomUUID(),
    database,
    clock: () => new Date(),
    stamp: (tx) => tx.stamp(),
    deletionKeepDays: DELETION_KEEP_DAYS,
    jobs: DEFAULT_JOB_SETTINGS,
    observer: NO_OBSERVER,
    hasWebhook: false,
    webhooks: STRICT_WEBHOOKS,
    takeRows: async () => {},
  };
}

async function create(context: RequestContext, values: Values): Promise<void> {
  const scopes = listOf(values.scopes);
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (unknown.length > 0) throw new StartupError(`No such scope: ${unknown.join(', ')}\n\n${USAGE}`);
  const request: CreateApiKeyInput = {
    name: values.name ?? '',
    scopes: scopes.filter(isScope),
    userSyncKeys: listOf(values.users),
    anyUser: values['any-user'],
    ...(values.expires === undefined ? {} : { expiresAt: expiryOf(values.expires, context.clock()) }),
  };
  const name = values['site-name'];
  const creation = await (name === undefined
    ? createApiKey(context, request)
    : openSite(context, { name, firstKey: request }).catch(refuseTakenSite(context.siteId)));
  if (creation.kind === 'error') throw refused(creation.problems);
  const { key, text } = creation;
  const site = await context.database.read((tx) => findSite(tx, key.siteId));
  tell(`Key ${key.id} of ${key.name} on site ${key.siteId}, ${until(key)}. It is shown this once:`);
  process.stdout.write(`${text}\n`);
  if (site === undefined) {
    tell(
      `Site ${key.siteId} is not there yet: make it by the same command with --site-name NAME, or by loadReferenceData with a key that has reference:write.`,
    );
  }
}

function refuseTakenSite(siteId: number): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof SiteTaken)) throw error;
    throw new StartupError(
      `Site ${siteId} is there already, under the name "${error.siteName}". Leave --site-name out to make a key for it, or give another --site for a new one.`,
      { cause: error },
    );
  };
}

async function list({ database, siteId }: RequestContext): Promise<void> {
  const table = new Table({
    head: ['id', 'name', 'scopes', 'acts for', 'created', 'last used', 'state'],
    style: { head: [], border: [] },
  });
  const pageSize = 200;
  for (
    let page = await database.read((tx) => findApiKeyPage(tx, siteId, pageSize, null));
    page.length > 0;
  ) {
    for (const key of page) {
      const users = key.actsFor === 'anyone' ? 'any user' : `${key.actsFor.length} users`;
      const instants = [key.createdAt, key.lastUsedAt].map((each) =>
        each === null ? '' : formatInstant(each),
      );
      table.push([key.id, key.name, key.scopes.join('\n'), users, ...instants, stateOf(key)]);
    }
    const last = page.at(-1) ?? null;
    page =
      page.length < pageSize ? [] : await database.read((tx) => findApiKeyPage(tx, siteId, pageSize, last));
  }
  process.stdout.write(table.length === 0 ? `Site ${siteId} has no key.\n` : `${table.toString()}\n`);
}

async function revoke(context: RequestContext, id: string): Promise<void> {
  const revocation = await revokeApiKey(context, id);
  if (revocation.kind === 'error') throw refused(revocation.problems);
  const { name, revokedAt } = revocation.key;
  process.stdout.write(`Key ${id} of ${name}: revoked ${formatInstant(revokedAt ?? 0)}\n`);
}

function stateOf(key: ApiKeyRecord): string {
  if (key.revokedAt !== null) return `revoked ${formatInstant(key.revokedAt)}`;
  return until(key);
}

function until({ expiresAt }: ApiKeyRecord): string {
  if (expiresAt === null) return 'live for ever';
  return `${expiresAt > Date.now() ? 'live until' : 'expired'} ${formatInstant(expiresAt)}`;
}

function refused(problems: readonly Problem[]): StartupError {
  return new StartupError(problems.map(({ message, hint }) => `${message} ${hint}`).join('\n'));
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));
}

function siteOf(text: string): number {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (id >= 1 && id < 2 ** 31) return id;
  throw new StartupError('--site must be a whole number from 1');
}

function expiryOf(text: string, now: Date): Date | null {
  if (text === 'never') return null;
  if (/^\d{1,5}$/.test(text)) return new Date(now.getTime() + Number(text) * 24 * 60 * 60 * 1_000);
  const reading = readInstant(text);
  if (reading.ok) return new Date(reading.instant);
  throw new StartupError(
    '--expires must be a number of days, an instant such as 2030-01-31T00:00:00Z, or never',
  );
}

main().catch(exitOnFailure);
