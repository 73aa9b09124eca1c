import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const SRC = join(__dirname, '..', '..', 'src');

/** The layers of src from the outside in; a file imports from its own folder and from layers further in. */
const LAYERS: readonly (readonly string[])[] = [
  ['(top)'],
  ['http'],
  ['metrics', 'tracing'],
  // An import of a file is made of the steps of an import.
  ['import-jobs'],
  [
    'tracking-import',
    'custom-activity',
    'notifications',
    'reference-data',
    'reference-reading',
    'learner-erasure',
    'api-keys',
    'audit',
  ],
  ['contract'],
  ['access', 'bulk'],
  ['data'],
  ['event-loop'],
  ['kernel'],
];

/** The rooms of custom-activity, likewise: operations and look-ups know nothing of each other. */
const ROOMS: readonly (readonly string[])[] = [
  ['update', 'create', 'assess', 'delete', 'look-ups'],
  ['editing'],
  ['rules'],
];

/** Packages that belong to one place. */
const PACKAGE_HOMES: Readonly<Record<string, (file: string) => boolean>> = {
  typeorm: (file) => folderOf(file) === 'data',
  luxon: (file) => file === 'kernel/dates/time-zones.ts',
  'better-sqlite3': (file) => folderOf(file) === 'data',
  mysql2: (file) => folderOf(file) === 'data',
  // The API alone, which does nothing while tracing is off.
  '@opentelemetry': (file) => folderOf(file) === 'tracing' || file === 'http/graphql-endpoint.ts',
  'prom-client': (file) => folderOf(file) === 'metrics',
  saxes: (file) => file === 'import-jobs/configuration/read-xml.ts',
  'jsonc-parser': (file) => file === 'import-jobs/configuration/read-json.ts',
  fastify: (file) => ['(top)', 'http'].includes(folderOf(file)),
};

/** All that the rest of src knows of `src/bulk`, by file. */
const BULK_FACE: Readonly<Record<string, readonly string[]>> = {
  'bulk/marks': [
    'BulkList',
    'ReadApart',
    'bulkInput',
    'selects',
    'tellImport',
    'withBulkInputs',
    'writeAhead',
  ],
  'bulk/executor': ['createExecutor'],
  'bulk/answer-text': ['JsonText', 'stringifyAnswer'],
  'bulk/answer-budget': ['AnswerTooLarge'],
  'bulk/foresee-lists': ['foreseeLists'],
  'bulk/unsent-answers': ['UnsentAnswers'],
};

const MAX_LINES = 400;
/** The catalogue is a list: it grows with the messages, and nobody reads it from one end to the other. */
const LONG_FILES = ['kernel/messages.ts'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

const imports = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from |import |import\(|require\()'([^']+)'/g)].map(([, target]) => ({
    file,
    target: target ?? '',
  }));
});

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** From file to file, for types as well: who reads the one has to know the other. */
const arrows: readonly Arrow[] = imports
  .filter(({ target }) => target.startsWith('.'))
  .map(({ file, target }) => ({
    from: file,
    to: `${relative(SRC, resolve(dirname(join(SRC, file)), target))}.ts`,
  }));

describe('the imports of src', () => {
  it('run one way: main → server → http → metrics, tracing → import-jobs → slices → contract → access, bulk → data → event-loop → kernel', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false;
      const from = folderOf(file);
      const to = folderOf(relative(SRC, resolve(dirname(join(SRC, file)), target)));
      return from !== to && layerOf(to) <= layerOf(from);
    });
    expect(wrong).toEqual([]);
  });

  it('go in no circle', () => {
    expect(arrowsInCircles(arrows)).toEqual([]);
  });

  it('would be found if they went in a circle', () => {
    const circle = [
      { from: 'a.ts', to: 'b.ts' },
      { from: 'b.ts', to: 'c.ts' },
      { from: 'c.ts', to: 'a.ts' },
    ];
    const others = [
      { from: 'main.ts', to: 'a.ts' },
      { from: 'c.ts', to: 'd.ts' },
    ];
    expect(arrowsInCircles([...others, ...circle])).toEqual(circle);
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

  it('take of bulk its face only', () => {
    const wrong = files
      .filter((file) => folderOf(file) !== 'bulk')
      .flatMap((file) => {
        const text = readFileSync(join(SRC, file), 'utf8');
        return [...text.matchAll(/import (?:type )?\{([^}]*)\} from '(\.[^']+)'/g)].flatMap(
          ([, names = '', target = '']) => {
            const module = relative(SRC, resolve(dirname(join(SRC, file)), target));
            if (folderOf(module) !== 'bulk') return [];
            const imported = names.split(',').map((name) => name.trim().replace(/^type /, ''));
            return imported
              .filter((name) => name !== '' && !BULK_FACE[module]?.includes(name))
              .map((name) => ({ file, module, name }));
          },
        );
      });
    expect(wrong).toEqual([]);
  });

  it('take no results of TypeORM whose cells nobody has read', () => {
    const raw = /\.getRaw(?:One|Many|AndEntities)\b|\bmanager\.query\(|\.stream\(\)/;
    expect(files.filter((file) => raw.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([]);
  });

  it('find every folder in a layer', () => {
    expect(files.filter((file) => layerOf(folderOf(file)) < 0)).toEqual([]);
  });
});

describe('the files of src', () => {
  it(`have ${MAX_LINES} lines at most, but for the message catalogue`, () => {
    const long = files.filter((file) => linesOf(file) > MAX_LINES && !LONG_FILES.includes(file));
    expect(long).toEqual([]);
  });
});

function linesOf(file: string): number {
  return readFileSync(join(SRC, file), 'utf8').split('\n').length - 1;
}

describe('the imports of custom-activity', () => {
  const slice = 'custom-activity';
  const roomOf = (file: string) => file.split('/')[1] ?? '';
  const floorOf = (file: string) => ROOMS.findIndex((rooms) => rooms.includes(roomOf(file)));

  it('run downwards: update, create, assess, look-ups → editing → rules', () => {
    const inside = arrows.filter(({ from, to }) => folderOf(from) === slice && folderOf(to) === slice);
    expect(inside.length).toBeGreaterThan(0);
    expect(
      inside.filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(to) <= floorOf(from)),
    ).toEqual([]);
  });

  it('find every file in a room', () => {
    expect(files.filter((file) => folderOf(file) === slice && floorOf(file) < 0)).toEqual([]);
  });
});

/** What is left when the arrows are taken away that start where none ends, or end where none starts, until none does. */
function arrowsInCircles(all: readonly Arrow[]): readonly Arrow[] {
  const starts = new Set(all.map(({ from }) => from));
  const ends = new Set(all.map(({ to }) => to));
  const left = all.filter(({ from, to }) => ends.has(from) && starts.has(to));
  return left.length === all.length ? left : arrowsInCircles(left);
}

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '(top)';
}

function layerOf(folder: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folder));
}
