import { type Browser, chromium, type Page, type Request } from 'playwright-core';

const CHROMIUM_FLAGS = [
  // CI runs as root, where Chromium refuses its own sandbox.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Without these it looks up Google's hosts at every start.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH || '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
}

/** The playground in a fresh browser profile, and everything that went wrong there. */
export interface OpenPlayground {
  readonly page: Page;
  /** Errors on the console, violations of the content security policy, failed and foreign requests. */
  readonly faults: string[];
}

/** At the address that the start prints, which holds a code, where there is one. */
export async function openPlayground(
  browser: Browser,
  serverUrl: string,
  address = `${serverUrl}/playground`,
): Promise<OpenPlayground> {
  const page = await browser.newPage({ viewport: { width: 1300, height: 850 } });
  // A busy machine takes a while.
  page.setDefaultTimeout(120_000);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // A page that is left or loaded again drops what it was loading.
    if (reason !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== serverUrl && !['data:', 'blob:'].includes(url.protocol)) {
      faults.push(`foreign: ${request.url()}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`status ${response.status()}: ${response.url()}`);
  });
  await page.exposeFunction('reportViolation', (directive: string, blocked: string) => {
    // zod, inside Altair, tries `new Function('')` to learn whether it may compile, and takes no for an answer.
    if (blocked !== 'eval') faults.push(`violation: ${directive} ${blocked}`);
  });
  await page.addInitScript(`
    document.addEventListener('securitypolicyviolation', (event) => {
      reportViolation(event.violatedDirective, event.blockedURI);
    });
  `);
  await keepAnswers(page);
  await page.goto(address);
  await page.locator('.window-switcher__item--active').waitFor();
  return { page, faults };
}

/** The names on the tabs, in their order. */
export async function tabNames(page: Page): Promise<string[]> {
  const names = await page.locator('.window-switcher__input').allTextContents();
  return names.map((name) => name.trim());
}

/**
 * Opens the tab, presses Send Request and waits for the answer: as received, and as shown on the page (of a
 * long answer, the lines in view).
 */
export async function runTab(
  page: Page,
  name: string,
): Promise<{ sent: string; answer: unknown; shown: string }> {
  await page.locator('.window-switcher__input').getByText(name, { exact: true }).click();
  await page.locator('.window-switcher__item--active').getByText(name, { exact: true }).waitFor();
  const arrived = page.waitForResponse((response) => isOperation(response.request()));
  await page.getByText('Send Request').click();
  const { sent, answer } = await answerTo((await arrived).request());
  const result = page.locator('.query-result__list-item .cm-content').first();
  await result.waitFor();
  return { sent, answer, shown: (await result.textContent()) ?? '' };
}

interface Answered {
  readonly sent: string;
  readonly answer: unknown;
}

const answers = new WeakMap<Request, Promise<Answered>>();

function answerTo(request: Request): Promise<Answered> {
  return answers.get(request) ?? Promise.reject(new Error('Nobody has read the answer'));
}

/** Reads answers on their way to the page: a browser does not always keep what a page has read. */
async function keepAnswers(page: Page): Promise<void> {
  await page.route('**/graphql', async (route) => {
    const request = route.request();
    if (!isOperation(request)) return route.continue();
    const response = await route.fetch();
    answers.set(
      request,
      response.json().then((answer: unknown) => ({ sent: queryOf(request), answer })),
    );
    await route.fulfill({ response });
  });
}

/** The page asks for the schema at the same address, at any time. */
function isOperation(request: Request): boolean {
  return request.url().endsWith('/graphql') && !queryOf(request).includes('IntrospectionQuery');
}

function queryOf(request: Request): string {
  const body = request.postDataJSON() as { query?: string } | null;
  return body?.query ?? '';
}
