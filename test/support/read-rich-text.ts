import { readRichText as inParts, type RichText } from '../../src/kernel/rich-text/rich-text';

/** Reads a rich text in one go. */
export function readRichText(html: string): RichText {
  const reading = inParts(html);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}
