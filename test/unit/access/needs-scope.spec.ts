import type * as needsScope from '../../../src/access/needs-scope';

describe('a query or mutation without a mark', () => {
  it.each(['NeedsScope', 'NeedsNoScope'] as const)('of %s is in no schema', (mark) => {
    jest.isolateModules(() => {
      jest.doMock('../../../src/access/needs-scope', () => ({
        ...jest.requireActual<typeof needsScope>('../../../src/access/needs-scope'),
        [mark]: () => () => {},
      }));
      // type-graphql keeps what decorators said in a global of its own.
      Reflect.deleteProperty(globalThis, 'TypeGraphQLMetadataStorage');
      const { buildApiSchema } =
        require('../../../src/api-schema') as typeof import('../../../src/api-schema');
      expect(() => buildApiSchema()).toThrow(/has no mark/);
    });
  });

  it('is the only reason', () => {
    jest.isolateModules(() => {
      jest.dontMock('../../../src/access/needs-scope');
      Reflect.deleteProperty(globalThis, 'TypeGraphQLMetadataStorage');
      const { buildApiSchema } =
        require('../../../src/api-schema') as typeof import('../../../src/api-schema');
      expect(() => buildApiSchema()).not.toThrow();
    });
  });
});
