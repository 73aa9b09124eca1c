import { ArgsType, Field, InputType } from 'type-graphql';
import { SCOPE_NAMES } from '../access/needs-scope';
import type { Scope } from '../access/scopes';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { MAX_TEXT } from '../data/entities/columns';
import { hasAtMost, isBlank, isWellFormedText, NO_STORABLE_TEXT, trimmed } from '../kernel/text';
import { rule } from '../kernel/validation';

/** Judged as any other key is: it has the fields of one that names no users. */
@InputType({ description: 'The first key of a new site. There are no users yet whom it could name.' })
export class FirstKeyInput {
  @Field(() => String, { description: 'As that of createApiKey.' })
  name: string;

  @Field(() => [SCOPE_NAMES], {
    description:
      'What it opens: at least one, and any but SITES_ADMIN; the caller need not have it itself. ACTIVITY_UPDATE needs anyUser.',
  })
  scopes: Scope[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'From when on it opens nothing. Absent: in a year; null: never.',
  })
  expiresAt?: Date | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True lets it edit in the name of every user of the site.',
  })
  anyUser: boolean;
}

const isText = (check: (text: string) => boolean) => (value: unknown) => check(String(value));

@ArgsType()
export class CreateSiteArgs {
  @Field(() => String, { description: 'What the site is called, in 1 to 255 characters.' })
  @rule(
    'VALUE_MISSING',
    {},
    isText((name) => !isBlank(name)),
  )
  @rule('TEXT_INVALID', { reason: NO_STORABLE_TEXT }, isText(isWellFormedText))
  @rule(
    'TEXT_TOO_LONG',
    { max: MAX_TEXT },
    isText((name) => hasAtMost(MAX_TEXT, name)),
  )
  @rule(
    'TEXT_PADDED',
    {},
    isText((name) => isBlank(name) || trimmed(name) === name),
  )
  name: string;

  @Field(() => FirstKeyInput, { description: 'The first key of the site, and what it may do.' })
  firstKey: FirstKeyInput;
}
