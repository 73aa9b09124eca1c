import { parseArgs } from 'node:util';
import { errorCode, exitOnFailure, StartupError } from '../src/startup-error';
import { callApi } from './call-api';
import { endWithTheReader } from './closed-pipe';

/**
 * Makes the world of an empty site through the API alone, with one key: loads what the operations refer to, imports,
 * updates, assesses, reads everything back by the partner's own references, takes the import back, and erases a learner.
 */
const USAGE =
  'Usage: npm run example:world -- --url URL   (the environment holds a key with all scopes of an empty site in COURSETRACK_KEY)';

const LEARNERS = ['ada', 'bob', 'cleo'].map((login, index) => ({
  login,
  refNumber: `R-${index + 1}`,
  email: `${login}@example.org`,
  organisationSyncKey: 'school',
}));

/** Those that others refer to come with them: one call, in any order. */
const WORLD = {
  site: { name: 'Evening School', useScore: true },
  organisations: [
    { syncKey: 'region', name: 'Region' },
    { syncKey: 'school', name: 'School', parentSyncKey: 'region' },
  ],
  users: [{ syncKey: 'teacher', organisationSyncKeys: ['region'] }],
  learners: LEARNERS,
  learningObjectives: [
    { uniqueId: 'safety', title: 'Safety' },
    { uniqueId: 'safety-fire', title: 'Puts out a fire', parentUniqueId: 'safety' },
  ],
  trainings: [
    {
      guid: 'training-fire',
      pathCode: 'FIRE',
      syncKey: 'course-fire',
      title: 'Fire safety',
      organisationSyncKey: 'school',
      objectivesEnabled: true,
      learningObjectiveIds: ['safety-fire'],
    },
  ],
  sessions: [{ guid: 'session-spring', trainingGuid: 'training-fire', title: 'Spring' }],
  lovs: ['theory', 'practice'].map((code) => ({ guid: `lov-${code}`, code })),
  memberships: [
    { trainingGuid: 'training-fire', lovGuid: 'lov-theory', position: 1, points: 30 },
    { trainingGuid: 'training-fire', lovGuid: 'lov-practice', position: 2, points: 70, mandatory: false },
  ],
  registrations: LEARNERS.map(({ login }) => ({ learnerLogin: login, sessionGuid: 'session-spring' })),
  scales: [{ syncKey: 'scale', title: 'Pass or fail', grades: [{ title: 'Pass' }, { title: 'Fail' }] }],
  courseElements: [{ syncKey: 'folder', kind: 'FOLDER', courseSyncKey: 'course-fire', title: 'Week 1' }],
};

const ROWS = [
  { candidateLogin: 'ada', lovCode: 'theory', trackingStatus: 'completed', progression: 100, score: 80 },
  { candidateLogin: 'ada', lovCode: 'practice', trackingStatus: 'incomplete', progression: 50 },
  { candidateRefNumber: 'R-2', lovCode: 'theory', trackingStatus: 'incomplete', progression: 40 },
].map((row) => ({ ...row, sessionTitle: 'Spring', trainingPathCode: 'FIRE', scoreMax: 100 }));

const EDITED = { courseSyncKey: 'course-fire', userSyncKey: 'teacher' };

interface Outcome {
  readonly __typename: string;
  readonly problems: readonly {
    readonly code: string;
    readonly path: readonly string[];
    readonly message: string;
  }[];
}

type Call = <Data>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Data>;

