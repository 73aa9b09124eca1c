import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { runScript } from '../support/child-process';
import { startOwnMariadb } from '../support/own-mariadb';

/** A MariaDB server of the test's own, which takes encrypted connections only. Needs MariaDB and OpenSSL. */
(process.env.TEST_MARIADB_URL ? describe : describe.skip)('a connection to MariaDB with TLS', () => {
  const SLOW = 120_000;
  let folder: string;
  let stop: () => Promise<void>;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-tls-'));
    for (const ca of ['ca', 'other-ca']) makeAuthority(ca);
    makeCertificate('server', 'ca', 'localhost');
    const server = await startOwnMariadb(folder, {
      options: [
        `--ssl-ca=${join(folder, 'ca.pem')}`,
        `--ssl-cert=${join(folder, 'server.pem')}`,
        `--ssl-key=${join(folder, 'server.key')}`,
      ],
      statements: [
        'CREATE DATABASE coursetrack',
        "CREATE USER writer@'%' IDENTIFIED BY 'hush' REQUIRE SSL",
        "GRANT ALL ON coursetrack.* TO writer@'%'",
        "GRANT RELOAD ON *.* TO writer@'%'",
      ],
    });
    stop = server.stop;
    url = `mysql://writer:hush@localhost:${server.port}/coursetrack`;
  }, SLOW);
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  }

  function makeAuthority(name: string): void {
    const subject = ['-subj', `/CN=${name}`, '-days', '2', '-nodes'];
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      ...subject,
    );
  }

  function makeCertificate(name: string, ca: string, host: string): void {
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${host}`,
    );
    writeFileSync(join(folder, 'san.cnf'), `subjectAltName=DNS:${host}`);
    const signing = ['-CA', `${ca}.pem`, '-CAkey', `${ca}.key`, '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', 'san.cnf', ...signing);
  }

  const migrate = (env: Record<string, string>) =>
    runScript('src/migrate.js', { env: { DATABASE_URL: url, ...env }, cwd: folder });

  it(
    'is encrypted, to a server with a certificate of the CA',
    async () => {
      expect(await migrate({ DATABASE_TLS: join(folder, 'ca.pem') })).toMatchObject({ code: 0, stderr: '' });
    },
    SLOW,
  );

  it.each([
    ['off', () => 'off'],
    ['the authorities that Node knows', () => 'system'],
    ['another authority', () => join(folder, 'other-ca.pem')],
  ])(
    'is refused in one line with %s',
    async (_name, tls) => {
      const { code, stdout, stderr } = await migrate({ DATABASE_TLS: tls() });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^Cannot open the database /)]);
      expect(stderr).not.toContain('hush');
    },
    SLOW,
  );

  it(
    'is refused to a server with a certificate for another name',
    async () => {
      const ca = readFileSync(join(folder, 'ca.pem'));
      makeCertificate('server', 'ca', 'db.example.org');
      const admin = await createConnection({ uri: url, ssl: { ca } });
      await admin.query('FLUSH SSL');
      await admin.end();
      const { code, stderr } = await migrate({ DATABASE_TLS: join(folder, 'ca.pem') });
      expect(code).toBe(1);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    },
    SLOW,
  );

  it('would be refused by the server without TLS, so that the test can fail', async () => {
    await expect(createConnection(url)).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
  });
});
