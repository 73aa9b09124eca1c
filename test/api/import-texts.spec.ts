/**
 * Which texts are the same: collations differ between databases, the rules do not. Logins and e-mail addresses match
 * without regard to case, every other reference exactly; blanks at the end count, however a database pads.
 */
import fc from 'fast-check';
import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { codes, type ImportAnswer, importRows } from '../support/import-cases';
import type { World } from '../support/import-types';
import { storedTracking, storeWorld } from '../support/world';

/** fast-check draws this many requests; FAST_CHECK_RUNS raises it for a long hunt. */
const RUNS = Number(process.env.FAST_CHECK_RUNS ?? 60);

/** Composed, with a letter that has an upper case, an accent and a digit. */
const NAME = 'éa-1';

/** The logins and the names in addresses of one learner each. */
const NAMES = [
  NAME,
  'irmak',
  'ırmak',
  'i̇rmak',
  'straße',
  'strasse',
  'ΣΊΣΥΦΟΣ',
  'ﬁnn',
  'finn',
  'ǆuro',
  'ångström',
  'angstrom',
  'kelvin',
  'ᾳ',
  'zoë',
  'zoe',
  'шаг',
  'école',
  'ж',
  'ａ',
  'ꭰ',
];

const COLLATION_WORLD: World = {
  siteId: 1,
  learners: NAMES.map((name, index) => ({
    id: index + 1,
    login: name,
    refNumber: index === 0 ? NAME : `R-${index + 1}`,
    email: `${name}@example.org`,
    createdAt: 0,
  })),
  trainings: [{ id: 1, guid: NAME, pathCode: NAME, title: NAME }],
  sessions: [{ id: 1, trainingId: 1, guid: NAME, title: NAME }],
  lovs: [{ id: 1, code: NAME, guid: NAME, provider: 'PARTNER', kind: 'OTHER', trainingIds: [1] }],
  registrations: NAMES.map((_, index) => ({ id: index + 1, learnerId: index + 1, sessionId: 1 })),
  stored: [],
};

const REST: ImportRow = { sessionGuid: NAME, lovGuid: NAME };
const LEARNER: ImportRow = { candidateRefNumber: NAME };

/** How a reference is sent, with the rest that the row needs. */
const REFERENCES: Readonly<Record<string, (text: string) => ImportRow>> = {
  candidateLogin: (text) => ({ ...REST, candidateLogin: text }),
  candidateEmail: (text) => ({ ...REST, candidateEmail: `${text}@example.org` }),
  candidateRefNumber: (text) => ({ ...REST, candidateRefNumber: text }),
  sessionGuid: (text) => ({ ...LEARNER, lovGuid: NAME, sessionGuid: text }),
  sessionTitle: (text) => ({ ...LEARNER, lovGuid: NAME, sessionTitle: text, trainingId: 1 }),
  trainingGuid: (text) => ({ ...LEARNER, lovGuid: NAME, sessionTitle: NAME, trainingGuid: text }),
  trainingPathCode: (text) => ({ ...LEARNER, lovGuid: NAME, sessionTitle: NAME, trainingPathCode: text }),
  'trainingPathCode beside sessionGuid': (text) => ({ ...LEARNER, ...REST, trainingPathCode: text }),
  'sessionTitle beside sessionGuid': (text) => ({ ...LEARNER, ...REST, sessionTitle: text }),
  lovCode: (text) => ({ ...LEARNER, sessionGuid: NAME, lovCode: text }),
  lovGuid: (text) => ({ ...LEARNER, sessionGuid: NAME, lovGuid: text }),
};
const LOOSE = ['candidateLogin', 'candidateEmail'];

