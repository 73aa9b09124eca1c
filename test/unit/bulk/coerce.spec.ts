import fc from 'fast-check';
import { coerceInputValue, type GraphQLInputObjectType, GraphQLNonNull, isInputObjectType } from 'graphql';
import { buildApiSchema } from '../../../src/api-schema';
import { compileCoercion } from '../../../src/bulk/coerce';
import { jsonFor } from '../../support/input-arbitraries';

const REFUSED = Symbol('refused');

/** graphql-js is the model: what it makes of the value, or that it refuses it. */
function expected(value: unknown, type: GraphQLInputObjectType): unknown {
  let isRefused = false;
  const coerced = coerceInputValue(value, new GraphQLNonNull(type), () => {
    isRefused = true;
  });
  return isRefused ? REFUSED : coerced;
}

function actual(value: unknown, type: GraphQLInputObjectType): unknown {
  try {
    return compileCoercion(new GraphQLNonNull(type))(value);
  } catch {
    return REFUSED;
  }
}

const INPUTS = Object.values(buildApiSchema().getTypeMap()).filter(isInputObjectType);

describe('compiled coercion', () => {
  it.each(INPUTS.map((type) => [type.name, type] as const))(
    'of %s makes what graphql-js makes',
    (_, type) => {
      let refused = 0;
      fc.assert(
        fc.property(jsonFor(type), (value) => {
          const wanted = expected(value, type);
          if (wanted === REFUSED) refused += 1;
          const got = actual(value, type);
          expect(got).toEqual(wanted);
          // Idempotency keys belong to the text of an input, so that the order of its fields counts.
          expect(JSON.stringify(got)).toBe(JSON.stringify(wanted));
        }),
        { numRuns: 300 },
      );
      // Else the values were never right, or never wrong.
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThan(300);
    },
  );
});
