import { runInThisContext } from 'node:vm';

/** The real process: Jest gives tests a copy of `process.env`, which Node does not watch. */
const realProcess = runInThisContext('process') as NodeJS.Process;

/** Acts as on a host in another zone. */
export function inHostZone(timeZone: string, act: () => void): void {
  const before = realProcess.env.TZ;
  realProcess.env.TZ = timeZone;
  try {
    act();
  } finally {
    if (before === undefined) delete realProcess.env.TZ;
    else realProcess.env.TZ = before;
  }
}
