import 'reflect-metadata';
import * as classValidator from 'class-validator';
import {
  ArrayMaxSize,
  IsDefined,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Min,
  registerDecorator,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import fc from 'fast-check';
import { getMetadataStorage as getSchemaStorage } from 'type-graphql';
import '../../../src/api-schema';
import { coded, rule, type Violation, violations } from '../../../src/kernel/validation';

jest.mock('class-validator', () => {
  const actual = jest.requireActual<typeof classValidator>('class-validator');
  return { ...actual, validateSync: jest.fn(actual.validateSync) };
});

const validateSync = jest.mocked(classValidator.validateSync);

/** What class-validator finds, and nobody else. */
function found(instance: object): Violation[] {
  return validateSync(instance, { forbidUnknownValues: true }).flatMap((error) =>
    Object.values(error.contexts ?? {}).map((context: Violation) => ({
      field: error.property,
      code: context.code,
      params: { field: error.property, ...context.params },
    })),
  );
}

function calls(act: () => void): number {
  const before = validateSync.mock.calls.length;
  act();
  return validateSync.mock.calls.length - before;
}

/** The input classes of the product, those with inherited decorators as well. */
const INPUTS = getSchemaStorage()
  .inputTypes.map(({ target }) => target)
  .filter((target) => rulesOf(target).length > 0);

function rulesOf(target: object) {
  const storage = classValidator.getMetadataStorage();
  // biome-ignore lint/complexity/noBannedTypes: class-validator's type of a class
  return storage.getTargetValidationMetadatas(target as Function, '', false, false);
}

const boundary = fc
  .tuple(
    fc.constantFrom(0, 1, 35, 36, 37, 39, 40, 41, 127, 128, 129, 254, 255, 256, 257, 511),
    fc.constantFrom('x', 'é', '😀', ' ', '\u00a0', 'e\u0301', '\ud800', '\0'),
    fc.constantFrom('', 'a', ' ', '@b', '\udc00', '😀'),
  )
  .map(([length, unit, last]) => unit.repeat(length) + last);
const hostileText = fc.oneof(
  boundary,
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.emailAddress(),
  fc.constantFrom('', ' ', '\t\n', 'a@b', 'a@', '@b', '"a b"@c.de', 'a@b.1', 'constructor', '__proto__'),
);
const hostileNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, 100, 100.00000000000001, -5e-324, 1e308, Number.NaN, Infinity, -Infinity, 2 ** 31),
);
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(undefined, null) },
  { weight: 6, arbitrary: hostileText },
  { weight: 3, arbitrary: hostileNumber },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constantFrom(0, 999, 1000, 1001).map((length) => new Array(length).fill({})) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({}, [], new Date(0), Symbol.iterator.description, 7n, Promise.resolve(1)),
  },
);
/** What is mostly fine, so that whole inputs are. */
const harmless: fc.Arbitrary<unknown> = fc.constantFrom(undefined, null, 'a@b.de', 'x'.repeat(36), 'key');

describe('violations', () => {
  it('know the inputs of the product', () => {
    const names = INPUTS.map((target) => (target as { name: string }).name);
    expect(names).toEqual(
      expect.arrayContaining([
        'CreateCustomActivityInput',
        'UpdateCustomActivityInput',
        'AssessCustomActivityInput',
        'DeleteCustomActivityInput',
        'RestoreCustomActivityInput',
        'ParticipantResultInput',
      ]),
    );
  });

  it.each(INPUTS.map((target) => [(target as { name: string }).name, target] as const))(
    'of %s are those of class-validator, whatever it holds',
    (_, target) => {
      const fields = [...new Set(rulesOf(target).map(({ propertyName }) => propertyName)), 'another'];
      const prototype: object = (target as { prototype: object }).prototype;
      const instance = fc
        .tuple(
          fc.constantFrom(0, 1, 2, fields.length),
          fc.shuffledSubarray(fields, { minLength: fields.length }),
        )
        .chain(([hostileFields, shuffled]) =>
          fc.tuple(
            ...shuffled.map((field, place) =>
              (place < hostileFields ? hostile : harmless).map((value) => [field, value] as const),
            ),
          ),
        )
        .map((cells) => Object.assign(Object.create(prototype), Object.fromEntries(cells)) as object);
      fc.assert(
        fc.property(instance, (input) => {
          expect(violations(input)).toEqual(found(input));
        }),
        { numRuns: 400 },
      );
    },
  );

  it('of an input without any are found without class-validator', () => {
    class Rated {
      @rule('INVALID_FORMAT', { fault: 'it is negative' }, (value) => Number(value) >= 0)
      score = 1;
    }
    const rated = new Rated();
    expect(calls(() => expect(violations(rated)).toEqual([]))).toBe(0);
    rated.score = -1;
    expect(calls(() => expect(violations(rated)).toHaveLength(1))).toBe(1);
  });
});

