import fc from 'fast-check';
import { ALIAS_TABLES, BAD_ALIAS_TABLES, mostly, padded, valueCells } from './arbitrary-cells';
import { worlds } from './arbitrary-worlds';
import type {
  ImportInput,
  ImportParameters,
  ImportRow,
  Learner,
  Lov,
  Session,
  TimeSpentFormat,
  World,
} from './types';

/** Requests that follow each other on one site. */
export interface Scenario {
  readonly world: World;
  readonly requests: readonly { readonly input: ImportInput; readonly clock: number }[];
}

const FORMATS = [
  'YYYY-MM-DD hh:ii:ss',
  'yyyy-mm-dd HH:II:SS',
  'DD/MM/YYYY hh:ii',
  'DD/MM/YYYY, hh:ii:ss',
  'MM.DD.YYYY',
  'YYYY-MM-DDThh:ii:ss',
  'YYYYMMDD',
  'YYYYMMDDhhiiss',
  'YYYYMMDD hh:ii',
  'YYYY:DD:MM hh',
  'DD_MM_YYYY;hh.ii',
  ' YYYY/MM/DDthh:ii\n',
] as const;
const NO_FORMATS = [
  '',
  'YYYY-MM',
  'YYYY-MM-DD hh:mm',
  'hh:ii YYYY-MM-DD',
  'YYYY-MM-DD ss:ii:hh',
  'YY-MM-DD',
  'YYYY-MM-DD - hh:ii',
  'YYYY-MM-DD hh:ii|ss',
  'YYYY-MM-DD YYYY',
  'YYYYTMM-DD',
  'YYYY-MM-DDThhTii',
  'YYYY-MM-DD hh:ii:',
] as const;
const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Paris',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'europe/PARIS',
  'CET',
] as const;
const NO_ZONES = ['', 'Mars/Olympus', 'Europe', 'IST', '+02:00', `Europe/${'x'.repeat(50)}`] as const;
const TIME_SPENT_FORMATS: readonly TimeSpentFormat[] = [
  'RAW_SECONDS',
  'RAW_MINUTES',
  'ISO_8601',
  'PADDED',
  'PADDED_HH',
];

const REFUSED = 60;

