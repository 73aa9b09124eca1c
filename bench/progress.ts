import { Presets, SingleBar } from 'cli-progress';

/** On a terminal, how far the run is; elsewhere nothing. */
export function progress(total: number) {
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} {what}', noTTYOutput: false, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(total, 0, { what: '' });
  return {
    step: (what: string) => bar.increment({ what }),
    stop: () => bar.stop(),
  };
}
