import { CODES, requestProblem } from './codes';
import { modelImport, refusal } from './model-import';
import { readSettings } from './settings';
import {
  CELL_NAMES,
  type ImportInput,
  type ImportRow,
  type ModelAnswer,
  type Stored,
  type World,
} from './types';

/** What a site keeps between the requests of one caller. */
export interface SiteState {
  readonly stored: Stored;
  readonly keys: ReadonlyMap<string, KeptAnswer>;
}

interface KeptAnswer {
  readonly fingerprint: string;
  readonly answer: ModelAnswer;
  readonly at: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** An import with the promise of its idempotency key. */
export function modelRequest(
  world: World,
  state: SiteState,
  input: ImportInput,
  clock: number,
): { readonly answer: ModelAnswer; readonly state: SiteState } {
  const key = input.idempotencyKey ?? null;
  const isDry = input.dryRun ?? false;
  // A dry run neither reads nor stores a key.
  // Open: what is refused as a whole is refused for that, whatever is known of its key.
  const usesKey = key !== null && !isDry && 'words' in readSettings(input);
  const kept = usesKey ? state.keys.get(key) : undefined;
  // Open: whether the last instant of the 24 hours belongs to them.
  if (kept !== undefined && clock - kept.at < DAY) {
    if (kept.fingerprint === fingerprintOf(input))
      return { answer: { ...kept.answer, replayed: true }, state };
    return { answer: refusal([requestProblem(CODES.idempotencyKeyReused, 'idempotencyKey')], isDry), state };
  }
  const { answer, stored } = modelImport(world, state.stored, input, clock);
  const keys = new Map(state.keys);
  // Only Success and Warning use a key up.
  if (usesKey && answer.type !== 'Error')
    keys.set(key, { fingerprint: fingerprintOf(input), answer, at: clock });
  return { answer, state: { stored, keys } };
}

/** Alike for inputs that are the same input: without key and dryRun, and outside the rows with every default. */
export function fingerprintOf(input: ImportInput): string {
  const parameters = input.parameters ?? {};
  // Open: the order of aliases counts, that of an object's members does not.
  const aliases = (parameters.trackingStatus ?? []).map(({ status, alias }) => [status, alias]);
  return JSON.stringify([
    input.writeMode ?? 'REPLACE',
    input.errorPolicy ?? 'REJECT_FAILED_ROWS',
    input.options?.defaultScoreMax ?? null,
    input.options?.olderRows ?? 'OVERWRITE',
    parameters.dateTimeFormat ?? 'YYYY-MM-DD hh:ii:ss',
    parameters.timeZone ?? 'UTC',
    parameters.defaultTime ?? '00:00:00',
    parameters.timeSpentFormat ?? 'RAW_SECONDS',
    aliases,
    input.rows.map(asSent),
  ]);
}

/** The cells as they were sent, in one order. */
function asSent(row: ImportRow): unknown[] {
  return CELL_NAMES.filter((name) => name !== 'ignoredColumn' && row[name] !== undefined).map((name) => [
    name,
    row[name],
  ]);
}
