import * as stamps from '../src/data/stamps';

/** Loaded into a server by `--require`, before its own code: its writes then happen at the instant of its own clock. */
const stampedOnce: typeof stamps.stampedOnce = () => {
  const at = Date.now();
  return { stamp: async () => at, isStamped: () => true };
};

Object.assign(stamps, { stampedOnce });
