import { fstatSync, write, writeSync } from 'node:fs';

/** Where log lines go. Its `write` is what pino asks of a stream. */
export interface LogOutput {
  write(line: string): void;
  /** Writes what is left, as far as somebody takes it; pino calls it after a fatal line. */
  flushSync(): void;
  /** Resolves when everything is written, or cannot be. From then on nothing is: the number may name another file. */
  close(): Promise<void>;
}

export interface LogOutputSettings {
  /** Told of lines that nobody will read. */
  readonly onDropped: (lines: number) => void;
  /** Told when lines can be written again, of all that were dropped meanwhile. */
  readonly onRecovered: (lines: number) => void;
  readonly fd?: number;
  /** How much is held back while it cannot be written. */
  readonly maxHeld?: number;
}

const MAX_HELD_CHARACTERS = 1_024 * 1_024;
const CHARACTERS_AT_ONCE = 8_192;
const WRITE_EVERY_MS = 100;
/** A full disk is looked at again, and a full pipe: the first time soon, for a reader that is a little late. */
const DISK_AGAIN_MS = 1_000;
const PIPE_AGAIN_MS = 5;
/** At the end, for a reader that is slow, and for a write that the system has not answered. */
const LAST_WAIT_MS = 500;
const SLEEP_MS = 10;

/**
 * Writes lines together, at least every tenth of a second, in their order, and never waits for whoever takes them. What
 * cannot be written (the disk is full, nobody reads the pipe) is held back up to a limit and tried again; lines beyond
 * it are dropped, and so is everything for a reader that is gone. sonic-boom, pino's own output, tries for ever at
 * the exit, and a write to a full pipe keeps a thread that the exit waits for.
 */
export function createLogOutput({
  onDropped,
  onRecovered,
  fd = 1,
  maxHeld = MAX_HELD_CHARACTERS,
}: LogOutputSettings): LogOutput {
  /** Not yet gathered; characters of these and of what is gathered. */
  const lines: string[] = [];
  let held = 0;
  /** What the system is to take next. */
  let bytes: Buffer = Buffer.alloc(0);
  let gathered = { lines: 0, characters: 0 };
  let isWriting = false;
  let isWaiting = false;
  let isClosing = false;
  let isClosed = false;
  let pauseMs = PIPE_AGAIN_MS;
  let dropped = 0;
  let onWritten: (() => void) | undefined;

  if (canFill(fd)) keepFromBlocking(fd);
  const timer = setInterval(flush, WRITE_EVERY_MS).unref();
  process.on('exit', flushSync);

  function drop(count: number): void {
    dropped += count;
    onDropped(count);
  }

  /** Answers whether there is anything to write. */
  function gather(): boolean {
    if (bytes.length === 0 && lines.length > 0) {
      bytes = Buffer.from(lines.join(''));
      gathered = { lines: lines.length, characters: held };
      lines.length = 0;
    }
    return bytes.length > 0;
  }

  function taken(count: number): void {
    pauseMs = PIPE_AGAIN_MS;
    bytes = bytes.subarray(count);
    if (bytes.length > 0) return;
    held -= gathered.characters;
    if (dropped === 0) return;
    const lost = dropped;
    dropped = 0;
    onRecovered(lost);
  }

  /** Answers after how long to try again. */
  function refused({ code }: NodeJS.ErrnoException): number {
    if (code === 'EAGAIN') {
      const pause = pauseMs;
      pauseMs = Math.min(2 * pauseMs, WRITE_EVERY_MS);
      return pause;
    }
    if (code !== 'EPIPE') return DISK_AGAIN_MS;
    // A named pipe may get another reader; but nobody waits for what was said meanwhile.
    const lost = gathered.lines + lines.length;
    bytes = Buffer.alloc(0);
    held = lines.length = 0;
    drop(lost);
    return WRITE_EVERY_MS;
  }

  function flush(): void {
    if (isWriting || isWaiting || isClosed || !gather()) return;
    isWriting = true;
    write(fd, bytes, 0, bytes.length, null, (error, count) => {
      isWriting = false;
      onWritten?.();
      if (error === null) {
        taken(count);
        if (!isClosing && (bytes.length > 0 || held >= CHARACTERS_AT_ONCE)) flush();
        return;
      }
      isWaiting = true;
      setTimeout(() => {
        isWaiting = false;
        flush();
      }, refused(error)).unref();
    });
  }

  function flushSync(): void {
    // What is under way cannot be told from what is lost: the system has it, and the rest must not overtake it.
    if (isWriting || isClosed) return;
    const until = performance.now() + LAST_WAIT_MS;
    while (gather()) {
      try {
        taken(writeSync(fd, bytes));
      } catch (error) {
        refused(error as NodeJS.ErrnoException);
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > until) return;
        sleep(SLEEP_MS);
      }
    }
  }

  return {
    write: (line) => {
      if (isClosed || held + line.length > maxHeld) return drop(1);
      lines.push(line);
      held += line.length;
      if (held >= CHARACTERS_AT_ONCE) flush();
    },
    flushSync,
    close: async () => {
      clearInterval(timer);
      isClosing = true;
      if (isWriting) {
        await new Promise<void>((resolve) => {
          onWritten = resolve;
          setTimeout(resolve, LAST_WAIT_MS);
        });
      }
      flushSync();
      isClosed = true;
      process.off('exit', flushSync);
    },
  };
}

/** Pipes and sockets take no more while nobody reads; a write to them waits for that. */
function canFill(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
}

/** Node has no call for it; but it does so for a stream of its own. */
function keepFromBlocking(fd: number): void {
  if (fd === 1) void process.stdout;
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
