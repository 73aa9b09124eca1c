import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { text } from './cells';
import type { Tx } from './database';
import { ALL } from './dialect';
import { ERASED_ANSWER, KEEP_SECONDS } from './idempotency.repository';
import { chunks } from './sql';

/** Where an answer is kept. */
interface AnswerPlace {
  readonly operation: string;
  readonly caller: string;
  readonly keyHash: string;
}

/** What was found when the kept answers of a site were looked through. */
export interface KeptAnswers {
  readonly learnerId: number;
  /** Those that name the learner. */
  readonly naming: readonly AnswerPlace[];
  /** All that were looked at. */
  readonly seen: ReadonlySet<string>;
}

/** No write takes that long from the key to its commit: what was looked through before misses none that is older. */
const RECENT_SECONDS = 10 * 60;

/** How much is read at a time, roughly, in characters. */
const PART_LENGTH = 1_000_000;
const [FEWEST, MOST] = [1, 500];

type Read = <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;

/**
 * The kept answers of these operations that name a learner by id, looked through part by part, in as many reads. With
 * what was found before, only those that may have come since are looked at.
 */
export async function findAnswersNaming(
  read: Read,
  siteId: number,
  learnerId: number,
  operations: readonly string[],
  before?: KeptAnswers,
): Promise<KeptAnswers> {
  const known = before?.learnerId === learnerId ? before : undefined;
  const seen = new Set(known?.seen);
  const naming = [...(known?.naming ?? [])];
  const pattern = patternOf(learnerId);
  for (const operation of operations) {
    let [after, limit]: [AnswerPlace | null, number] = [null, FEWEST];
    for (;;) {
      const page = await read((tx) =>
        readPage(tx, siteId, operation, { after, limit, isRecent: known !== undefined }),
      );
      for (const { answer, ...place } of page) {
        const id = JSON.stringify([place.operation, place.caller, place.keyHash]);
        if (seen.has(id)) continue;
        seen.add(id);
        if (await holds(answer, pattern)) naming.push(place);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < limit) break;
      after = last;
      const length = page.reduce((sum, { answer }) => sum + answer.length, 1);
      limit = Math.max(FEWEST, Math.min(MOST, Math.round((page.length * PART_LENGTH) / length)));
    }
  }
  return { learnerId, naming, seen };
}

interface PageOf {
  readonly after: AnswerPlace | null;
  readonly limit: number;
  /** Only what was begun a short time ago. */
  readonly isRecent: boolean;
}

function readPage(
  { dialect, query }: Tx,
  siteId: number,
  operation: string,
  { after, limit, isRecent }: PageOf,
): Promise<(AnswerPlace & { readonly answer: string })[]> {
  // SQLite reads a row as far as the column it looks at, and an answer is long.
  const index = isRecent ? dialect.indexByStatistics('ix_idempotency_expires') : '';
  const place = ['caller', 'key_hash'];
  const behind = after === null ? ALL : dialect.beside(place, '>', [after.caller, after.keyHash]);
  return query(
    `SELECT operation, caller, key_hash AS keyHash, CAST(answer AS CHAR) AS answer
     FROM idempotency_entry ${index}
     WHERE site_id = ? AND operation = ? AND answer IS NOT NULL
       ${isRecent ? `AND expires_at > ${dialect.fromNow}` : ''} AND ${behind.sql}
     ORDER BY ${place.join(', ')} LIMIT ?`,
    [siteId, operation, ...(isRecent ? [KEEP_SECONDS - RECENT_SECONDS] : []), ...behind.values, limit],
    { operation: text, caller: text, keyHash: text, answer: text },
  );
}

/** The keys stay, and a retry learns that there is no answer any more. */
export async function eraseAnswers(
  { dialect, query }: Tx,
  siteId: number,
  places: readonly AnswerPlace[],
): Promise<void> {
  const key = { site_id: 'integer', operation: 'text', caller: 'text', key_hash: 'text' } as const;
  for (const chunk of chunks(places)) {
    const keys = chunk.map(({ operation, caller, keyHash }) => [siteId, operation, caller, keyHash]);
    const erased = { sql: 'answer = ?', values: [ERASED_ANSWER] };
    const { sql, values } = dialect.updateByKeys({ table: 'idempotency_entry', key, keys }, erased);
    await query(sql, values);
  }
}

/** How reports name a learner: `"learnerId":7`, as a text or a number, and `"learner":{"id":7`. */
function patternOf(learnerId: number): RegExp {
  return new RegExp(`"learner(?:Id"|":\\{"id"):"?${learnerId}(?!\\d)[^]`);
}

/** Longer than what the pattern matches. */
const OVERLAP = 50;

/** Whether the pattern, of ASCII alone, is in what was packed: unpacked part by part, each a piece of work of its own. */
async function holds(packed: string, pattern: RegExp): Promise<boolean> {
  if (packed === ERASED_ANSWER) return false;
  const compressed = Buffer.from(JSON.parse(packed) as string, 'base64');
  let end = '';
  for await (const part of Readable.from([compressed]).pipe(createGunzip())) {
    const seen = end + (part as Buffer).toString('latin1');
    if (pattern.test(seen)) return true;
    end = seen.slice(-OVERLAP);
  }
  return false;
}
