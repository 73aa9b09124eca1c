import 'reflect-metadata';
import fc from 'fast-check';
import { decide } from '../../../src/tracking-import/decide';
import { beginRow, readRow } from '../../../src/tracking-import/read-row';
import { reportImport } from '../../../src/tracking-import/report';
import { readSettings } from '../../../src/tracking-import/settings';
import { type Scenario, scenarios } from '../../models/import/arbitrary-requests';
import { modelImport } from '../../models/import/model-import';
import { FIELD_OF } from '../../models/import/read-row';
import {
  type ImportInput,
  type ImportRow,
  keyOf,
  type Stored as ModelStored,
  type Tracking,
  type World,
} from '../../models/import/types';
import { asProblem, withNames } from '../../support/import-problems';
import { present } from '../../support/present';
import {
  type ResolvedRow,
  resolvedRow,
  type Settings,
  type Stored,
  type Subject,
} from '../../support/tracking-rows';

/** The steps of an import that are pure, one after the other. What a row is about is handed to it: nobody looks it up. */

interface Key {
  readonly registrationId: number;
  readonly learnerId: number;
  readonly sessionId: number;
  readonly lovId: number;
}

type SentRow = Parameters<typeof beginRow>[0];

/** Reports that are open to imports. */
function keysOf({ registrations, sessions, lovs }: World): Key[] {
  return registrations.flatMap(({ learnerId, sessionId }, index) => {
    const { trainingId } = present(sessions.find(({ id }) => id === sessionId));
    const open = lovs.filter(
      ({ guards, trainingIds }) => guards.length === 0 && trainingIds.includes(trainingId),
    );
    return open.map((lov) => ({ registrationId: 1001 + index, learnerId, sessionId, lovId: lov.id }));
  });
}

function referencesTo({ learners, sessions, lovs }: World, key: Key) {
  return {
    candidateLogin: present(learners.find(({ id }) => id === key.learnerId)).login,
    sessionGuid: present(sessions.find(({ id }) => id === key.sessionId)).guid,
    lovGuid: present(lovs.find(({ id }) => id === key.lovId)).guid,
  };
}

function withoutReferences(row: ImportRow): ImportRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name in FIELD_OF));
}

/** Which of the keys rows are about, one after the other; `null` where a reference is missing. */
const abouts = fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 1, 2, null), { minLength: 30, maxLength: 30 });

const resolvable: fc.Arbitrary<Scenario> = fc.noBias(
  fc.tuple(scenarios, abouts).map(([{ world, requests }, about]) => {
    const keys = keysOf(world);
    let sent = 0;
    const withReferences = (row: ImportRow): ImportRow => {
      const index = about[sent++ % about.length];
      const references = referencesTo(world, present(keys[(index ?? 0) % keys.length]));
      const missing = index === null ? { lovGuid: ' ' } : {};
      return { ...withoutReferences(row), ...references, ...missing };
    };
    const pointed = requests.map(({ input, clock }) => ({
      clock,
      input: { ...input, rows: input.rows.map(withReferences) },
    }));
    return { world, requests: pointed };
  }),
);

/** What is stored after each import, by the keys of the model. */
type State = ReadonlyMap<string, Stored>;

function subjectOf({ sessions, lovs }: World, key: Key, stored: Stored | null): Subject {
  const { id, guid, code } = present(lovs.find((lov) => lov.id === key.lovId));
  return {
    session: present(sessions.find((session) => session.id === key.sessionId)),
    lov: { id, guid, code, provider: 'PARTNER', kind: 'CONTENT' },
    tracking: { ...key, stored },
  };
}

function resolve(world: World, state: State, rows: readonly ImportRow[], settings: Settings): ResolvedRow[] {
  const subjects = new Map(
    keysOf(world).map((key) => {
      const stored = state.get(keyOf(key.learnerId, key.sessionId, key.lovId)) ?? null;
      return [JSON.stringify(Object.values(referencesTo(world, key))), subjectOf(world, key, stored)];
    }),
  );
  return rows.map((row, index) => {
    const read = readRow(beginRow(row as SentRow, index), settings);
    const named = [read.learner?.candidateLogin, read.context?.sessionGuid, read.lov?.lovGuid];
    return resolvedRow(subjects.get(JSON.stringify(named)) ?? null, read);
  });
}

/** Decides a request; what it leaves behind is stored unless it is a dry run. */
async function importOn(world: World, state: State, input: ImportInput, now: number) {
  const read = readSettings(input as Parameters<typeof readSettings>[0]);
  if ('problems' in read) return { refused: read.problems, decisions: [], state };
  const { settings } = read;
  const decisions = await decide({
    rows: resolve(world, state, input.rows, settings),
    settings,
    rejectEverything: settings.errorPolicy === 'REJECT_EVERYTHING',
    importId: `import at ${now}`,
    now,
    writtenAt: now,
  });
  const after = new Map(state);
  for (const { subject, outcome, after: stored } of input.dryRun ? [] : decisions) {
    if (outcome === 'DELETED') after.delete(idOf(present(subject)));
    if (outcome === 'CREATED' || outcome === 'REPLACED') after.set(idOf(present(subject)), present(stored));
  }
  return { refused: [], decisions, state: after };
}

function idOf({ tracking: { learnerId, sessionId, lovId } }: Subject): string {
  return keyOf(learnerId, sessionId, lovId);
}

type Imported = Awaited<ReturnType<typeof importOn>>;

function comparable(world: World, { refused, decisions, state }: Imported) {
  const told = reportImport(decisions, 'now', false).rows;
  return {
    refused: refused.map((each) => withNames(world, each)),
    rows: decisions.map(({ outcome, subject, after, problems }, index) => ({
      row: index + 1,
      outcome,
      tracking: after === null ? null : { key: idOf(present(subject)), ...shown(after) },
      changes: present(told[index]).changes,
      problems: problems.map((each) => withNames(world, each)),
    })),
    stored: [...state].map(([key, stored]) => ({ key, ...shown(stored) })).sort(byKey),
  };
}

function shown({ values, updatedAt }: Stored) {
  return { ...values, updatedAt };
}

function byKey(one: { readonly key: string }, other: { readonly key: string }): number {
  return one.key < other.key ? -1 : 1;
}

function asComparable({ answer, stored }: ReturnType<typeof modelImport>) {
  return {
    refused: answer.refused ? answer.problems.map(asProblem) : [],
    rows: answer.rows.map(({ row, outcome, tracking, changes, problems }) => ({
      row,
      outcome,
      tracking: tracking === null ? null : asShown(tracking),
      changes,
      problems: problems.map(asProblem),
    })),
    stored: [...stored.values()].map(asShown).sort(byKey),
  };
}

function asShown({ learnerId, sessionId, lovId, ...tracking }: Tracking) {
  return { key: keyOf(learnerId, sessionId, lovId), ...tracking };
}

it('rows are decided as the model decides them', async () => {
  const property = fc.asyncProperty(resolvable, async ({ world, requests }) => {
    let state: State = new Map();
    let stored: ModelStored = new Map();
    for (const { input, clock } of requests) {
      const imported = await importOn(world, state, input, clock);
      const expected = modelImport(world, stored, input, clock);
      expect(comparable(world, imported)).toEqual(asComparable(expected));
      state = imported.state;
      stored = expected.stored;
    }
  });
  await fc.assert(property, { seed: 1, numRuns: 300 });
});
