import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into the server before it starts: tells its parent, when asked, how long its event loop stood still at most,
 * and how much memory it took at most, each since it was asked before.
 */
export interface Seen {
  readonly delayMs: number;
  readonly memoryMiB: number;
}

const LOOK_EVERY_MS = 20;
const MIB = 1024 * 1024;

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let highest = process.memoryUsage.rss();
setInterval(() => {
  highest = Math.max(highest, process.memoryUsage.rss());
}, LOOK_EVERY_MS).unref();

process.on('message', () => {
  const seen: Seen = { delayMs: delay.max / 1e6, memoryMiB: highest / MIB };
  delay.reset();
  highest = process.memoryUsage.rss();
  process.send?.(seen);
});
// The server does not live on for the sake of this.
process.channel?.unref();
