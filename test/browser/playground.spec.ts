import pino from 'pino';
import type { Browser } from 'playwright-core';
import type { DocumentedOperation } from '../../src/http/operations';
import { createMetrics } from '../../src/metrics/metrics';
import { createServer } from '../../src/server';
import { launchBrowser, openPlayground, runTab, tabNames } from '../support/browser';
import { testCaller, wideLimits } from '../support/caller';
import { type StubContext, stubSchema } from '../support/stub-schema';

interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const OPERATIONS: readonly DocumentedOperation[] = [
  // Everything that could end a script element, a template literal or a string early.
  {
    name: 'hello',
    query: [
      '# </script><script>document.title="taken over"</script> <!-- \' "',
      '# ` + (document.title = "taken over") + ` \u0024{1} \\u0041',
      '{ hello }',
    ].join('\n'),
  },
  {
    name: 'length-of',
    query: 'query LengthOf($text: String!) {\n  lengthOf(text: $text)\n}\n',
    variables: '{ "text": "seven c" }\n',
  },
];

async function serveStub(): Promise<Served> {
  const server = await createServer({
    schema: stubSchema,
    logger: pino({ level: 'silent' }),
    ping: async () => {},
    metrics: createMetrics('0.0.0'),
    signIn: async () => ({ kind: 'caller', caller: testCaller() }),
    limits: wideLimits(),
    createContext: (_caller, requestId): StubContext => ({ requestId }),
    operations: OPERATIONS,
  });
  return { url: await server.listen('127.0.0.1', 0), stop: () => server.stop() };
}

interface Case {
  readonly serve: () => Promise<Served>;
  readonly operations: readonly DocumentedOperation[];
  /** By name of operation. */
  readonly answers: Readonly<Record<string, unknown>>;
}

/** What must hold for any server: which one, what it documents, and what that answers. */
const CASES: readonly [string, Case][] = [
  [
    'the stub schema',
    {
      serve: serveStub,
      operations: OPERATIONS,
      answers: { hello: { data: { hello: 'world' } }, 'length-of': { data: { lengthOf: 7 } } },
    },
  ],
];

describe.each(CASES)('playground on %s', (_name, { serve, operations, answers }) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served.stop());

  it('opens with the documented operations and runs them, without an error, a violation or another host', async () => {
    const { page, faults } = await openPlayground(browser, served.url);
    expect(await tabNames(page)).toEqual(operations.map(({ name }) => name));
    for (const { name, query } of operations) {
      const { sent, answer, shown } = await runTab(page, name);
      expect(sent.trim()).toBe(query.trim());
      expect(answer).toEqual(answers[name]);
      expect(JSON.parse(shown)).toEqual(answers[name]);
    }
    expect(await page.title()).toBe('coursetrack playground');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('keeps its tabs when it is loaded again', async () => {
    const { page, faults } = await openPlayground(browser, served.url);
    await page.reload();
    await page.locator('.window-switcher__item--active').waitFor();
    expect(await tabNames(page)).toEqual(operations.map(({ name }) => name));
    expect(faults).toEqual([]);
    await page.close();
  });
});
