import { type Answer, type Call, Client, graphqlCall, WrongAnswer } from '../client';
import { BulkLoad, stagedText } from '../limits/load-data';
import { IMPORT, NAIVE_IMPORT, type Selection } from '../operations';
import type { Rig } from '../rig';
import type { Contestant } from '../rounds';
import type { ServerProcess } from '../server-process';
import type { Store, StoreContents, TrackingStore } from '../store';
import { sentRow, TIME_ZONE, type WriteMode } from '../tracking-rows';
import type { Comparison } from './job';

/** Rows a request, and how many requests make one measurement. */
const SIZES = [
  { rows: 100, calls: 20, naiveCalls: 2 },
  { rows: 1_000, calls: 10, naiveCalls: 1 },
  { rows: 10_000, calls: 2, naiveCalls: 1 },
] as const;

const MODES = ['REPLACE', 'MERGE'] as const;
const SELECTIONS: readonly Selection[] = ['all', 'summary'];

const TARGETS: Readonly<Record<number, { readonly atLeast: number; readonly aim?: number }>> = {
  1000: { atLeast: 0.55, aim: 0.75 },
  10000: { atLeast: 0.6, aim: 0.85 },
};
const NAIVE_TARGETS: Readonly<Record<number, { readonly atLeast: number }>> = {
  1000: { atLeast: 30 },
  10000: { atLeast: 50 },
};

/** importConsolidatedTracking against R, and against the naive peer. */
export function importJob(rig: Rig): Comparison[] {
  const comparisons: Comparison[] = [];
  for (const { rows, calls, naiveCalls } of SIZES) {
    const target = TARGETS[rows];
    for (const mode of MODES) {
      const bulk = bulkLoad(rig, { rows, calls, mode });
      for (const selection of SELECTIONS) {
        comparisons.push({
          name: `import/${rows}/${mode.toLowerCase()}/${selection}`,
          product: productImport(rig, { rows, calls, mode, selection }),
          peer: bulk,
          unit: 'row',
          ...(target === undefined ? {} : { target }),
        });
      }
    }
    const naiveTarget = NAIVE_TARGETS[rows];
    comparisons.push({
      name: `naive/${rows}`,
      product: productImport(rig, { rows, calls, mode: 'REPLACE', selection: 'all' }),
      peer: naiveImport(rig, { rows, calls: naiveCalls, mode: 'REPLACE' }),
      unit: 'row',
      ...(naiveTarget === undefined ? {} : { target: naiveTarget }),
    });
  }
  return comparisons;
}

interface ImportWork {
  /** In each request. */
  readonly rows: number;
  readonly calls: number;
  readonly mode: WriteMode;
}

export interface ProductWork extends ImportWork {
  readonly selection: Selection | 'naive';
}

export function bulkLoad(
  rig: Rig,
  { rows, calls, mode }: ImportWork,
  on: { readonly name: string; readonly contents?: Partial<StoreContents> } = { name: '' },
): Contestant {
  const name = `R ${rows} ${mode}`;
  return {
    name,
    measure: async () => {
      const store = await rig.store(on.name, on.contents);
      const expected = await expectedChecksum(rig, store, rows * calls, mode);
      const texts = await rig.once(`staged ${name}`, async () =>
        Array.from({ length: calls }, (_, call) => stagedText(call * rows, rows, mode)),
      );
      await store.reset(rows * calls);
      const bulk = await BulkLoad.prepare(store, mode);
      let milliseconds = 0;
      for (const text of texts) milliseconds += await bulk.load(rows, text);
      await assertSame(store, expected, name);
      return { microseconds: (milliseconds * 1_000) / (rows * calls) };
    },
  };
}

function productImport(rig: Rig, work: ProductWork): Contestant {
  const name = `product import ${work.rows} ${work.mode} ${work.selection}`;
  return {
    name,
    measure: async () => {
      const store = await rig.store();
      const expected = await expectedChecksum(rig, store, work.rows * work.calls, work.mode);
      const sample = await importThrough(rig, await rig.product(), store, work);
      await assertSame(store, expected, name);
      return sample;
    },
  };
}

