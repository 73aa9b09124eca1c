import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../contract/date-time.scalar';
import type { WebhookRecord } from '../data/webhook.repository';

@ObjectType({
  description:
    'Where the notifications of the site are posted. Its signing secret is shown once, when it is made.',
})
export class Webhook {
  @Field(() => String, { description: 'The address that is posted to.' })
  url: string;

  @Field(() => DateTimeScalar, { description: 'Since when it is posted to.' })
  since: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when secrets that were replaced sign every delivery too; null: there is none.',
  })
  formerSecretsUntil: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When something was posted last, a test or notifications; null: not yet.',
  })
  lastDeliveryAt: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it failed, as a code such as HTTP_500, TIMEOUT, ENOTFOUND or ADDRESS_REFUSED; null: it did not.',
  })
  lastDeliveryError: string | null;
}

/** Null where the site has none of its own. */
export function toWebhook(record: WebhookRecord | undefined, now: number): Webhook | null {
  if (record === undefined || record.url === null) return null;
  const { url, since, secrets, lastDeliveryAt, lastError: lastDeliveryError } = record;
  const ends = secrets.flatMap(({ until }) => (until !== null && now < until ? [until] : []));
  const formerSecretsUntil = ends.length === 0 ? null : Math.max(...ends);
  return { url, since, formerSecretsUntil, lastDeliveryAt, lastDeliveryError };
}