describe('classes that are not compiled', () => {
  const isShort = (value: unknown) => String(value).length < 3;
  const Short = () => rule('INVALID_FORMAT', { fault: 'it is wrong' }, isShort);
  const context = { code: 'INVALID_FORMAT', params: {} };

  class Optional {
    @IsOptional()
    @Short()
    text?: unknown;
  }
  class Conditional {
    @ValidateIf((input: { text: unknown }) => input.text !== 'skip me')
    @Short()
    text?: unknown;
  }
  class Grouped {
    @Short()
    text?: unknown;

    @IsInt({ groups: ['some'], context })
    number?: unknown;
  }
  class Each {
    @IsInt({ each: true, context })
    numbers?: unknown;
  }
  class Defined {
    @IsDefined({ context })
    @Short()
    text?: unknown;
  }
  class Builtin {
    @IsString({ context })
    @Short()
    text?: unknown;
  }
  class Nested {
    @ValidateNested()
    inner?: unknown;
  }
  class Asynchronous {
    @Short()
    text?: unknown;

    number?: unknown;
  }
  registerDecorator({
    name: 'later',
    async: true,
    target: Asynchronous,
    propertyName: 'number',
    options: { context },
    validator: { validate: async () => false },
  });
  class Undecorated {
    text?: unknown;
  }

  it.each([Optional, Conditional, Grouped, Each, Defined, Builtin, Nested, Asynchronous, Undecorated])(
    '%p is left to class-validator',
    (Class) => {
      const values = [undefined, null, '', 'ab', 'abc', 'skip me', 1, 1.5, [1], ['x'], new Builtin()];
      for (const text of values) {
        for (const number of values) {
          const input = Object.assign(new Class(), { text, number, numbers: number, inner: text });
          expect(calls(() => expect(violations(input)).toEqual(found(input)))).toBe(2);
        }
      }
    },
  );

  it('a class without a prototype is refused alike', () => {
    const input = Object.create(null) as object;
    expect(() => found(input)).toThrow(TypeError);
    expect(() => violations(input)).toThrow(TypeError);
  });
});

it('of decorators of class-validator that have a code are compiled like rules', () => {
  class Own {
    @ArrayMaxSize(1, coded('INVALID_FORMAT', { fault: 'it is wrong' }))
    list?: unknown;

    @Min(1, coded('SCORE_NEGATIVE', {}))
    @IsNumber({}, coded('NUMBER_NOT_FINITE', {}))
    number?: unknown;
  }
  for (const list of [undefined, null, [], [1], [1, 2], 'text']) {
    for (const number of [undefined, null, 0, 1, Number.NaN, '1']) {
      const input = Object.assign(new Own(), { list, number });
      const expected = found(input);
      expect(calls(() => expect(violations(input)).toEqual(expected))).toBe(expected.length === 0 ? 0 : 1);
    }
  }
});

describe('a class that extends another', () => {
  class Parent {
    @rule('INVALID_FORMAT', { fault: 'it is wrong' }, (value) => value !== 'parent')
    text?: unknown;

    @rule('INVALID_FORMAT', { fault: 'it is wrong' }, (value) => value !== 'parent')
    other?: unknown;
  }
  class Child extends Parent {
    @rule('DEADLINE_INVALID', {}, (value) => value !== 'child')
    declare text?: unknown;
  }

  it('is judged by the decorators that class-validator sees', () => {
    for (const Class of [Parent, Child]) {
      for (const text of ['parent', 'child', undefined]) {
        for (const other of ['parent', 'child', undefined]) {
          const input = Object.assign(new Class(), { text, other });
          expect(violations(input)).toEqual(found(input));
        }
      }
    }
  });
});
