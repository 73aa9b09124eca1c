import 'reflect-metadata';
import { StartupError } from '../src/startup-error';
import { compare } from './compare';
import { files } from './files';
import { growth } from './growth';
import { load } from './load';
import { type Mode, type Options, readOptions } from './options';
import { profile } from './profile';
import { read } from './read';
import { Rig } from './rig';
import { BenchDatabases } from './store';
import { WITHOUT } from './without';

const MODES: Readonly<Record<Mode, (rig: Rig, options: Options) => Promise<void>>> = {
  compare,
  profile,
  growth,
  read,
  files,
  load,
  ...WITHOUT,
};

/**
 * `npm run bench`: what the product costs beside the least that the same work can cost. See bench/README.md.
 */
async function main(): Promise<void> {
  const options = readOptions();
  const rig = new Rig(await BenchDatabases.connect(options.serverUrl));
  try {
    await MODES[options.mode](rig, options);
  } finally {
    await rig.close();
  }
}

main().catch((error: unknown) => {
  const isKnown = error instanceof StartupError;
  process.stderr.write(`${isKnown ? error.message : (error as Error).stack}\n`);
  process.exit(1);
});
