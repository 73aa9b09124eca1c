import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildASTSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  parse,
} from 'graphql';
import { buildApiSchema } from '../../src/api-schema';
import { MESSAGES, PROBLEM_CODES } from '../../src/kernel/messages';
import { problem } from '../../src/kernel/problem';

/** The core may grow: new codes, new optional inputs. */
const ADDITIONS = new Set<string>([
  DangerousChangeType.VALUE_ADDED_TO_ENUM,
  DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED,
  DangerousChangeType.OPTIONAL_ARG_ADDED,
]);

const ROOT = join(__dirname, '..', '..');
const schema = buildApiSchema();

describe('the published contract', () => {
  it('contains everything of the fixed core', () => {
    const core = buildASTSchema(
      parse(readFileSync(join(ROOT, 'test/support/contract/core.graphql'), 'utf8')),
    );
    const missing = [...findBreakingChanges(core, schema), ...findDangerousChanges(core, schema)].filter(
      ({ type }) => !ADDITIONS.has(type),
    );
    expect(missing.map((change) => change.description)).toEqual([]);
  });

  it('describes every type, field, argument and value for partners', () => {
    const silent: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (isIntrospectionType(type) || ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name))
        continue;
      if (!type.description) silent.push(type.name);
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          if (!field.description) silent.push(`${type.name}.${field.name}`);
          for (const arg of field.args) {
            if (!arg.description) silent.push(`${type.name}.${field.name}(${arg.name})`);
          }
        }
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          if (!field.description) silent.push(`${type.name}.${field.name}`);
        }
      }
      if (isEnumType(type)) {
        for (const value of type.getValues()) {
          if (!value.description) silent.push(`${type.name}.${value.name}`);
        }
      }
    }
    expect(silent).toEqual([]);
    expect(schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive))).toEqual([]);
  });
});

it('the SDL states, and asks nothing', () => {
  expect(readFileSync(join(ROOT, 'schema/schema.graphql'), 'utf8')).not.toMatch(/\?(\s|")/);
});

describe('the message catalogue', () => {
  it('names codes as SUBJECT_CONDITION and explains each', () => {
    for (const code of PROBLEM_CODES) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
      const { text, explanation, hint, operations } = MESSAGES[code];
      expect([text, explanation, hint].every((each) => each.trim().length > 0)).toBe(true);
      expect(operations.length).toBeGreaterThan(0);
    }
  });

  it('fills every placeholder of text and hint', () => {
    const row = problem('ROWS_TOO_MANY', { count: 10_001, max: 10_000 }, { path: ['rows'] });
    expect(row.message).toContain('10001');
    expect(row.hint).toContain('10000');
  });

  it('has no entry that no code uses', () => {
    const sources = execFileSync(
      'grep',
      ['-rhoE', "'[A-Z]+(_[A-Z]+)+'", join(ROOT, 'src'), '--include=*.ts'],
      {
        encoding: 'utf8',
      },
    );
    const used = new Set(sources.split('\n').map((quoted) => quoted.slice(1, -1)));
    expect(PROBLEM_CODES.filter((code) => !used.has(code))).toEqual([]);
  });
});
