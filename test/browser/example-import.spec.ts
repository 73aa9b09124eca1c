import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { loadAcademy } from '../../examples/reference-data/load-academy';
import { readConfig } from '../../src/config';
import { readOperations } from '../../src/http/operations';
import { type RunningServer, startServer } from '../../src/start';
import { launchBrowser, type OpenPlayground, openPlayground, runTab, tabNames } from '../support/browser';
import { testLogger } from '../support/logs';

/** The playground of the real server, on the reference data of the demo. */
describe('the playground', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coursetrack-browser-'));
  let browser: Browser;
  let server: RunningServer;
  /** Of whoever started the server: the address that was printed opens it once. */
  let opened: OpenPlayground;

  beforeAll(async () => {
    browser = await launchBrowser();
    const config = readConfig({
      DATABASE_URL: `sqlite:${join(folder, 'demo.sqlite')}`,
      PORT: '0',
      METRICS_PORT: 'off',
    });
    server = await startServer(config, testLogger());
    await server.database.transaction((tx) => loadAcademy(tx, config.siteId));
    opened = await openPlayground(browser, server.url, server.playgroundEntry);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs the example import as it opens, and shows what came back', async () => {
    const { page, faults } = opened;
    const names = await tabNames(page);
    expect([...names].sort()).toEqual(readOperations().map(({ name }) => name));
    const active = await page.locator('.window-switcher__item--active').textContent();
    expect(active).toContain('import-success');

    const { answer, shown } = await runTab(page, 'import-success');
    expect(answer).toMatchObject({
      data: { importConsolidatedTracking: { __typename: 'ImportConsolidatedTrackingSuccess' } },
    });
    expect(shown).toContain('ImportConsolidatedTrackingSuccess');
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    expect(page.url()).not.toContain('code');
    expect(faults).toEqual([]);
  });

  it("runs the vendor's sample requests on the ids that the vendor's page has", async () => {
    const { page, faults } = opened;
    // The browser goes on having the key.
    await page.reload();
    await page.locator('.window-switcher__item--active').waitFor();
    const sample = 'update-custom-activity-vendor-sample';
    for (const name of [sample, `${sample}-empty-objectives`]) {
      const { answer } = await runTab(page, name);
      expect(answer).toMatchObject({
        data: { updateCustomActivity: { __typename: 'UpdateCustomActivitySuccess', elementId: 11939 } },
      });
    }
    expect(faults).toEqual([]);
  });

  it('shows the key to no other browser', async () => {
    const { page, faults } = await openPlayground(browser, server.url, server.playgroundEntry);
    expect(await page.content()).not.toContain(server.localKey);
    expect(await page.content()).toContain('Bearer YOUR-KEY');
    expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
    await page.close();
  });
});
