import { ArrayNotEmpty, Matches, NotEquals } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { SCOPE_NAMES } from '../access/needs-scope';
import type { Scope } from '../access/scopes';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { coded } from '../kernel/validation';

/** The key of a local start has it; nobody else may. */
export const LOCAL_KEY_NAME = 'local';

@InputType({ description: 'A key for a script, and what it may do.' })
export class CreateApiKeyInput {
  @Field(() => String, {
    description:
      '1 to 50 characters out of a to z, 0 to 9, dot, hyphen and underscore. Two live keys may share a name, so that one can replace the other.',
  })
  @Matches(/^[a-z\d][a-z\d._-]{0,49}$/, coded('API_KEY_NAME_INVALID', {}))
  @NotEquals(LOCAL_KEY_NAME, coded('API_KEY_NAME_RESERVED', { name: LOCAL_KEY_NAME }))
  name: string;

  @Field(() => [SCOPE_NAMES], {
    description: 'What it opens: at least one, and only what the caller has itself.',
  })
  @ArrayNotEmpty(coded('API_KEY_SCOPES_MISSING', {}))
  scopes: Scope[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when on it opens nothing. Absent: in a year; null: never.',
  })
  expiresAt?: Date | null;

  @Field(() => [Int], {
    nullable: true,
    description:
      'Users in whose name it may edit; needed, or userSyncKeys or anyUser, with ACTIVITY_UPDATE. At most 1000.',
  })
  userIds?: number[] | null;

  @Field(() => [String], { nullable: true, description: 'Likewise, by sync key.' })
  userSyncKeys?: string[] | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'True lets it edit in the name of every user of the site. Only a caller that may do so itself can give this.',
  })
  anyUser: boolean;
}
