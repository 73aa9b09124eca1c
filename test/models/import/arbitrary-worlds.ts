import fc from 'fast-check';
import type { Learner, Lov, Session, Training, World } from './types';

/** Sites whose records are easily mistaken for each other. */

/** As in a text that came from elsewhere: e and a combining acute accent. */
const NFD = 'rene\u0301';
const NFC = 'ren\u00e9';
const KELVIN = '\u212a';

/** No two are the same, and most differ from another in case only. */
const LOGINS = [
  'kay',
  'Kay',
  `${KELVIN}ay`,
  'stra\u00dfe',
  'stra\u1e9ee',
  'strasse',
  NFC,
  NFD,
  NFC.toUpperCase(),
  'ada',
  'ADA',
  '\u03a3\u0391\u03a3',
  '\u03c3\u03b1\u03c3',
  '2024',
] as const;

const EMAILS = [
  'shared@example.org',
  'Shared@example.org',
  'SHARED@EXAMPLE.ORG',
  'kay@example.org',
  `${KELVIN}ay@example.org`,
  `${NFC}@example.org`,
  `${NFD}@example.org`,
  'kay@school',
  null,
] as const;

const REF_NUMBERS = ['12345', '007', 'A-1', 'a-1', '\u00c9-1', 'E\u0301-1', '9007199254740991'] as const;

const TRAININGS: readonly Training[] = [
  { id: 1, guid: 'T-GUID-1', code: 'T-1' },
  { id: 2, guid: 't-guid-1', code: 't-1' },
];

const SESSION_TITLES = ['Spring', 'spring', 'Spring', 'Summer', 'Autumn \u{1f342}'] as const;
const SESSION_GUIDS = ['S-GUID-1', 's-guid-1', 'S-GUID-2', 'S-GUID-3', '31'] as const;

const LOV_CODES = ['L-1', 'L-1', 'l-1', 'L-2', '7'] as const;
const LOV_GUIDS = ['VDRD310en-GB', 'vdrd310en-gb', 'LG-3', 'LG-4', 'LG-5', 'LG-6'] as const;

const learners: fc.Arbitrary<Learner[]> = fc
  .tuple(
    fc.shuffledSubarray([...LOGINS], { minLength: 3, maxLength: 6 }),
    fc.array(fc.constantFrom(...EMAILS), { minLength: 6, maxLength: 6 }),
    fc.shuffledSubarray([...REF_NUMBERS], { minLength: 6, maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  )
  .map(([logins, emails, refNumbers, hasRefNumber]) =>
    logins.map((login, index) => ({
      id: index + 1,
      login,
      email: emails[index] ?? null,
      refNumber: hasRefNumber[index] ? (refNumbers[index] ?? null) : null,
    })),
  );

const sessions: fc.Arbitrary<Session[]> = fc
  .array(
    fc.record({
      title: fc.constantFrom(...SESSION_TITLES),
      trainingId: fc.constantFrom(1, 1, 2),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .map((made) =>
    made.map((session, index) => ({ ...session, id: 31 + index, guid: SESSION_GUIDS[index] ?? '' })),
  );

const lovs: fc.Arbitrary<Lov[]> = fc
  .tuple(
    fc.shuffledSubarray([...LOV_CODES], { minLength: 2 }),
    fc.array(
      fc.record({
        guards: fc.oneof(
          { weight: 2, arbitrary: fc.constant<Lov['guards']>([]) },
          {
            weight: 1,
            arbitrary: fc.subarray<Lov['guards'][number]>(['PROVIDED_BY_CROSSKNOWLEDGE', 'EASYQUIZZ']),
          },
        ),
        trainingIds: fc.constantFrom([1, 2], [1, 2], [1], [1], [2], []),
      }),
      { minLength: 5, maxLength: 5 },
    ),
  )
  .map(([codes, made]) =>
    codes.map((code, index) => {
      const lov = { code, id: 71 + index, guid: LOV_GUIDS[index] ?? '', guards: [], trainingIds: [1, 2] };
      // Something can be reported everywhere.
      return index === 0 ? lov : { ...lov, ...made[index] };
    }),
  );

export const worlds: fc.Arbitrary<World> = fc
  .tuple(learners, sessions, lovs)
  .chain(([people, runs, objects]) => {
    const pairs = people.flatMap((learner) =>
      runs.map((session) => ({ learnerId: learner.id, sessionId: session.id })),
    );
    return fc.subarray(pairs, { minLength: Math.ceil(pairs.length / 3) }).map((registrations) => ({
      learners: people,
      trainings: TRAININGS,
      sessions: runs,
      lovs: objects,
      registrations,
    }));
  });
