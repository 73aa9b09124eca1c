import { DEFAULT_LIMITS } from '../../../src/http/limits';
import { type BadInput, series } from './input';

const { queryAliases } = DEFAULT_LIMITS;
export const ROWS = 10_000;
/** Sessions that share a title. */
export const TWIN_SESSIONS = 2_000;

type Row = Readonly<Record<string, unknown>>;

const ANSWER = `{
  ... on ImportConsolidatedTrackingOutcome {
    summary { created replaced unchanged rejected }
    rows { row outcome changes { field before after } tracking { id status updatedAt } problems { code message hint path } }
  }
}`;
const IMPORT = `mutation($input: ImportConsolidatedTrackingInput!) { importConsolidatedTracking(input: $input) ${ANSWER} }`;

function rows(name: string, row: (index: number) => Row, settings: object = {}, times = 1): BadInput {
  const input = { rows: Array.from({ length: ROWS }, (_, index) => row(index)), ...settings };
  return {
    name,
    send: (target) => Promise.all(Array.from({ length: times }, () => target.query(IMPORT, { input }))),
  };
}

const good = (index: number): Row => ({
  candidateLogin: `learner-${index}`,
  sessionTitle: 'Probe',
  trainingPathCode: 'PROBE',
  lovCode: 'PROBE',
  firstAccessDate: '2024-01-02 10:00:00',
  lastAccessDate: `2024-02-03 11:12:${String(index % 60).padStart(2, '0')}`,
  progression: index % 100,
  score: index % 80,
  scoreMax: 100,
  timeSpent: index,
});

/** Every cell is wrong in a way of its own. */
export const bad = (index: number): Row => ({
  candidateEmail: `not an address ${index}`,
  candidateLogin: `nobody-${index}`,
  candidateRefNumber: `none-${index}`,
  sessionId: -index,
  sessionGuid: 'g'.repeat(41),
  sessionTitle: `no such session ${index}`,
  trainingId: 0,
  trainingGuid: 'g'.repeat(41),
  trainingPathCode: `NONE-${index}`,
  lovGuid: 'g'.repeat(41),
  lovCode: `NONE-${index}`,
  firstAccessDate: `2024-13-45 99:99:${index}`,
  firstCompletionDate: 'yesterday',
  lastAccessDate: '31/02/2024',
  progression: 1e9,
  score: -1,
  scoreMax: -1,
  timeSpent: 'a while',
  trackingStatus: 'perhaps',
});

const PAGE =
  'totalCount nodes { id learnerId lovCode updatedAt status progression score scoreMax timeSpentSeconds firstAccessDate } edges { cursor }';
const LONG = 'x'.repeat(255);
const UPDATES = `mutation($inputs: [UpdateCustomActivityInput!]!) {
  updateCustomActivities(inputs: $inputs) { results { __typename ... on UpdateCustomActivityOutcome { problems { code } } } }
}`;
const DESCRIPTION_BYTES = 65_535;

function descriptions(name: string, text: string, count: number): BadInput {
  const description = text.slice(0, DESCRIPTION_BYTES);
  const input = {
    courseSyncKey: 'hr-course-17',
    elementSyncKey: 'first-aid-manikin',
    userSyncKey: 'academy.planner',
    description,
    dryRun: true,
  };
  return { name, send: (target) => target.query(UPDATES, { inputs: Array(count).fill(input) }) };
}

const ALIASED_UPDATE = `mutation($input: UpdateCustomActivityInput!) { ${series(
  queryAliases,
  (i) => `a${i}: updateCustomActivity(input: $input) { __typename }`,
)} }`;

const fill = (text: string) => text.repeat(Math.ceil(DESCRIPTION_BYTES / text.length));

/** Stored before anything is measured, so that there is something to read. */
export const FIRST_IMPORT: BadInput = rows('10,000 rows', good);

