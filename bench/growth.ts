import type { Options } from './options';
import type { Rig } from './rig';

export async function growth(_rig: Rig, _options: Options): Promise<void> {}
