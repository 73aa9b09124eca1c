import { Client, graphqlCall, WrongAnswer } from '../client';
import { TRIVIAL } from '../operations';
import type { Rig } from '../rig';
import type { Contestant } from '../rounds';
import type { ServerProcess } from '../server-process';
import type { Comparison } from './job';

const CONNECTIONS = 8;
export const REQUESTS = 8_000;

/** The query that does nothing, with a key, against Apollo on Fastify with nothing around it. */
export function trivialJob(rig: Rig): Comparison[] {
  return [
    {
      name: 'trivial',
      product: ownTrivialQueries(rig),
      peer: bareTrivialQueries(rig),
      unit: 'request',
      target: { atLeast: 0.9 },
    },
  ];
}

export function ownTrivialQueries(rig: Rig): Contestant {
  return trivialQueries('product trivial', () => rig.product());
}

export function bareTrivialQueries(rig: Rig): Contestant {
  return trivialQueries('bare Apollo', () => rig.peer('bare-apollo'));
}

function trivialQueries(name: string, serverOf: () => Promise<ServerProcess>): Contestant {
  return {
    name,
    measure: async () => {
      const client = new Client(await serverOf(), CONNECTIONS);
      const calls = Array(REQUESTS).fill(graphqlCall(TRIVIAL));
      const milliseconds = await client.sendAll(calls, ({ text }) => {
        if (text.trim() !== '{"data":{"__typename":"Query"}}') throw new WrongAnswer(text);
      });
      client.close();
      return { microseconds: (milliseconds * 1_000) / REQUESTS };
    },
  };
}
