import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a measured server by `--require`, before its own code: the bench asks it, over IPC, what only the
 * process itself can tell.
 */
export type Question =
  | { readonly ask: 'watch loop' }
  /** Answers the longest delay in milliseconds since the loop is watched. */
  | { readonly ask: 'longest delay' }
  /** Answers the microseconds for which the process has had a processor. */
  | { readonly ask: 'processor time' }
  | { readonly ask: 'profile' }
  /** Writes what was sampled to the file. */
  | { readonly ask: 'stop profile'; readonly file: string };

export interface Reply {
  readonly answerTo: Question['ask'];
  readonly value: number;
}

/**
 * The time between two turns of the timer is recorded as it is: of a loop that is never blocked it is about this long,
 * and of one that is, up to this much longer than the block.
 */
const RESOLUTION_MS = 2;
const SAMPLE_EVERY_MICROSECONDS = 100;

const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const session = new Session();

async function answer(question: Question): Promise<number> {
  switch (question.ask) {
    case 'watch loop':
      loop.enable();
      loop.reset();
      return 0;
    case 'longest delay': {
      const longest = loop.max / 1e6;
      loop.disable();
      return longest;
    }
    case 'processor time': {
      const { user, system } = process.cpuUsage();
      return user + system;
    }
    case 'profile':
      session.connect();
      await post('Profiler.enable');
      await post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROSECONDS });
      await post('Profiler.start');
      return 0;
    case 'stop profile': {
      const { profile } = (await post('Profiler.stop')) as { readonly profile: object };
      session.disconnect();
      writeFileSync(question.file, JSON.stringify(profile));
      return 0;
    }
  }
}

function post(method: string, parameters: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    session.post(method, parameters, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}

if (process.send !== undefined) {
  process.on('message', (question: Question) => {
    if (typeof question?.ask !== 'string') return;
    void answer(question).then((value) => process.send?.({ answerTo: question.ask, value } satisfies Reply));
  });
  // The bench is gone.
  process.on('disconnect', () => process.exit());
}
