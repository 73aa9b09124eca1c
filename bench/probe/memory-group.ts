import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '../../src/startup-error';

const ROOT = '/sys/fs/cgroup';
const NAME = `coursetrack-probe-${process.pid}`;
const MIB = 1024 * 1024;

/** Bounds the memory of processes as a container does: what goes beyond is killed by the kernel. */
export interface MemoryGroup {
  /** The command that runs another one within the bound. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]];
  remove(): void;
}

/** Needs Linux, and the right to make control groups. */
export function memoryGroup(limitMiB: number): MemoryGroup {
  const isOne = existsSync(join(ROOT, 'cgroup.controllers'));
  const folder = isOne ? join(ROOT, NAME) : join(ROOT, 'memory', NAME);
  const limit = isOne ? 'memory.max' : 'memory.limit_in_bytes';
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, limit), String(limitMiB * MIB));
  } catch (error) {
    throw new StartupError(`Probe: no control group can be made below ${ROOT}; run it as root.`, {
      cause: error,
    });
  }
  return {
    // A process is in the group from its first moment: Node sizes its heap by what it finds then.
    command: (program, args) => [
      'sh',
      ['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', folder, program, ...args],
    ],
    remove: () => rmdirSync(folder),
  };
}