const parameters: fc.Arbitrary<ImportParameters> = fc.record(
  {
    dateTimeFormat: mostly<string | null>([...FORMATS, null], NO_FORMATS, REFUSED),
    timeZone: mostly<string | null>([...ZONES, null], NO_ZONES, REFUSED),
    defaultTime: mostly<string | null>(
      ['00:00:00', '23:59:59', '02:30:00', null],
      ['', '24:00:00', '9:00:00', '00:00', '00:60:00'],
      REFUSED,
    ),
    timeSpentFormat: fc.constantFrom(...TIME_SPENT_FORMATS, null),
    trackingStatus: mostly<ImportParameters['trackingStatus']>(
      [...ALIAS_TABLES, null],
      BAD_ALIAS_TABLES,
      REFUSED,
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const settings: fc.Arbitrary<Omit<ImportInput, 'rows'>> = fc.record(
  {
    options: fc.oneof(
      fc.constant(null),
      fc.record(
        {
          defaultScoreMax: mostly<number | null>([50, 100, 1000, 0, null], [-1], REFUSED),
          olderRows: fc.constantFrom('OVERWRITE' as const, 'SKIP' as const, 'SKIP' as const, null),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    ),
    parameters: fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: parameters }),
    writeMode: fc.constantFrom('REPLACE' as const, 'MERGE' as const, null),
    errorPolicy: mostly(['REJECT_FAILED_ROWS' as const, null], ['REJECT_EVERYTHING' as const], 8),
    dryRun: mostly([false, null], [true], 6),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Whose row it is, and what about. */
interface About {
  readonly learner: Learner;
  readonly session: Session;
  readonly lov: Lov;
}

type Spell = (text: string) => string;

const OTHER_SPELLINGS: readonly Spell[] = [
  (text) => text.toLowerCase(),
  (text) => text.toLowerCase().replaceAll('k', '\u212a'),
  (text) => (text.includes('\u00df') ? text.replaceAll('\u00df', '\u1e9e') : text.toUpperCase()),
  (text) => text.normalize('NFC'),
  (text) => text.normalize('NFD'),
];

/** A reference as it is written: as stored, in another spelling, padded, or as the number that it looks like. */
function cellOf(reference: string, asStored = 20): fc.Arbitrary<unknown> {
  const spellings = mostly<Spell>([(text) => text], OTHER_SPELLINGS, asStored);
  const text = spellings.map((spell) => spell(reference)).chain(padded);
  const number = Number(reference);
  if (String(number) !== reference) return text;
  return fc.oneof<fc.Arbitrary<unknown>[]>(text, fc.constant(number));
}

function idOf(id: number): fc.Arbitrary<unknown> {
  return fc.constantFrom<unknown>(id, id, String(id), `${id}.0`, ` ${id},00\r\n`);
}

type Cells = Readonly<Record<string, fc.Arbitrary<unknown>>>;

function oneOf(...sets: readonly Cells[]): fc.Arbitrary<ImportRow> {
  return fc.oneof(...sets.map((cells) => fc.record(cells, { noNullPrototype: true })));
}

function references(world: World, { learner, session, lov }: About): fc.Arbitrary<ImportRow> {
  const training = world.trainings.find(({ id }) => id === session.trainingId);
  if (training === undefined) throw new Error('Every session has its training');

  const login = { candidateLogin: cellOf(learner.login, 2) };
  const email = learner.email === null ? login : { candidateEmail: cellOf(learner.email, 2) };
  const refNumber = learner.refNumber === null ? login : { candidateRefNumber: cellOf(learner.refNumber) };
  const guid = { sessionGuid: cellOf(session.guid) };
  const title = { sessionTitle: cellOf(session.title) };
  const code = { trainingPathCode: cellOf(training.code) };
  const trainingId = { trainingId: idOf(training.id) };
  const trainingGuid = { trainingGuid: cellOf(training.guid) };
  const lovCode = { lovCode: cellOf(lov.code) };
  const lovGuid = { lovGuid: cellOf(lov.guid) };
  return fc
    .tuple(
      oneOf(login, email, email, refNumber, { ...login, ...email }, { ...login, ...email, ...refNumber }),
      oneOf(
        guid,
        guid,
        { sessionId: idOf(session.id) },
        { sessionId: idOf(session.id) },
        { ...guid, ...code },
        { ...title, ...code },
        { ...title, ...trainingId },
        { ...title, ...trainingGuid },
      ),
      oneOf(lovGuid, lovGuid, lovGuid, lovCode, { ...lovCode, ...lovGuid }),
    )
    .map((parts) => Object.assign({}, ...parts));
}

/** References that are wrong, laid over right ones. */
const MISTAKES: readonly ImportRow[] = [
  { candidateLogin: 'nobody' },
  { candidateLogin: true },
  { candidateLogin: null, candidateEmail: null, candidateRefNumber: ' ' },
  { candidateEmail: 'no address' },
  { candidateEmail: 'shared@example.org' },
  { candidateRefNumber: 2 ** 53 + 1 },
  { candidateRefNumber: 12.5 },
  { candidateRefNumber: 'x'.repeat(256) },
  { candidateRefNumber: 'A\u0000' },
  { candidateRefNumber: '\ud83c' },
  { sessionTitle: `\udf42${'\u{1f342}'.repeat(255)}` },
  { sessionTitle: '\u{1f342}'.repeat(255) },
  { lovCode: '', lovGuid: null },
  { lovCode: 'none' },
  { lovGuid: 'VDRD310en-GB' },
  { lovGuid: 'x'.repeat(41) },
  { sessionGuid: 's'.repeat(41) },
  { sessionId: 'n/a' },
  { sessionId: 31.5 },
  { sessionId: 2 ** 53 },
  { sessionId: '1e1' },
  { sessionId: Number.POSITIVE_INFINITY },
  { sessionId: '31' },
  { trainingId: 2 },
  { trainingId: false },
  { trainingPathCode: 't-1' },
  { sessionGuid: null, sessionId: null, sessionTitle: 'Spring', trainingPathCode: null },
];

function row(world: World, about: fc.Arbitrary<About>, given: ImportParameters): fc.Arbitrary<ImportRow> {
  const cells = valueCells(
    given.dateTimeFormat ?? FORMATS[0],
    given.timeSpentFormat ?? 'RAW_SECONDS',
    given.trackingStatus ?? [],
  );
  const right = about.chain((each) => references(world, each));
  return fc
    .tuple(right, mostly<ImportRow>([{}], MISTAKES, 16), cells)
    .map((parts) => Object.assign({}, ...parts));
}

/** Learners where they are registered, and LOVs of what their session teaches. */
function keysOf(world: World): About[] {
  return world.registrations.flatMap(({ learnerId, sessionId }) => {
    const learner = world.learners.find(({ id }) => id === learnerId);
    const session = world.sessions.find(({ id }) => id === sessionId);
    if (learner === undefined || session === undefined) return [];
    return world.lovs
      .filter(({ guards, trainingIds }) => guards.length === 0 && trainingIds.includes(session.trainingId))
      .map((lov) => ({ learner, session, lov }));
  });
}

function inputs(world: World): fc.Arbitrary<ImportInput> {
  const anyone: fc.Arbitrary<About> = fc.record({
    learner: fc.constantFrom(...world.learners),
    session: fc.constantFrom(...world.sessions),
    lov: fc.constantFrom(...world.lovs),
  });
  const keys = keysOf(world);
  const known = keys.length > 0 ? fc.constantFrom(...keys) : anyone;
  // The same few keys come again and again.
  const often = keys.length > 0 ? fc.constantFrom(...keys.slice(0, 2)) : anyone;
  const about = fc.oneof(
    { weight: 12, arbitrary: often },
    { weight: 6, arbitrary: known },
    { weight: 2, arbitrary: anyone },
  );
  return settings.chain((given) => {
    const some = fc.array(row(world, about, given.parameters ?? {}), { minLength: 1, maxLength: 5 });
    const none = fc.constant<ImportRow[]>([]);
    const rows = fc.oneof({ weight: 60, arbitrary: some }, { weight: 1, arbitrary: none });
    return rows.map((list) => ({ ...given, rows: list }));
  });
}

/** One of the dates that cells hold is this very instant, a few are later. */
const START = Date.UTC(2026, 0, 15, 12);

export const scenarios: fc.Arbitrary<Scenario> = worlds.chain((world) =>
  fc
    .array(fc.tuple(inputs(world), fc.constantFrom(1, 1000, 86_400_000)), { minLength: 1, maxLength: 6 })
    .map((list) => {
      let clock = START;
      const requests = list.map(([input, tick]) => {
        const request = { input, clock };
        // It ticks between requests.
        clock += tick;
        return request;
      });
      return { world, requests };
    }),
);

/** The same input, written in another way: defaults are said, members are turned around. */
function rewritten(input: ImportInput): ImportInput {
  const { parameters, options, rows, ...others } = input;
  const turned = Object.fromEntries(Object.entries(others).reverse());
  return {
    rows: rows.map((each) => Object.fromEntries(Object.entries({ ...each, ignoredColumn: 7 }).reverse())),
    ...turned,
    writeMode: input.writeMode ?? 'REPLACE',
    options: { olderRows: 'OVERWRITE', defaultScoreMax: null, ...options },
    parameters: { timeZone: null, trackingStatus: [], defaultTime: '00:00:00', ...parameters },
  };
}

/** Scenarios whose requests carry idempotency keys: they are sent again, and keys are used for other inputs. */
export const scenariosWithKeys: fc.Arbitrary<Scenario> = fc
  .tuple(
    scenarios,
    fc.array(
      fc.record({
        key: mostly<string | null>(
          ['key-1', 'key-1', 'key-1', 'Key-1', 'key \u{1f342}', null],
          ['', ' ', 'k\u0007', '\ud83c', 'k'.repeat(256)],
          20,
        ),
        again: fc.constantFrom('no', 'as sent', 'rewritten', 'as a dry run'),
        hours: fc.constantFrom(0, 1, 23, 25),
      }),
      { minLength: 6, maxLength: 6 },
    ),
  )
  .map(([{ world, requests }, plans]) => {
    let late = 0;
    const sent = requests.flatMap(({ input, clock }, index) => {
      const { key = null, again = 'no', hours = 0 } = plans[index] ?? {};
      const keyed = { ...input, idempotencyKey: key };
      const first = { input: keyed, clock: clock + late };
      late += hours * 3_600_000 + 1;
      const repeated = {
        no: null,
        'as sent': keyed,
        rewritten: rewritten(keyed),
        'as a dry run': { ...keyed, dryRun: true },
      }[again];
      return repeated === null ? [first] : [first, { input: repeated, clock: clock + late }];
    });
    return { world, requests: sent };
  });