function naiveImport(rig: Rig, work: ImportWork): Contestant {
  const name = `naive import ${work.rows}`;
  return {
    name,
    measure: async () => {
      const store = await rig.store();
      const expected = await expectedChecksum(rig, store, work.rows * work.calls, work.mode);
      const sample = await importThrough(rig, await rig.peer('naive'), store, {
        ...work,
        selection: 'naive',
      });
      await assertSame(store, expected, name);
      return sample;
    },
  };
}

/** From the start that every measurement has, through a server that has the mutation. */
export async function importThrough(
  rig: Rig,
  server: ServerProcess,
  store: TrackingStore,
  work: ProductWork,
) {
  const { rows, calls } = work;
  const requests = await importCalls(rig, work);
  await store.reset(rows * calls);
  server.forgetPeak();
  await server.ask({ ask: 'watch loop' });
  const milliseconds = await sendImports(server, requests, work);
  const longestDelayMs = await server.ask({ ask: 'longest delay' });
  return {
    microseconds: (milliseconds * 1_000) / (rows * calls),
    longestDelayMs,
    peakMiB: server.peakMiB(),
  };
}

/** One after the other; the answers are checked when all are there. */
export async function sendImports(
  server: ServerProcess,
  requests: readonly Call[],
  { rows, selection }: Pick<ProductWork, 'rows' | 'selection'>,
): Promise<number> {
  const client = new Client(server);
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await client.send(request));
  client.close();
  for (const answer of answers) checkImport(answer, rows, selection);
  return answers.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

export function importCalls(rig: Rig, { rows, calls, mode, selection }: ProductWork): Promise<Call[]> {
  return rig.once(`requests ${rows} ${calls} ${mode} ${selection}`, async () =>
    Array.from({ length: calls }, (_, call) => importCall(call * rows, rows, mode, selection)),
  );
}

export function importCall(from: number, rows: number, mode: WriteMode, selection: ProductWork['selection']) {
  return graphqlCall(selection === 'naive' ? NAIVE_IMPORT : IMPORT[selection], {
    input: {
      writeMode: mode,
      parameters: { timeZone: TIME_ZONE },
      rows: Array.from({ length: rows }, (_, index) => sentRow(from + index, mode)),
    },
  });
}

interface ImportAnswer {
  readonly data?: {
    readonly importConsolidatedTracking: {
      readonly __typename: string;
      readonly summary: { readonly created: number; readonly replaced: number };
      readonly rows?: readonly { readonly outcome: string }[];
    };
  };
}

/** Every second row is new; nothing is refused, and there is nothing to warn of. */
export function checkImport({ text }: Answer, rows: number, selection: ProductWork['selection']): void {
  const { data } = JSON.parse(text) as ImportAnswer;
  const answered = data?.importConsolidatedTracking;
  const isRight =
    answered?.__typename === 'ImportConsolidatedTrackingSuccess' &&
    answered.summary.created === rows / 2 &&
    answered.summary.replaced === rows / 2 &&
    (selection === 'summary' || answered.rows?.length === rows);
  if (!isRight) throw new WrongAnswer(`The import of ${rows} rows was answered ${text}`);
}

/** What the bulk load leaves behind is what everybody must leave behind. */
export function expectedChecksum(rig: Rig, store: Store, places: number, mode: WriteMode): Promise<string> {
  return rig.once(`checksum ${store.url} ${places} ${mode}`, async () => {
    await store.reset(places);
    const before = await store.checksum();
    const bulk = await BulkLoad.prepare(store, mode);
    await bulk.load(places, stagedText(0, places, mode));
    const after = await store.checksum();
    if (after === before) throw new WrongAnswer('The bulk load changed nothing');
    return after;
  });
}

export async function assertSame(store: TrackingStore, expected: string, name: string): Promise<void> {
  const found = await store.checksum();
  if (found !== expected) throw new WrongAnswer(`${name} left ${found} behind, and not ${expected}`);
}