describe.each(DATABASE_KINDS)('texts on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    await storeWorld(test, COLLATION_WORLD);
  });
  afterAll(() => test.drop());

  /** The registration that each row is about, or the codes that say why it is about none. */
  async function foundByEach(rows: readonly ImportRow[]): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const row of rows) {
      const answer = await importRows(api, [row], { dryRun: true });
      found.push(
        answer.rows[0]?.tracking ? Number(answer.rows[0].tracking.registrationId) : codes(answer).join(),
      );
    }
    return found;
  }

  describe.each(Object.entries(REFERENCES))('%s', (reference, row) => {
    const isLoose = LOOSE.includes(reference);
    const missing = reference.startsWith('lov') ? 'LOV_NOT_FOUND' : 'REGISTRATION_NOT_FOUND';

    it('matches itself', async () => {
      expect(await foundByEach([row(NAME)])).toEqual([1]);
    });

    it(`${isLoose ? 'matches' : 'does not match'} another case or encoding of itself`, async () => {
      const alike = ['ÉA-1', 'Éa-1', 'éA-1', 'e\u0301a-1', 'E\u0301A-1'];
      expect(await foundByEach(alike.map(row))).toEqual(alike.map(() => (isLoose ? 1 : missing)));
    });

    it('does not match other texts that a collation takes for it', async () => {
      const others = [
        'ea-1',
        'Ea-1',
        'èa-1',
        'êa-1',
        'éa-１',
        'éa\u20101',
        'éa\u00ad-1',
        'éа-1',
        'éa-1\u200b',
      ];
      expect(await foundByEach(others.map(row))).toEqual(others.map(() => missing));
    });
  });

  /** Each name as it is written, and the one learner's name that it stands for; null: none. */
  const SPELLINGS: readonly (readonly [written: string, name: string | null])[] = [
    ...NAMES.map((name) => [name, name] as const),
    // Upper case of both i's is not the upper case of one of them; İ is i with a dot above.
    ['IRMAK', 'irmak'],
    ['Irmak', 'irmak'],
    ['İRMAK', 'i̇rmak'],
    ['İrmak', 'i̇rmak'],
    ['I\u0307RMAK', 'i̇rmak'],
    ['ıRMAK', 'ırmak'],
    // ẞ is the upper case of ß; SS is another word.
    ['STRAẞE', 'straße'],
    ['Straße', 'straße'],
    ['STRASSE', 'strasse'],
    // A sigma is one letter in all three of its forms.
    ['σίσυφος', 'ΣΊΣΥΦΟΣ'],
    ['σίσυφοσ', 'ΣΊΣΥΦΟΣ'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
    ['σισυφος', null],
    ['FINN', 'finn'],
    ['ﬁNN', 'ﬁnn'],
    ['ǅuro', 'ǆuro'],
    ['ǄURO', 'ǆuro'],
    ['džuro', null],
    // The signs of Ångström and kelvin are these letters.
    ['\u212bNGSTRÖM', 'ångström'],
    ['A\u030aNGSTRO\u0308M', 'ångström'],
    ['\u212aELVIN', 'kelvin'],
    ['ᾼ', 'ᾳ'],
    ['ΑΙ', null],
    ['ZOË', 'zoë'],
    ['Zoe\u0308', 'zoë'],
    ['ZOE', 'zoe'],
    ['ШАГ', 'шаг'],
    ['ÉCOLE', 'école'],
    ['E\u0301COLE', 'école'],
    ['ECOLE', null],
    ['Ж', 'ж'],
    ['Ａ', 'ａ'],
    ['a', null],
    ['Ꭰ', 'ꭰ'],
  ];

  it.each(['candidateLogin', 'candidateEmail'])('%s: letters with a case of their own', async (cell) => {
    const rows = SPELLINGS.map(([written]) => ({
      ...REST,
      [cell]: cell === 'candidateLogin' ? written : `${written}@EXAMPLE.org`,
    }));
    const names = (await foundByEach(rows)).map((id, index) => [
      SPELLINGS[index]?.[0],
      typeof id === 'number' ? NAMES[id - 1] : null,
    ]);
    expect(names).toEqual(SPELLINGS);
  });

  it('the same spellings filter consolidatedTracking', async () => {
    await importRows(
      api,
      NAMES.map((candidateLogin) => ({ ...REST, candidateLogin })),
    );
    for (const cell of ['candidateLogin', 'candidateEmail']) {
      const names: unknown[] = [];
      for (const [written] of SPELLINGS) {
        const text = cell === 'candidateLogin' ? written : `${written}@example.ORG`;
        const { consolidatedTracking } = await api.run<{
          consolidatedTracking: { nodes: { learnerId: string }[] };
        }>(
          'query($filter: ConsolidatedTrackingFilter = {}) { consolidatedTracking(filter: $filter) { nodes { learnerId } } }',
          { filter: { [cell]: text } },
        );
        const learners = consolidatedTracking.nodes.map((node) => NAMES[Number(node.learnerId) - 1]);
        names.push([written, learners.length === 0 ? null : learners.join()]);
      }
      expect([cell, names]).toEqual([cell, SPELLINGS]);
    }
  });
});

