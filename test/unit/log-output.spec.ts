import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogOutput } from '../../src/log-output';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

describe('the output of the log', () => {
  let folder: string;
  let dropped: number;
  let recovered: number[];
  const open: number[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-log-'));
    dropped = 0;
    recovered = [];
  });
  afterEach(() => {
    for (const fd of open.splice(0)) closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  function opened(path: string, flags: string | number): number {
    const fd = openSync(path, flags);
    open.push(fd);
    return fd;
  }

  const output = (fd: number, maxHeld = 1_000_000) =>
    createLogOutput({
      fd,
      maxHeld,
      onDropped: (lines) => {
        dropped += lines;
      },
      onRecovered: (lines) => recovered.push(lines),
    });

  const numbered = (count: number, from = 0) =>
    Array.from(
      { length: count },
      (_, index) => `${JSON.stringify({ line: from + index, text: 'x'.repeat(200) })}\n`,
    );

  /** A named pipe, of which this test is the reader. */
  function pipe(): { reader: number; writer: number; read: () => string } {
    const path = join(folder, 'pipe');
    spawnSync('mkfifo', [path]);
    const reader = opened(path, O_RDONLY | O_NONBLOCK);
    const writer = opened(path, O_WRONLY | O_NONBLOCK);
    const buffer = Buffer.alloc(1024 * 1024);
    const read = () => {
      try {
        return buffer.toString('utf8', 0, readSync(reader, buffer));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
        throw error;
      }
    };
    return { reader, writer, read };
  }

  it('writes every line, in order, when it is closed at the latest', async () => {
    const path = join(folder, 'log');
    const log = output(opened(path, 'a'));
    const lines = numbered(4_000).map((line) => line.replace('xxx', 'é'));
    for (const line of lines) log.write(line);
    await log.close();
    expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
    expect(dropped).toBe(0);
  });

  it('writes by itself, without being closed', async () => {
    const path = join(folder, 'log');
    const log = output(opened(path, 'a'));
    log.write('one\n');
    while (readFileSync(path, 'utf8') === '') await delay(10);
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    await log.close();
  });

  it('holds back what a pipe does not take, drops what is more, and tells how much once it is read again', async () => {
    const { writer, read } = pipe();
    const log = output(writer, 50_000);
    // Until the pipe is full.
    const lines = numbered(2_000);
    for (const line of lines) {
      log.write(line);
      if (dropped === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(dropped).toBeGreaterThan(0);
    let text = '';
    while (recovered.length === 0) {
      text += read();
      await delay(5);
    }
    expect(recovered).toEqual([dropped]);
    for (const line of numbered(10, 2_000)) log.write(line);
    while (!text.endsWith(numbered(1, 2_009).join(''))) {
      text += read();
      await delay(5);
    }
    await log.close();
    const kept = lines.slice(0, lines.length - dropped);
    expect(text).toBe([...kept, ...numbered(10, 2_000)].join(''));
  });

  it('drops what is for a reader that is gone, and goes on with the next one', async () => {
    const { reader, writer } = pipe();
    closeSync(reader);
    open.splice(open.indexOf(reader), 1);
    const log = output(writer);
    for (const line of numbered(3)) log.write(line);
    while (dropped === 0) await delay(10);
    expect(dropped).toBe(3);
    const next = opened(join(folder, 'pipe'), O_RDONLY | O_NONBLOCK);
    for (const line of numbered(2, 3)) log.write(line);
    await log.close();
    const buffer = Buffer.alloc(100_000);
    expect(buffer.toString('utf8', 0, readSync(next, buffer))).toBe(numbered(2, 3).join(''));
    expect(recovered).toEqual([3]);
  });

  it.each(['/dev/full', 'a pipe that nobody reads'])('lets the end come: %s', async (where) => {
    const log = output(where === '/dev/full' ? opened(where, 'a') : pipe().writer);
    for (const line of numbered(2_000)) log.write(line);
    log.flushSync();
    await log.close();
    expect(dropped).toBe(0);
  });

  it.each(['/dev/full', 'a pipe that nobody reads'])(
    'leaves alone whoever gets its number next: %s',
    async (where) => {
      const writer = where === '/dev/full' ? opened(where, 'a') : pipe().writer;
      const exits = process.listenerCount('exit');
      const log = output(writer);
      for (const line of numbered(2_000)) log.write(line);
      await log.close();
      expect(process.listenerCount('exit')).toBe(exits);
      closeSync(writer);
      open.splice(open.indexOf(writer), 1);
      const path = join(folder, 'next');
      expect(opened(path, 'a')).toBe(writer);
      log.write('late\n');
      log.flushSync();
      // Longer than until a full disk is looked at again.
      await delay(1_200);
      expect(readFileSync(path, 'utf8')).toBe('');
      expect(dropped).toBe(1);
    },
  );
});
