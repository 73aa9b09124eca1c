import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** A request without a valid operation. */
export const NO_OPERATION = 'none';
const SEVERAL = 'several';
const INTROSPECTION = 'introspection';

/**
 * What a valid request asks for, as metrics and traces may tell it: the root field, never a name that the caller
 * chose. Aliases of one field are that field; different fields are `several`, fields about the schema
 * `introspection` unless they stand beside others.
 */
export function operationLabel(
  operation: OperationDefinitionNode | undefined,
  document: DocumentNode,
): string {
  if (operation === undefined) return NO_OPERATION;
  const fields = new Set<string>();
  const openFragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) openFragments.set(definition.name.value, definition);
  }

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) fields.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const fragment = openFragments.get(selection.name.value);
        // Once is enough, however often it is spread.
        openFragments.delete(selection.name.value);
        if (fragment !== undefined) collect(fragment.selectionSet);
      }
    }
  }
  collect(operation.selectionSet);

  const [field, ...others] = [...fields].filter((name) => !name.startsWith('__'));
  if (field === undefined) return INTROSPECTION;
  return others.length === 0 ? field : SEVERAL;
}
