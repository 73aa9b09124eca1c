import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { SCOPE_NAMES } from '../access/needs-scope';
import { SCOPES, type Scope } from '../access/scopes';
import { DateTimeScalar } from '../contract/date-time.scalar';
import type { ApiKeyRecord } from '../data/api-key.repository';

registerEnumType(SCOPE_NAMES, {
  name: 'Scope',
  description:
    'What a caller may be allowed to do. Access tokens and the command line write tracking:import for TRACKING_IMPORT.',
  valuesConfig: Object.fromEntries(
    Object.entries(SCOPE_NAMES).map(([name, scope]) => [name, { description: SCOPES[scope] }]),
  ),
});

@ObjectType({ description: 'The key of a script. Its secret part is shown once, when it is created.' })
export class ApiKey {
  @Field(() => ID, { description: 'The public part of the key.' })
  id: string;

  @Field(() => String, {
    description:
      'Who uses it. Imports, idempotency keys and the audit log know the caller as `key:` and this name.',
  })
  name: string;

  @Field(() => [SCOPE_NAMES], { description: 'What it opens.' })
  scopes: readonly Scope[];

  @Field(() => Boolean, { description: 'True when it may edit in the name of every user of the site.' })
  anyUser: boolean;

  @Field(() => [Int], { description: 'The users in whose name it may edit; empty where it is every user.' })
  userIds: readonly number[];

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt: number;

  @Field(() => String, { description: 'The caller that created it; `operator`: by the command line.' })
  createdBy: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'From when on it opens nothing; null: never.' })
  expiresAt: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was used last, to the minute.' })
  lastUsedAt: number | null;
}

export function toApiKey(record: ApiKeyRecord): ApiKey {
  const { id, name, scopes, actsFor, createdAt, createdBy, expiresAt, revokedAt, lastUsedAt } = record;
  return {
    id,
    name,
    scopes: scopes as readonly Scope[],
    anyUser: actsFor === 'anyone',
    userIds: actsFor === 'anyone' ? [] : actsFor,
    createdAt,
    createdBy,
    expiresAt,
    revokedAt,
    lastUsedAt,
  };
}
