import { StartupError } from '../../../src/startup-error';
import { type ActivityAnswer, creationOf, isSuccess, type Operation, send } from '../api';
import { COURSE, type Rig, type Site } from '../rig';
import { rounds } from '../scenario';

/** Makes activities with the sync keys activity-1, activity-2 …, which every node has when this ends. */
export async function makeActivities(
  rig: Rig,
  { key }: Site,
  count: number,
  values: Operation['input'] = {},
): Promise<void> {
  for (const number of rounds(count)) {
    const reply = await send<ActivityAnswer>(
      rig.servers[1],
      key,
      creationOf({ ...COURSE, syncKey: `activity-${number}`, title: `Activity ${number}`, ...values }),
    );
    if (reply.kind !== 'data' || !isSuccess(reply.data)) {
      throw new StartupError(`An activity cannot be made: ${JSON.stringify(reply)}`);
    }
  }
  await rig.cluster.settle();
}
