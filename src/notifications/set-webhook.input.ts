import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Where the notifications of the site are to be posted.' })
export class SetWebhookInput {
  @Field(() => String, {
    nullable: true,
    description:
      'https, without user and fragment, at most 2048 characters, on the public internet. Absent keeps the stored one; null ends it.',
  })
  url?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'True makes a new secret. The old one stays good for 24 hours: each delivery is signed by both meanwhile.',
  })
  rotate: boolean;
}
