import { Extensions } from 'type-graphql';
import { ReadApart } from '../bulk/marks';

/** The kinds of records that fields of answers show. */
export type RecordsTold =
  | 'learners'
  | 'organisations'
  | 'trainings'
  | 'sessions'
  | 'registrations'
  | 'learningObjectVersions'
  | 'users';

/** Where the value of a field is read. */
export interface RecordSource {
  readonly kind: RecordsTold;
  /** The property with the id of the record. */
  readonly id: string;
  /** Whether the field is one of the record's own, and not the record. */
  readonly isPart: boolean;
}

const SOURCE = 'recordSource';

/** Marks a field as the record of which another property has the id; where that is null, there is none. */
export function RecordOf(kind: RecordsTold, id: string): PropertyDecorator {
  return readFrom({ kind, id, isPart: false });
}

/** Marks a field of a record that not everybody has read who has the record's id. */
export function PartOf(kind: RecordsTold, id: string): PropertyDecorator {
  return readFrom({ kind, id, isPart: true });
}

function readFrom(source: RecordSource): PropertyDecorator {
  return (target, property) => {
    ReadApart()(target, property);
    (Extensions({ [SOURCE]: source }) as PropertyDecorator)(target, property);
  };
}

export function sourceOf({
  extensions,
}: {
  readonly extensions: Readonly<Record<string, unknown>>;
}): RecordSource | undefined {
  return extensions[SOURCE] as RecordSource | undefined;
}