/** Text of any kind: near the references that exist, or anything at all. */
const anyText = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', '', ' ', '\u00a0', '\u0000', '\u200f'),
      fc.constantFrom(
        ...NAMES,
        ...NAMES.map((name) => name.toUpperCase()),
        ...NAMES.map((name) => name.normalize('NFD')),
      ),
      fc.constantFrom('', '', '', ' ', '  ', '\t', '\u0301', '\ud800', '😀', "'", '\\', '%'),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(NAME, 'completed', '2024-02-29', '60', ''),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5 })
    .map((units) => String.fromCharCode(...units)),
);

const anyCell = fc.option(anyText, { freq: 4 });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 1 });

/** A row that has references to begin with, and some cells overwritten. */
const anyRow = fc
  .tuple(
    fc.record({
      candidateLogin: fc.constantFrom(...NAMES),
      sessionGuid: fc.constant(NAME),
      lovGuid: fc.constant(NAME),
    }),
    fc.record(
      {
        candidateEmail: anyCell,
        candidateLogin: anyCell,
        candidateRefNumber: anyCell,
        firstAccessDate: anyCell,
        firstCompletionDate: anyCell,
        ignoredColumn: anyCell,
        lastAccessDate: anyCell,
        lovCode: anyCell,
        lovGuid: anyCell,
        sessionGuid: anyCell,
        sessionTitle: anyCell,
        trackingStatus: anyCell,
        trainingGuid: anyCell,
        trainingPathCode: anyCell,
        progression: fc.double({ noNaN: true, noDefaultInfinity: true }),
        score: fc.double({ noNaN: true, noDefaultInfinity: true }),
        scoreMax: fc.option(fc.integer()),
        sessionId: fc.integer({ min: -1, max: 2 }),
        trainingId: fc.integer(),
        timeSpent: fc.oneof(anyText, fc.double(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
    fc.array(fc.nat(20), { maxLength: 4 }),
  )
  .map(([references, cells, kept]) => {
    const names = Object.keys(cells);
    const overwritten = kept.flatMap((place) => names[place] ?? []);
    const few = Object.fromEntries(Object.entries(cells).filter(([name]) => overwritten.includes(name)));
    return { ...references, ...few } as ImportRow;
  });

const anyRequest: fc.Arbitrary<ImportInput> = fc.record({
  rows: fc.array(anyRow, { minLength: 1, maxLength: 12 }),
  writeMode: fc.constantFrom('REPLACE' as const, 'MERGE' as const),
  errorPolicy: fc.constantFrom(
    'REJECT_FAILED_ROWS' as const,
    'REJECT_FAILED_ROWS' as const,
    'REJECT_EVERYTHING' as const,
  ),
  parameters: optional(
    fc.record(
      {
        dateTimeFormat: fc.oneof(fc.constantFrom('YYYY-MM-DD', ' DD/MM/YYYY '), anyText),
        timeZone: fc.oneof(fc.constantFrom('Europe/Paris', 'america/sao_paulo'), anyText),
        timeSpentFormat: fc.constantFrom('RAW_MINUTES' as const, 'ISO_8601' as const),
        trackingStatus: fc.array(
          fc.record({ status: fc.constantFrom('PASSED' as const, 'NOT_ATTEMPTED' as const), alias: anyText }),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: [] },
    ),
  ),
  idempotencyKey: optional(anyText),
});

describe('any request', () => {
  const tests: TestDatabase[] = [];

  beforeAll(async () => {
    for (const kind of DATABASE_KINDS) tests.push(await openTestDatabase(kind));
  });
  afterAll(() => Promise.all(tests.map((test) => test.drop())));

  it('gets the same answer from every database, which stores what it accepted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRequest, { minLength: 1, maxLength: 3 }), async (requests) => {
        for (const test of tests) {
          await test.clear();
          await storeWorld(test, COLLATION_WORLD);
        }
        const importIds = new Set<string | null>();
        for (const { rows, ...rest } of requests) {
          const before = await storedTracking(tests[0] as TestDatabase);
          const answers: ImportAnswer[] = [];
          for (const test of tests) answers.push(await importRows(apiOn(test), rows, rest));
          const stored = await Promise.all(tests.map((test) => storedTracking(test)));
          for (const answer of answers)
            expect({ ...answer, importId: null }).toEqual({ ...answers[0], importId: null });
          for (const rowsOfOne of stored) expect(rowsOfOne).toEqual(stored[0]);

          const [{ importId, summary }] = answers as [ImportAnswer];
          const isReplay = importIds.has(importId);
          importIds.add(importId);
          if (!isReplay) expect(stored[0]).toHaveLength(before.length + summary.created - summary.deleted);
        }
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});
