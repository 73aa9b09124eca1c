import fc from 'fast-check';
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** JSON that was meant for a type: mostly right, and now and then wrong in one of the ways there are. */
export function jsonFor(type: GraphQLInputObjectType): fc.Arbitrary<unknown> {
  return object(type, 3);
}

const TEXTS = fc.oneof(fc.string(), fc.constantFrom('', ' ', '7', '2026-01-15', '\u0000', '\ud800'));
const NUMBERS = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 1, 100, 2 ** 31, -(2 ** 31), 1e300, 0.5),
);
const ANYTHING: fc.Arbitrary<unknown> = fc.oneof(
  TEXTS,
  NUMBERS,
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
  fc.constant([null]),
);

function value(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return value(type.ofType, depth);
  if (isListType(type)) {
    const item = value(type.ofType, depth - 1);
    return fc.oneof(
      { weight: 9, arbitrary: fc.array(item, { maxLength: 3 }) },
      { weight: 1, arbitrary: item },
    );
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) return depth <= 0 ? fc.constant({}) : object(type, depth - 1);
  switch (type.name) {
    case 'Int':
      return fc.oneof(fc.integer({ min: -5, max: 200 }), fc.constant(-0));
    case 'Float':
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    case 'Boolean':
      return fc.boolean();
    case 'DateTime':
      return fc.constantFrom('2026-01-15T12:00:00Z', '2026-01-15T12:00:00.5+02:00');
    case 'ID':
      return fc.oneof(TEXTS, fc.integer());
    case 'TextCell':
    case 'NumberCell':
      return fc.oneof(TEXTS, NUMBERS, fc.boolean());
    case 'TimeSpent':
    case 'IgnoredCell':
      return ANYTHING;
    default:
      return TEXTS;
  }
}

function object(type: GraphQLInputObjectType, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.values(type.getFields());
  const required = fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
  const right = fc.record(
    Object.fromEntries(
      fields.map((field) => [
        field.name,
        isNonNullType(field.type)
          ? value(field.type, depth)
          : fc.oneof(
              { weight: 5, arbitrary: value(field.type, depth) },
              { weight: 1, arbitrary: fc.constant(null) },
            ),
      ]),
    ),
    { requiredKeys: required.map(({ name }) => name), noNullPrototype: true },
  );
  const names = [...fields.map(({ name }) => name), 'unknown', '__proto__', 'constructor', 'toString'];
  const wrong = fc.tuple(right, fc.constantFrom(...names), ANYTHING).map(([given, name, odd]) =>
    // As JSON.parse makes it, where __proto__ is a name like any other.
    Object.fromEntries([...Object.entries(given), [name, odd]]),
  );
  const incomplete = fc
    .tuple(right, fc.constantFrom(...names))
    .map(([given, name]) => Object.fromEntries(Object.entries(given).filter(([key]) => key !== name)));
  // In another order.
  const turned = right.map((given) => Object.fromEntries(Object.entries(given).reverse()));
  return fc.oneof(
    { weight: 6, arbitrary: right },
    { weight: 2, arbitrary: turned },
    { weight: 2, arbitrary: wrong },
    { weight: 1, arbitrary: incomplete },
    { weight: 1, arbitrary: ANYTHING },
  );
}
