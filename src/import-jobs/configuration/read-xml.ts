import { SaxesParser } from 'saxes';
import { trimmed } from '../../kernel/text';
import { type ConfigElement, ElementStack, MalformedConfiguration } from './element';

/** No element of a configuration has attributes that mean anything. */
const MAX_ATTRIBUTES = 100;

/** Reads a configuration written in XML. No entity is known but the five of XML, and nothing is fetched. */
export function readXml(text: string): ConfigElement {
  const stack = new ElementStack();
  const parser = new SaxesParser();
  /** The place of what the parser has read last. */
  const here = () => Math.max(0, parser.position - 1);
  let attributes = 0;

  parser.on('error', (error) => {
    // The message begins with its place, which is told otherwise.
    throw new MalformedConfiguration(error.message.replace(/^\d+:\d+: |\.$/g, ''), here());
  });
  parser.on('doctype', () => {
    throw new MalformedConfiguration('a DOCTYPE is refused', text.lastIndexOf('<!DOCTYPE', here()));
  });
  parser.on('opentagstart', ({ name }) => {
    attributes = 0;
    stack.enter(stack.add(name, text.lastIndexOf('<', here())));
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES) {
      throw new MalformedConfiguration(`an element has more than ${MAX_ATTRIBUTES} attributes`, here());
    }
  });
  const addText = (part: string) => {
    // Between the root and the ends of the document there is white space only.
    if (stack.isInRoot) stack.innermost.value = `${stack.innermost.value ?? ''}${part}`;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const { value } = stack.innermost;
    const written = typeof value === 'string' ? trimmed(value) : '';
    stack.innermost.value = written === '' ? null : written;
    stack.leave();
  });

  parser.write(text).close();
  return stack.root;
}
