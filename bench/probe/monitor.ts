import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into the server before it starts: tells its parent, when asked, how long its event loop stood still at most,
 * and how much memory it took at most, each since it was asked before. On a loaded machine a process stands still while
 * others run: of a pause only the time counts in which this one ran.
 */
export interface Seen {
  readonly delayMs: number;
  readonly memoryMiB: number;
}

const LOOK_EVERY_MS = 1;
const MEMORY_EVERY_MS = 20;
const MIB = 1024 * 1024;

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let longestMs = 0;
let lastCpu = process.cpuUsage();
setInterval(() => {
  const cpu = process.cpuUsage();
  longestMs = Math.max(longestMs, (cpu.user + cpu.system - lastCpu.user - lastCpu.system) / 1e3);
  lastCpu = cpu;
}, LOOK_EVERY_MS).unref();

let highest = process.memoryUsage.rss();
setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, MEMORY_EVERY_MS).unref();

process.on('message', () => {
  const seen: Seen = { delayMs: Math.min(delay.max / 1e6, longestMs), memoryMiB: highest / MIB };
  delay.reset();
  longestMs = 0;
  highest = process.memoryUsage.rss();
  process.send?.(seen);
});
// The server does not live on for the sake of this.
process.channel?.unref();
