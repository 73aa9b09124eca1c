import { createPlaygroundDoor } from '../../src/http/playground-door';
import { rig } from '../support/http-rig';
import { present } from '../support/present';

describe('playground', () => {
  const page = async (url: string) => {
    const response = await fetch(`${url}/playground`);
    expect(response.status).toBe(200);
    return { response, html: await response.text() };
  };

  it('is found with and without a slash at the end', async () => {
    const { url } = await rig();
    const bare = await fetch(`${url}/playground`, { redirect: 'manual' });
    expect([bare.status, bare.headers.get('location')]).toEqual([302, 'playground/']);
    expect((await fetch(`${url}/playground/`)).headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('brings everything the page asks for, and nothing else of this machine', async () => {
    const { url } = await rig();
    const { html } = await page(url);
    const assets = [...html.matchAll(/(?:href|src)="([^"]+\.[a-z]+)"/g)].map((match) => match[1]);
    expect(assets).toEqual(expect.arrayContaining(['main.js', 'styles.css', 'favicon.ico']));
    for (const asset of assets) {
      const response = await fetch(`${url}/playground/${asset}`);
      await response.arrayBuffer();
      expect([asset, response.status]).toEqual([asset, 200]);
    }
    for (const elsewhere of ['..%2findex.js', '%2e%2e/index.js', 'index.html', '']) {
      const response = await fetch(`${url}/playground/assets/${elsewhere}`);
      expect([elsewhere, response.status]).toEqual([elsewhere, 404]);
    }
  });

  it('allows its own scripts by a fresh nonce only', async () => {
    const { url } = await rig();
    const nonces = new Set<string | undefined>();
    for (let i = 0; i < 2; i++) {
      const { response, html } = await page(url);
      const policy = present(response.headers.get('content-security-policy'));
      const nonce = /script-src 'self' 'nonce-([^']+)';/.exec(policy)?.[1];
      expect(policy).toMatch(/^default-src 'none';script-src /);
      expect(html).toContain(`<script type="module" nonce="${nonce}">`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
  });

  it('runs the scripts people write in a frame of no origin', async () => {
    const { url } = await rig();
    const response = await fetch(`${url}/playground/iframe-sandbox/index.html`);
    expect(response.headers.get('content-security-policy')).toBe('sandbox allow-scripts');
  });

  describe('with the key of a local start', () => {
    const KEY = 'ct_0123456789abcdef_secret';
    const NO_KEY = 'Bearer YOUR-KEY';

    async function rigWithKey() {
      const door = createPlaygroundDoor();
      const { url } = await rig({ localKey: { text: KEY, door } });
      const open = async (code: string) => {
        const answer = await fetch(`${url}/playground/?code=${code}`, { redirect: 'manual' });
        expect([answer.status, answer.headers.get('location')]).toEqual([303, './']);
        expect(answer.headers.get('cache-control')).toBe('no-store');
        return answer.headers.getSetCookie();
      };
      const shown = async (headers: Record<string, string> = {}) =>
        (await fetch(`${url}/playground/`, { headers })).text();
      return { code: door.code, open, shown };
    }

    it('shows it to the first browser that brings the code, and again after that', async () => {
      const { code, open, shown } = await rigWithKey();
      expect(await shown()).toContain(NO_KEY);
      const [cookie = ''] = await open(code);
      expect(cookie).toMatch(/^coursetrack_playground=[\w-]{24}; HttpOnly; SameSite=Strict$/);
      const sent = { cookie: `other=1; ${cookie.split(';', 1)[0]}` };
      for (let tries = 0; tries < 2; tries++) expect(await shown(sent)).toContain(KEY);
    });

    it('shows it to nobody else, wherever the request seems to come from', async () => {
      const { code, open, shown } = await rigWithKey();
      for (const wrong of ['', 'x', `${code}x`, code.slice(1), `${code}&code=${code}`]) {
        expect(await open(wrong)).toEqual([]);
      }
      expect(await open(code)).toHaveLength(1);
      expect(await open(code)).toEqual([]);
      for (const cookie of ['', 'coursetrack_playground=', `coursetrack_playground=${code}`, code]) {
        expect(await shown({ cookie })).toContain(NO_KEY);
      }
      expect(await shown({ 'x-forwarded-for': '127.0.0.1' })).not.toContain(KEY);
    });

    it('has no door where there is no key', async () => {
      const { url } = await rig();
      const answer = await fetch(`${url}/playground/?code=x`, { redirect: 'manual' });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([303, []]);
    });
  });

  it('calls the server where the browser found it, or at PUBLIC_URL', async () => {
    const here = await rig();
    expect((await page(here.url)).html).toContain(`endpointURL: \`${here.url}/graphql\``);
    const behindProxy = await rig({ settings: { publicUrl: 'https://lms.example.org/tracking' } });
    expect((await page(behindProxy.url)).html).toContain(
      'endpointURL: `https://lms.example.org/tracking/graphql`',
    );
  });
});