/** Well-formed requests that ask for as much work as they can. */
export const OPERATIONS: readonly BadInput[] = [
  rows('10,000 good rows', good),
  rows('10,000 rows with every cell bad', bad),
  rows('10,000 rows with every cell bad, five at once', bad, {}, 5),
  rows('10,000 good rows, five at once', (index) => ({ ...good(index), score: 1 }), {}, 5),
  {
    name: '20,000 rows',
    send: (target) =>
      target.query(IMPORT, { input: { rows: Array.from({ length: 2 * ROWS }, (_, index) => good(index)) } }),
  },
  rows('10,000 times the same row', () => good(0)),
  rows('10,000 empty rows', () => ({})),
  rows('10,000 rows of long texts', (index) => ({ ...good(index), ignoredColumn: LONG, sessionGuid: LONG })),
  rows('10,000 ambiguous references', (index) => ({
    ...good(index),
    candidateEmail: 'shared@example.org',
    candidateLogin: null,
  })),
  rows('10,000 ambiguous references to a session that is named twice', (index) => ({
    ...good(index),
    candidateEmail: 'shared@example.org',
    candidateLogin: null,
    sessionGuid: 'probe',
  })),
  rows('10,000 learners of one e-mail in 2,000 sessions', (index) => ({
    ...good(index),
    candidateEmail: 'shared@example.org',
    candidateLogin: null,
    sessionTitle: null,
    sessionGuid: `twin-${index % TWIN_SESSIONS}`,
  })),
  rows('10,000 learners in 2,000 sessions of one title', (index) => ({
    ...good(index),
    sessionTitle: 'Twin',
  })),
  rows('10,000 rows that name nothing of which there is one', (index) => ({
    ...good(index),
    candidateEmail: 'shared@example.org',
    candidateLogin: null,
    sessionTitle: index % 2 === 0 ? 'Twin' : 'Probe',
    lovCode: 'TWIN',
  })),
  rows(
    '10,000 rows in local time of an odd zone',
    (index) => ({ ...good(index), firstAccessDate: '2018-11-04 00:00:00' }),
    {
      parameters: { timeZone: 'America/Sao_Paulo' },
    },
  ),
  rows('20,000 words for statuses', good, {
    parameters: {
      trackingStatus: Array.from({ length: 20_000 }, (_, i) => ({ status: 'PASSED', alias: `word ${i}` })),
    },
  }),
  rows('an import under a key', good, { idempotencyKey: 'probe' }),
  rows('the same import under the same key', good, { idempotencyKey: 'probe' }),
  {
    name: 'as many aliases of one 10,000-row import as are taken',
    mayRunOut: true,
    send: (target) =>
      target.query(
        `mutation($input: ImportConsolidatedTrackingInput!) { ${series(
          queryAliases,
          (i) => `a${i}: importConsolidatedTracking(input: $input) { __typename }`,
        )} }`,
        { input: { rows: Array.from({ length: ROWS }, (_, index) => bad(index)), dryRun: true } },
      ),
  },
  {
    name: 'as many aliases of one list of 500 updates as are taken',
    mayRunOut: true,
    send: (target) =>
      target.query(
        `mutation($inputs: [UpdateCustomActivityInput!]!) { ${series(
          queryAliases,
          (i) => `a${i}: updateCustomActivities(inputs: $inputs) { __typename }`,
        )} }`,
        {
          inputs: Array.from({ length: 500 }, () => ({
            courseSyncKey: 'hr-course-17',
            elementSyncKey: 'first-aid-manikin',
            userSyncKey: 'academy.planner',
            title: 'Resuscitation',
            dryRun: true,
          })),
        },
      ),
  },
  {
    name: '50 aliased updates with long descriptions',
    send: (target) =>
      target.query(
        `mutation($input: UpdateCustomActivityInput!) { ${series(
          50,
          (i) => `a${i}: updateCustomActivity(input: $input) { __typename }`,
        )} }`,
        {
          input: {
            courseSyncKey: 'hr-course-17',
            elementSyncKey: 'first-aid-manikin',
            userSyncKey: 'academy.planner',
            description: fill('<p>a</p>').slice(0, 65_528),
          },
        },
      ),
  },
  {
    name: '60 names of one update with tags to be taken out',
    send: (target) => target.query(ALIASED_UPDATE, { input: { description: fill('<b onclick=1>x</b>') } }),
  },
  {
    name: '60 names of one update with tags to be taken out, that reaches its activity',
    send: (target) =>
      target.query(ALIASED_UPDATE, {
        input: {
          courseSyncKey: 'hr-course-17',
          elementSyncKey: 'first-aid-manikin',
          userSyncKey: 'academy.planner',
          description: fill('<b onclick=1>x</b>').slice(0, DESCRIPTION_BYTES),
        },
      }),
  },
  {
    name: '29 names of a total of tracking that no import wrote',
    send: (target) =>
      target.query(
        `{ ${series(29, (i) => `a${i}: consolidatedTracking(filter: { importId: "x" }) { totalCount }`)} }`,
      ),
  },
  descriptions('200 descriptions of tags in each other', fill('<b>'), 200),
  descriptions('200 descriptions of links in bold in links', fill('<a><b>'), 200),
  descriptions('200 descriptions of paragraphs in formatting', fill('<b><i><p>'), 200),
  descriptions('200 descriptions of broken tables', fill('<table><tr><td>x</table>y'), 200),
  descriptions('200 descriptions of tables in each other', fill('<table><td>'), 200),
  descriptions('200 descriptions of foreign content', fill('<svg><math><mi>'), 200),
  descriptions('200 descriptions of attributes', `<p ${fill('a=1 b ')}`, 200),
  descriptions('200 descriptions of one long attribute', `<p title="${fill('a')}`, 200),
  descriptions('200 descriptions of entities', fill('&amp;&#x41;&NotEqualTilde;'), 200),
  descriptions('200 descriptions of open brackets', fill('<'), 200),
  descriptions('200 descriptions of comments', fill('<!-- -->'), 200),
  descriptions('200 descriptions of dangerous links', fill('<a href="javascript:x">y</a>'), 200),
  descriptions('200 descriptions of styles', fill('<p style="color:red;x:url(y)">z</p>'), 200),
  descriptions('200 descriptions of lists', fill('<ul><li>'), 200),
  {
    name: '20,000 results of one activity',
    send: (target) =>
      target.query(
        'mutation($input: AssessCustomActivityInput!) { assessCustomActivity(input: $input) { __typename } }',
        {
          input: {
            courseSyncKey: 'hr-course-17',
            elementSyncKey: 'first-aid-dressing',
            userSyncKey: 'academy.planner',
            results: Array.from({ length: 20_000 }, (_, i) => ({ learnerLogin: `learner-${i}`, score: 1 })),
          },
        },
      ),
  },
  {
    name: '20,000 learning objectives of one activity',
    send: (target) =>
      target.query(
        'mutation($input: UpdateCustomActivityInput!) { updateCustomActivity(input: $input) { __typename } }',
        {
          input: {
            courseSyncKey: 'hr-course-17',
            elementSyncKey: 'first-aid-manikin',
            userSyncKey: 'academy.planner',
            learningObjectives: Array.from({ length: 20_000 }, (_, i) => ({
              learningObjectiveId: `none-${i}`,
            })),
          },
        },
      ),
  },
  {
    name: 'a search for 1 MiB of wildcards',
    send: (target) =>
      target.query('query($s: String) { learningObjectives(search: $s) { totalCount } }', {
        s: '%_'.repeat(512 * 1024),
      }),
  },
  {
    name: 'a cursor of 1 MiB',
    send: (target) =>
      target.query('query($s: String) { consolidatedTracking(after: $s) { totalCount } }', {
        s: 'A'.repeat(1024 * 1024),
      }),
  },
  {
    name: 'as many aliases of a large page of tracking as are taken',
    send: (target) =>
      target.query(
        `query($n: Int!) { ${series(queryAliases, (i) => `a${i}: consolidatedTracking(first: $n) { ${PAGE} }`)} }`,
        { n: 200 },
      ),
  },
  {
    name: '50 large pages of tracking at once',
    send: (target) =>
      Promise.all(
        Array.from({ length: 50 }, () => target.query(`{ consolidatedTracking(first: 200) { ${PAGE} } }`)),
      ),
  },
];
