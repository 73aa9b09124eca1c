import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';

/** Coerces a value that came as JSON; throws where graphql-js would refuse it, without saying what is wrong. */
export type Coerce = (value: unknown) => unknown;

/** The value is not of the type: graphql-js tells what is wrong with it, and where. */
export class NotCoercible extends Error {
  override readonly name = 'NotCoercible';
}

/** Compiles what `coerceInputValue` of graphql-js does for a type, for JSON and for values that are right. */
export function compileCoercion(type: GraphQLInputType): Coerce {
  const compiled = new Map<GraphQLInputObjectType, Coerce>();

  function compile(of: GraphQLInputType): Coerce {
    if (isNonNullType(of)) return notNull(compile(of.ofType));
    if (isListType(of)) return nullable(list(compile(of.ofType)));
    if (isLeafType(of)) return nullable(leaf(of));
    const known = compiled.get(of);
    if (known !== undefined) return known;
    // Input types may refer to themselves.
    const itself: Coerce = (value) => compiled.get(of)?.(value);
    compiled.set(of, itself);
    const coerce = nullable(object(of, compile));
    compiled.set(of, coerce);
    return coerce;
  }
  return compile(type);
}

function notNull(coerce: Coerce): Coerce {
  return (value) => {
    if (value === null || value === undefined) throw new NotCoercible();
    return coerce(value);
  };
}

function nullable(coerce: Coerce): Coerce {
  return (value) => (value === null ? null : coerce(value));
}

/** A value that is no list counts as a list of one. */
function list(coerceItem: Coerce): Coerce {
  return (value) => {
    if (!Array.isArray(value)) return [coerceItem(value)];
    const coerced = new Array<unknown>(value.length);
    for (let index = 0; index < value.length; index++) coerced[index] = coerceItem(value[index]);
    return coerced;
  };
}

function leaf(type: GraphQLLeafType): Coerce {
  return (value) => {
    const coerced = type.parseValue(value);
    if (coerced === undefined) throw new NotCoercible();
    return coerced;
  };
}

/** The fields come out in the order of the type, whatever the order in which they were sent. */
function object(type: GraphQLInputObjectType, compile: (of: GraphQLInputType) => Coerce): Coerce {
  if (type.isOneOf) throw new Error(`${type.name} is a oneOf type, which is not compiled`);
  const fields = Object.values(type.getFields()).map((field) => ({
    name: field.name,
    coerce: compile(field.type),
    absent: whenAbsent(field),
  }));
  return (value) => {
    if (typeof value !== 'object' || Array.isArray(value)) throw new NotCoercible();
    const sent = value as Record<string, unknown>;
    const coerced: Record<string, unknown> = {};
    let known = 0;
    for (const { name, coerce, absent } of fields) {
      const each = sent[name];
      if (each !== undefined) {
        known += 1;
        coerced[name] = coerce(each);
      } else if (absent !== undefined) absent(coerced);
    }
    // Whatever else was sent is not a field of the type.
    if (Object.keys(sent).length !== known) throw new NotCoercible();
    return coerced;
  };
}

function whenAbsent({ name, type, defaultValue }: GraphQLInputField) {
  if (defaultValue !== undefined) {
    return (coerced: Record<string, unknown>) => {
      coerced[name] = defaultValue;
    };
  }
  if (!isNonNullType(type)) return undefined;
  return () => {
    throw new NotCoercible();
  };
}