async function main(): Promise<void> {
  const url = readUrl();
  const key = process.env.COURSETRACK_KEY;
  if (key === undefined) throw new StartupError(USAGE);
  const call: Call = (query, variables = {}) => callApi({ url, key }, { query, variables });

  print('Load', await mutate(call, 'loadReferenceData', WORLD, 'counts { kind created unchanged }'));
  const activity = { ...EDITED, elementSyncKey: 'activity' };
  await mutate(call, 'createCustomActivity', {
    ...EDITED,
    syncKey: activity.elementSyncKey,
    parentSyncKey: 'folder',
    title: 'Use the extinguisher',
    learningObjectives: [{ learningObjectiveId: 'safety-fire' }],
    learningObjectiveAssessment: 'OUTCOME_STATUS',
  });
  print('Update', await mutate(call, 'updateCustomActivity', { ...activity, maxScore: 10 }, CHANGES));

  print('Totals before', await totals(call));
  const imported = await mutate<{ importId: string }>(
    call,
    'importConsolidatedTracking',
    { rows: ROWS, idempotencyKey: 'first-import' },
    'importId summary { received created rejected } rows { row outcome match { learner { login } } }',
  );
  print('Import', imported);
  print('Totals after', await totals(call));
  print('Read back', joined(await tracking(call)));

  const results = [{ learnerLogin: 'ada', status: 'COMPLETED', score: 9, comment: 'Quick and calm' }];
  await mutate(call, 'assessCustomActivity', { ...activity, results });
  print('Participants', await participants(call));

  const undone = 'importId summary { received deleted rejected }';
  print('Undo', await mutate(call, 'undoImport', { importId: imported.importId }, undone));
  print('Totals after the undo', await totals(call));
  await mutate(call, 'deleteCustomActivity', { ...activity, reason: 'The example is over' });

  const erased = 'removed { registrations tracking activityAssessments keptAnswers }';
  print('Erase', await mutate(call, 'eraseLearner', { candidateLogin: 'ada' }, erased));
  const { learner } = await call<{ learner: unknown }>('{ learner(login: "ada") { login } }');
  if (learner !== null) throw new StartupError('ada is still there.');
}

const CHANGES = 'changes { field before after }';

/** What the operation answers; anything but its success or warning ends the example. */
async function mutate<Answer = unknown>(
  call: Call,
  operation: string,
  input: object,
  selection = '',
): Promise<Answer> {
  const type = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
  const outcome = operation === 'undoImport' ? 'ImportConsolidatedTracking' : type;
  const data = await call<Record<string, Outcome>>(
    `mutation ($input: ${type}Input!) {
      ${operation}(input: $input) {
        __typename
        ... on ${outcome}Outcome { problems { code path message } ${selection} }
      }
    }`,
    { input },
  );
  const { __typename: kind, problems, ...answer } = data[operation] as Outcome;
  if (kind.endsWith('Error')) {
    const told = problems.map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`);
    throw new StartupError(`${operation}: ${told.join('; ')}`);
  }
  return answer as Answer;
}

async function totals(call: Call): Promise<unknown> {
  const { registrations } = await call<{ registrations: { nodes: unknown } }>(
    `{ registrations(filter: { sessionGuid: "session-spring" }) {
      nodes { learner { login } totals { status progression progressionMandatory lovs lovsStarted lovsFinished } }
    } }`,
  );
  return registrations.nodes;
}

interface TrackingNode {
  readonly learner: { readonly login: string; readonly refNumber: string };
  readonly session: { readonly guid: string };
  readonly lov: { readonly code: string };
  readonly progression: number;
}

/** Page by page, in an order that skips and doubles nothing. */
async function tracking(call: Call): Promise<TrackingNode[]> {
  const all: TrackingNode[] = [];
  let after: string | null = null;
  do {
    const { page }: { page: Page<TrackingNode> } = await call(
      `query ($after: String) {
        page: consolidatedTracking(orderBy: KEY, first: 2, after: $after) {
          nodes { learner { login refNumber } session { guid } lov { code } status progression score }
          pageInfo { hasNextPage endCursor }
        }
      }`,
      { after },
    );
    all.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return all;
}

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Each row that was sent beside what is stored of it, by the references of whoever sent it. */
function joined(nodes: readonly TrackingNode[]): unknown {
  return ROWS.map((row) => {
    const { lovCode, ...sent } = row;
    const stored = nodes.find(
      ({ learner, lov }) =>
        lov.code === lovCode &&
        ('candidateLogin' in sent
          ? learner.login === sent.candidateLogin
          : learner.refNumber === sent.candidateRefNumber),
    );
    if (stored?.progression !== row.progression) throw new StartupError('A row does not come back as sent.');
    return stored;
  });
}

async function participants(call: Call): Promise<unknown> {
  const { customActivity } = await call<{ customActivity: { participants: { nodes: unknown } } }>(
    `{ customActivity(elementSyncKey: "activity") {
      participants { nodes { learner { login } status score comment } }
    } }`,
  );
  return customActivity.participants.nodes;
}

function readUrl(): string {
  try {
    const { values } = parseArgs({ options: { url: { type: 'string' } } });
    if (values.url !== undefined && URL.canParse(values.url)) return values.url;
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
  }
  throw new StartupError(USAGE);
}

function print(title: string, answer: unknown): void {
  process.stdout.write(`${title}: ${JSON.stringify(answer)}\n`);
}

endWithTheReader();
main().catch(exitOnFailure);
