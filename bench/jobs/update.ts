import { ACTIVITIES, activityKey, courseKey, courseOf, EDITOR, folderKey } from '../academy';
import { type Answer, type Call, Client, graphqlCall, WrongAnswer } from '../client';
import { UPDATE, UPDATE_LIST } from '../operations';
import type { Rig } from '../rig';
import type { Contestant } from '../rounds';
import type { ServerProcess } from '../server-process';
import { rows } from '../store';
import type { Comparison } from './job';

const CONNECTIONS = 8;
/** Updates in one measurement, by the number of connections. */
const UPDATES: Readonly<Record<number, number>> = { 1: 400, [CONNECTIONS]: 1_600 };
const LIST_LENGTH = 100;

/** updateCustomActivity, one by one and in lists, against H. */
export function updateJob(rig: Rig): Comparison[] {
  const alone = byHand(rig, 1);
  const together = byHand(rig, CONNECTIONS);
  return [
    {
      name: `update/${CONNECTIONS}`,
      product: oneByOne(rig, CONNECTIONS),
      peer: together,
      unit: 'update',
      target: { atLeast: 0.7, aim: 1 },
    },
    { name: 'update/1', product: oneByOne(rig, 1), peer: alone, unit: 'update' },
    { name: 'update-list/1', product: inLists(rig, 1), peer: alone, unit: 'update' },
    {
      name: `update-list/${CONNECTIONS}`,
      product: inLists(rig, CONNECTIONS),
      peer: together,
      unit: 'update',
    },
  ];
}

export function oneByOne(rig: Rig, connections: number): Contestant {
  return {
    name: `product update ${connections}`,
    measure: async () =>
      measureUpdates(rig, await rig.product(), connections, updateCalls(connections), ({ text }) => {
        if (!text.startsWith(`{"data":{"updateCustomActivity":{${SUCCESS}`)) throw new WrongAnswer(text);
      }),
  };
}

function inLists(rig: Rig, connections: number): Contestant {
  return {
    name: `product update list ${connections}`,
    measure: async () =>
      measureUpdates(rig, await rig.product(), connections, listCalls(connections), ({ text }) => {
        if (text.split(SUCCESS).length - 1 !== LIST_LENGTH) throw new WrongAnswer(text);
      }),
  };
}

const SUCCESS = '"__typename":"UpdateCustomActivitySuccess"';

export function byHand(rig: Rig, connections: number): Contestant {
  return {
    name: `H ${connections}`,
    measure: async () => {
      const calls = updates(connections).map((input) => ({
        path: '/',
        body: Buffer.from(JSON.stringify(input)),
      }));
      return measureUpdates(rig, await rig.peer('hand-written'), connections, calls, ({ text }) => {
        if (!text.startsWith('{"ok":true')) throw new WrongAnswer(text);
      });
    },
  };
}

async function measureUpdates(
  rig: Rig,
  server: ServerProcess,
  connections: number,
  calls: readonly Call[],
  check: (answer: Answer) => void,
) {
  const store = await rig.store();
  const wanted = UPDATES[connections] ?? 0;
  await store.settle();
  const client = new Client(server, connections);
  const milliseconds = await client.sendAll(calls, check);
  client.close();
  const [found] = await rows(
    store.connection,
    `SELECT COUNT(*) AS written FROM course_element WHERE title LIKE '% no. ${updatesMade}'`,
  );
  if (found?.written !== wanted) throw new WrongAnswer(`${server.name} wrote ${found?.written} updates`);
  return { microseconds: (milliseconds * 1_000) / wanted };
}

export function updateCalls(connections: number): Call[] {
  return updates(connections).map((input) => graphqlCall(UPDATE, { input }));
}

function listCalls(connections: number): Call[] {
  const inputs = updates(connections);
  return Array.from({ length: inputs.length / LIST_LENGTH }, (_, list) =>
    graphqlCall(UPDATE_LIST, { inputs: inputs.slice(list * LIST_LENGTH, (list + 1) * LIST_LENGTH) }),
  );
}

let updatesMade = 0;

/** Each of another activity: no two wait for one lock. Every time with new values, so that there is something to write. */
function updates(connections: number) {
  updatesMade += 1;
  return Array.from({ length: UPDATES[connections] ?? 0 }, (_, index) => {
    const activity = index % ACTIVITIES;
    const course = courseOf(activity);
    return {
      courseSyncKey: courseKey(course),
      elementSyncKey: activityKey(activity),
      userSyncKey: EDITOR,
      parentSyncKey: folderKey(course),
      title: `Activity ${activity}, no. ${updatesMade}`,
      description: `<p>Half an hour with the <strong>trainer</strong>, for the ${updatesMade}th time.</p>`,
      deadline: `2025-06-25T18:00:${String(updatesMade % 60).padStart(2, '0')}+02:00`,
      mandatory: updatesMade % 2 === 0,
      maxScore: 20 + (updatesMade % 50),
      allowStudentsSetCompletion: null,
    };
  });
}
