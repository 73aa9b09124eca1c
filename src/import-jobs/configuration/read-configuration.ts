import { type Problem, problem } from '../../kernel/problem';
import { type ConfigElement, MAX_CONFIGURATION_BYTES, MalformedConfiguration, placesIn } from './element';
import type { ImportConfiguration } from './import-configuration';
import { missingColumns } from './missing-columns';
import { ACTION, readAction } from './read-action';
import { readJson } from './read-json';
import { readProvider } from './read-provider';
import { readXml } from './read-xml';
import { childrenOf, only, type Reading, refuseUnsupported } from './reading';

/**
 * Reads the configuration of a partner: the vendor's XML as it is, a bare `actions` document or an `import-config` with
 * one `import`, or the same shape as JSON. All problems are told at once. Whether formats, zones and words make sense
 * is for the rules of the import, which take `options` and `parameters` as those of the mutation. Source:
 * docs/rules/files.md, "The configuration".
 */
export function readConfiguration(
  written: string,
  { ignoreUnsupported = false }: { readonly ignoreUnsupported?: boolean } = {},
): { readonly configuration: ImportConfiguration } | { readonly problems: readonly Problem[] } {
  const text = written.replace(/^\ufeff/, '');
  const placeAt = placesIn(text);
  const reading: Reading = { placeAt, ignoreUnsupported, problems: [] };
  let root: ConfigElement;
  try {
    root = parse(text);
  } catch (error) {
    if (!(error instanceof MalformedConfiguration)) throw error;
    const params = { reason: error.reason, ...placeAt(error.offset) };
    return { problems: [problem('CONFIG_INVALID', params, { path: [] })] };
  }
  const configuration = readRoot(reading, root);
  const { problems } = reading;
  if (problems.length > 0 || configuration === undefined) return { problems };
  const missing = missingColumns(configuration);
  return missing === undefined ? { configuration } : { problems: [missing] };
}

function parse(text: string): ConfigElement {
  if (Buffer.byteLength(text) > MAX_CONFIGURATION_BYTES) {
    throw new MalformedConfiguration(`it has more than ${MAX_CONFIGURATION_BYTES} bytes`, 0);
  }
  const first = /\S/.exec(text)?.[0];
  if (first === undefined) throw new MalformedConfiguration('it is empty', 0);
  return first === '<' ? readXml(text) : readJson(text);
}

function readRoot(reading: Reading, root: ConfigElement): ImportConfiguration | undefined {
  const children = childrenOf(reading, root, { actions: 'ONCE', 'import-config': 'ONCE' });
  const [actions, whole] = [only(children, 'actions'), only(children, 'import-config')];
  if (actions !== undefined && whole !== undefined) {
    const reason = 'actions stands beside import-config, and belongs into its import';
    return lacking(reading, 'one document', reason, actions);
  }
  if (whole !== undefined) return readWhole(reading, whole);
  if (actions !== undefined) return { provider: null, ...readAction(reading, actions) };
  return reading.problems.length > 0
    ? undefined
    : lacking(reading, 'actions', 'there is nothing to do', root);
}

const STEPS = ['preProcess', 'postProcess'];
const IMPORT = {
  providers: 'ONCE',
  actions: 'ONCE',
  consolidators: 'ONCE',
  preProcess: 'ONCE',
  postProcess: 'ONCE',
} as const;

function readWhole(reading: Reading, whole: ConfigElement): ImportConfiguration | undefined {
  const children = childrenOf(reading, whole, { import: 'OFTEN', preProcess: 'ONCE', postProcess: 'ONCE' });
  refuseSteps(
    reading,
    STEPS.map((name) => only(children, name)),
  );

  const imports = children.get('import') ?? [];
  const [first, second] = imports;
  if (first === undefined) return lacking(reading, 'import', 'there is nothing to do', whole);
  if (second !== undefined) refuseUnsupported(reading, second, `${imports.length} imports`);
  // A job is one file: of several imports the one whose rows it can take.
  const chosen = imports.find(importsTracking) ?? first;

  const parts = childrenOf(reading, chosen, IMPORT);
  refuseSteps(
    reading,
    [...STEPS, 'consolidators'].map((name) => only(parts, name)),
  );
  const provider = readProvider(reading, only(parts, 'providers'));
  const actions = only(parts, 'actions');
  if (actions === undefined) return lacking(reading, 'actions', 'there is nothing to do', chosen);
  return { provider, ...readAction(reading, actions) };
}

function importsTracking({ children }: ConfigElement): boolean {
  return children.some(
    (part) => part.name === 'actions' && part.children.some((action) => action.name === ACTION),
  );
}

/** Each of the steps by its own name; a block without any asks for nothing. */
function refuseSteps(reading: Reading, blocks: readonly (ConfigElement | undefined)[]): void {
  for (const block of blocks) if (block !== undefined) childrenOf(reading, block, {}, () => true);
}

function lacking(reading: Reading, name: string, reason: string, around: ConfigElement): undefined {
  reading.problems.push(problem('CONFIG_INCOMPLETE', { name, reason }, { path: around.path }));
  return undefined;
}
