import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_LIMITS } from '../../../src/http/limits';
import type { Target } from '../target';
import { type BadInput, series } from './input';
import { bad, ROWS } from './operations';

const { queryAliases, bulkLists } = DEFAULT_LIMITS;
const UNREAD_MS = 5_000;

const importing = (selection: string) =>
  `mutation($input: ImportConsolidatedTrackingInput!) { importConsolidatedTracking(input: $input) { ... on ImportConsolidatedTrackingOutcome { ${selection} } } }`;
const loading = (selection: string) =>
  `mutation($input: LoadReferenceDataInput!) { loadReferenceData(input: $input) { ... on LoadReferenceDataOutcome { ${selection} } } }`;
const problems = (count: number) =>
  series(count, (i) => `p${i}: problems { row code severity message hint path }`);
const EVERYTHING = `${problems(bulkLists)} ${series(
  bulkLists,
  (i) =>
    `r${i}: rows { row outcome changes { field before after } problems { code message hint path } tracking { id status } }`,
)}`;

const badRows = { rows: Array.from({ length: ROWS }, (_, index) => bad(index)), dryRun: true };
const badLearners = {
  learners: Array.from({ length: ROWS }, (_, index) => ({ login: ` ${index} `, email: 'no address' })),
  dryRun: true,
};

function asked(name: string, query: string, input: object, times = 1): BadInput {
  return {
    name,
    send: (target) => Promise.all(Array.from({ length: times }, () => target.query(query, { input }))),
  };
}

/** Sends a request so many times, and reads no answer. */
function unread(name: string, query: string, input: object, times: number): BadInput {
  const body = JSON.stringify({ query, variables: { input } });
  const head = ({ headerLines }: Target) =>
    `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headerLines}\r\n`;
  return {
    name,
    send: async (target) => {
      const connections = Array.from({ length: times }, () => target.open(head(target) + body));
      for (const { socket } of connections) socket.pause();
      await pause(UNREAD_MS);
      for (const { socket } of connections) socket.destroy();
      return 'not read';
    },
  };
}

/** Requests within all other limits whose answers would be too large. */
export const ANSWERS: readonly BadInput[] = [
  asked('all problems of 10,000 bad rows under 60 names', importing(problems(queryAliases)), badRows),
  asked('all lists of 10,000 bad rows, as often as they are taken', importing(EVERYTHING), badRows),
  asked('all lists of 10,000 bad rows, five at once', importing(EVERYTHING), badRows, 5),
  asked('10,000 bad rows under long names', importing(`problems { ${'a'.repeat(900_000)}: code }`), badRows),
  asked(
    '10,000 bad rows with problems under long names',
    importing(`rows { problems { ${'a'.repeat(900_000)}: code } }`),
    badRows,
  ),
  asked(
    '10,000 bad rows under names that tell beforehand',
    importing(`rows { ${series(50, (i) => `${'a'.repeat(10_000)}${i}: row`)} }`),
    badRows,
  ),
  asked(
    'as many times the same outcome as a list takes',
    importing(series(bulkLists, (i) => `r${i}: rows(outcomes: [${'CREATED '.repeat(3_000)}]) { row }`)),
    badRows,
  ),
  asked('all problems of 10,000 bad learners', loading(problems(bulkLists)), badLearners),
  asked('all problems of 10,000 bad learners, five at once', loading(problems(bulkLists)), badLearners, 5),
  unread('30 imports of 10,000 bad rows whose answers nobody reads', importing(problems(1)), badRows, 30),
];
