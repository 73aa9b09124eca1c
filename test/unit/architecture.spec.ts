import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const SRC = join(__dirname, '..', '..', 'src');

/** The layers of src from the outside in; a file imports from its own folder and from layers further in. */
const LAYERS: readonly (readonly string[])[] = [
  ['(top)'],
  ['http'],
  ['metrics', 'tracing'],
  ['tracking-import', 'custom-activity', 'notifications', 'reference-data', 'api-keys', 'audit'],
  ['contract'],
  ['access'],
  ['data'],
  ['kernel'],
];

/** Packages that belong to one place. */
const PACKAGE_HOMES: Readonly<Record<string, (file: string) => boolean>> = {
  typeorm: (file) => folderOf(file) === 'data',
  luxon: (file) => file === 'kernel/dates.ts',
  'better-sqlite3': (file) => folderOf(file) === 'data',
  mysql2: (file) => folderOf(file) === 'data',
  // The API alone, which does nothing while tracing is off.
  '@opentelemetry': (file) => folderOf(file) === 'tracing' || file === 'http/graphql-endpoint.ts',
  'prom-client': (file) => folderOf(file) === 'metrics',
  fastify: (file) => ['(top)', 'http'].includes(folderOf(file)),
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const imports = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from |import |import\(|require\()'([^']+)'/g)].map(([, target]) => ({
    file,
    target: target ?? '',
  }));
});

describe('the imports of src', () => {
  it('run one way: main → server → http → metrics, tracing → slices → contract → access → data → kernel', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const from = folderOf(file);
      const to = folderOf(relative(SRC, resolve(dirname(join(SRC, file)), target)));
      return from !== to && layerOf(to) <= layerOf(from);
    });
    expect(wrong).toEqual([]);
  });

  it('take each package only where it belongs', () => {
    const wrong = imports.filter(({ file, target }) => {
      const home = PACKAGE_HOMES[target.split('/')[0] ?? ''];
      return home !== undefined && !home(file);
    });
    expect(wrong).toEqual([]);
  });

  it('read the environment in config.ts only', () => {
    const readers = files.filter((file) => readFileSync(join(SRC, file), 'utf8').includes('process.env'));
    expect(readers).toEqual(['config.ts']);
  });

  it('find every folder in a layer', () => {
    expect(files.filter((file) => layerOf(folderOf(file)) < 0)).toEqual([]);
  });
});

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '(top)';
}

function layerOf(folder: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folder));
}
