import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../root';
import type { World } from '../world';
import type { Scenario } from './scenario';
import { FULL, FULL_READY_LIMIT_MS } from './unavailable';

/** In seconds: longer than one wait of SQLite for the lock. */
const WRITE_DEADLINE = '8';
/** Shorter than one wait of SQLite for the lock: nobody else may have to wait for that. */
const LIVE_LIMIT_MS = 2_000;
const LIVE_EVERY_MS = 200;

/** Another process holds the write lock until the callers have been answered: SERVICE_BUSY, and others are served. */
export const lockedFile: Scenario = {
  name: 'locked-file',
  engines: ['sqlite'],
  run: async (world) => {
    await world.prepare({ env: { WRITE_DEADLINE } });
    const holder = spawn(process.execPath, ['-e', HOLD, world.sqlite.path], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const entries = [world.enterImport(10), world.enterUpdate()];
    let isOver = false;
    const answered = Promise.all(entries.map((entry) => world.caller.sendOnce(entry))).then((told) => {
      isOver = true;
      return told;
    });
    while (!isOver) {
      await isServed(world);
      await pause(LIVE_EVERY_MS);
    }
    for (const [index, told] of (await answered).entries()) {
      const kind = entries[index]?.request.kind;
      if (told !== 'SERVICE_BUSY') world.find(`a locked file: ${kind} is answered ${told}, not SERVICE_BUSY`);
    }
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    await world.recovers('a locked file');
    await world.settleAndJudge();
    return 1;
  },
};

const HOLD = `
  const database = new (require('better-sqlite3'))(process.argv[1]);
  database.exec('BEGIN IMMEDIATE');
  console.log('held');
  setInterval(() => {}, 1_000_000);
`;

async function isServed(world: World): Promise<void> {
  const [server] = world.servers;
  const [live] = await Promise.all([
    server?.statusOf('/health/live', LIVE_LIMIT_MS),
    world.expectReads('a locked file', LIVE_LIMIT_MS),
  ]);
  if (live !== 200) world.find(`a locked file: /health/live is not answered in ${LIVE_LIMIT_MS / 1_000} s`);
}

const FILES = ['coursetrack.sqlite', 'coursetrack.sqlite-wal', 'coursetrack.sqlite-shm'];

/** The file is moved away, replaced or deleted under the running server, which must not write where nobody looks. */
export const replacedFile: Scenario = {
  name: 'replaced-file',
  engines: ['sqlite'],
  run: async (world) => {
    const { dataFolder, folder } = world.sqlite;
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    await world.prepare();
    await world.recovers('a start');

    moveFiles(dataFolder, elsewhere);
    await world.expectUnavailable('a file that was moved');
    // Whatever was made in its place is not the file.
    removeFiles(dataFolder);
    moveFiles(elsewhere, dataFolder);
    await world.recovers('a file that was moved');
    await world.settleAndJudge();
    await world.renewIfSpoilt();

    await world.recovers('a start');
    moveFiles(dataFolder, elsewhere);
    for (const file of FILES) {
      if (existsSync(join(elsewhere, file))) copyFileSync(join(elsewhere, file), join(dataFolder, file));
    }
    await world.expectUnavailable('a file that was replaced');
    removeFiles(dataFolder);
    moveFiles(elsewhere, dataFolder);
    await world.recovers('a file that was replaced');
    await world.settleAndJudge();
    await world.renewIfSpoilt();

    await world.recovers('a start');
    removeFiles(dataFolder);
    await world.expectUnavailable('a file that was deleted');
    rmSync(elsewhere, { recursive: true });
    world.spoil();
    return 3;
  },
};

function moveFiles(from: string, to: string): void {
  for (const file of FILES) {
    if (existsSync(join(from, file))) renameSync(join(from, file), join(to, file));
  }
}

function removeFiles(folder: string): void {
  for (const file of FILES) rmSync(join(folder, file), { force: true });
}

const SMALL_DISK = 'size=48m';
const FILLER_BYTES = [1_048_576, 4_096];

/** The disk of the file is full. */
export const fullDisk: Scenario = {
  name: 'full',
  engines: ['sqlite'],
  // To mount a small disk.
  needsRoot: true,
  run: async (world, { isShort }) => {
    const { dataFolder } = world.sqlite;
    const filler = join(dataFolder, 'filler');
    await world.stopServers();
    mkdirSync(dataFolder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', SMALL_DISK, 'tmpfs', dataFolder]);
    try {
      world.spoil();
      await world.prepare();
      await world.recovers('a start');
      fillDisk(filler);
      await world.expectUnavailable('a full disk', FULL);
      await world.expectReads('a full disk');
      rmSync(filler);
      await world.recovers('a full disk', isShort ? null : FULL_READY_LIMIT_MS);
      await world.settleAndJudge();
    } finally {
      await world.stopServers();
      execFileSync('umount', [dataFolder]);
      world.spoil();
    }
    return 1;
  },
};

function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  for (const bytes of FILLER_BYTES) {
    const block = Buffer.alloc(bytes);
    try {
      // Less than all of it is written when the disk is nearly full.
      while (writeSync(file, block) === bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(file);
}
