import { getMetadataArgsStorage } from 'typeorm';

/** The table of an entity, and its columns by property, as its decorators name them. */
export interface Table<Entity> {
  readonly name: string;
  readonly columns: { readonly [Property in keyof Entity & string]: string };
}

export function tableOf<Entity extends object>(entity: new () => Entity): Table<Entity> {
  const storage = getMetadataArgsStorage();
  const name = storage.tables.find(({ target }) => target === entity)?.name;
  if (name === undefined) throw new Error(`${entity.name} has no table of its own name`);
  const columns = Object.fromEntries(
    storage
      .filterColumns(entity)
      .map(({ propertyName, options }) => [propertyName, options.name ?? propertyName]),
  );
  return { name, columns: columns as Table<Entity>['columns'] };
}
