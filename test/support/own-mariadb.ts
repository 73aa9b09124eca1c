import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** A MariaDB server of a test's own. */
export interface OwnMariadb {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts a server whose data are below the folder; a second one on them where there are some already. Needs the
 * programs of MariaDB. The statements run before it takes connections.
 */
export async function startOwnMariadb(
  folder: string,
  {
    options = [],
    statements = [],
  }: { readonly options?: readonly string[]; readonly statements?: readonly string[] },
): Promise<OwnMariadb> {
  const port = await freePort();
  const data = join(folder, 'data');
  const common = ['--no-defaults', `--user=${userInfo().username}`, `--datadir=${data}`];
  execFileSync(
    'mariadb-install-db',
    [...common, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { stdio: 'ignore' },
  );
  writeFileSync(join(folder, 'init.sql'), statements.map((statement) => `${statement};\n`).join(''));
  const server = spawn(
    '/usr/sbin/mariadbd',
    [
      ...common,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder, 'socket')}`,
      `--init-file=${join(folder, 'init.sql')}`,
      ...options,
    ],
    { stdio: 'ignore' },
  );
  await untilListening(port);
  return {
    port,
    stop: async () => {
      server.kill('SIGKILL');
      await once(server, 'close');
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
